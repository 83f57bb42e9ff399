"""The result of every interval of a share, and what may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Proportion:
    """`count` of `n`, with limits; `gaps` are ranges between the limits that the inverted test rejects all the same."""

    count: int
    n: int
    estimate: float
    lower: float
    upper: float
    level: float
    gaps: tuple[tuple[float, float], ...] = ()


def check_share(count: int, n: int, level: float) -> None:
    """Refuse what is not a count of n subjects.

    Raises:
        ValueError: not 0 <= count <= n, n < 1, not whole numbers, or the level is not between 0 and 1.
    """
    if n < 1 or not 0 <= count <= n:
        raise ValueError(f"a proportion needs 0 <= count <= n and n >= 1, found {count} of {n}")
    if count != int(count) or not isfinite(n) or n != int(n):
        raise ValueError(f"a proportion needs whole numbers, found {count} of {n}")
    check_level(level)


def check_level(level: float) -> None:
    """Refuse a level that is none.

    Raises:
        ValueError: the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
