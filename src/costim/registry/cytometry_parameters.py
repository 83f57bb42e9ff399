"""Parameters of phenotypes: `cyt.<population>.<statistic>` and `cyt.<population>.<marker>.<statistic>`.

Populations and markers are named by the gating strategy of a study, so that these parameters are made, not listed.
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "cyt."
_WORDS = {
    "b": "B",
    "t": "T",
    "nk": "NK",
    "ig": "Ig",
    "igd": "IgD",
    "igm": "IgM",
    "hla": "HLA",
    "dr": "DR",
    "icos": "ICOS",
}


@dataclass(frozen=True, slots=True)
class Statistic:
    """What is measured of a population, or of a marker on it."""

    label: str
    unit: str
    log: bool
    maximum: float | None = None


OF_POPULATIONS = {
    "count": Statistic("{population}: cells", "cells", log=True),
    "fraction_of_parent": Statistic("{population}: share of the parent population", "%", log=False, maximum=100.0),
    "fraction_of_lymphocytes": Statistic("{population}: share of lymphocytes", "%", log=False, maximum=100.0),
    "per_ul": Statistic("{population}: absolute count", "cells/uL", log=True),
}
OF_MARKERS = {
    "percent_positive": Statistic("{marker} on {population}: positive cells", "%", log=False, maximum=100.0),
    "percent_positive_spread": Statistic(
        "{marker} on {population}: positive cells, thresholds widened by spillover spreading",
        "%",
        log=False,
        maximum=100.0,
    ),
    "median": Statistic("{marker} on {population}: median", "AU", log=True),
    "geometric_mean": Statistic("{marker} on {population}: geometric mean", "AU", log=True),
    "mean": Statistic("{marker} on {population}: mean", "AU", log=True),
    "log_mean": Statistic("{marker} on {population}: mean of the natural logarithms", "", log=False),
    "log_mean_reweighted": Statistic(
        "{marker} on {population}, subsets weighed as at baseline: mean of the natural logarithms", "", log=False
    ),
    "mean_reweighted": Statistic("{marker} on {population}, subsets weighed as at baseline: mean", "AU", log=True),
    "p10": Statistic("{marker} on {population}: 10th percentile", "AU", log=True),
    "p90": Statistic("{marker} on {population}: 90th percentile", "AU", log=True),
    "mesf": Statistic("{marker} on {population}: median, equivalent molecules", "MESF", log=True),
}


def find_statistic(code: str) -> tuple[Statistic, str] | None:
    """The statistic of a parameter and its label; None when the code is of another kind."""
    if not code.startswith(PREFIX):
        return None
    # From the end: a population of another program may have full stops in its name.
    population, _, name = code.removeprefix(PREFIX).rpartition(".")
    marker = ""
    if name in OF_MARKERS:
        population, _, marker = population.rpartition(".")
        found = OF_MARKERS[name]
    elif name in OF_POPULATIONS:
        found = OF_POPULATIONS[name]
    else:
        return None
    if not population or (name in OF_MARKERS and not marker):
        return None
    label = found.label.format(population=speak(population), marker=speak(marker))
    return found, label[:1].upper() + label[1:]


def is_pure_number(code: str) -> bool:
    """Is it a statistic that has no unit, such as a mean of logarithms?"""
    found = find_statistic(code)
    return found is not None and not found[0].unit


def speak(name: str) -> str:
    """A name of a strategy in words: `naive_b_cells` is `naive B cells`, `cd40` is `CD40`."""
    return " ".join(_word(word) for word in name.split("_"))


def _word(word: str) -> str:
    if word[:2] == "cd" and word[2:3].isdigit():
        return "CD" + word[2:]
    return _WORDS.get(word, word)
