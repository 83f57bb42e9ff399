"""Readings with gates a little elsewhere: how many there are by the plan, and what is asked of them."""

from __future__ import annotations

from costim.registry.cytometry_parameters import PREFIX
from costim.registry.plan import Plan

MOVED_GATES = "gates_moved_"
"""Readings of so beginning names have cytometry with gates moved; only the spread of their effects is given."""


def moved_readings(plan: Plan) -> tuple[str, ...]:
    """Names of the draws; none where no panel has gates, nothing on cells is asked, or gates are not to be moved."""
    settings = plan.cytometry
    if settings.jitter == 0 or not any(panel.gates for panel in plan.panels) or not asked_parameters(plan):
        return ()
    return tuple(f"{MOVED_GATES}{draw + 1:03d}" for draw in range(settings.jitter_draws))


def draw_number(reading: str) -> int | None:
    """Which draw a reading is, from 1; None for any other reading."""
    return int(reading.removeprefix(MOVED_GATES)) if reading.startswith(MOVED_GATES) else None


def asked_parameters(plan: Plan) -> frozenset[str]:
    """Parameters of phenotypes that endpoints ask for, as changes or as parts of a composition."""
    asked = {endpoint.parameter for endpoint in plan.endpoints}
    asked |= {name for endpoint in plan.endpoints for subset in endpoint.subset_parameters for name in subset[1:]}
    return frozenset(name for name in asked if name.startswith(PREFIX))
