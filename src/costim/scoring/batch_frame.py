"""Results of many visits as a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import polars as pl

from costim.measures.batch.coded import Coded
from costim.measures.batch.listing import Listing
from costim.measures.batch.results import ResultColumns
from costim.measures.result import Result
from costim.scoring.batch_lines import Joined, texts
from costim.scoring.batch_read import VisitTable

_DIGITS = 38
_GROUNDS = ("source", "evidence", "flags")


def frame_of(table: VisitTable, results: Sequence[ResultColumns]) -> pl.DataFrame:
    """A row per visit and measure, by measure: see `costim.scoring.batch.score_columns`."""
    scale = max((_places(result) for entry in results for result in entry.outcomes().values), default=0)
    subjects = pl.Series("subject", table.subjects, dtype=pl.String)
    visits = pl.Series("visit", table.visits, dtype=pl.String)
    frames = []
    for wanted, entry in zip(table.wanted, results, strict=True):
        frame = _frame(entry, scale)
        ids = [pl.Series("row", np.arange(len(entry), dtype=np.uint32)), subjects, visits]
        frames.append(pl.DataFrame([*ids, *frame.get_columns()]).filter(pl.Series(wanted)))
    return pl.concat(frames)


def _places(result: Result) -> int:
    """Digits after the point."""
    ends = [number for number in (result.lower, result.upper) if number is not None]
    exponents = [number.normalize().as_tuple().exponent for number in ends]
    return max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)


def _frame(entry: ResultColumns, scale: int) -> pl.DataFrame:
    outcomes, found = entry.outcomes(), entry.result
    number = pl.Decimal(_DIGITS, max(scale, 0))

    def column(name: str, value: Callable[[Result], Any], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
        of = found if name in _GROUNDS else outcomes
        distinct = pl.Series(name, [value(result) for result in of.values], dtype=dtype)
        return distinct.gather(of.codes.astype(np.uint32))

    text = pl.String
    return pl.DataFrame(
        [
            column("measure", lambda result: result.measure, text),
            column("variant", lambda result: result.variant, text),
            column("window_days", lambda result: result.window_days, pl.Int32),
            column("value", lambda result: _number(result.value, scale), number),
            column("lower", lambda result: _number(result.lower, scale), number),
            column("upper", lambda result: _number(result.upper, scale), number),
            column("lower_open", lambda result: result.bounds.lower_open, pl.Boolean),
            column("upper_open", lambda result: result.bounds.upper_open, pl.Boolean),
            column("unit", lambda result: result.unit, text),
            column("state", lambda result: result.state, text),
            column("possible", lambda result: ";".join(result.possible), text),
            column("complete", lambda result: result.complete, pl.Boolean),
            _names("decided_by", entry.decided_by, found),
            _names("missing", entry.missing, found),
            column("source", lambda result: ";".join(result.source), text),
            column("evidence", lambda result: result.evidence, text),
            column("flags", lambda result: ";".join(result.flags), text),
        ]
    )


def _number(number: Decimal | None, scale: int) -> Decimal | None:
    with localcontext(prec=2 * _DIGITS):
        return None if number is None else number.quantize(Decimal(1).scaleb(-scale))


def _names(name: str, listing: Listing, found: Coded[Result]) -> pl.Series:
    """Names joined with `;`."""
    pieces = [texts(piece, lambda names: ";".join(names) or None) for piece in listing.pieces if any(piece.values)]
    if not pieces:
        return pl.Series(name, [""] * len(found), dtype=pl.String)
    joined = Joined(tuple(pieces), ";", leaves_out=True)
    return pl.select(joined.of(slice(0, len(found))).alias(name)).to_series()
