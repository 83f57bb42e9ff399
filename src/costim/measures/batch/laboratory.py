"""Laboratory numbers as SLEDAI reads them: numbers that stand alike to its limits count as one value.

Without this every pair of proteins would be a case of its own, and a batch of many visits as slow as single ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from costim.measures.batch.apply import Batch
from costim.measures.batch.coded import Coded, Codes, coded
from costim.measures.batch.visits import FactColumn
from costim.measures.bounds import Bounds, exact
from costim.measures.facts import FactValue
from costim.measures.sledai_findings import catalogue, laboratory
from costim.registry.measure_catalogue import CriterionInfo

_PROTEIN = "proteinuria"
_CRITERIA = ("proteinuria", "proteinuria_onset", "proteinuria_rise")
_LARGEST = 1 << 60
"""Numbers up to here are exact as machine integers, and so are their differences."""


def alike(batch: Batch) -> Batch:
    """The visits with laboratory numbers exchanged for others to which every rule of SLEDAI says the same."""
    return batch.once("laboratory", lambda: _alike(batch))


def _alike(batch: Batch) -> Batch:
    columns = batch.columns
    now, previous = dict(columns.now), dict(columns.previous)
    for item, fact in laboratory().items():
        if item == _PROTEIN:
            now[fact], previous[fact] = _pairs(columns.fact(fact), columns.fact(fact, "previous"))
        elif fact in now:
            now[fact] = _one(now[fact], catalogue().criterion(item))
    return Batch(replace(columns, now=MappingProxyType(now), previous=MappingProxyType(previous)))


def _one(column: FactColumn, criterion: CriterionInfo) -> FactColumn:
    """Numbers that meet, fail or leave open one criterion alike."""
    seen: dict[object, FactValue | None] = {}

    def first(value: FactValue | None) -> FactValue | None:
        key = value
        if isinstance(value, Bounds) and criterion.relation and criterion.limit is not None and not value.unknown:
            key = value.compare(criterion.relation, criterion.limit)
        return seen.setdefault(key, value)

    found = column.map(first)
    small = coded(found.values)
    return Coded(small.codes[column.codes], small.values)


def _pairs(now: FactColumn, before: FactColumn) -> tuple[FactColumn, FactColumn]:
    """Exact numbers of two assessments, those for which the criteria on proteinuria hold alike brought to one pair."""
    scale = _scale([*now.values, *before.values])
    if scale is None:
        return now, before
    (high, of_now), (low, of_before) = _scaled(now, scale), _scaled(before, scale)
    point = of_now & of_before
    over, onset, rise = (
        _meets(name, numbers, scale) for name, numbers in zip(_CRITERIA, (high, low, high - low), strict=True)
    )
    kinds = over + 2 * onset + 4 * rise
    codes_now, codes_before = now.codes.copy(), before.codes.copy()
    for kind in np.unique(kinds[point]).tolist():
        same = point & (kinds == kind)
        first = int(np.flatnonzero(same)[0])
        codes_now[same], codes_before[same] = now.codes[first], before.codes[first]
    return Coded(codes_now, now.values), Coded(codes_before, before.values)


def _scale(values: Sequence[FactValue | None]) -> int | None:
    """A factor that makes every exact number, and every limit, whole; None where numbers would become too large."""
    limits = [exact(catalogue().criterion(name).limit or 0) for name in _CRITERIA]
    numbers = [number for value in values if (number := _number(value)) is not None]
    scale = lcm(*(number.denominator for number in (*numbers, *limits)))
    return scale if all(abs(number) * scale < _LARGEST for number in (*numbers, *limits)) else None


def _number(value: FactValue | None) -> Fraction | None:
    return value.value if isinstance(value, Bounds) else None


def _scaled(column: FactColumn, scale: int) -> tuple[Codes, NDArray[np.bool_]]:
    """Whole numbers, and where there is one."""
    numbers = column.numbers(lambda value: int((_number(value) or 0) * scale))
    return numbers, column.where(lambda value: _number(value) is not None)


def _meets(name: str, numbers: Codes, scale: int) -> Codes:
    criterion = catalogue().criterion(name)
    limit = int(exact(criterion.limit or 0) * scale)
    compare = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}[criterion.relation or ">"]
    return compare(numbers, limit).astype(np.intp)
