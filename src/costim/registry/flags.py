"""Named quality flags and finding codes, with their one meaning, read from `flags.csv`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from costim.registry.datafiles import read_rows


@cache
def flag_meanings() -> MappingProxyType[str, str]:
    """Every flag and finding code with its meaning."""
    return MappingProxyType({row["code"]: row["meaning"] for row in read_rows("flags.csv")})


def raised(doubts: Mapping[str, bool]) -> tuple[str, ...]:
    """Names of the flags that hold, in the order given."""
    return tuple(name for name, holds in doubts.items() if holds)
