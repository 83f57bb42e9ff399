"""What a trajectory comes to: depletion, return of B cells, lowest activity, rise of CD40 and CD80, relapse.

All of it on a daily grid with straight lines between days; visits and what they miss are not looked at here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.simulate.crossings import first_below, first_return, first_rise

Floats = NDArray[np.float64]

WATCHED = ("cd19", "naive", "memory", "cd40", "sledai")
"""Outputs of a model that endpoints are made of."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as what."""

    depleted_below: float = 5.0
    """CD19+ cells per uL."""
    return_share: float = 0.5
    """Of the patient's own baseline, for naive and memory cells."""
    relapse_rise: float = 0.25
    """Of activity above its lowest so far, relative to baseline."""
    marker_rise: float = 0.25
    """Of CD40 above its lowest so far, relative to baseline."""
    after: float = 28.0
    """Day before which no rise counts."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """(patients,) each. Days: `inf` is not within the time simulated, NaN a patient who could not be integrated."""

    lowest_cd19: Floats
    """Cells per uL."""
    depletion_day: Floats
    """First below `Rules.depleted_below`."""
    cd19_return_day: Floats
    """First back at or above it; 0: never below."""
    naive_return_day: Floats
    """Naive cells first back at `Rules.return_share` of baseline; 0: never below."""
    memory_return_day: Floats
    """The same of memory cells."""
    lowest_activity: Floats
    """Relative to baseline."""
    lowest_activity_day: Floats
    marker_rise_day: Floats
    """CD40 and CD80 first `Rules.marker_rise` above their lowest so far."""
    relapse_day: Floats
    """Activity first `Rules.relapse_rise` above its lowest so far."""

    @classmethod
    def blank(cls, count: int) -> Endpoints:
        """Room for patients to be filled in."""
        return cls(**{field.name: np.full(count, np.nan) for field in fields(cls)})

    def fill(self, first: int, part: Endpoints) -> None:
        """Write the endpoints of a piece from patient `first` on."""
        for field in fields(self):
            column = getattr(part, field.name)
            getattr(self, field.name)[first : first + len(column)] = column


def compute_endpoints(
    days: Floats, watched: Mapping[str, Floats], baseline: Mapping[str, Floats], rules: Rules, *, count: int
) -> Endpoints:
    """Endpoints of patients.

    Args:
        days: (days,) a daily grid.
        watched: Output -> (patients, days); endpoints of outputs that a model lacks are NaN.
        baseline: Output -> (patients,) without drug.
        rules: What counts.
        count: How many patients.
    """
    missing = np.full(count, np.nan)

    def relative(name: str) -> Floats | None:
        if name not in watched:
            return None
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(watched[name] / baseline[name][:, None])

    cd19, activity, marker = watched.get("cd19"), relative("sledai"), relative("cd40")
    threshold = np.full(count, rules.depleted_below)
    share = np.full(count, rules.return_share)
    returns = {name: relative(name) for name in ("naive", "memory")}
    return Endpoints(
        lowest_cd19=missing if cd19 is None else cd19.min(axis=1),
        depletion_day=missing if cd19 is None else first_below(days, cd19, threshold),
        cd19_return_day=missing if cd19 is None else first_return(days, cd19, threshold),
        naive_return_day=missing if returns["naive"] is None else first_return(days, returns["naive"], share),
        memory_return_day=missing if returns["memory"] is None else first_return(days, returns["memory"], share),
        lowest_activity=missing if activity is None else activity.min(axis=1),
        lowest_activity_day=missing if activity is None else _lowest_day(days, activity),
        marker_rise_day=missing if marker is None else first_rise(days, marker, rules.marker_rise, rules.after),
        relapse_day=missing if activity is None else first_rise(days, activity, rules.relapse_rise, rules.after),
    )


def _lowest_day(days: Floats, x: Floats) -> Floats:
    return np.where(np.isnan(x).any(axis=1), np.nan, days[np.argmin(x, axis=1)])


def share_free(event_days: Floats, day: float) -> float:
    """Share of the patients who were integrated without the event up to and on a day.

    Nobody is censored before the end of a simulation, so this is the whole of a survival curve up to there.

    Args:
        event_days: (patients,) `inf` for none, NaN for who is left out.
        day: Not after the end of the simulation.

    Returns:
        0 to 1; NaN where nobody is left.
    """
    known = event_days[~np.isnan(event_days)]
    return float((known > day).mean()) if known.size else float("nan")
