"""Lists of names per visit (`decided_by`, `missing`): as joined pieces, each with few distinct values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from costim.measures.batch.coded import Coded, constant

_BITS = 12
"""Names per piece: at most 4096 different lists."""


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The list of visit `i` is that of every piece, one after the other."""

    pieces: tuple[Coded[tuple[str, ...]], ...]

    def at(self, visit: int) -> tuple[str, ...]:
        """The names of one visit (0 is the first)."""
        return tuple(name for piece in self.pieces for name in piece.at(visit))


def nothing(visits: int) -> Listing:
    """Empty lists."""
    return Listing((constant((), visits),))


def chosen_names(names: Sequence[str], chosen: NDArray[np.bool_]) -> Listing:
    """Names in their order, those that are chosen at each visit.

    Args:
        names: in the order in which they are to stand.
        chosen: shape (names, visits).
    """
    starts = range(0, len(names), _BITS)
    pieces = tuple(_piece(tuple(names[i : i + _BITS]), chosen[i : i + _BITS]) for i in starts)
    return Listing(pieces) if pieces else nothing(chosen.shape[1])


def _piece(names: tuple[str, ...], chosen: NDArray[np.bool_]) -> Coded[tuple[str, ...]]:
    codes = np.zeros(chosen.shape[1], np.intp)
    for bit, row in enumerate(chosen):
        codes |= row.astype(np.intp) << bit
    occurs = np.zeros(1 << len(names), bool)
    occurs[codes] = True
    found = np.flatnonzero(occurs)
    bits = (found[:, None] >> np.arange(len(names))) & 1
    lists = tuple(tuple(compress(names, row)) for row in bits.tolist())
    place = np.cumsum(occurs) - 1
    return Coded(place[codes], lists)
