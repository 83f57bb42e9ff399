"""Unknown facts of criteria: pieces of names in order, each name once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.measures.batch.coded import Coded, Codes, combined
from costim.measures.batch.listing import Listing, chosen_names

Names = Coded[tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Masked:
    """Some of many names at each visit: bit `i` of a mask says whether `names[i]` is there."""

    names: tuple[str, ...]
    mask: Codes
    """Shape (visits,)."""


Pieces = tuple[Masked | Names, ...]


def where(pieces: Pieces, wanted: NDArray[np.bool_]) -> Pieces:
    """The names at visits where they are wanted, nothing elsewhere."""
    return tuple(_where(piece, wanted) for piece in pieces)


def _where(piece: Masked | Names, wanted: NDArray[np.bool_]) -> Masked | Names:
    if isinstance(piece, Masked):
        return Masked(piece.names, np.where(wanted, piece.mask, 0))
    return Coded(np.where(wanted, piece.codes, len(piece.values)), (*piece.values, ()))


def each_once(pieces: Iterable[Masked | Names]) -> Pieces:
    """The pieces without names that stood in an earlier one.

    Names in masks and names in lists are different names: items of an index, and other facts.
    """
    seen: dict[str, NDArray[np.bool_]] = {}
    listed: Names | None = None
    found: list[Masked | Names] = []
    for piece in pieces:
        if isinstance(piece, Masked):
            found.append(_fresh(piece, seen))
        elif any(piece.values):
            found.append(piece if listed is None else combined(_added, listed, piece))
            listed = piece if listed is None else combined(_joined, listed, piece)
    return tuple(found)


def _fresh(piece: Masked, seen: dict[str, NDArray[np.bool_]]) -> Masked:
    mask = piece.mask
    for bit, name in enumerate(piece.names):
        here = (piece.mask >> bit & 1).astype(bool)
        if name in seen:
            mask = mask & ~(seen[name].astype(np.intp) << bit)
        seen[name] = here | seen[name] if name in seen else here
    return Masked(piece.names, mask)


def _joined(earlier: tuple[str, ...], later: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*earlier, *later)))


def _added(earlier: tuple[str, ...], later: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in later if name not in earlier)


def listing(pieces: Pieces) -> Listing:
    """The names as lists."""
    return Listing(
        tuple(
            entry
            for piece in pieces
            for entry in (chosen_names(piece.names, piece.mask).pieces if isinstance(piece, Masked) else (piece,))
        )
    )
