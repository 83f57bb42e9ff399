"""Rows under the strategies that the plan declares for intercurrent events (ICH E9(R1))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from costim.effects.evidence import Evidence, ids_of
from costim.effects.follow_up import Courses
from costim.effects.survival_rows import count_between, enclose, survival_rows
from costim.effects.time_to_event.endings import Ended, as_follow_up, find_endings
from costim.inference.survival.incidence_bounds import IncidenceBounds, compute_incidence_bounds
from costim.registry.effects import Effect
from costim.registry.parameters import parameters
from costim.registry.plan_questions import Endpoint


def intercurrent_rows(base: Effect, endpoint: Endpoint, evidence: Evidence, courses: Courses) -> list[Effect]:
    """The curve, or the cumulative incidence where an event competes; `variant` = strategies as declared.

    None when the plan declares no strategy. An event that the program does not know gives a row without numbers; one
    that no row of the study records is taken not to have happened, and the rows say so.
    """
    if not endpoint.strategies:
        return []
    base = replace(base, variant="; ".join(endpoint.intercurrent))
    names = [name for name, how in endpoint.strategies if how != "treatment_policy"]
    if any(f"event.{name}" not in parameters() for name in names):
        return [_empty(base, endpoint, "intercurrent_unknown_event")]
    level = evidence.plan.study.level
    found = find_endings(evidence, courses.rows, endpoint.strategies)
    absent = any(not evidence.readings(f"event.{name}") for name in names)
    raised = {
        "intercurrent_not_recorded": absent,
        "intercurrent_order_unknown": any(e.order_unknown for e in found),
        "status_unknown": any(c.known.event is None for c in courses.rows),
    }
    ids = tuple(sorted({i for e in found for i in e.constraints}))
    flags = (*courses.flags, *(name for name, true in raised.items() if true))
    base = replace(
        base,
        n=len(found),
        n_missing=len(evidence.subjects) - len(found),
        flags=(*flags, "conditional_on_constraint") if ids else flags,
        constraints=ids,
        measurements=ids_of(r for e in found for r in e.readings),
    )
    if any(how == "competing" for _, how in endpoint.strategies):
        return _incidence(base, found, endpoint.horizons, level)
    return survival_rows(base, [as_follow_up(e.ending) for e in found], endpoint.horizons, level, None, restricted=True)


def _empty(base: Effect, endpoint: Endpoint, flag: str) -> Effect:
    competing = any(how == "competing" for _, how in endpoint.strategies)
    return replace(
        base,
        method="cumulative_incidence" if competing else "kaplan_meier",
        at=float(max(endpoint.horizons)) if endpoint.horizons else None,
        flags=(*base.flags, flag),
    )


def _incidence(base: Effect, found: Sequence[Ended], at: Sequence[float], level: float) -> list[Effect]:
    bounds = compute_incidence_bounds([e.ending for e in found], at, level=level)
    raised = {"bounds_over_unknowns": bounds.n_scenarios > 1, "order_left_open": bounds.is_order_free}
    flags = (*base.flags, *(name for name, true in raised.items() if true))
    rows = []
    for k, time in enumerate(bounds.times):
        here = replace(base, at=float(time))
        row = replace(here, method="cumulative_incidence", level=level, flags=flags)
        row = replace(row, lower=float(bounds.lower[k]), upper=float(bounds.upper[k]))
        if bounds.at_risk_upper[k] == 0 and bounds.upper[k] > bounds.lower[k]:
            row = replace(row, flags=(*flags, "beyond_follow_up"))
        rows.append(enclose(row, float(bounds.incidence_lower[k]), float(bounds.incidence_upper[k])))
        risk = replace(here, method="at_risk")
        rows.append(count_between(risk, int(bounds.at_risk_lower[k]), int(bounds.at_risk_upper[k])))
    return [*rows, *_numbers(replace(base, unit=""), bounds)]


def _numbers(base: Effect, bounds: IncidenceBounds) -> list[Effect]:
    counts = (("events", bounds.events), ("competing_events", bounds.competing), ("censored", bounds.censored))
    return [count_between(replace(base, method=method), *ends) for method, ends in counts]
