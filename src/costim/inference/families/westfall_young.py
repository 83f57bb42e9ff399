"""Westfall and Young's correction for markers of the same patients, by turning the signs of whole patients.

When treatment changes nothing, the changes of a patient could as well have had all their signs turned, all markers at
once. Turning whole patients keeps how the markers hang together, so the correction is milder than Holm's where they
say the same thing. Step-down, either over the largest statistic (`max_t`) or the smallest p-value (`min_p`):
Westfall and Young 1993, algorithms 4.1 and 2.8; Ge, Dudoit and Speed 2003.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.families.flips import LARGEST_ENUMERATED, Floats, Sums, draw_signs, enumerate_sums, sum_drawn
from costim.inference.families.marker import Marker, Statistic, build_marker
from costim.inference.paired.sign_sums import two_sided_p
from costim.inference.paired.signed_rank import Zeros, compute_smallest_p

DRAWS = 99_999
TIE = 1e-9
"""Statistics that agree to this relative distance are the same: they differ by the noise of fractions at most."""


@dataclass(frozen=True, slots=True)
class WestfallYoung:
    """Result; tuples have one entry per marker, None for a marker without any reading (it does not count).

    `n` patients had their signs turned, `n_left_out` had no reading, or not every one where only complete patients are
    used. `sizes` are the patients behind each marker. `raw` are the p-values before correction.
    No adjusted p could have been below `p_floor`, 2 / 2^k where the marker with the most changes has k of them. `seed`
    and `draws` are None when every pattern was visited.
    """

    n: int
    n_left_out: int
    is_incomplete: bool
    sizes: tuple[int, ...]
    statistics: tuple[float | None, ...]
    raw: tuple[float | None, ...]
    adjusted: tuple[float | None, ...]
    p_floor: float
    seed: int | None
    draws: int | None


def compute_westfall_young(
    changes: ArrayLike,
    *,
    statistic: Statistic = "signed_rank",
    procedure: Literal["max_t", "min_p"] = "max_t",
    incomplete: Literal["available", "complete"] = "available",
    zeros: Zeros = "pratt",
    resolution: Sequence[float | None] | None = None,
    scale: Sequence[float | None] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> WestfallYoung:
    """Step-down p-values adjusted for all markers of one family, two-sided.

    Args:
        changes: shape (patients, markers), after minus before; NaN = no reading.
        statistic: `signed_rank`, the standardised rank sum given the mid-ranks, whose raw p is that of the exact
            signed-rank test; `t`, the paired t.
        procedure: compare the largest statistic, or the smallest p-value, of the markers not yet passed.
        incomplete: `available` uses for each marker the patients that have it; `complete` only patients who have every
            marker (a marker without any reading does not count).
        zeros: rule for changes of zero, for `signed_rank`.
        resolution: step of the instrument of each marker, None = unknown.
        scale: largest reading of each marker, see `round_to_lattice`.
        seed: start of the random numbers; used with more than 20 patients that changed at all.
        draws: patterns drawn then; p = (b + 1) / (draws + 1) for b patterns at least as extreme.

    Returns:
        Adjusted p-values, never below the raw ones, in the order of the markers. One marker alone is not corrected:
        its adjusted p is that of the exact signed-rank test for any number of patients.

    Raises:
        ValueError: changes are no table or infinite, a named choice is unknown, or there is less than one draw.
    """
    table = np.asarray(changes, dtype=np.float64)
    _check(table, statistic, procedure, incomplete, draws)
    present = ~np.isnan(table)
    counted = present.any(axis=0)
    kept = present[:, counted].all(axis=1) if incomplete == "complete" else present.any(axis=1)
    used = table[kept & present.any(axis=1)]
    steps, scales = _per_marker(resolution, table.shape[1]), _per_marker(scale, table.shape[1])
    markers = [build_marker(used[:, j], statistic, zeros, steps[j], scales[j]) for j in range(table.shape[1])]
    tested = [j for j in range(len(markers)) if markers[j].n > 0]
    passed = _pass([markers[j] for j in tested], procedure, seed, draws)
    raw = dict(zip(tested, passed.raw, strict=True))
    adjusted = dict(zip(tested, passed.adjusted, strict=True))
    return WestfallYoung(
        n=int(used.shape[0]),
        n_left_out=int(table.shape[0] - used.shape[0]),
        is_incomplete=bool((present[:, counted].any(axis=1) & ~present[:, counted].all(axis=1)).any()),
        sizes=tuple(m.n for m in markers),
        statistics=tuple(m.value() for m in markers),
        raw=tuple(raw.get(j) for j in range(len(markers))),
        adjusted=tuple(adjusted.get(j) for j in range(len(markers))),
        p_floor=passed.p_floor,
        seed=seed if passed.drawn else None,
        draws=draws if passed.drawn else None,
    )


@dataclass(frozen=True, slots=True)
class _Passed:
    raw: list[float]
    adjusted: list[float]
    p_floor: float
    drawn: bool


def _pass(markers: list[Marker], procedure: str, seed: int, draws: int) -> _Passed:
    """Both kinds of p of markers that all have a reading."""
    if not markers:
        return _Passed([], [], 1.0, drawn=False)
    active = np.any([m.weights != 0 for m in markers], axis=0)
    k = int(active.sum())
    floor = compute_smallest_p(max(int((m.weights != 0).sum()) for m in markers))
    if len(markers) == 1 and markers[0].statistic == "signed_rank":
        p = _exact_p(markers[0])
        return _Passed([p], [p], floor, drawn=False)
    drawn = k > LARGEST_ENUMERATED
    sums: Sums = enumerate_sums
    if drawn:
        turned = draw_signs(k, draws, seed)
        floor = 1 / (draws + 1)

        def sums(weights: NDArray[np.int64]) -> Floats:
            return sum_drawn(turned, weights)

    def scores(marker: Marker) -> Floats:
        return marker.score(sums(marker.weights[active]))

    raw, adjusted = (_max_t if procedure == "max_t" else _min_p)(markers, scores)
    if drawn and markers[0].statistic == "signed_rank":
        # Chance must not put the adjusted p below the exact one of the same marker.
        raw = [_exact_p(m) for m in markers]
        adjusted = [max(pair) for pair in zip(adjusted, raw, strict=True)]
    return _Passed(raw, adjusted, floor, drawn)


def _exact_p(marker: Marker) -> float:
    """The exact signed-rank p of one marker, for any number of patients."""
    weights = marker.weights[marker.weights != 0]
    return two_sided_p(np.abs(weights), int(weights[weights > 0].sum()))


def _max_t(markers: list[Marker], scores: Callable[[Marker], Floats]) -> tuple[list[float], list[float]]:
    """From the weakest marker to the strongest, the largest statistic of those passed so far, pattern by pattern."""
    observed = [float(m.score(np.array([float(abs(m.weights.sum()))]))[0]) for m in markers]
    order = sorted(range(len(markers)), key=lambda j: (observed[j], -j))
    raw, adjusted = [1.0] * len(markers), [1.0] * len(markers)
    largest: Floats = np.zeros(1)
    for j in order:
        column = scores(markers[j])
        largest = np.maximum(largest, column)
        limit = observed[j] * (1 - TIE)
        raw[j], adjusted[j] = float(np.mean(column >= limit)), float(np.mean(largest >= limit))
    return raw, _step_down(adjusted, order[::-1])


def _min_p(markers: list[Marker], scores: Callable[[Marker], Floats]) -> tuple[list[float], list[float]]:
    """As above with p-values: that of every pattern among all patterns, and the smallest of those passed so far."""
    raw = [float(_tail(scores(m))[0]) for m in markers]
    order = sorted(range(len(markers)), key=lambda j: (-raw[j], -j))
    adjusted = [1.0] * len(markers)
    smallest: Floats = np.ones(1)
    for j in order:
        smallest = np.minimum(smallest, _tail(scores(markers[j])))
        adjusted[j] = float(np.mean(smallest <= raw[j]))
    return raw, _step_down(adjusted, order[::-1])


def _tail(column: Floats) -> Floats:
    """Share of patterns at least as extreme as each."""
    places = np.searchsorted(np.sort(column), column * (1 - TIE), side="left")
    return np.asarray((column.size - places) / column.size)


def _step_down(adjusted: list[float], order: list[int]) -> list[float]:
    """No marker may have a smaller p than one that is more extreme."""
    largest = 0.0
    monotone = list(adjusted)
    for j in order:
        largest = monotone[j] = max(largest, adjusted[j])
    return monotone


def _per_marker(given: Sequence[float | None] | None, markers: int) -> Sequence[float | None]:
    found = [None] * markers if given is None else given
    if len(found) != markers:
        raise ValueError(f"one entry per marker is needed: {markers}, found {len(found)}")
    return found


def _check(table: Floats, statistic: str, procedure: str, incomplete: str, draws: int) -> None:
    if table.ndim != 2:
        raise ValueError("changes must be a table of patients by markers")
    if np.isinf(table).any():
        raise ValueError("changes must be finite numbers, or NaN where there is no reading")
    for name, found, known in (
        ("statistic", statistic, ("signed_rank", "t")),
        ("procedure", procedure, ("max_t", "min_p")),
        ("incomplete", incomplete, ("available", "complete")),
    ):
        if found not in known:
            raise ValueError(f"{name} must be {known[0]!r} or {known[1]!r}, found {found!r}")
    if draws < 1:
        raise ValueError(f"at least one pattern of signs must be drawn, found {draws}")
