"""Shorthands for items (`present`, `absent`, `unknown`, `others`) in a table of many visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from costim.measures.batch.coded import Coded, coded, combinations
from costim.measures.batch.visits import FactColumn
from costim.measures.facts import FactValue, Item
from costim.scoring.asked import Asked
from costim.scoring.csv_header import Column
from costim.scoring.csv_text import visit_of
from costim.scoring.listed import LISTS, absent_items, check_others, read_lists
from costim.scoring.visit import ASSESSMENT_KEYS

SHORTHANDS = ASSESSMENT_KEYS


def add_lists(
    assessment: str,
    lists: Sequence[tuple[Column, Coded[str]]],
    given: Mapping[str, FactColumn],
    asked: tuple[tuple[Asked, ...], NDArray[np.bool_]],
    rows: int,
) -> Mapping[str, FactColumn] | None:
    """Facts of an assessment with the items its lists tell; None where a list is wrong or contradicts a cell."""
    requests, wanted = asked
    codes_of_visit = _codes_asked(requests, wanted, rows)
    codes, cells = combinations([*(cell for _, cell in lists), codes_of_visit])
    read = []
    for *texts, codes_asked in cells:
        raw = visit_of([column for column, _ in lists], texts)[assessment]
        found = _read(raw, codes_asked, frozenset(given))
        if found is None:
            return None
        read.append(found)
    names = dict.fromkeys(name for found in read for name in found)
    merged: dict[str, FactColumn] = dict(given)
    for name in names:
        distinct = coded(found.get(name) for found in read)
        listed: FactColumn = Coded(distinct.codes[codes], distinct.values)
        if name in given:
            both = _both(given[name], listed)
            if both is None:
                return None
            listed = both
        merged[name] = listed
    return MappingProxyType(merged)


def _codes_asked(requests: Sequence[Asked], wanted: NDArray[np.bool_], rows: int) -> Coded[tuple[str, ...]]:
    """Measures asked for at each visit: `others` speaks of their items."""
    flags = [Coded(row.astype(np.intp), ("", code)) for row, (code, _) in zip(wanted, requests, strict=True)]
    codes, found = combinations(flags or [Coded(np.zeros(rows, np.intp), ("",))])
    return Coded(codes, tuple(tuple(filter(None, entry)) for entry in found))


def _read(raw: dict[str, Any], asked: Sequence[str], given: frozenset[str]) -> dict[str, FactValue] | None:
    others = raw.get("others")
    found, problems = read_lists({state: raw.get(state) for state in LISTS}, {})
    if problems or check_others(others):
        return None
    return found | absent_items(others, asked, given | frozenset(found))


def _both(given: FactColumn, listed: FactColumn) -> FactColumn | None:
    """A cell and a list that tell the same item: the cell has the attributes, and must agree in its state."""
    codes, rows = combinations([given, listed])
    values: list[FactValue | None] = []
    for cell, item in rows:
        if cell is not None and item is not None and not (isinstance(cell, Item) and cell.state is item.state):
            return None
        values.append(item if cell is None else cell)
    return Coded(codes, tuple(values))
