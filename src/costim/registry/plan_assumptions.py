"""What the plan declares beside its questions: families, other causes, benchmarks, stated facts."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from costim.registry.plan_model import Model, Name


class Family(Model):
    """Several endpoints that are one question; their p-values are corrected together."""

    name: Name
    """As endpoints name it."""
    correction: Literal["westfall_young", "holm", "benjamini_hochberg"] = "westfall_young"
    """`westfall_young` turns the signs of whole patients and so uses how the markers hang together; `holm` does not;
    `benjamini_hochberg` holds the share of false discoveries, not the chance of any."""
    incomplete: Literal["available", "complete"] = "available"
    """Patients without a reading of some member: each member uses those it has, or only complete patients are used."""
    label: str = ""
    """As printed in the report."""


class OtherCauses(Model):
    """What is assumed about causes of a change other than the treatment, and where that is from."""

    parameter: Name
    """Code of the parameter."""
    contrast: Name | None = None
    """Contrast it belongs to; every contrast of the parameter if blank."""
    long_run_mean: tuple[float, float] | None = None
    """Smallest and largest mean to which untreated patients would return; from the readings if not given."""
    population_mean: float | None = None
    """Mean of the population the patients were chosen from."""
    between_sd: float | None = Field(default=None, gt=0)
    """Standard deviation of the long-run levels of that population."""
    within_sd: float | None = Field(default=None, gt=0)
    """Test-retest standard deviation of one reading of one patient whose disease does not change."""
    within_sd_df: float | None = Field(default=None, gt=0)
    """Degrees of freedom behind `within_sd`; known exactly if not given."""
    selected_above: float | None = None
    """Patients were treated because their reading was above this."""
    selected_below: float | None = None
    """Patients were treated because their reading was below this."""
    baselines: int = Field(default=1, ge=1, le=20)
    """Readings that the baseline averages."""
    natural_course: tuple[float, float] | None = None
    """Smallest and largest change that time alone may have brought, in the unit of the parameter."""
    steroid_per_mg: tuple[float, float] | None = None
    """Smallest and largest change of the parameter by one mg of prednisone equivalent per day more."""
    worthwhile: float | None = None
    """Change that treatment was hoped to bring: the centre of the enthusiastic prior."""
    basis: str = Field(min_length=1)
    """Where these numbers come from."""


class Benchmark(Model):
    """A share known from elsewhere, beside which the share of this study is set."""

    parameter: Name
    """Code of the parameter of a proportion endpoint."""
    contrast: Name | None = None
    """Contrast of the endpoint."""
    share: float = Field(gt=0, lt=1)
    """The share reported elsewhere."""
    hoped: float | None = Field(default=None, gt=0, lt=1)
    """Share that treatment was hoped to bring; with it, the share is also given under three priors."""
    worth: float = Field(default=4, gt=0, le=1000)
    """Patients that the opinion of the sceptic, and that of the enthusiast, counts for."""
    basis: str = Field(min_length=1)
    """Where it is from."""


class Constraint(Model):
    """A fact stated by the source about a missing time or an unknown censoring."""

    id: Name
    """Printed beside every result that rests on it."""
    event: Name
    """Event of the events table."""
    subject: str | None = None
    """Whose time is bounded."""
    at_most: float | None = None
    """The time is at most this."""
    at_least: float | None = None
    """The time is at least this."""
    unit: Literal["days", "weeks", "months", "years"] | None = None
    """Unit of at_most and at_least."""
    censored_exactly: int | None = Field(default=None, ge=0)
    """How many subjects were censored, when it is not known which."""
    basis: str = Field(min_length=1)
    """Where the source says so."""

    @model_validator(mode="after")
    def _states_something(self) -> Self:
        bounded = self.at_most is not None or self.at_least is not None
        if bounded == (self.censored_exactly is not None):
            raise ValueError("give either at_most / at_least for one subject, or censored_exactly for the whole event")
        if bounded and (self.subject is None or self.unit is None):
            raise ValueError("at_most / at_least need a subject and a unit")
        return self
