"""Plan and measurements in, effect rows out: the outward function of the room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from costim.effects.counts import estimate_counts
from costim.effects.doubts import carry_doubts
from costim.effects.estimate_agreement import estimate_agreement
from costim.effects.estimate_composition import estimate_composition
from costim.effects.estimate_count import estimate_count
from costim.effects.estimate_distribution import estimate_distribution
from costim.effects.estimate_paired_change import estimate_paired_change
from costim.effects.estimate_proportion import estimate_proportion
from costim.effects.estimate_rate import estimate_rate
from costim.effects.estimate_repeated_change import estimate_repeated_change
from costim.effects.estimate_time_to_event import estimate_time_to_event
from costim.effects.estimate_time_to_resolution import estimate_time_to_resolution
from costim.effects.estimate_transition import estimate_transition
from costim.effects.evidence import Evidence, build_evidence, with_changes
from costim.effects.families import adjust_families
from costim.effects.gate_jitter import estimate_gate_jitter
from costim.effects.published import compare_published
from costim.registry.effects import Effect
from costim.registry.measurements import AS_RECORDED
from costim.registry.moved_gates import draw_number, moved_readings
from costim.registry.plan import Plan
from costim.registry.plan_questions import Endpoint

if TYPE_CHECKING:
    import polars as pl

ESTIMATORS: dict[str, Callable[[Endpoint, Evidence], list[Effect]]] = {
    "paired_change": estimate_paired_change,
    "proportion": estimate_proportion,
    "distribution": estimate_distribution,
    "transition": estimate_transition,
    "count": estimate_count,
    "time_to_event": estimate_time_to_event,
    "time_to_resolution": estimate_time_to_resolution,
    "agreement": estimate_agreement,
    "repeated_change": estimate_repeated_change,
    "composition": estimate_composition,
    "rate": estimate_rate,
}
MEASUREMENT_KEY = ("parameter", "subject", "visit", "timepoint", "item", "variant")
SWEEPS = frozenset({"change_net_of_regression", "change_net_of_steroid", "tipping_natural_course"})
"""Curves over an assumed number: given for the preferred reading; of the others their tipping points are enough."""
NOT_COMPARED = ("reading", "measurements", "flags", "constraints")
"""Fields in which an effect of another reading may differ without being another result."""


def estimate(plan: Plan, measurements: pl.DataFrame, published: pl.DataFrame) -> list[Effect]:
    """All effects of a study.

    Args:
        plan: endpoints, contrasts, constraints, variants, confidence level.
        measurements: the measurements table (`measurement_schema`). Rows with a `reading` other than `as_recorded`
            replace the as-recorded rows of the same key when that reading is estimated.
        published: the `published` table of the study; may be empty.

    Returns:
        Every effect of the preferred reading; of each other reading only the rows in which a number or a word differs,
        without the sweeps over assumed numbers. Of readings with moved gates only how far the effects move.
    """
    import polars as pl

    recorded = _estimate_reading(plan, measurements.filter(pl.col("reading") == AS_RECORDED), published, AS_RECORDED)
    names = set(measurements.get_column("reading").to_list()) - {AS_RECORDED}
    others = sorted(name for name in names if draw_number(name) is None)
    preferred = {_key(row): row for row in recorded}
    effects = list(recorded)
    for name in others:
        rows = _estimate_reading(plan, replace_reading(measurements, name), published, name)
        effects += [row for row in rows if row.method not in SWEEPS and _differs(row, preferred.get(_key(row)))]
    moved = moved_readings(plan) if measurements.height else ()
    # A draw in which no row differs has no rows of its own, and counts all the same.
    return effects + estimate_gate_jitter(plan, recorded, _under_moved_gates(plan, measurements, moved))


def _under_moved_gates(plan: Plan, measurements: pl.DataFrame, moved: Sequence[str]) -> list[Evidence]:
    """The evidence of every draw; what no draw changes is taken from the preferred reading."""
    import polars as pl

    if not moved:
        return []
    base = build_evidence(plan, measurements.filter(pl.col("reading") == AS_RECORDED), AS_RECORDED)
    found = []
    for name in moved:
        changed = set(measurements.filter(pl.col("reading") == name).get_column("parameter").to_list())
        found.append(with_changes(base, replace_reading(measurements, name), name, changed))
    return found


def replace_reading(measurements: pl.DataFrame, reading: str) -> pl.DataFrame:
    """The full set of rows under another reading: its own, and the as-recorded ones it does not replace.

    Where a compared choice gives the same reading under the name of another variant, only that one is left.
    """
    import polars as pl

    own = measurements.filter(pl.col("reading") == reading)
    recorded = measurements.filter(pl.col("reading") == AS_RECORDED)
    left = recorded.join(own, on=list(MEASUREMENT_KEY), how="anti", nulls_equal=True)
    return pl.concat([left, own.filter(~pl.col("flags").list.contains("under_other_variant"))])


def _estimate_reading(plan: Plan, measurements: pl.DataFrame, published: pl.DataFrame, reading: str) -> list[Effect]:
    evidence = build_evidence(plan, measurements, reading)
    rows = [row for endpoint in plan.endpoints for row in ESTIMATORS[endpoint.kind](endpoint, evidence)]
    rows = adjust_families(_first_of_each([*rows, *estimate_counts(evidence)]), evidence)
    rows = carry_doubts(rows, measurements)
    return rows + compare_published(published, rows, reading)


def _first_of_each(rows: Sequence[Effect]) -> list[Effect]:
    """Two endpoints may ask for the same row (a total, say): it is given once."""
    found: dict[str, Effect] = {}
    for row in rows:
        found.setdefault(row.key, row)
    return list(found.values())


def _key(row: Effect) -> str:
    return replace(row, reading=AS_RECORDED).key


def _differs(row: Effect, preferred: Effect | None) -> bool:
    if preferred is None:
        return True
    compared = [f.name for f in fields(Effect) if f.name not in NOT_COMPARED]
    return any(getattr(row, name) != getattr(preferred, name) for name in compared)
