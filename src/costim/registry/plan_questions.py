"""What the plan asks: readings before and after, and the endpoints."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from costim.registry.plan_model import Model, Name


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
