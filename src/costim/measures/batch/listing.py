"""Lists of names per visit (`decided_by`, `missing`): as joined pieces, each with few distinct values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from costim.measures.batch.coded import Coded, Codes, compressed, constant

BITS = 12
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


def chosen_names(names: Sequence[str], mask: Codes) -> Listing:
    """Names in their order, those that are chosen at each visit.

    Args:
        names: in the order in which they are to stand.
        mask: bit `i` of the number of a visit says whether `names[i]` is chosen; shape (visits,).
    """
    pieces = (_piece(tuple(names[start : start + BITS]), mask >> start) for start in range(0, len(names), BITS))
    return Listing(tuple(pieces)) if names else nothing(len(mask))


def _piece(names: tuple[str, ...], mask: Codes) -> Coded[tuple[str, ...]]:
    found, codes = compressed(mask & ((1 << len(names)) - 1), 1 << len(names))
    bits = (found[:, None] >> np.arange(len(names))) & 1
    return Coded(codes, tuple(tuple(compress(names, row)) for row in bits.tolist()))
