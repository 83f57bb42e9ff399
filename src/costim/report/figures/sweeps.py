"""Rows of a sweep over an assumption: what is left of a change at each assumed value, and where it tips."""

from __future__ import annotations

import math
from dataclasses import dataclass

from costim.registry.effects import Effect
from costim.registry.plan_assumptions import OtherCauses
from costim.registry.plan_questions import Endpoint
from costim.report.figures.view import View

FEWEST = 3
"""Assumed values below which there is no curve."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Rows of one method and variant in the order of the assumed value."""

    rows: tuple[Effect, ...]
    tipping: Effect | None

    @property
    def at(self) -> tuple[float, ...]:
        """The assumed values."""
        return tuple(row.at or 0.0 for row in self.rows)

    @property
    def limited(self) -> bool:
        """Has every row both limits?"""
        return all(row.lower is not None and row.upper is not None for row in self.rows)


def long_run_sweeps(view: View, parameter: str, contrast: str) -> tuple[Sweep, ...]:
    """Sweeps over the assumed long-run mean: the bounds over every degree of regression first."""
    return _sweeps(view, parameter, contrast, ("change_net_of_regression", "tipping_long_run_mean"))


def steroid_sweep(view: View, parameter: str, contrast: str) -> Sweep | None:
    """The sweep over the assumed steroid effect, when its rows have limits."""
    found = _sweeps(view, parameter, contrast, ("change_net_of_steroid", "tipping_steroid_effect"))
    return next((sweep for sweep in found if sweep.limited), None)


def _sweeps(view: View, parameter: str, contrast: str, methods: tuple[str, str]) -> tuple[Sweep, ...]:
    fields = {"parameter": parameter, "contrast": contrast}
    found = [row for row in view.find(**fields, method=methods[0]) if row.at is not None and ends(row) is not None]
    sweeps = []
    for variant in dict.fromkeys(row.variant for row in found):
        rows = sorted((row for row in found if row.variant == variant), key=lambda row: row.at or 0.0)
        tips = [row for row in view.find(**fields, method=methods[1], variant=variant) if row.estimate is not None]
        if len(rows) >= FEWEST:
            sweeps.append(Sweep(tuple(rows), tips[0] if tips else None))
    return tuple(sweeps)


def ends(row: Effect) -> tuple[float, float] | None:
    """Lowest and highest estimate; None when nothing is known."""
    if row.estimate is not None:
        return row.estimate, row.estimate
    if row.estimate_lower is None or row.estimate_upper is None:
        return None
    return row.estimate_lower, row.estimate_upper


def limits_of(row: Effect) -> tuple[float, float]:
    """Both limits; not a number where there is none, so that nothing is drawn there."""
    return (math.nan if row.lower is None else row.lower), (math.nan if row.upper is None else row.upper)


def drawn_sweep(view: View, endpoint: Endpoint) -> Sweep | None:
    """The sweep that a figure of an endpoint shows first: the first with limits."""
    found = long_run_sweeps(view, endpoint.parameter, endpoint.contrast or "")
    return next((sweep for sweep in found if sweep.limited), None)


def falls(sweep: Sweep) -> bool:
    """Is the change a fall? The side on which the tipping line bounds it."""
    middle = sweep.rows[len(sweep.rows) // 2]
    return sum(ends(middle) or (0.0, 0.0)) < 0


def assumed_of(view: View, parameter: str, contrast: str) -> OtherCauses | None:
    """What the plan assumes about a parameter in a contrast."""
    return next(
        (a for a in view.plan.other_causes if a.parameter == parameter and a.contrast in (None, contrast)), None
    )


def tipping_rows(view: View, parameter: str, contrast: str) -> tuple[Effect, ...]:
    """Steroid effects that alone would explain the change."""
    rows = view.find(parameter=parameter, contrast=contrast, method="tipping_steroid_effect")
    return tuple(row for row in rows if row.estimate)
