"""Named choices: a row of a data file chosen by the plan, or an error that lists the names."""

from __future__ import annotations

from collections.abc import Iterable

from costim.errors import CostimError


def chosen(name: str, known: Iterable[str], setting: str) -> str:
    """The name, if it is known.

    Args:
        name: what study.toml says.
        known: the names that exist.
        setting: the key of study.toml, for the message.

    Raises:
        CostimError: the name is not known.
    """
    names = sorted(set(known))
    if name not in names:
        raise CostimError(f"study.toml: {setting} = {name!r} is not known; write one of {', '.join(names)}")
    return name
