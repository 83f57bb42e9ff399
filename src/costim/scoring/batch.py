"""Many visits at once: columns in, a frame, CSV or JSON out; the same results as visits one by one, much faster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from costim.errors import CostimError
from costim.measures.batch.coded import Coded, coded
from costim.measures.batch.distinct import as_columns
from costim.measures.batch.results import ResultColumns
from costim.measures.batch.score import score_visits
from costim.measures.batch.visits import columns_of
from costim.measures.problems import InputError, Problem
from costim.measures.result import Result
from costim.registry.measure_catalogue import choose
from costim.scoring.answer import FLAT, json_end, json_start
from costim.scoring.asked import Asked, read_asked
from costim.scoring.batch_cells import Cells
from costim.scoring.batch_frame import frame_of
from costim.scoring.batch_lines import Joined, csv_cells, csv_line, ids_in_csv, ids_in_json, json_line
from costim.scoring.batch_read import VisitTable, read_table, table_of
from costim.scoring.read import read_bytes
from costim.scoring.run import score_visits as score_one_by_one
from costim.scoring.visit import VisitToScore

_CHUNK = 5_000
"""Visits that are written at a time: bounds the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class BatchAnswer:
    """Results of many visits."""

    table: VisitTable
    results: tuple[ResultColumns, ...]
    """In the order of `table.asked`."""

    def csv_chunks(self) -> Iterator[str]:
        """The flat table, piece by piece: what `answer.render_csv` writes."""
        yield ",".join(FLAT) + "\n"
        ids = ids_in_csv(self.table.subjects, self.table.visits)
        for chunk in self._lines(ids, [csv_line(entry) for entry in self.results], "\n"):
            yield f"{chunk}\n"

    def json_chunks(self) -> Iterator[str]:
        """The answer of schema 1, piece by piece: what `answer.render_json` writes."""
        yield json_start()
        ids = ids_in_json(self.table.subjects, self.table.visits)
        between = ""
        for chunk in self._lines(ids, [json_line(entry) for entry in self.results], ",\n"):
            yield f"{between}{chunk}"
            between = ",\n"
        yield json_end(self._named())

    def _named(self) -> Iterator[Result]:
        """Results that some visit asks for, each once."""
        for wanted, entry in zip(self.table.wanted, self.results, strict=True):
            yield from (entry.result.values[code] for code in np.unique(entry.result.codes[wanted]).tolist())

    def _lines(self, ids: Sequence[str], lines: Sequence[Joined], between: str) -> Iterator[str]:
        """Lines of every visit, in the order of the input, each with the measures it asks for."""
        for start in range(0, self.table.columns.visits, _CHUNK):
            rows = slice(start, min(start + _CHUNK, self.table.columns.visits))
            names = pl.Series("id", ids[rows])
            columns = [
                pl.select(
                    pl.when(pl.Series(wanted[rows]))
                    .then(pl.concat_str([pl.lit(names), line.of(rows)]))
                    .alias(str(place))
                ).to_series()
                for place, (wanted, line) in enumerate(zip(self.table.wanted, lines, strict=True))
            ]
            joined = pl.select(pl.concat_str(columns, separator=between, ignore_nulls=True)).to_series()
            yield between.join(joined.to_list())

    def frame(self) -> pl.DataFrame:
        """A row per visit and measure, by measure: see `score_columns`."""
        return frame_of(self.table, self.results)


def score_text(text: str, usual: Sequence[Asked] = ()) -> BatchAnswer | None:
    """Score a CSV text with many visits.

    Args:
        text: as `costim.scoring.read.read_bytes` takes it, decoded.
        usual: measures of visits that name none.

    Returns:
        The answer; None where a visit must be read and scored by itself: one is refused, names no measure, or has
        a rule that does not apply. Read row by row then, for the messages.
    """
    table = read_table(text, usual)
    return None if table is None else _answer(table)


def _answer(table: VisitTable) -> BatchAnswer | None:
    try:
        return BatchAnswer(table, tuple(score_visits(table.columns, table.asked)))
    except (ValueError, CostimError):
        return None


def score_columns(columns: Mapping[str, Sequence[str]], measures: object = None) -> pl.DataFrame:
    """Score visits that are there as columns of text.

    Args:
        columns: header of the CSV interface (`rash`, `rash.day`, `pga [0-3]`, `previous.rash`, `drugs` ...) -> one text
            per visit; a blank text says nothing.
        measures: for visits that name none: codes, `code:variant` texts or objects.

    Returns:
        A row per visit and measure, by measure: `row` (0 is the first visit) and the columns of the CSV, lists joined
        with `;`. `value`, `lower` and `upper` are exact decimals (those that do not terminate have 28 digits).

    Raises:
        InputError: columns of different length, or every problem of every visit; `line 2` is the first visit.
    """
    usual, wrong = read_asked(measures) if measures is not None else ((), ())
    if len({len(column) for column in columns.values()}) > 1:
        wrong = (*wrong, _uneven(columns))
    if wrong:
        raise InputError(wrong)
    cells = Cells(tuple(columns), tuple(coded(map(str, column)) for column in columns.values()))
    table = table_of(cells, usual) if cells.rows else None
    answer = None if table is None else _answer(table)
    return (answer or answer_one_by_one(_read_again(columns, usual))).frame()


def _uneven(columns: Mapping[str, Sequence[str]]) -> Problem:
    lengths = ", ".join(f"{name}: {len(column)}" for name, column in list(columns.items())[:5])
    return Problem(
        code="wrong_type",
        found=f"columns of different length ({lengths})",
        expected="a text per visit in every column",
        action="fill them up with blank texts",
    )


def _read_again(columns: Mapping[str, Sequence[str]], usual: Sequence[Asked]) -> tuple[VisitToScore, ...]:
    """The visits one by one, as the reader of CSV reads and refuses them."""
    lines = [csv_cells(columns), *(csv_cells(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return read_bytes("\n".join(lines).encode(), "csv", "; ".join(f"{code}:{variant}" for code, variant in usual))


def score_checked(visits: Sequence[VisitToScore]) -> BatchAnswer | None:
    """Score visits that were read one by one, as JSON is.

    Args:
        visits: checked.

    Returns:
        The answer; None where a rule does not apply to a visit, or visits ask for the same measures in another order.
    """
    asked = tuple(dict.fromkeys(entry for visit in visits for entry in visit.asked))
    lists = coded(visit.asked for visit in visits)
    places = [[asked.index(entry) for entry in own] for own in lists.values]
    if any(own != sorted(own) for own in places):
        return None
    wanted = np.array([[entry in own for own in lists.values] for entry in asked], bool)[:, lists.codes]
    return _answer(_table(visits, asked, wanted))


def _table(visits: Sequence[VisitToScore], asked: tuple[Asked, ...], wanted: NDArray[np.bool_]) -> VisitTable:
    return VisitTable(
        subjects=tuple(visit.subject for visit in visits),
        visits=tuple(visit.visit for visit in visits),
        asked=asked,
        wanted=wanted,
        columns=columns_of([visit.facts for visit in visits]),
    )


def answer_one_by_one(visits: Sequence[VisitToScore]) -> BatchAnswer:
    """Results of visits that are scored by themselves, in the same form.

    Raises:
        InputError: what rules cannot apply to.
    """
    asked = tuple(dict.fromkeys(entry for visit in visits for entry in visit.asked))
    scored = iter(score_one_by_one(visits))
    found: dict[Asked, dict[int, Result]] = {entry: {} for entry in asked}
    for place, visit in enumerate(visits):
        for entry in visit.asked:
            found[entry][place] = next(scored).result
    wanted = np.array([[place in found[entry] for place in range(len(visits))] for entry in asked], bool)
    results = []
    for entry, own in found.items():
        codes = np.zeros(len(visits), np.intp)
        codes[list(own)] = np.arange(len(own))
        results.append(as_columns(choose(*entry), Coded(codes, tuple(own.values()))))
    return BatchAnswer(_table(visits, asked, wanted), tuple(results))
