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
    """The pieces without names that stood in an earlier one."""
    seen: dict[str, NDArray[np.bool_]] = {}
    return tuple(_masked(p, seen) if isinstance(p, Masked) else _listed(p, seen) for p in pieces)


def _masked(piece: Masked, seen: dict[str, NDArray[np.bool_]]) -> Masked:
    mask = piece.mask
    for bit, name in enumerate(piece.names):
        if name in seen:
            mask = mask & ~(seen[name].astype(np.intp) << bit)
        _note(seen, name, (piece.mask >> bit & 1).astype(bool))
    return Masked(piece.names, mask)


def _listed(piece: Names, seen: dict[str, NDArray[np.bool_]]) -> Names:
    fresh = piece
    for name in dict.fromkeys(name for entry in piece.values for name in entry):
        if name in seen:
            fresh = combined(_without, Coded(seen[name].astype(np.intp), ("", name)), fresh)
        _note(seen, name, piece.where(lambda entry, name=name: name in entry))  # type: ignore[misc]
    return fresh


def _note(seen: dict[str, NDArray[np.bool_]], name: str, here: NDArray[np.bool_]) -> None:
    seen[name] = here | seen[name] if name in seen else here


def _without(name: str, listed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(entry for entry in listed if entry != name)


def listing(pieces: Pieces) -> Listing:
    """The names as lists."""
    return Listing(
        tuple(
            entry
            for piece in pieces
            for entry in (chosen_names(piece.names, piece.mask).pieces if isinstance(piece, Masked) else (piece,))
        )
    )
