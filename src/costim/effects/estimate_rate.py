"""Events per time observed: how often, and whether more often early than late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

from costim.effects.completions import reachable_counts
from costim.effects.evidence import Evidence, finite, ids_of
from costim.effects.observation import EVENTS, Observation, Span, find_observations
from costim.effects.rate_ratio_rows import ratio_rows
from costim.inference.counts.garwood import Rate, compute_garwood, compute_poisson_mid_p
from costim.inference.counts.rate_ratio import Variant
from costim.registry.effects import Effect
from costim.registry.parameters import parameter as registered
from costim.registry.plan import Plan
from costim.registry.plan_questions import Endpoint

LIMITS = {"garwood": compute_garwood, "mid_p": compute_poisson_mid_p}
RATIO_OF: dict[str, Variant] = {"garwood": "exact", "mid_p": "mid_p"}
CARRIED = ("observed_to_latest_time", "censored_at_last_contact", "event_after_end", "status_unknown")


def estimate_rate(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """Rows `person_time` (patient-years), `rate` (per patient-year) and, at each horizon, `rate_ratio`.

    Every event of a subject counts, not only the first. Where some subject has, or may have, several, they are hardly
    independent: the rows then have neither limits nor p, a blank variant and the flag `clustered`. Without a single row
    of the event in the study nothing is estimated: that nobody wrote of it does not mean that it did not happen.
    """
    observed = find_observations(evidence, endpoint.parameter)
    base = Effect(
        parameter=endpoint.parameter,
        method="person_time",
        n=len(observed.rows),
        n_missing=observed.n_missing,
        flags=(*observed.flags, *_flags(observed.rows)),
        measurements=ids_of(r for o in observed.rows for r in o.readings),
        reading=evidence.reading,
    )
    variants = _variants(evidence.plan)
    empty = replace(base, method="rate", variant=variants[0], unit="per patient-year", level=evidence.plan.study.level)
    if not endpoint.parameter.startswith(EVENTS) or not observed.is_recorded:
        return [replace(empty, n=0, n_missing=len(evidence.subjects), flags=("no_data",), measurements=())]
    years = _years(observed.rows, evidence.plan)
    if not observed.rows or years[1] == 0:
        return [replace(empty, flags=tuple(dict.fromkeys((*base.flags, "no_follow_up_time"))))]
    clustered = _is_clustered(observed.rows)
    variants = variants[:1] if clustered else variants
    unit = registered(endpoint.parameter).unit
    rows = [_time_row(replace(base, unit="patient-years"), years)]
    rows += [_rate_row(replace(empty, variant=variant), observed.rows, years) for variant in variants]
    horizons = [h for h in sorted(set(endpoint.horizons)) if h > 0]
    ratio = replace(empty, method="rate_ratio", unit=unit)
    named = tuple(RATIO_OF[variant] for variant in variants)
    rows += [row for h in horizons for row in ratio_rows(ratio, observed.rows, h, named)]
    return [_without_limits(row) for row in rows] if clustered else rows


def _variants(plan: Plan) -> tuple[str, ...]:
    return ("garwood", "mid_p") if plan.variants.share_interval == "mid_p" else ("garwood",)


def _flags(rows: Sequence[Observation]) -> tuple[str, ...]:
    raised = {flag for o in rows for flag in o.flags}
    return (*(flag for flag in CARRIED if flag in raised), *(("clustered",) if _is_clustered(rows) else ()))


def _is_clustered(rows: Sequence[Observation]) -> bool:
    """Has a subject several events, or may it have? The limits of a rate do not hold then: they take all as alike."""
    return any(len(o.events) > 1 for o in rows)


def _without_limits(row: Effect) -> Effect:
    """The estimate and the count alone, named after no procedure of limits."""
    flags = tuple(flag for flag in row.flags if flag not in ("largest_p", "no_upper_limit"))
    return replace(row, variant="", level=None, lower=None, upper=None, p=None, p_min=None, flags=flags)


def _years(rows: Sequence[Observation], plan: Plan) -> Span:
    """Patient-years over all subjects; times of events are in months."""
    per_month = float(plan.study.days_per_month / plan.study.days_per_year)
    return sum(o.time[0] for o in rows) * per_month, sum(o.time[1] for o in rows) * per_month


def _time_row(row: Effect, years: Span) -> Effect:
    if years[0] == years[1]:
        return replace(row, estimate=years[0])
    flags = (*row.flags, "bounds_over_unknowns")
    return replace(row, estimate_lower=years[0], estimate_upper=finite(years[1]), flags=flags)


def _rate_row(row: Effect, rows: Sequence[Observation], years: Span) -> Effect:
    """The rate; bounds from the fewest events in the longest time to the most in the shortest."""
    counts = [frozenset({(1, 0)} if e.is_certain else {(1, 0), (0, 0)}) for o in rows for e in o.events]
    sums = [first for first, _ in reachable_counts(counts)]
    least, most = _rate(row, sums[0], years[1]), _rate(row, sums[-1], years[0])
    row = replace(row, lower=least.lower if least else 0.0, upper=most.upper if most else None)
    if len(sums) == 1 and years[0] == years[1] and least:
        return replace(row, count=sums[0], estimate=least.estimate)
    return replace(
        row,
        count=sums[0] if len(sums) == 1 else None,
        estimate_lower=least.estimate if least else 0.0,
        estimate_upper=most.estimate if most else None,
        flags=(*row.flags, "bounds_over_unknowns"),
    )


def _rate(row: Effect, events: int, years: float) -> Rate | None:
    """None where the time of observation may be nothing, or has no known end."""
    level = row.level or 0.95
    return LIMITS[row.variant](events, years, level=level) if years > 0 and isfinite(years) else None
