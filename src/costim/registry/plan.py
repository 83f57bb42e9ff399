"""The analysis plan: what `study.toml` declares, as frozen models.

Every room above may read the plan; only the study room reads the file.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from costim.registry.plan_assumptions import Benchmark, Constraint, Family, OtherCauses
from costim.registry.plan_cytometry import Cytometry, Panel
from costim.registry.plan_mechanism import Mechanism
from costim.registry.plan_model import Model, Name
from costim.registry.plan_questions import Contrast, Endpoint


class StudyInfo(Model):
    """Title page and the conventions of the source."""

    id: Name
    """Names the study; also the default name of the report folder."""
    title: str = Field(min_length=1)
    """Title of the report."""
    design: Literal["single_arm_before_after"] = "single_arm_before_after"
    """One arm, each subject before and after."""
    endpoints_chosen: Literal["before_data", "after_data", "not_stated"] = "not_stated"
    """Whether the endpoints of this plan, primary ones included, were fixed before anybody saw the data."""
    citation: str = ""
    """The publication the data come from, as it is to be cited."""
    doi: str = ""
    """Digital object identifier of that publication."""
    day_convention: Literal["first_infusion_is_day_0", "first_infusion_is_day_1"]
    """`first_infusion_is_day_1` has no day 0: the day before the first infusion is day -1."""
    days_per_month: Decimal = Decimal("30.4375")
    """Days in a month, where a time is given in months."""
    days_per_year: Decimal = Decimal("365.25")
    """Days in a year, where a time is given in years."""
    seed: int = Field(default=20070101, ge=0)
    """Start of the random numbers, where a method draws any."""
    level: float = Field(default=0.95, gt=0.5, lt=1)
    """Level of the confidence intervals."""
    style: Literal["ard", "jrheum", "aim", "jama"] = "ard"
    """How numbers are printed, after a journal."""
    population: str = ""
    """Who was treated, in one line."""
    intervention: str = ""
    """Drug and schedule, in one line."""
    provenance: str = ""
    """Where the data come from: a sentence, or the name of a file in the folder."""


FINDINGS = "findings"
"""Items recorded as findings, not by the definitions of one version."""


class Variants(Model):
    """Named choices where sources disagree (see the reference of measures)."""

    sledai: Name = "sledai_2k_30d"
    """Version and window of SLEDAI."""
    sledai_recorded: Name = ""
    """Version whose definitions were applied when the items were recorded; that of `sledai` if not given. `findings`:
    findings as such were recorded, so that absent says that nothing of the kind was there in any version."""
    sledai_total: Literal["recorded", "items"] = "recorded"
    """Which total is analysed; the other is kept beside it."""
    steroid_table: Name = "gc_bet_075"
    """How steroids become prednisone equivalents."""
    bsa: Literal["recorded", "du_bois", "mosteller"] = "recorded"
    """Body surface area as recorded, or by a formula from height and weight."""
    depletion: Name = "cd19_lt10"
    """Threshold below which B cells count as depleted."""
    mfi_floor: Literal["lloq", "lod"] = "lloq"
    """From how many cells on a level of a marker enters a test: the lower limit of quantification, or, as sensitivity
    analysis, the limit of detection. Below the latter none does."""
    zeros: Literal["pratt", "wilcoxon"] = "pratt"
    """How changes of zero enter the signed-rank test."""
    share_interval: Literal["clopper_pearson", "blaker", "mid_p", "wilson", "jeffreys"] = "clopper_pearson"
    """Interval of a share; that of Clopper and Pearson is always given, another one beside it."""
    survival_limits: Literal["beta_product", "log_log"] = "beta_product"
    """Limits of survival curves; `log_log` are given beside those of the beta product procedure."""
    np_grouping: Name = "psychiatric_neurological"
    """How neuropsychiatric syndromes are grouped."""
    attribution: str = Field(default="", pattern=r"^[A-Za-z0-9_.+; -]*$", max_length=200)
    """Models by which each neuropsychiatric manifestation is attributed to lupus, separated by `;`; none if blank."""


class Visit(Model):
    """A planned visit. `window` are days around `day`, ends included."""

    name: Name
    """As used in the tables."""
    label: str = ""
    """As printed in the report."""
    day: float | None = None
    """Planned study day (day 0 = first infusion)."""
    window: tuple[float, float] | None = None
    """Days around `day` in which the visit still counts as this one, e.g. [-7, 7]."""


class MeasureChoice(Model):
    """A clinical measure worked out at every visit from what the tables record."""

    measure: Name
    """Code of the measure, e.g. `lldas`."""
    variant: str = Field(default="", pattern=r"^([A-Za-z0-9][A-Za-z0-9_.+-]*)?$", max_length=200)
    """Named version with its options, e.g. `doris2021_lt5`; the usual one of the measure if blank."""
    sustained_days: int = Field(default=0, ge=0, le=36500)
    """For a state: how many days apart the first and the last visit of a sustained state are at least."""
    label: str = ""
    """As printed in the report; the label of the measure if blank."""


class Missing(Model):
    """A group of facts the source should hold and the study could not recover; printed in the report."""

    what: str
    """What is missing, in words."""
    reason: Literal["not_done", "not_reported", "not_recovered"]
    """Why."""


class Comparison(Model):
    """A disputed choice run side by side: the whole study is measured and estimated once more under each other name."""

    choice: Name
    """A key of `[variants]`, or a measure of `[[measures]]`."""
    names: tuple[Name, ...] = Field(min_length=1)
    """The other names to run beside the one chosen, e.g. ["gc_bet_060", "gc_bet_050"]."""


class Plan(Model):
    """The whole of `study.toml`."""

    schema_version: Literal[1] = Field(alias="schema")
    study: StudyInfo
    variants: Variants = Variants()
    visits: tuple[Visit, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    families: tuple[Family, ...] = ()
    other_causes: tuple[OtherCauses, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    compare: tuple[Comparison, ...] = ()
    measures: tuple[MeasureChoice, ...] = ()
    cytometry: Cytometry = Cytometry()
    mechanism: Mechanism = Mechanism()
    panels: tuple[Panel, ...] = ()
    missing: tuple[Missing, ...] = ()

    @model_validator(mode="after")
    def _names_meet(self) -> Self:
        problems = []
        for what, names in (
            ("visit", [v.name for v in self.visits]),
            ("contrast", [c.name for c in self.contrasts]),
            ("constraint", [c.id for c in self.constraints]),
            ("family", [f.name for f in self.families]),
            ("panel", [p.name for p in self.panels]),
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
        problems += [
            f"{what} {a.parameter!r} names contrast {a.contrast!r}, which is not declared"
            for what, assumed in (("other_causes", self.other_causes), ("benchmark", self.benchmarks))
            for a in assumed
            if a.contrast is not None and a.contrast not in contrasts
        ]
        problems += [
            f"endpoint {e.parameter!r} names visit {v!r}, which is not declared"
            for e in self.endpoints
            for v in e.visits
            if v not in visits
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self
