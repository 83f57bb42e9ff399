"""Results of many visits as lines of CSV or JSON: what repeats is written once and put together in columns."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import polars as pl

from costim.measures.batch.coded import Coded, Codes
from costim.measures.batch.listing import Listing
from costim.measures.batch.results import CheckColumn, ResultColumns
from costim.measures.result import Check
from costim.scoring.answer import cell_text, check_record, to_json, what_it_rests_on, what_it_says

T = TypeVar("T")
_SPECIAL = re.compile(r"[^0-9A-Za-z_. ]|\A[^0-9A-Za-z]")
"""What may need quotes in a CSV, or look like a formula."""


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """A text at each visit, as codes into distinct ones."""

    codes: Codes
    table: pl.Series
    """Null stands for no text: lists leave it out."""

    def of(self, rows: slice) -> pl.Expr:
        """Texts of some visits."""
        return pl.lit(self.table.gather(self.codes[rows].astype(np.uint32)))


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts written one after the other; without the texts that are null where there is a separator."""

    parts: tuple[str | Texts | Joined, ...]
    separator: str = ""
    leaves_out: bool = False

    def of(self, rows: slice) -> pl.Expr:
        """Texts of some visits."""
        columns = [pl.lit(part) if isinstance(part, str) else part.of(rows) for part in self.parts]
        return pl.concat_str(columns, separator=self.separator, ignore_nulls=self.leaves_out)


def texts(column: Coded[T], write: Callable[[T], str | None]) -> Texts:
    """The texts of a column, each distinct value written once."""
    return Texts(column.codes, pl.Series([write(value) for value in column.values], dtype=pl.String))


def _says(results: ResultColumns, write: Callable[[Mapping[str, Any]], str]) -> Texts:
    return texts(results.outcomes(), lambda result: write(what_it_says(result)))


def _rests_on(results: ResultColumns, write: Callable[[Mapping[str, Any]], str]) -> Texts:
    return texts(results.result, lambda result: write(what_it_rests_on(result)))


def csv_line(results: ResultColumns) -> Joined:
    """The cells after subject and visit, as `answer.render_csv` writes them."""
    parts: list[str | Texts | Joined] = [_says(results, _cells), ","]
    for listing in (results.decided_by, results.missing):
        parts += [_listed(listing, ";", str), ","]
    return Joined((*parts, _rests_on(results, _cells)))


def json_line(results: ResultColumns) -> Joined:
    """The members after subject and visit, as `answer.render_json` writes them."""
    parts: list[str | Texts | Joined] = [_says(results, _members)]
    for name, listing in (("decided_by", results.decided_by), ("missing", results.missing)):
        parts += [f', "{name}": [', _listed(listing, ", ", json.dumps), "]"]
    checks = Joined(tuple(_check(check) for check in results.checks), ", ", leaves_out=True)
    parts += [', "checks": [', *((checks,) if results.checks else ()), "], "]
    return Joined((*parts, _rests_on(results, _members), "}"))


def _listed(listing: Listing, separator: str, write: Callable[[str], str]) -> str | Texts | Joined:
    """Names joined; pieces without any name are left away."""
    pieces = [
        texts(piece, lambda names: separator.join(map(write, names)) or None)
        for piece in listing.pieces
        if any(piece.values)
    ]
    return Joined(tuple(pieces), separator, leaves_out=True) if pieces else ""


def _check(check: CheckColumn) -> Joined:
    """One criterion; null where it was not applied."""
    first = texts(check.check, lambda entry: None if entry is None else _check_members(entry, ("name", "state")))
    last = texts(
        check.check, lambda entry: None if entry is None else _check_members(entry, ("source", "evidence", "flags"))
    )
    return Joined(("{", first, ', "missing": [', _listed(check.missing, ", ", json.dumps), "], ", last, "}"))


def _check_members(check: Check, names: Sequence[str]) -> str:
    record = check_record(check)
    return _members({name: record[name] for name in names})


def _members(record: Mapping[str, Any]) -> str:
    return ", ".join(f"{json.dumps(name)}: {to_json(value)}" for name, value in record.items())


def _cells(record: Mapping[str, Any]) -> str:
    return csv_cells(map(cell_text, record.values()))


def ids_in_csv(subjects: Sequence[str], visits: Sequence[str]) -> list[str]:
    """Subject and visit of each line, with the comma after them."""
    return [
        f"{csv_cells((cell_text(subject), cell_text(visit)))},"
        if _SPECIAL.search(subject) or _SPECIAL.search(visit)
        else f"{subject},{visit},"
        for subject, visit in zip(subjects, visits, strict=True)
    ]


def ids_in_json(subjects: Sequence[str], visits: Sequence[str]) -> list[str]:
    """Subject and visit of each line, with the brace before and the comma after them."""
    pairs = zip(subjects, visits, strict=True)
    return [f'{{"subject": {to_json(subject)}, "visit": {to_json(visit)}, ' for subject, visit in pairs]


def csv_cells(cells: Iterable[str]) -> str:
    """Cells of a row, quoted where they must be."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()
