"""What the plan says of the mechanism: whether the study's own doses are simulated in virtual patients."""

from __future__ import annotations

from pydantic import Field

from costim.registry.plan_model import Model, Name


class Mechanism(Model):
    """The study's infusions given to virtual patients of the mechanistic model, beside what the study saw."""

    patients: int = Field(default=0, ge=0, le=1_000_000)
    """How many virtual patients for each form of the model; each dose schedule of the study is given to an equal share
    of them for every subject who had it. 0 = no simulation."""
    agent: Name = "rituximab"
    """Whose values the drug has (see the reference of the mechanism)."""
    uncertainty_draws: int = Field(default=40, ge=0, le=2000)
    """How many times the typical patient is drawn anew, to see how far what is simulated depends on what is not known
    of it; 0 = not at all."""
    event: str = Field(default="event.relapse", min_length=1)
    """Event of the study beside which simulated relapse is set."""
    months: tuple[float, ...] = (12, 24)
    """Times at which it is, in months."""
