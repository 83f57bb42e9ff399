"""Measurement rows of the clinical measures that a plan asks for, at every visit and over time."""

from __future__ import annotations

from typing import Any

from costim.instruments.assessed import Assessed, assess_subject, tables_of
from costim.instruments.longitudinal import rows_over_time
from costim.instruments.rows import joined, to_reading
from costim.instruments.sledai import reaches_before_infusion
from costim.instruments.visit_facts import visit_facts
from costim.measures.result import Result
from costim.registry.measure_choices import asked_measures
from costim.registry.measure_parameters import NUMERIC, row_kinds
from costim.registry.measurements import Measurement
from costim.study.study import Study


def measure(study: Study) -> list[Measurement]:
    """Rows of every measure of `[[measures]]`: `<code>.<kind>` at each visit, and states and flares over time.

    Args:
        study: the checked study.

    Returns:
        Numbers as value or bounds, states, grades and classes as text (`unknown`, flagged `state_undecided`, where the
        facts leave them open; `undecided` names the facts). A visit of the visits table at which nothing of what the
        measure asks for was recorded has a missing row, and so has a change at a visit without an earlier assessment
        (flag `no_previous_assessment`). None at all when the plan asks for no measure.
    """
    asked = asked_measures(study.plan)
    if not asked:
        return []
    patients = visit_facts(study)
    found: list[Measurement] = []
    for entry in asked:
        for visits in patients.values():
            assessed = assess_subject(study.plan, entry, visits)
            found += [row for one in assessed for row in _rows(study, one)]
            found += rows_over_time(study, entry, assessed)
    return found


def _rows(study: Study, one: Assessed) -> list[Measurement]:
    if one.result is None and not one.cells:
        return []  # a visit without row at which something else was recorded
    return [_row(study, one, kind) for kind in row_kinds(one.asked.choice.measure)]


def _row(study: Study, one: Assessed, kind: str) -> Measurement:
    choice, result = one.asked.choice, one.result
    fields: dict[str, Any] = {"missing": one.missing}
    flags: tuple[str, ...] = ()
    said = result is not None and not one.missing
    if result is not None and said and kind in NUMERIC:
        fields, flags = _number(result)
    elif result is not None and said:
        fields = {"text": result.state} if result.state else {"missing": "not_recorded"}
        flags = ("state_undecided",) if result.state == "unknown" else ()
    window = result.window_days if result else choice.variant.window_days
    early = ("window_reaches_before_infusion",) if reaches_before_infusion(one.when.day, window) else ()
    cells = joined(one.cells, one.when.cells)
    return Measurement(
        subject=one.subject,
        visit=one.visit,
        parameter=f"{choice.measure.code}.{kind}",
        variant=choice.name,
        window_days=window,
        unit=choice.measure.unit if kind in NUMERIC else "",
        flags=joined(result.flags if result else (), flags, early, one.flags, one.when.flags),
        source=tables_of(cells),
        cells=cells,
        reading=study.reading,
        undecided=", ".join(result.missing) if result is not None and said and not result.complete else "",
        **fields,
        **one.when.fields(),
    )


def _number(result: Result) -> tuple[dict[str, Any], tuple[str, ...]]:
    reading = to_reading(result.bounds, "not_recorded")
    return reading.fields(), () if reading.value is not None else ("items_incomplete",)
