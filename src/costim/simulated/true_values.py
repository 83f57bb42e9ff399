"""True values of everything the closed loop evaluates: one number per row of effects, with its estimand in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.simulated.biases import Biases
from costim.simulated.sampled import COUNTABLE, Population, Sampled

Floats = NDArray[np.float64]
DAYS_PER_MONTH = 30.4375
LEAST = 20
"""Patients that a value rests on at least; with fewer it is not given."""


@dataclass(frozen=True, slots=True)
class TrueValue:
    """What a row of effects would show in a study of endless size."""

    parameter: str
    contrast: str
    method: str
    stratum: str
    at: float | None
    value: float
    """Without the biases of the design; NaN where too few patients have it."""
    biased: float | None
    """With them; None where only gating files would tell (spectral error; shares of carriers under drift)."""
    error: float
    """Standard error of `value`, from the finite number of virtual patients."""
    estimand: str

    @property
    def key(self) -> str:
        """`parameter/contrast/method/stratum@at`, blank parts left out."""
        name = "/".join(part for part in (self.parameter, self.contrast, self.method, self.stratum) if part)
        return name if self.at is None else f"{name}@{self.at:g}"


Statistic = Callable[[Floats], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Question:
    """One quantity: what each patient contributes (NaN: nothing), and what is made of it."""

    parameter: str
    contrast: str
    method: str
    stratum: str
    at: float | None
    of_patient: Callable[[Sampled], Floats]
    statistic: Statistic
    estimand: str


def true_values(population: Population, places: Mapping[str, int], biases: Biases) -> tuple[TrueValue, ...]:
    """Every true value.

    Args:
        population: Large, under the design.
        places: Visit -> its place in the design.
        biases: Of the design.
    """
    return tuple(_answer(q, population, biases) for q in questions(places, population.tubes))


def _carried(parameter: str, biases: Biases) -> bool:
    """Can the value with biases be worked out without gating files?"""
    if parameter.startswith("cyt.") and biases.spill_error is not None:
        return False
    return not (parameter.endswith("percent_positive") and biases.gate_drift is not None)


def _answer(question: Question, population: Population, biases: Biases) -> TrueValue:
    value, error = _known(question, population.fair)
    biased = _known(question, population.biased)[0] if _carried(question.parameter, biases) else float("nan")
    return TrueValue(
        question.parameter,
        question.contrast,
        question.method,
        question.stratum,
        question.at,
        value,
        None if np.isnan(biased) else biased,
        error,
        question.estimand,
    )


def _known(question: Question, sampled: Sampled) -> tuple[float, float]:
    found = question.of_patient(sampled)
    found = found[~np.isnan(found)]
    return question.statistic(found) if found.size >= LEAST else (float("nan"), float("nan"))


def mean(x: Floats) -> tuple[float, float]:
    """Mean and its standard error."""
    return float(x.mean()), float(x.std(ddof=1) / np.sqrt(x.size))


def ratio(x: Floats) -> tuple[float, float]:
    """Geometric mean of ratios from differences of logarithms."""
    centre, error = mean(x)
    return float(np.exp(centre)), float(np.exp(centre) * error)


def pseudo_median(x: Floats) -> tuple[float, float]:
    """Median of the mean of two patients, over 400,000 pairs drawn once and for all; the parameter of Hodges-Lehmann."""
    draw = np.random.Generator(np.random.PCG64(1))
    pairs = draw.integers(0, x.size, size=(400_000, 2))
    return float(np.median((x[pairs[:, 0]] + x[pairs[:, 1]]) / 2.0)), mean(x)[1]


def share(x: Floats) -> tuple[float, float]:
    """Share of ones."""
    part = float(x.mean())
    return part, float(np.sqrt(part * (1.0 - part) / x.size))


def questions(places: Mapping[str, int], tubes: tuple[int, ...]) -> Iterator[Question]:
    """What is asked of a study.

    Args:
        places: Visit -> place in the design.
        tubes: Places of the visits with tubes.
    """
    yield from _activity(places)
    yield from _survival()
    yield from _laboratory(places)
    column = {visit: tubes.index(place) for visit, place in places.items() if place in tubes}
    yield from _cells(column, places)


def _pairs(values: Callable[[Sampled], Floats], place: int) -> Callable[[Sampled], Floats]:
    """Change since baseline of who came to the visit."""

    def change(sampled: Sampled) -> Floats:
        found = values(sampled)
        return np.where(sampled.attended[:, place], found[:, place] - found[:, 0], np.nan)

    return change


def _activity(places: Mapping[str, int]) -> Iterator[Question]:
    for visit in ("day28", "month6"):
        change, contrast = _pairs(lambda s: s.sledai, places[visit]), f"baseline_to_{visit}"
        head = ("sledai.total", contrast)
        yield Question(*head, "mean_shift", "", None, change, mean, "Population mean of the change of SLEDAI, points")
        yield Question(*head, "mean", "change", None, change, mean, "Population mean of the change of SLEDAI, points")
        yield Question(
            *head, "signed_rank", "", None, change, pseudo_median, "Population pseudo-median of the change of SLEDAI"
        )
        yield Question(
            *head,
            "proportion",
            "improved",
            None,
            lambda s, change=change: np.where(np.isnan(change(s)), np.nan, change(s) < 0),
            share,
            "Probability that SLEDAI as read is lower than at baseline",
        )


def _survival() -> Iterator[Question]:
    for months in (6, 12, 24):
        day = months * DAYS_PER_MONTH
        yield Question(
            "event.relapse",
            "",
            "kaplan_meier",
            "",
            months,
            lambda s, day=day: (s.relapse_day > day).astype(np.float64),
            share,
            f"Probability of no relapse up to month {months}; relapse: activity 0.25 of baseline above its lowest so far, "
            "after day 28",
        )
    for day in (183, 365):
        yield Question(
            "bcell.return_day",
            "",
            "kaplan_meier",
            "",
            day,
            lambda s, day=day: np.where(s.return_day > 0, (s.return_day > day).astype(np.float64), np.nan),
            share,
            f"Of patients whose true CD19 count fell below 10 per uL: probability that it is still below on day {day}",
        )
    for day in (28, 91, 183):
        yield Question(
            "np.resolution_days",
            "",
            "kaplan_meier",
            "",
            day,
            lambda s, day=day: (s.resolution_day > day).astype(np.float64),
            share,
            f"Probability that activity has not yet halved by day {day}, when the manifestation goes",
        )


def _laboratory(places: Mapping[str, int]) -> Iterator[Question]:
    early, late = places["day28"], places["month6"]
    yield Question(
        "bcell.depleted",
        "baseline_to_day28",
        "proportion",
        "yes",
        None,
        lambda s: np.where(s.attended[:, early], s.cd19[:, early] < 10.0, np.nan),
        share,
        "Probability that the CD19 count as read on day 28 is below 10 per uL",
    )
    dna = _pairs(lambda s: np.log(np.maximum(s.dna, 0.1)), late)
    yield Question(
        "lab.anti_dsdna",
        "baseline_to_month6",
        "geometric_mean_ratio",
        "",
        None,
        dna,
        ratio,
        "Geometric mean of anti-dsDNA at month 6 over baseline",
    )
    igg = _pairs(lambda s: s.igg, late)
    head = ("lab.igg", "baseline_to_month6")
    yield Question(*head, "mean_shift", "", None, igg, mean, "Population mean of the change of IgG, g/L")
    yield Question(*head, "signed_rank", "", None, igg, pseudo_median, "Population pseudo-median of the change of IgG")
    yield Question(
        "imaging.verdict",
        "",
        "proportion",
        "improved",
        None,
        lambda s: np.where(s.attended[:, late], s.improved, np.nan),
        share,
        "Probability that a blinded reader calls the image at month 6 improved",
    )


def _cells(column: Mapping[str, int], places: Mapping[str, int]) -> Iterator[Question]:
    if "month6" in column and "baseline" in column:
        yield from _levels(column["month6"], places["month6"])
    if "month12" in column and "baseline" in column:
        yield from _composition(column["month12"], places["month12"])
    if "day28" in column and "baseline" in column:
        yield from _early(column["day28"], places["day28"])


def _countable(s: Sampled, k: int, place: int, counts: Floats) -> NDArray[np.bool_]:
    enough: NDArray[np.bool_] = (counts[:, 0] >= COUNTABLE) & (counts[:, k] >= COUNTABLE) & s.attended[:, place]
    return enough


def _levels(k: int, place: int) -> Iterator[Question]:
    measurable = "over patients with at least 25 B cells in both tubes"
    for marker in ("cd40", "cd80"):

        def logs(s: Sampled, marker: str = marker) -> Floats:
            level = np.log(getattr(s, marker))
            return np.where(_countable(s, k, place, s.b_cells), level[:, k] - level[:, 0], np.nan)

        def plain(s: Sampled, marker: str = marker) -> Floats:
            level = getattr(s, marker)
            return np.where(_countable(s, k, place, s.b_cells), level[:, k] - level[:, 0], np.nan)

        head = (f"cyt.b_cells.{marker}.median", "baseline_to_month6")
        name = marker.upper()
        yield Question(
            *head, "geometric_mean_ratio", "", None, logs, ratio, f"Geometric mean ratio of median {name}, {measurable}"
        )
        yield Question(
            *head, "signed_rank", "", None, plain, pseudo_median, f"Pseudo-median change of {name}, {measurable}"
        )


def _parts(s: Sampled, k: int, place: int) -> tuple[Floats, Floats]:
    """Composition and expression of the change of mean log CD40, of who has enough naive and memory cells."""
    naive_cells = s.b_cells - s.memory_b
    use = _countable(s, k, place, s.memory_b) & _countable(s, k, place, naive_cells)
    gap = s.naive_cd40 - s.memory_cd40
    composition = (s.naive_share[:, k] - s.naive_share[:, 0]) * (gap[:, k] + gap[:, 0]) / 2.0
    share_naive = (s.naive_share[:, k] + s.naive_share[:, 0]) / 2.0
    expression = share_naive * (s.naive_cd40[:, k] - s.naive_cd40[:, 0]) + (1.0 - share_naive) * (
        s.memory_cd40[:, k] - s.memory_cd40[:, 0]
    )
    return np.where(use, composition, np.nan), np.where(use, expression, np.nan)


def _composition(k: int, place: int) -> Iterator[Question]:
    head = ("cyt.b_cells.cd40.log_mean", "baseline_to_month12", "composition_change")
    words = (
        "of the change of mean log CD40 (Kitagawa), mean over patients with 25 naive and 25 memory cells in both tubes"
    )
    parts: dict[str, Callable[[Sampled], Floats]] = {
        "total": lambda s: sum(_parts(s, k, place), np.zeros(s.b_cells.shape[0])),
        "composition": lambda s: _parts(s, k, place)[0],
        "expression": lambda s: _parts(s, k, place)[1],
    }
    for part, of_patient in parts.items():
        yield Question(*head, part, None, of_patient, mean, f"Part {part} {words}")

    def naive(s: Sampled) -> Floats:
        return np.where(_countable(s, k, place, s.b_cells), s.naive_share[:, k] - s.naive_share[:, 0], np.nan)

    yield Question(
        "cyt.naive_b.fraction_of_parent",
        "baseline_to_month12",
        "mean_shift",
        "",
        None,
        naive,
        mean,
        "Mean change of the naive share of B cells, over patients with at least 25 B cells in both tubes",
    )


def _early(k: int, place: int) -> Iterator[Question]:
    def counts(s: Sampled) -> Floats:
        return np.where(s.attended[:, place], s.b_per_ul[:, k] - s.b_per_ul[:, 0], np.nan)

    head = ("cyt.b_cells.per_ul", "baseline_to_day28")
    yield Question(*head, "mean_shift", "", None, counts, mean, "Mean change of true B cells per uL")
    yield Question(*head, "signed_rank", "", None, counts, pseudo_median, "Pseudo-median change of true B cells per uL")
    for i, marker in enumerate(("cd154", "cd69", "icos")):

        def percent(s: Sampled, i: int = i) -> Floats:
            change = 100.0 * (s.carriers[:, k, i] - s.carriers[:, 0, i])
            return np.where(s.attended[:, place], change, np.nan)

        head = (f"cyt.cd4_t_cells.{marker}.percent_positive", "baseline_to_day28")
        words = f"change of the share of CD4+ T cells that carry {marker.upper()}, percentage points"
        yield Question(*head, "mean_shift", "", None, percent, mean, f"Mean {words}")
        yield Question(*head, "signed_rank", "", None, percent, pseudo_median, f"Pseudo-median {words}")
