"""A table with one row per visit -> visits as JSON would give them.

Columns: `subject`, `visit`, `note`, `measures` (`sledai:sledai_1992; lldas`), `present`, `absent`, `unknown` (names
joined with `;`), `others`, and facts by name: `rash`, `rash.course`, `igg [mg/dL]`, `pga [0-100]`, `drugs`. A fact of
an earlier assessment has `previous.` or `baseline.` before its name. A blank cell says nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from costim.measures.parse import ITEM_KEYS, STATEMENTS, STATES, unknown_fact
from costim.measures.problems import InputError, Problem
from costim.registry.measure_catalogue import Fact, facts, measures
from costim.registry.suggest import did_you_mean
from costim.scoring.drug_cell import read_drug_cell
from costim.scoring.visit import ASSESSMENT_KEYS, ASSESSMENTS

_PLAIN = ("subject", "visit", "note", "measures")
_HEADER = re.compile(r"(?:(now|previous|baseline)\.)?([^\[\].]+?)(?:\.([^\[\].]+?))?\s*(?:\[([^\[\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Column:
    """What the cells of a column are."""

    assessment: str
    name: str
    attribute: str = ""
    mark: str = ""
    """Unit or scale from the header."""
    fact: Fact | None = None


def read_csv(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and visit of each row; blank rows are skipped.

    Raises:
        InputError: the table has no rows, or its header has unknown or repeated columns.
    """
    text = text.removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    skipped = 0
    if re.fullmatch(r'"?sep=.?"?\s*', first):
        text, skipped = rest, 1
    try:
        rows = [(number + skipped, cells) for number, cells in _numbered(text) if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise InputError([_table_problem("not_csv", str(error), "a CSV table", "save it as CSV UTF-8")]) from None
    if len(rows) < 2:
        found = "a header without rows" if rows else "an empty table"
        raise InputError([_table_problem("no_visits", found, "a header and a row per visit", "add the visits")])
    header, *body = rows
    columns = columns_of(header[1])
    wide = [_too_wide(number, cells, len(columns)) for number, cells in body if any(cells[len(columns) :])]
    if wide:
        raise InputError(wide)
    for number, cells in body:
        yield f"line {number}", visit_of(columns, cells)


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on."""
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    for cells in reader:
        yield begin, cells
        begin = reader.line_num + 1


def _table_problem(code: str, found: str, expected: str, action: str, place: str = "") -> Problem:
    return Problem(code=code, found=found, expected=expected, action=action, place=place)


def _too_wide(number: int, cells: list[str], width: int) -> Problem:
    found = f"{len(cells)} cells"
    action = "look for a comma in a cell without quotes"
    return _table_problem("too_wide", found, f"{width} cells, as in the header", action, f"line {number}")


def columns_of(header: list[str]) -> list[Column | None]:
    """What the columns of a header are; None where a column at the end has no name.

    Raises:
        InputError: unknown, repeated or nameless columns.
    """
    columns: list[Column | None] = []
    problems: list[Problem] = []
    for number, cell in enumerate(header, 1):
        name = cell.strip()
        column = _column(name)
        if isinstance(column, Problem):
            problems.append(column)
        elif name and column in columns:
            problems.append(_header_problem("given_twice", name, "each column once", "leave one away"))
        elif not name:
            problems.append(_header_problem("no_name", f"column {number}", "a name", "name it or remove it"))
        columns.append(column if isinstance(column, Column) else None)
    while problems and not header[-1].strip():  # trailing delimiters, as spreadsheets write them, are no columns
        header = header[:-1]
        columns.pop()
        problems = [p for p in problems if p.code != "no_name" or int(p.item.split()[1]) <= len(header)]
    if problems:
        raise InputError(problems)
    return columns


def _header_problem(code: str, name: str, expected: str, action: str) -> Problem:
    return Problem(code=code, place="header", item=name, found=f"the column {name!r}", expected=expected, action=action)


def _column(name: str) -> Column | Problem | None:
    if name in _PLAIN:
        return Column("", name)
    parts = _HEADER.fullmatch(name)
    if parts is None:
        return _unknown(name, name) if name else None
    assessment, fact_name, attribute, mark = (part or "" for part in parts.groups())
    if fact_name in ASSESSMENT_KEYS and not mark and _fits_shorthand(fact_name, attribute):
        return Column(assessment or "now", fact_name, attribute)
    fact = facts().get(fact_name)
    if fact is None:
        return _unknown(name, fact_name)
    if attribute and (fact.kind != "item" or attribute not in ITEM_KEYS[1:]):
        known = ITEM_KEYS[1:] if fact.kind == "item" else ()
        expected = (
            f"{fact_name} with one of {', '.join(known)}" if known else f"{fact_name} alone: it has no attributes"
        )
        return _header_problem("unknown_key", name, expected, did_you_mean(attribute, known) or f"write {fact_name}")
    return Column(assessment or "now", fact_name, attribute, mark.strip(), fact)


def _fits_shorthand(name: str, attribute: str) -> bool:
    """Does the column of a shorthand stand alone, or is it `others.sledai`?"""
    return not attribute or (name == "others" and attribute in measures())


def _unknown(name: str, fact_name: str) -> Problem:
    problem = unknown_fact(fact_name)
    known = (*_PLAIN, *ASSESSMENT_KEYS, *facts())
    action = did_you_mean(fact_name, known) or "remove the column, or name it note"
    return _header_problem(problem.code, name, "subject, visit, note, measures or the name of a fact", action)


def visit_of(columns: list[Column | None], cells: list[str]) -> dict[str, Any]:
    """A row as JSON would give the visit."""
    visit: dict[str, Any] = {name: {} for name in ASSESSMENTS}
    attributes: list[tuple[Column, str]] = []
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
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
    if kind in ("number", "count", "scaled"):
        partner = "scale" if kind == "scaled" else "unit"
        return {"value": text, partner: column.mark} if column.mark else text
    if kind == "drugs":
        return read_drug_cell(text)
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
