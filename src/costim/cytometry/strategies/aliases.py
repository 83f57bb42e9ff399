"""Other names of the markers and channels that ready strategies look for (`aliases.csv`)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from costim.cytometry.fcs.findings import FcsError

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile


@cache
def aliases() -> Mapping[str, tuple[str, ...]]:
    """Marker or channel as in ready strategies -> other names, the likelier first."""
    text = (files("costim.cytometry.strategies") / "aliases.csv").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["marker"], []).append(row["alias"])
    return MappingProxyType({marker: tuple(names) for marker, names in found.items()})


@cache
def _common_names() -> Mapping[str, str]:
    known = {_squeezed(marker): marker for marker in aliases()}
    return MappingProxyType({_squeezed(a): marker for marker, names in aliases().items() for a in names} | known)


@lru_cache(maxsize=4096)
def common_name(name: str) -> str:
    """One spelling for all names of a marker: lower case, letters and digits only (`CD40L`, `cd154` -> `cd154`)."""
    return _squeezed(_common_names().get(_squeezed(name), name))


def _squeezed(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def find_by_any_name(file: FcsFile, source: str) -> str | None:
    """How a file names a channel: as the strategy does, or by the first alias that it has.

    Returns:
        A source for `FcsFile.find`; None when the file has no such channel under any name.

    Raises:
        FcsError: Several channels of the file carry the name.
    """
    for name in (source, *aliases().get(source, ())):
        try:
            file.find(name)
        except FcsError as error:
            if any("channels of that name" in problem.found for problem in error.problems):
                raise
            continue
        return name
    return None
