"""A table with one row per visit -> visits as JSON would give them.

Columns: `subject`, `visit`, `note`, `measures` (`sledai:sledai_1992; lldas`), `present`, `absent`, `unknown` (names
joined with `;`), `others`, and facts by name: `rash`, `rash.course`, `igg [mg/dL]`, `pga [0-100]`, `drugs`. A fact of
an earlier assessment has `previous.` or `baseline.` before its name. A blank cell says that nothing is known: `others`
does not speak of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from costim.measures.parse import STATEMENTS, STATES
from costim.measures.problems import InputError, Problem, shown
from costim.scoring.csv_header import NUMBERS, Column, read_header
from costim.scoring.decimal_sign import in_thousands, with_points
from costim.scoring.drug_cell import read_drug_cell
from costim.scoring.visit import ASSESSMENT_KEYS, ASSESSMENTS


def read_csv(text: str) -> tuple[list[tuple[str, dict[str, Any]]], list[Problem]]:
    """Place and visit of each row, and what is wrong with the table; blank rows are skipped.

    Columns that are not understood are left out of the visits.

    Raises:
        InputError: it is no table, or has no rows.
    """
    text, skipped = without_separator_line(text.removeprefix("\ufeff"))
    delimiter = delimiter_of(text)
    rows = [(n + skipped, cells) for n, cells in _numbered(text, delimiter) if any(cell.strip() for cell in cells)]
    if len(rows) < 2:
        found = "a header without rows" if rows else "an empty table"
        raise InputError([_table_problem("no_visits", found, "a header and a row per visit", "add the visits")])
    header, *body = rows
    columns, problems = read_header(header[1])
    problems += [_too_wide(number, cells, len(columns)) for number, cells in body if any(cells[len(columns) :])]
    problems += _thousands(columns, body, delimiter)
    return [(f"line {number}", visit_of(columns, cells)) for number, cells in body], problems


def without_separator_line(text: str) -> tuple[str, int]:
    """The text below the line `sep=;` that Excel writes and reads, and the number of lines left out."""
    first, _, rest = text.partition("\n")
    return (rest, 1) if re.fullmatch(r'"?sep=.?"?\s*', first) else (text, 0)


def delimiter_of(text: str) -> str:
    """What stands between the cells of the header, the first line that is not blank."""
    header = next((line for line in io.StringIO(text) if line.strip()), "")
    return max(",;\t", key=header.count)


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError([_no_table(str(error), begin)]) from None
        yield begin, cells
        begin = reader.line_num + 1


def _no_table(error: str, line: int) -> Problem:
    """What the reader of tables could not read, in words."""
    found, action = f"no table: {error}", "save it as CSV UTF-8"
    if "end of data" in error:
        found, action = "a quote that is never closed", "close it, or leave it away"
    elif "expected after" in error:
        found, action = "a quote inside a cell", "double it and put quotes around the cell, or leave it away"
    elif "larger than" in error:
        found, action = "a cell of more than 100,000 signs", "shorten it; look for a quote that is never closed"
    return _table_problem("not_csv", found, "a CSV table", action, f"line {line}")


def _table_problem(code: str, found: str, expected: str, action: str, place: str = "") -> Problem:
    return Problem(code=code, found=found, expected=expected, action=action, place=place)


def _too_wide(number: int, cells: list[str], width: int) -> Problem:
    found = f"{len(cells)} cells"
    action = "look for a comma in a cell without quotes"
    return _table_problem("too_wide", found, f"{width} cells, as in the header", action, f"line {number}")


def number_columns(columns: list[Column | None]) -> list[int]:
    """Places of the columns whose cells are numbers."""
    return [place for place, column in enumerate(columns) if column is not None and column.is_number]


def _thousands(columns: list[Column | None], body: list[tuple[int, list[str]]], delimiter: str) -> Iterator[Problem]:
    """Numbers whose point may set thousands apart."""
    places = number_columns(columns)
    doubtful = in_thousands((cells[place] for _, cells in body for place in places if place < len(cells)), delimiter)
    for number, cells in body if doubtful else ():
        visit = visit_of(columns, cells)
        for place in places:
            text, column = "".join(cells[place : place + 1]).strip(), columns[place]
            if text in doubtful and column is not None and column.fact is not None:
                yield Problem(
                    code="thousands",
                    found=f"{shown(text)} in a table with decimal commas",
                    expected="a number that can be read in one way only",
                    action=f"write {text}0 or {text.replace('.', '')}",
                    place=f"line {number}",
                    subject=visit.get("subject", ""),
                    visit=visit.get("visit", ""),
                    measure=column.fact.measure,
                    item=column.fact.name if column.assessment == "now" else f"{column.assessment}.{column.name}",
                )


def visit_of(columns: list[Column | None], cells: list[str]) -> dict[str, Any]:
    """A row as JSON would give the visit."""
    visit: dict[str, Any] = {name: {} for name in ASSESSMENTS}
    attributes: list[tuple[Column, str]] = []
    for place, column in enumerate(columns):
        text = cells[place].strip() if place < len(cells) else ""  # a short row has blank cells at its end
        if column is None:
            continue
        if not column.assessment:
            if text:
                visit[column.name] = text
        elif column.attribute and column.name != "others":
            attributes.append((column, text))
        else:
            _put(visit[column.assessment], column, text)
    for column, text in attributes:
        _put_attribute(visit[column.assessment], column, text)
    return visit


def _put(facts_of_visit: dict[str, Any], column: Column, text: str) -> None:
    if column.name == "others":
        if text and column.attribute:
            facts_of_visit.setdefault("others", {})[column.attribute] = text.casefold()
        elif text:
            facts_of_visit["others"] = text.casefold()
    elif column.name in ASSESSMENT_KEYS:
        facts_of_visit[column.name] = [part.strip() for part in text.split(";") if part.strip()]
    else:
        facts_of_visit[column.name] = _value(column, text) if text else None


def _value(column: Column, text: str) -> Any:
    kind = column.fact.kind if column.fact else ""
    if kind in NUMBERS:
        partner, text = "scale" if kind == "scaled" else "unit", with_points(text)
        return {"value": text, partner: column.mark} if column.mark else text
    if kind == "drugs":
        return read_drug_cell(with_points(text))
    folded = text.casefold()
    if kind == "statement":
        return {"true": True, "false": False}.get(folded, folded if folded in STATEMENTS else text)
    return folded if folded in STATES and kind == "item" else text


def _put_attribute(facts_of_visit: dict[str, Any], column: Column, text: str) -> None:
    """An attribute of an item; without a state the parser refuses it."""
    if not text:
        return
    item = facts_of_visit.get(column.name)
    if item is None or isinstance(item, str):
        item = {} if item is None else {"state": item}
        if column.name in facts_of_visit.get("present", ()):
            item = {"state": "present"}
        facts_of_visit[column.name] = item
    item[column.attribute] = text
