"""Time to resolution of manifestations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from costim.effects.evidence import Evidence, Reading, ids_of
from costim.effects.survival_rows import survival_rows
from costim.inference.survival.scenarios import FollowUp
from costim.registry.effects import Effect
from costim.registry.flags import raised
from costim.registry.plan_questions import Endpoint


def estimate_time_to_resolution(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """Rows of a Kaplan-Meier estimate over manifestations (1 = not yet resolved), and `subjects`.

    A day or a range of days is a resolution; a limit `> day` means still there on that day (censored). A manifestation
    without a day may have resolved at any time or not at all, which gives bounds, or none when there are too many such.

    Manifestations of one patient are not independent: where a patient has several, the rows have no limits and say why
    (`clustered`).
    """
    readings = evidence.readings(endpoint.parameter)
    timed = [r for r in readings if r.is_number and r.span()[1] >= 0]
    subjects = sorted({r.subject for r in timed})
    base = Effect(
        parameter=endpoint.parameter,
        method="kaplan_meier",
        unit="days",
        n=len(readings),
        measurements=ids_of(timed),
        reading=evidence.reading,
    )
    counted = replace(
        base,
        method="subjects",
        unit="",
        n=len(timed),
        n_missing=len(readings) - len(timed),
        count=len(subjects),
        denominator=len(evidence.subjects),
    )
    if not timed:
        empty = replace(base, n=0, n_missing=len(readings), flags=("no_times",))
        return [empty, replace(counted, flags=("no_times",))]
    early = any(r.is_number and r.span()[1] < 0 for r in readings)
    known = [_known(r) for r in readings if not (r.is_number and r.span()[1] < 0)]
    flags = {
        "before_first_infusion": early,
        "clustered": len({r.subject for r in readings}) < len(readings),
        "status_unknown": any(f.event is None for f in known),
    }
    base = replace(base, n=len(known), n_missing=len(readings) - len(known))
    base = replace(base, flags=raised(flags))
    return [counted, *_curve(base, known, endpoint.horizons, evidence)]


def _curve(base: Effect, known: list[FollowUp], horizons: Sequence[float], evidence: Evidence) -> list[Effect]:
    rows = survival_rows(base, known, horizons, evidence.plan.study.level, None)
    return [replace(row, level=None, lower=None, upper=None) for row in rows] if "clustered" in base.flags else rows


def _known(reading: Reading) -> FollowUp:
    if not reading.is_number:
        return FollowUp(0.0, inf, None)
    low, high = reading.span(0.0)
    low = max(low, 0.0)
    return FollowUp(low, low, False) if high == inf else FollowUp(low, high, True)
