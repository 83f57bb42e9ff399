"""The header of a table with one row per visit -> what its columns are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from costim.measures.parse import ITEM_KEYS, unknown_fact
from costim.measures.problems import InputError, Problem, shown
from costim.registry.measure_catalogue import Fact, facts, measures
from costim.registry.suggest import did_you_mean
from costim.scoring.visit import ASSESSMENT_KEYS

NUMBERS = ("number", "count", "scaled")
"""Kinds of facts whose cells are numbers."""
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

    @property
    def is_number(self) -> bool:
        """Are its cells numbers?"""
        return self.fact is not None and self.fact.kind in NUMBERS and not self.attribute

    def tells_same(self, other: Column) -> bool:
        """Would both tell the same of a visit, perhaps in another unit or on another scale?"""
        if (self.assessment, self.name) != (other.assessment, other.name):
            return False
        alone = self.name == "others" and "" in (self.attribute, other.attribute)
        return alone or self.attribute == other.attribute


def columns_of(header: list[str]) -> list[Column | None]:
    """What the columns of a header are; None where a column at the end has no name.

    Raises:
        InputError: unknown, repeated or nameless columns.
    """
    columns, problems = read_header(header)
    if problems:
        raise InputError(problems)
    return columns


def read_header(header: list[str]) -> tuple[list[Column | None], list[Problem]]:
    """What the columns of a header are, and what is wrong with them; None for a column that says nothing."""
    columns: list[Column | None] = []
    problems: list[Problem] = []
    width = len(header)
    while width and not header[width - 1].strip():  # trailing delimiters, as spreadsheets write them, are no columns
        width -= 1
    for number, cell in enumerate(header[:width], 1):
        name = cell.strip()
        column = _column(name)
        if isinstance(column, Problem):
            problems.append(column)
        elif column is None:
            problems.append(_header_problem("no_name", f"column {number}", "a name", "name it or remove it"))
        elif any(column.tells_same(other) for other in columns if other is not None):
            expected = "others, or others of single measures" if column.name == "others" else "each column once"
            problems.append(_header_problem("given_twice", name, expected, "leave one away"))
            column = None
        columns.append(column if isinstance(column, Column) else None)
    return columns, problems


def _header_problem(code: str, name: str, expected: str, action: str) -> Problem:
    return Problem(
        code=code, place="header", item=name, found=f"the column {shown(name)}", expected=expected, action=action
    )


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
