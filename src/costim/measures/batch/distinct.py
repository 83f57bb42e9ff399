"""Any measure over many visits: its rule once per distinct combination of all the facts it reads."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

from costim.measures.batch.apply import SIDES, Batch, Read
from costim.measures.batch.coded import Coded
from costim.measures.batch.listing import Listing
from costim.measures.batch.results import CheckColumn, ResultColumns
from costim.measures.result import Check, Result
from costim.registry.measure_catalogue import Choice, MeasureInfo, facts_of


def score_distinct(choice: Choice, batch: Batch) -> ResultColumns:
    """Results of every visit; fast where combinations of facts repeat, as slow as single visits where none does."""
    rule = import_module(f"costim.measures.{choice.measure.code}").score
    found: Coded[Result] = batch.apply(lambda visit: rule(choice, visit), reads_of(choice.measure))
    return as_columns(choice, found)


def as_columns(choice: Choice, found: Coded[Result]) -> ResultColumns:
    """Whole results in columns."""
    longest = max((len(result.checks) for result in found.values), default=0)
    return ResultColumns(
        measure=choice.measure.code,
        variant=choice.name,
        result=found.map(lambda result: replace(result, decided_by=(), missing=(), checks=())),
        decided_by=Listing((found.map(lambda result: result.decided_by),)),
        missing=Listing((found.map(lambda result: result.missing),)),
        checks=tuple(_check(found, place) for place in range(longest)),
    )


def _check(found: Coded[Result], place: int) -> CheckColumn:
    own: Coded[Check | None] = found.map(lambda result: result.checks[place] if place < len(result.checks) else None)
    return CheckColumn(
        check=own.map(lambda check: None if check is None else replace(check, missing=())),
        missing=Listing((own.map(lambda check: () if check is None else check.missing),)),
    )


def reads_of(info: MeasureInfo) -> tuple[Read, ...]:
    """Every fact that a measure may read, of the visit and of the assessments it may be compared with."""
    return tuple((side, name) for side in SIDES for name in facts_of(info.code))
