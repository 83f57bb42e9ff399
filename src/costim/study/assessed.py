"""One row of the table assessments -> the fact it records, or what is wrong with its cells.

The check and the instrument read the same way, so that nothing that was checked is read otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costim.measures.facts import FactValue
from costim.measures.parse import parse_fact
from costim.measures.problems import Problem
from costim.registry.measure_catalogue import Fact

ITEM_COLUMNS = ("day", "course", "detail", "attribution")
"""Columns that say more about a finding; a statement, a number or a choice has none of them."""
UNIT_KINDS = ("number", "count", "scaled")
"""Kinds of facts whose row may have a unit."""


def read_assessed(fact: Fact, row: Mapping[str, Any]) -> tuple[FactValue | None, tuple[Problem, ...]]:
    """The fact of one row, without its day: that counts from the visit, which the row does not know.

    Args:
        fact: the entry of the catalogue that the row names.
        row: a row of assessments, as the frame holds it; its `value` is filled.

    Returns:
        The value and no problem, or None and the problems. None without problem: the unit has a missing word, so that
        the number says nothing.
    """
    value, unit = row["value"], row["unit"]
    if fact.kind == "item":
        attributes = {name: row[name] for name in ("course", "detail", "attribution") if row[name] is not None}
        return parse_fact(fact, {"state": value, **attributes})
    if fact.kind == "scaled":
        return (None, ()) if _unit_unsaid(row) else parse_fact(fact, {"value": value, "scale": unit})
    if fact.kind in UNIT_KINDS and (fact.unit or unit is not None):
        return (None, ()) if _unit_unsaid(row) else parse_fact(fact, {"value": value, "unit": unit})
    return parse_fact(fact, value)


def _unit_unsaid(row: Mapping[str, Any]) -> bool:
    return row["unit__missing"] not in (None, "blank")
