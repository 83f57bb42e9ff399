"""Results over many visits that lack an earlier assessment: as `unassessed.without_unassessed` for one."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from costim.measures.batch.apply import Batch
from costim.measures.batch.coded import Coded
from costim.measures.batch.listing import Listing
from costim.measures.batch.results import ResultColumns
from costim.measures.unassessed import FLAGS, is_of, others

T = TypeVar("T")
_Visits = NDArray[np.bool_]


def without_unassessed(results: ResultColumns, batch: Batch) -> ResultColumns:
    """The results without the names of facts of assessments of which nothing was recorded, flagged instead."""
    for side in FLAGS:
        absent = batch.once(("unassessed", side), lambda side=side: _absent(batch, side))  # type: ignore[misc]
        if absent.any():
            results = _without(results, side, absent)
    return results


def _absent(batch: Batch, side: str) -> _Visits:
    """Visits of whose earlier assessment no fact was recorded."""
    recorded = np.zeros(batch.columns.visits, bool)
    for column in getattr(batch.columns, side).values():
        recorded |= column.where(lambda value: value is not None)
    return ~recorded


def _without(results: ResultColumns, side: str, absent: _Visits) -> ResultColumns:
    missing, named = _stripped(results.missing, side, absent)
    checks = []
    for check in results.checks:
        left, found = _stripped(check.missing, side, absent)
        named = named | found
        checks.append(replace(check, missing=left))
    if not named.any():
        return results
    flagged = tuple(replace(result, flags=(*result.flags, FLAGS[side])) for result in results.result.values)
    return replace(results, result=_where(named, results.result, flagged), missing=missing, checks=tuple(checks))


def _stripped(listing: Listing, side: str, absent: _Visits) -> tuple[Listing, _Visits]:
    """The lists without names of the assessment where it is absent, and the visits where there were any."""
    pieces, named = [], np.zeros(len(absent), bool)
    for piece in listing.pieces:
        here = piece.where(lambda names: any(is_of(name, side) for name in names)) & absent
        left = tuple(others(names, side) for names in piece.values)
        pieces.append(_where(here, piece, left) if here.any() else piece)
        named |= here
    return Listing(tuple(pieces)), named


def _where(wanted: _Visits, column: Coded[T], instead: tuple[T, ...]) -> Coded[T]:
    """The column with other values, one for each of its own, at the visits where they are wanted."""
    return Coded(column.codes + np.where(wanted, len(column.values), 0), (*column.values, *instead))
