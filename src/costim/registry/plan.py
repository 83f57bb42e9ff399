"""The analysis plan: what `study.toml` declares, as frozen models.

Every room above may read the plan; only the study room reads the file.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$", max_length=80)]


class Model(BaseModel):
    """Base of every plan model: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class StudyInfo(Model):
    """Title page and the conventions of the source."""

    id: Name
    title: str = Field(min_length=1)
    design: Literal["single_arm_before_after"] = "single_arm_before_after"
    citation: str = ""
    doi: str = ""
    day_convention: Literal["first_infusion_is_day_0", "first_infusion_is_day_1"]
    """`first_infusion_is_day_1` has no day 0: the day before the first infusion is day -1."""
    days_per_month: Decimal = Decimal("30.4375")
    days_per_year: Decimal = Decimal("365.25")
    seed: int = Field(default=20070101, ge=0)
    level: float = Field(default=0.95, gt=0.5, lt=1)
    style: Literal["ard", "jrheum", "aim", "jama"] = "ard"
    population: str = ""
    intervention: str = ""
    provenance: str = ""


class Variants(Model):
    """Named choices where sources disagree (see the reference of measures)."""

    sledai: Name = "sledai_2k_30d"
    sledai_total: Literal["recorded", "items"] = "recorded"
    """Which total is analysed; the other is kept beside it."""
    steroid_table: Name = "gc_bet_075"
    bsa: Literal["recorded", "du_bois", "mosteller"] = "recorded"
    depletion: Name = "cd19_lt10"
    zeros: Literal["pratt", "wilcoxon"] = "pratt"
    np_grouping: Name = "psychiatric_neurological"


class Visit(Model):
    """A planned visit. `window` are days around `day`, ends included."""

    name: Name
    label: str = ""
    day: float | None = None
    window: tuple[float, float] | None = None


class Selector(Model):
    """Which reading of a subject is taken: from named visits and/or a window of study days (day 0 = first infusion)."""

    visits: tuple[Name, ...] = ()
    from_day: float | None = None
    to_day: float | None = None
    timepoint: Literal["pre", "post"] | None = None
    pick: Literal["first", "last", "only"] = "only"
    """`only`: two candidates in one subject are an ambiguity, flagged and left out."""

    @model_validator(mode="after")
    def _selects_something(self) -> Self:
        if not self.visits and self.from_day is None and self.to_day is None:
            raise ValueError("name visits or give from_day / to_day")
        return self


class Contrast(Model):
    """Before against after."""

    name: Name
    label: str = ""
    baseline: Selector
    post: Selector


class Endpoint(Model):
    """One question put to one parameter."""

    parameter: Name
    kind: Literal[
        "paired_change",  # numbers at baseline and after
        "proportion",  # share of subjects whose reading is in `categories` or beyond `above`
        "distribution",  # how many subjects in each category at one selector
        "transition",  # categories before x after
        "count",  # total of a parameter over subjects, and subjects with it
        "time_to_event",  # event.* parameters
        "time_to_resolution",  # np.resolution_days
        "agreement",  # several readers of one examination
    ]
    contrast: Name | None = None
    categories: tuple[str, ...] = ()
    above: float | None = None
    """Strictly above, in the unit of the parameter."""
    horizons: tuple[float, ...] = ()
    """Times at which a survival estimate is printed, in the unit of the parameter."""
    family: Name | None = None
    """Endpoints of one family share a Holm correction."""
    primary: bool = False
    label: str = ""


class Constraint(Model):
    """A fact stated by the source about a missing time or an unknown censoring."""

    id: Name
    event: Name
    subject: str | None = None
    at_most: float | None = None
    at_least: float | None = None
    unit: Literal["days", "weeks", "months", "years"] | None = None
    censored_exactly: int | None = Field(default=None, ge=0)
    basis: str = Field(min_length=1)

    @model_validator(mode="after")
    def _states_something(self) -> Self:
        bounded = self.at_most is not None or self.at_least is not None
        if bounded == (self.censored_exactly is not None):
            raise ValueError("give either at_most / at_least for one subject, or censored_exactly for the whole event")
        if bounded and (self.subject is None or self.unit is None):
            raise ValueError("at_most / at_least need a subject and a unit")
        return self


class Panel(Model):
    """A staining panel (used by the cytometry instrument)."""

    name: Name
    markers: tuple[str, ...] = ()


class Missing(Model):
    """A group of facts the source should hold and the study could not recover; printed in the report."""

    what: str
    reason: Literal["not_done", "not_reported", "not_recovered"]


class Plan(Model):
    """The whole of `study.toml`."""

    schema_version: Literal[1] = Field(alias="schema")
    study: StudyInfo
    variants: Variants = Variants()
    visits: tuple[Visit, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    panels: tuple[Panel, ...] = ()
    missing: tuple[Missing, ...] = ()

    @model_validator(mode="after")
    def _names_meet(self) -> Self:
        problems = []
        for what, names in (
            ("visit", [v.name for v in self.visits]),
            ("contrast", [c.name for c in self.contrasts]),
            ("constraint", [c.id for c in self.constraints]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            problems += [f"{what} {n!r} is declared twice" for n in twice]
        contrasts = {c.name for c in self.contrasts}
        visits = {v.name for v in self.visits}
        problems += [
            f"endpoint {e.parameter!r} names contrast {e.contrast!r}, which is not declared"
            for e in self.endpoints
            if e.contrast is not None and e.contrast not in contrasts
        ]
        problems += [
            f"contrast {c.name!r} names visit {v!r}, which is not declared"
            for c in self.contrasts
            for v in (*c.baseline.visits, *c.post.visits)
            if v not in visits
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self
