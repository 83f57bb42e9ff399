"""Questions about cells: CD40 and CD80 of B cells, their mixture and number, markers of CD4+ T cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from costim.simulated.blood import B_MARKERS, T_MARKERS
from costim.simulated.design import BASELINE, EARLY, LATE, YEAR
from costim.simulated.questions import Floats, OfPatient, Question, mean, pseudo_median, ratio
from costim.simulated.sampled import COUNTABLE, Sampled


def cell_questions(places: Mapping[str, int], tubes: tuple[int, ...]) -> Iterator[Question]:
    """Every question that rests on tubes which the design has.

    Args:
        places: Visit -> place in the design.
        tubes: Places of the visits with tubes.
    """
    column = {visit: tubes.index(place) for visit, place in places.items() if place in tubes}
    if BASELINE not in column:
        return
    if LATE in column:
        yield from _levels(column[LATE], places[LATE])
    if YEAR in column:
        yield from _composition(column[YEAR], places[YEAR])
    if EARLY in column:
        yield from _early(column[EARLY], places[EARLY])


def _countable(s: Sampled, k: int, place: int, counts: Floats) -> NDArray[np.bool_]:
    enough: NDArray[np.bool_] = (counts[:, 0] >= COUNTABLE) & (counts[:, k] >= COUNTABLE) & s.attended[:, place]
    return enough


def _level_change(marker: str, k: int, place: int, logarithm: bool) -> OfPatient:
    def change(s: Sampled) -> Floats:
        level: Floats = getattr(s, marker)
        found = np.log(level[:, k] / level[:, 0]) if logarithm else level[:, k] - level[:, 0]
        return np.where(_countable(s, k, place, s.b_cells), found, np.nan)

    return change


def _levels(k: int, place: int) -> Iterator[Question]:
    among = "over patients with at least 25 B cells in both tubes"
    for marker in B_MARKERS:
        head = (f"cyt.b_cells.{marker}.median", "baseline_to_month6")
        name = marker.upper()
        logs, plain = (_level_change(marker, k, place, logarithm) for logarithm in (True, False))
        words = f"Geometric mean ratio of the median {name} of B cells, {among}"
        yield Question(*head, "geometric_mean_ratio", "", None, logs, ratio, words)
        words = f"Pseudo-median change of the median {name} of B cells, linear units, {among}"
        yield Question(*head, "signed_rank", "", None, plain, pseudo_median, words)


def parts_of_change(s: Sampled, k: int, place: int) -> tuple[Floats, Floats]:
    """Composition and expression of the change of mean log CD40 since baseline (Kitagawa 1955, two-fold).

    Args:
        s: Patients.
        k: Place of the visit among those with tubes.
        place: Its place in the design.

    Returns:
        Two arrays, (patients,); NaN without 25 naive and 25 memory cells in both tubes. A patient without any memory
        cell at the visit has a part too: the level of memory cells counts as unchanged, as in `compute_kitagawa`.
    """
    gone = s.memory_b[:, k] == 0
    memory_after = np.where(gone, COUNTABLE, s.memory_b[:, k])
    memory = np.column_stack([s.memory_b[:, 0], memory_after])
    naive = np.column_stack([s.naive_share[:, 0], s.naive_share[:, k]])
    use = _countable(s, k, place, s.b_cells - s.memory_b) & (memory >= COUNTABLE).all(axis=1)
    of_naive = s.naive_cd40[:, [0, k]]
    of_memory = s.memory_cd40[:, [0, k]].copy()
    of_memory[gone, 1] = of_memory[gone, 0]
    gap = (of_naive - of_memory).mean(axis=1)
    middle = naive.mean(axis=1)
    composition = (naive[:, 1] - naive[:, 0]) * gap
    expression = middle * (of_naive[:, 1] - of_naive[:, 0]) + (1.0 - middle) * (of_memory[:, 1] - of_memory[:, 0])
    return np.where(use, composition, np.nan), np.where(use, expression, np.nan)


def _composition(k: int, place: int) -> Iterator[Question]:
    def composition(s: Sampled) -> Floats:
        return parts_of_change(s, k, place)[0]

    def expression(s: Sampled) -> Floats:
        return parts_of_change(s, k, place)[1]

    def total(s: Sampled) -> Floats:
        return composition(s) + expression(s)

    def naive(s: Sampled) -> Floats:
        change = 100.0 * (s.naive_share[:, k] - s.naive_share[:, 0])
        return np.where(_countable(s, k, place, s.b_cells), change, np.nan)

    head = ("cyt.b_cells.cd40.log_mean", "baseline_to_month12", "composition_change")
    words = (
        "of the change of mean log CD40, mean over patients with 25 naive and 25 (or no) memory B cells in each tube"
    )
    yield Question(*head, "total", None, total, mean, f"All {words}")
    yield Question(*head, "composition", None, composition, mean, f"Part by the mixture {words}")
    yield Question(*head, "expression", None, expression, mean, f"Part within subsets {words}")
    words = "Mean change of the naive share of B cells, percentage points, over patients with 25 B cells in both tubes"
    yield Question("cyt.naive_b.fraction_of_parent", "baseline_to_month12", "mean_shift", "", None, naive, mean, words)


def _early(k: int, place: int) -> Iterator[Question]:
    def counts(s: Sampled) -> Floats:
        return np.where(s.attended[:, place], s.b_per_ul[:, k] - s.b_per_ul[:, 0], np.nan)

    head = ("cyt.b_cells.per_ul", "baseline_to_day28")
    yield Question(*head, "mean_shift", "", None, counts, mean, "Mean change of true B cells per uL")
    yield Question(*head, "signed_rank", "", None, counts, pseudo_median, "Pseudo-median change of true B cells per uL")
    for number, marker in enumerate(T_MARKERS):
        percent = _percent(k, place, number)
        head = (f"cyt.cd4_t_cells.{marker}.percent_positive", "baseline_to_day28")
        words = f"change of the share of CD4+ T cells that carry {marker.upper()}, percentage points"
        yield Question(*head, "mean_shift", "", None, percent, mean, f"Mean {words}")
        yield Question(*head, "signed_rank", "", None, percent, pseudo_median, f"Pseudo-median {words}")


def _percent(k: int, place: int, number: int) -> OfPatient:
    def change(s: Sampled) -> Floats:
        found = 100.0 * (s.carriers[:, k, number] - s.carriers[:, 0, number])
        return np.where(s.attended[:, place], found, np.nan)

    return change
