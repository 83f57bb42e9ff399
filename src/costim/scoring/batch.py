"""Many visits at once: columns in, a frame, CSV or JSON out; the same results as visits one by one, much faster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from costim.errors import CostimError
from costim.measures.batch.coded import coded
from costim.measures.batch.results import ResultColumns
from costim.measures.batch.score import score_visits
from costim.measures.problems import InputError, Problem
from costim.measures.result import Result
from costim.scoring.answer import FLAT, cell_text, json_end, json_start, to_json
from costim.scoring.asked import Asked, read_asked
from costim.scoring.batch_cells import Cells
from costim.scoring.batch_frame import frame_of
from costim.scoring.batch_lines import Joined, csv_cells, csv_line, json_line
from costim.scoring.batch_read import VisitTable, read_table, table_of

_CHUNK = 10_000
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
        ids = [
            f"{csv_cells((cell_text(subject), cell_text(visit)))},"
            for subject, visit in zip(self.table.subjects, self.table.visits, strict=True)
        ]
        for chunk in self._lines(ids, [csv_line(entry) for entry in self.results], "\n"):
            yield f"{chunk}\n"

    def json_chunks(self) -> Iterator[str]:
        """The answer of schema 1, piece by piece: what `answer.render_json` writes."""
        yield json_start()
        ids = [
            f'{{"subject": {to_json(subject)}, "visit": {to_json(visit)}, '
            for subject, visit in zip(self.table.subjects, self.table.visits, strict=True)
        ]
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
                pl.select(pl.when(pl.Series(wanted[rows])).then(pl.concat_str([names, line.at(rows)]))).to_series()
                for wanted, line in zip(self.table.wanted, lines, strict=True)
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
        A row per visit and measure, by measure: `row` (0 is the first visit), `subject`, `visit` and the columns of the
        CSV. Lists are joined with `;`; `value`, `lower` and `upper` are exact decimals (28 significant digits).

    Raises:
        InputError: columns of different length, or a visit that must be read by itself; score it with
            `costim.scoring.run.score_records`, which says what is wrong with it.
    """
    usual, wrong = read_asked(measures) if measures is not None else ((), ())
    if len({len(column) for column in columns.values()}) > 1:
        wrong = (*wrong, _problem("columns of different length", "a text per visit in every column", "fill them up"))
    if wrong:
        raise InputError(wrong)
    cells = Cells(tuple(columns), tuple(coded(map(str, column)) for column in columns.values()))
    table = table_of(cells, usual) if cells.rows else None
    answer = None if table is None else _answer(table)
    if answer is None:
        found = "no visit, or one that cannot be read or scored"
        action = "write the table as CSV and run `costim score` on it: it says what is wrong where"
        raise InputError([_problem(found, "visits of the CSV interface, and the measures to score", action)])
    return answer.frame()


def _problem(found: str, expected: str, action: str) -> Problem:
    return Problem(code="not_a_batch", found=found, expected=expected, action=action)
