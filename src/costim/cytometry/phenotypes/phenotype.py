"""One number about one population of cells in one tube, with what is not known about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Statistic = Literal[
    "count",
    "fraction_of_parent",
    "fraction_of_lymphocytes",
    "per_ul",
    "percent_positive",
    "percent_positive_spread",
    "median",
    "geometric_mean",
    "p10",
    "p90",
    "mean",
    "log_mean",
    "mean_reweighted",
    "log_mean_reweighted",
    "mesf",
]
Status = Literal["ok", "below_lloq", "below_lod"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phenotype:
    """A statistic of one population of one tube.

    `value` is None where the statistic cannot be had or must not be shown (no level below the limit of detection). A
    limit is None where the data give none on that side: too few cells for an order statistic, or no calibrated method.
    """

    population: str
    statistic: Statistic
    marker: str = ""
    """Name of the marker in the strategy; blank for counts, fractions and concentrations."""
    value: float | None
    lower: float | None = None
    upper: float | None = None
    level: float = 0.95
    interval_method: str = ""
    """Key of `registry/methods.toml`; blank where there is no interval."""
    events: int
    """Cells that the value rests on."""
    parent_events: int | None = None
    """Cells of the population that is the whole of a fraction; events of the parent gate for all others."""
    unit: str
    """`cells`, `%`, `cells/uL`, `AU` of the linear scale, `MESF`, or blank (means of natural logarithms)."""
    lob: int | None = None
    """Limit of blank, in events: more than so many are rarely false (probability alpha)."""
    lod: float | None = None
    """Limit of detection, in true events: so many are found with probability 1 - beta."""
    lloq: float | None = None
    """Lower limit of quantification, in events."""
    status: Status = "ok"
    whole_status: Status = "ok"
    """Of a share of a gated population: where that population stands among its own limits."""
    flags: tuple[str, ...] = ()
    """Names of `registry/flags.csv`, sorted."""
    assumption: str = ""
    """What the interval rests on beyond counting, in a sentence; blank when nothing."""
