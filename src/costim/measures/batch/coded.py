"""Columns over many visits, stored as codes into their distinct values: a rule is applied once per distinct value.

A batch differs from single visits in speed alone. What a rule says is worked out by the rule itself, on every distinct
combination of what it reads; the columns carry the answers to the visits.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", covariant=True)  # noqa: PLC0105 -- the field says T everywhere
U = TypeVar("U")
V = TypeVar("V", bound=Hashable)
Codes = NDArray[np.intp]

_DENSE = 1 << 20
"""Up to this many possible codes a table of those that occur is faster than sorting."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded(Generic[T]):
    """One value per visit: `values[codes[i]]` is that of visit `i`.

    `codes` has shape (visits,), each from 0 to `len(values) - 1`. Values may repeat and need not all occur.
    """

    codes: Codes
    values: tuple[T, ...]

    def __len__(self) -> int:
        """Number of visits."""
        return len(self.codes)

    def at(self, visit: int) -> T:
        """The value of one visit (0 is the first)."""
        return self.values[int(self.codes[visit])]

    def map(self, rule: Callable[[T], U]) -> Coded[U]:
        """The rule applied to each distinct value."""
        return Coded(self.codes, tuple(rule(value) for value in self.values))

    def where(self, test: Callable[[T], bool]) -> NDArray[np.bool_]:
        """Which visits have a value that passes the test."""
        return np.fromiter((test(value) for value in self.values), bool, len(self.values))[self.codes]

    def numbers(self, number: Callable[[T], int]) -> Codes:
        """A whole number for each visit."""
        return np.fromiter((number(value) for value in self.values), np.intp, len(self.values))[self.codes]


def constant(value: U, visits: int) -> Coded[U]:
    """The same value at every visit."""
    return Coded(np.zeros(visits, np.intp), (value,))


def coded(values: Iterable[V]) -> Coded[V]:
    """Distinct values in the order they first occur."""
    seen: dict[V, int] = {}
    codes = np.fromiter((seen.setdefault(value, len(seen)) for value in values), np.intp)
    return Coded(codes, tuple(seen))


def merged(column: Coded[V]) -> Coded[V]:
    """The same column with equal values under one code."""
    first = coded(column.values)
    return column if len(first.values) == len(column.values) else Coded(first.codes[column.codes], first.values)


def combined(rule: Callable[..., U], *columns: Coded[Any]) -> Coded[U]:
    """The rule applied to every combination of values that occurs.

    Args:
        rule: takes one value of each column, in order.
        columns: at least one; all of the same length.
    """
    codes, rows = combinations(columns)
    return Coded(codes, tuple(rule(*row) for row in rows))


def combinations(columns: Sequence[Coded[Any]]) -> tuple[Codes, list[tuple[Any, ...]]]:
    """Which combinations of values occur, and which of them each visit has.

    Returns:
        A code per visit, and the combinations it points to.
    """
    used, codes = compressed(columns[0].codes, len(columns[0].values))
    parts: list[Codes] = [used]
    for column in columns[1:]:
        radix = len(column.values)
        if radix == 1:
            parts.append(np.zeros(len(parts[0]), np.intp))
            continue
        joint, codes = compressed(codes * radix + column.codes, len(parts[0]) * radix)
        before, own = np.divmod(joint, max(radix, 1))
        parts = [*(part[before] for part in parts), own]
    rows = zip(
        *([column.values[code] for code in part.tolist()] for column, part in zip(columns, parts, strict=True)),
        strict=True,
    )
    return codes, list(rows)


def compressed(codes: Codes, size: int) -> tuple[Codes, Codes]:
    """Codes that occur, ascending, and for each visit the place of its code among them."""
    if size > max(_DENSE, 4 * len(codes)):
        used, places = np.unique(codes, return_inverse=True)
        return used, places.astype(np.intp, copy=False).reshape(-1)
    occurs = np.zeros(size, bool)
    occurs[codes] = True
    place = np.cumsum(occurs) - 1
    return np.flatnonzero(occurs), place[codes]


def folded(rule: Callable[[V, Any], V], kept: Coded[V], added: Coded[Any]) -> Coded[V]:
    """As `combined`, with equal values under one code, so that what is kept stays small over many steps."""
    if len(added.values) == 1 and all(rule(value, added.values[0]) == value for value in kept.values):
        return kept
    return merged(combined(rule, kept, added))
