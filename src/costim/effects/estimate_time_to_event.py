"""Durations: description, share beyond a horizon, survival curves; bounds wherever the source leaves room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from costim.effects.describe import describe_spans
from costim.effects.evidence import Evidence, finite, ids_of, unit_of
from costim.effects.follow_up import Course, Courses, find_courses
from costim.effects.survival_rows import survival_rows
from costim.effects.time_to_event.attainment import estimate_attainment, is_attainment
from costim.effects.time_to_event.intercurrent_rows import intercurrent_rows
from costim.effects.time_to_event.interval_rows import AT_VISITS, interval_rows
from costim.effects.time_to_event.log_log_rows import LOG_LOG, log_log_rows
from costim.inference.descriptive import compute_descriptive_bounds
from costim.inference.lattice import exceeds
from costim.inference.survival.beyond import compute_proportion_beyond
from costim.registry.effects import Effect
from costim.registry.plan_questions import Endpoint

BEYOND = "documented beyond"


def estimate_time_to_event(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """All rows of a time-to-event endpoint; see `docs/explanation/rooms.md`."""
    if is_attainment(endpoint.parameter):
        return estimate_attainment(endpoint, evidence)
    courses = find_courses(evidence, endpoint.parameter)
    readings = [r for c in courses.rows for r in c.readings]
    base = Effect(
        parameter=endpoint.parameter,
        method="kaplan_meier",
        unit=unit_of(endpoint.parameter, readings),
        n=len(courses.rows),
        n_missing=courses.n_missing,
        flags=courses.flags,
        measurements=ids_of(readings),
        reading=evidence.reading,
    )
    if not any(c.known.lower > 0 or finite(c.known.upper) is not None for c in courses.rows):
        return [replace(base, flags=(*base.flags, "no_times")), *intercurrent_rows(base, endpoint, evidence, courses)]
    level = evidence.plan.study.level
    rows = _durations(base, courses)
    for horizon in sorted(set(endpoint.horizons)):
        rows.append(_beyond(base, courses.rows, horizon, level))
    ids = _constraints(courses.rows, courses.count_constraint)
    flags = _flags(courses.rows, "status_unknown", "bounded_by_constraint", "censored_at_last_contact")
    curve = replace(base, constraints=ids, flags=(*base.flags, *flags, *_conditional(ids)))
    subjects = [c.known for c in courses.rows]
    rows += survival_rows(curve, subjects, endpoint.horizons, level, courses.censored_exactly, restricted=True)
    if evidence.plan.variants.survival_limits == LOG_LOG:
        rows += log_log_rows(curve, subjects, endpoint.horizons, level)
    return [
        *rows,
        *_between_visits(curve, courses, endpoint, level),
        *intercurrent_rows(base, endpoint, evidence, courses),
    ]


def _between_visits(curve: Effect, courses: Courses, endpoint: Endpoint, level: float) -> list[Effect]:
    """Turnbull's estimate where an event is known to have happened between two times; none where no event is."""
    known = [c.known for c in courses.rows]
    if not any(k.event is True and k.lower < k.upper for k in known):
        return []
    if any(k.event is None for k in known):
        last = float(max(endpoint.horizons)) if endpoint.horizons else None
        flags = tuple(dict.fromkeys((*curve.flags, AT_VISITS, "status_unknown")))
        return [replace(curve, method="turnbull", at=last, flags=flags)]
    spans = [(k.lower, k.upper if k.event else inf) for k in known]
    return interval_rows(curve, spans, endpoint.horizons, level)


def _flags(courses: Sequence[Course], *wanted: str) -> tuple[str, ...]:
    """Those of the wanted flags that a course carries, and every other flag about its data."""
    raised = {flag for c in courses for flag in c.flags}
    always = ("first_of_several", "constraint_contradicted")
    return tuple(flag for flag in (*wanted, *always) if flag in raised)


def _constraints(courses: Sequence[Course], count_constraint: str = "") -> tuple[str, ...]:
    ids = {i for c in courses for i in c.constraints} | ({count_constraint} if count_constraint else set())
    return tuple(sorted(ids))


def _conditional(constraints: Sequence[str]) -> tuple[str, ...]:
    return ("conditional_on_constraint",) if constraints else ()


def _durations(base: Effect, courses: Courses) -> list[Effect]:
    """Five statistics of the exact durations, and the bounds of the median over all."""
    exact = [c for c in courses.rows if c.is_exact]
    n_subjects = base.n + base.n_missing
    rows = []
    if exact:
        # A recorded duration that ended by censoring is not a complete one; the plain statistics ignore that.
        ignored = ("censoring_ignored",) if any(c.known.event is not True for c in exact) else ()
        row = replace(
            base,
            n=len(exact),
            n_missing=n_subjects - len(exact),
            flags=(*base.flags, *_flags(exact), *ignored),
            measurements=ids_of(r for c in exact for r in c.readings),
        )
        rows += describe_spans(row, [(c.known.lower, c.known.upper) for c in exact])
    if len(exact) < len(courses.rows):
        bounds = compute_descriptive_bounds([(c.known.lower, c.known.upper) for c in courses.rows]).median
        ids = _constraints(courses.rows)
        flags = (*base.flags, *_flags(courses.rows, "bounded_by_constraint"), *_conditional(ids))
        ignored = ("censoring_ignored",) if any(c.known.event is not True for c in courses.rows) else ()
        row = replace(base, method="median_bounds", constraints=ids, flags=(*flags, *ignored))
        rows.append(_between(row, bounds.lower, bounds.upper))
    return rows


def _between(row: Effect, low: float, high: float) -> Effect:
    """One number when the limits leave no room: none of the bounded durations touches the median."""
    if low == high:
        return replace(row, estimate=low)
    flags = (*row.flags, "bounds_over_unknowns")
    return replace(row, estimate_lower=finite(low), estimate_upper=finite(high), flags=flags)


def _beyond(base: Effect, courses: Sequence[Course], horizon: float, level: float) -> Effect:
    """Share of durations documented beyond the horizon."""
    found = compute_proportion_beyond([(c.known.lower, c.known.upper) for c in courses], horizon, level=level)
    # Only constraints that decide a subject make the number conditional on them.
    used = tuple(sorted({i for c in courses for i in c.constraints if _decides(c, horizon)}))
    short = any(c.known.event is not True and not exceeds(c.known.upper, horizon) for c in courses)
    row = replace(
        base,
        method="proportion_beyond",
        at=float(horizon),
        denominator=found.n,
        lower=found.least.lower,
        upper=found.most.upper,
        level=level,
        variant="clopper_pearson",
        text=BEYOND,
        flags=(*base.flags, *_flags(courses), *_conditional(used), *(("documented_only",) if short else ())),
        constraints=used,
    )
    if found.undecided == 0:
        return replace(row, count=found.yes, estimate=found.least.estimate)
    flags = (*row.flags, "bounds_over_unknowns")
    return replace(row, estimate_lower=found.least.estimate, estimate_upper=found.most.estimate, flags=flags)


def _decides(course: Course, horizon: float) -> bool:
    """Whether a bounded time lies on one side of the horizon."""
    return exceeds(course.known.lower, horizon) or not exceeds(course.known.upper, horizon)
