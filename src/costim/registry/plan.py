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


class Selector(Model):
    """Which reading of a subject is taken: from named visits and/or a window of study days (day 0 = first infusion)."""

    visits: tuple[Name, ...] = ()
    """Visits to take the reading from."""
    from_day: float | None = None
    """First study day that counts."""
    to_day: float | None = None
    """Last study day that counts."""
    timepoint: Literal["pre", "post"] | None = None
    """Only samples before, or after, the infusion of that day."""
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
    """As used by endpoints."""
    label: str = ""
    """As printed in the report."""
    baseline: Selector
    """The reading before."""
    post: Selector
    """The reading after."""


INTERCURRENT = r"^[a-z_]+=(treatment_policy|hypothetical|composite|competing)$"
"""`treatment_policy`: the event is ignored; `hypothetical`: observation ends there; `composite`: it counts as the
event; `competing`: the event of interest can no longer happen (cumulative incidence)."""
SUBSET = r"^[A-Za-z0-9_.+-]+=[A-Za-z0-9_.+-]+\*[A-Za-z0-9_.+-]+$"


class Endpoint(Model):
    """One question put to one parameter."""

    parameter: Name
    """Code of the parameter."""
    kind: Literal[
        "paired_change",  # numbers at baseline and after
        "proportion",  # share of subjects whose reading is in `categories` or beyond `above`
        "distribution",  # how many subjects in each category at one selector
        "transition",  # categories before x after
        "count",  # total of a parameter over subjects, and subjects with it
        "time_to_event",  # event.* parameters
        "time_to_resolution",  # np.resolution_days
        "rate",  # events of an event.* parameter per time observed
        "repeated_change",  # numbers at several visits, the first of them the baseline
        "composition",  # change of a mean over subsets of cells: shares of the subsets, or level in each
        "agreement",  # several readers of one examination
    ]
    contrast: Name | None = None
    """Name of the contrast."""
    categories: tuple[str, ...] = ()
    """Categories that count, for a proportion."""
    above: float | None = None
    """Strictly above, in the unit of the parameter."""
    horizons: tuple[float, ...] = ()
    """Times at which a survival estimate is printed, or that divide early from late events, in the unit of the
    parameter; the last one bounds the restricted mean."""
    family: Name | None = None
    """Endpoints of one family are corrected together, by Holm's method unless `[[families]]` says otherwise."""
    scale: Literal["difference", "ratio"] = "difference"
    """`ratio`: a paired change is also given as a ratio of geometric means; readings must be above zero."""
    visits: tuple[Name, ...] = ()
    """Visits of a repeated change, in order; the first is the baseline."""
    covariance: Literal["unstructured", "ar1", "compound_symmetry"] = "unstructured"
    """How readings of one subject hang together in the mixed model of a repeated change."""
    intercurrent: tuple[Annotated[str, StringConstraints(pattern=INTERCURRENT)], ...] = ()
    """What an event that comes first does to a time to event, e.g. ["retreatment=composite", "death=competing"]."""
    subsets: tuple[Annotated[str, StringConstraints(pattern=SUBSET)], ...] = ()
    """Subsets of a composition, each with the parameters of its share and of its level: "naive=<share>*<level>"."""
    primary: bool = False
    """The question the study was made for."""
    label: str = ""
    """As printed in the report; the label of the parameter if blank."""

    @property
    def strategies(self) -> tuple[tuple[str, str], ...]:
        """Intercurrent events, each with its strategy (ICH E9(R1))."""
        pairs = (entry.split("=") for entry in self.intercurrent)
        return tuple((event, strategy) for event, strategy in pairs)

    @property
    def subset_parameters(self) -> tuple[tuple[str, str, str], ...]:
        """Name, parameter of the share and parameter of the level of each subset."""
        parts = (entry.replace("*", "=").split("=") for entry in self.subsets)
        return tuple((name, share, level) for name, share, level in parts)


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


class Panel(Model):
    """A staining panel (used by the cytometry instrument)."""

    name: Name
    """As used in the samples table."""
    markers: tuple[str, ...] = ()
    """Markers of the panel."""


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
