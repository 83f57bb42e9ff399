"""SLEDAI over many visits: totals of items, typed totals beside them, results."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType

import numpy as np

from costim.measures.batch.apply import Batch
from costim.measures.batch.coded import Coded, combined
from costim.measures.batch.names import listing
from costim.measures.batch.results import ResultColumns
from costim.measures.batch.totals import Summed, all_items, spelt_out, split
from costim.measures.bounds import UNBOUNDED, Bounds
from costim.measures.facts import NO_FACTS, Facts, FactValue
from costim.measures.result import Quantity
from costim.measures.sledai_findings import family_of, item_names
from costim.measures.sledai_total import as_result, reconcile, resting_on
from costim.registry.measure_catalogue import Choice, choose


def index(choice: Choice, batch: Batch) -> Summed:
    """The index at each visit under a variant of `sledai`: as `sledai.index_of` for one visit."""

    def make() -> Summed:
        return with_typed(choice, batch, all_items(choice, batch, choice.variant), "sledai_total", family_of(choice))

    return batch.once(("index", choice.measure.code, choice.name), make)


def clinical_index(choice: Choice, batch: Batch) -> Summed:
    """The index without serology under a variant of `csledai`: as `csledai.index_of` for one visit."""

    def make() -> Summed:
        extra = choice.measure.extra
        full = choose("sledai", f"{extra['indexes'][choice.variant.name]}+{choice.options['arthritis']}")
        summed = all_items(full, batch, choice.variant, extra["leave_out"])
        return with_typed(choice, batch, summed, "csledai_total", family_of(full))

    return batch.once(("index", choice.measure.code, choice.name), make)


def with_typed(choice: Choice, batch: Batch, summed: Summed, fact: str, family: str) -> Summed:
    """Totals from items beside those that were typed, with what the variant rests on."""
    most = choice.measure.maximum or 0
    typed = combined(
        partial(_typed, fact), batch.columns.fact(fact), batch.columns.fact("sledai_scored_as"), recorded_any(batch)
    )
    if all(facts is NO_FACTS for facts in typed.values):
        return summed

    def total(bounds: Bounds, rest: Quantity, facts: Facts) -> Quantity:
        quantity = replace(rest, bounds=bounds)
        return quantity if facts is NO_FACTS else resting_on(choice, reconcile(quantity, facts, fact, family, most))

    return split(combined(total, summed.bounds, summed.rest, typed), summed.states)


def recorded_any(batch: Batch) -> Coded[bool]:
    """Was any item, or the number of joints, recorded?"""
    asked = [batch.columns.fact(name) for name in ("joints", *item_names())]
    found = np.logical_or.reduce([column.where(lambda value: value is not None) for column in asked])
    return Coded(found.astype(np.intp), (False, True))


def _typed(fact: str, total: FactValue | None, scored_as: FactValue | None, items: bool) -> Facts:
    if not isinstance(total, Bounds) or total.unknown:
        return NO_FACTS
    # Of the items only whether any was recorded matters here: the number of joints stands for them all.
    known = {fact: total, "sledai_scored_as": scored_as, "joints": UNBOUNDED if items else None}
    return Facts(MappingProxyType({name: value for name, value in known.items() if value is not None}))


def score(choice: Choice, batch: Batch) -> ResultColumns:
    """The index of every visit under one variant of `sledai` (0 to 105 points) or `csledai` (0 to 101)."""
    total = index if choice.measure.code == "sledai" else clinical_index
    return as_columns(choice, total(choice, batch))


def as_columns(choice: Choice, total: Summed) -> ResultColumns:
    """Results of a total."""
    results = total.rest.map(partial(as_result, choice))
    states = total.states
    return ResultColumns(
        measure=choice.measure.code,
        variant=choice.name,
        result=results,
        decided_by=listing(spelt_out(results.map(lambda result: result.decided_by), states.names, states.present)),
        bounds=total.bounds,
        missing=listing(spelt_out(results.map(lambda result: result.missing), states.names, states.unknown)),
    )
