"""A table of many visits -> columns of facts: every distinct cell is read once, by the reader of single visits.

What that reader would refuse, and what columns cannot hold, gives None: then the table is read row by row, so that
messages have one home.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from costim.errors import CostimError
from costim.measures.batch.coded import Coded, coded, combinations
from costim.measures.batch.visits import FactColumn, VisitColumns
from costim.measures.facts import FactValue
from costim.measures.parse import parse_assessment
from costim.scoring.asked import Asked, read_asked
from costim.scoring.batch_cells import Cells, read_cells
from costim.scoring.batch_lists import SHORTHANDS, add_lists
from costim.scoring.csv_header import Column, columns_of
from costim.scoring.csv_text import number_columns, visit_of
from costim.scoring.decimal_sign import in_thousands
from costim.scoring.visit import ASSESSMENTS

_LONGEST_ID = 200


@dataclass(frozen=True, slots=True, eq=False)
class VisitTable:
    """Checked visits of a table."""

    subjects: tuple[str, ...]
    visits: tuple[str, ...]
    asked: tuple[Asked, ...]
    """Every measure that a visit asks for, in the order in which each visit asks for its own."""
    wanted: NDArray[np.bool_]
    """Shape (asked, visits): is the measure asked of the visit?"""
    columns: VisitColumns


def read_table(text: str, usual: Sequence[Asked] = ()) -> VisitTable | None:
    """The visits of a CSV text.

    Args:
        text: as `costim.scoring.csv_text.read_csv` takes it.
        usual: measures of visits that name none.
    """
    cells = read_cells(text)
    return None if cells is None else table_of(cells, usual)


def table_of(cells: Cells, usual: Sequence[Asked] = ()) -> VisitTable | None:
    """The visits of a table of cells; None where single visits must be read one by one."""
    try:
        columns = columns_of(list(cells.header))
    except CostimError:
        return None
    beyond = cells.columns[len(columns) :]  # of trailing delimiters
    if any(column is None for column in columns) or any(any(column.values) for column in beyond):
        return None
    named = [(column, cell) for column, cell in zip(columns, cells.columns, strict=False) if column is not None]
    numbers = (cell for place in number_columns(columns) for cell in cells.columns[place].values)
    if in_thousands(numbers, cells.delimiter):
        return None
    plain = {column.name: cell for column, cell in named if not column.assessment}
    ids = _ids(plain, cells.rows)
    asked = _asked(plain.get("measures"), tuple(usual), cells.rows)
    if ids is None or asked is None:
        return None
    sides: dict[str, Mapping[str, FactColumn]] = {}
    for assessment in ASSESSMENTS:
        own = [(column, cell) for column, cell in named if column.assessment == assessment]
        found = _assessment(assessment, own, asked, cells.rows)
        if found is None:
            return None
        sides[assessment] = found
    return VisitTable(*ids, *asked, VisitColumns(cells.rows, **sides))


def _ids(plain: Mapping[str, Coded[str]], rows: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Subjects and visits; None where one is too long or two rows have the same."""
    blank = ("",) * rows
    subjects, visits = (_texts(plain[name]) if name in plain else blank for name in ("subject", "visit"))
    if any(len(text) > _LONGEST_ID for text in (*subjects, *visits)):
        return None
    pairs = [pair for pair in zip(subjects, visits, strict=True) if any(pair)]
    return (subjects, visits) if len(set(pairs)) == len(pairs) else None


def _texts(column: Coded[str]) -> tuple[str, ...]:
    stripped = [cell.strip() for cell in column.values]
    return tuple(stripped[code] for code in column.codes.tolist())


def _asked(
    column: Coded[str] | None, usual: tuple[Asked, ...], rows: int
) -> tuple[tuple[Asked, ...], NDArray[np.bool_]] | None:
    """Measures asked for, and by which visits; None where a visit asks for none, or for others in another order."""
    if column is None:
        return (usual, np.ones((len(usual), rows), bool)) if usual else None
    lists: list[tuple[Asked, ...]] = []
    for cell in column.values:
        found, wrong = read_asked(cell.strip())
        if wrong:
            return None
        lists.append(found or usual)
    every = tuple(dict.fromkeys(asked for found in lists for asked in found))
    places = [[every.index(asked) for asked in found] for found in lists]
    if not every or any(not own or own != sorted(own) for own in places):
        return None
    table = np.array([[asked in found for found in lists] for asked in every], bool)
    return every, table[:, column.codes]


def _assessment(
    assessment: str,
    named: Sequence[tuple[Column, Coded[str]]],
    asked: tuple[tuple[Asked, ...], NDArray[np.bool_]],
    rows: int,
) -> Mapping[str, FactColumn] | None:
    """Facts of one assessment."""
    lists = [(column, cell) for column, cell in named if column.name in SHORTHANDS]
    found: dict[str, FactColumn] = {}
    for name in dict.fromkeys(column.name for column, _ in named if column.name not in SHORTHANDS):
        own = [(column, cell) for column, cell in named if column.name == name]
        if lists and any(column.attribute for column, _ in own):
            return None  # what an attribute without a state means then depends on the lists
        fact = _fact(assessment, name, own)
        if fact is None:
            return None
        found[name] = fact
    if lists:
        return add_lists(assessment, lists, found, asked, rows)
    return MappingProxyType(found)


def _fact(assessment: str, name: str, own: Sequence[tuple[Column, Coded[str]]]) -> FactColumn | None:
    """One fact with its attributes; None where a cell cannot be read."""
    codes, rows = combinations([cell for _, cell in own])
    prefix = "" if assessment == "now" else f"{assessment}."
    values: list[FactValue | None] = []
    for cells in rows:
        raw = visit_of([column for column, _ in own], list(cells))[assessment]
        facts, problems = parse_assessment(raw, prefix)
        if problems:
            return None
        values.append(facts.get(name))
    distinct = coded(values)
    return Coded(distinct.codes[codes], distinct.values)
