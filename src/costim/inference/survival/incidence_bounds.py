"""Cumulative incidence over every way in which unknown times, and unknown ends of observation, could have been."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb, inf, prod

import numpy as np
from numpy.typing import NDArray

from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.inference.survival.cumulative_incidence import compute_incidence_in_order
from costim.inference.survival.follow_up_times import Floats, check_level
from costim.inference.survival.incidence_moments import CENSORED, COMPETING, EVENT, ORDER, compute_first_limit
from costim.inference.survival.scenarios import CAP, FollowUp, Grid, build_grid

BLOCK_ROWS = 20_000


@dataclass(frozen=True, slots=True, order=True)
class Ending:
    """What is known of how the observation of one subject ended: within [lower, upper], by one of `causes`."""

    lower: float
    upper: float
    causes: tuple[int, ...]

    def __post_init__(self) -> None:
        FollowUp(self.lower, self.upper, None)
        if not self.causes or not set(self.causes) <= {CENSORED, EVENT, COMPETING}:
            raise ValueError("an end of observation has a cause: 0 (censored), 1 (event) or 2 (competing event)")


@dataclass(frozen=True, slots=True, eq=False)
class IncidenceBounds:
    """One entry per time, each valid until the next; `at_risk_*` just before it. Counts are (fewest, most)."""

    times: tuple[float, ...]
    n: int
    n_scenarios: int
    incidence_lower: Floats
    incidence_upper: Floats
    lower: Floats
    upper: Floats
    at_risk_lower: NDArray[np.int64]
    at_risk_upper: NDArray[np.int64]
    events: tuple[int, int]
    competing: tuple[int, int]
    censored: tuple[int, int]
    is_order_free: bool = False
    """Too many scenarios: bounds that hold for any order, with exact limits over all who are undecided."""


def compute_incidence_bounds(
    subjects: Sequence[Ending], at: Sequence[float] = (), *, level: float = 0.95, cap: int = CAP
) -> IncidenceBounds:
    """Bounds of the Aalen-Johansen estimate over every admissible scenario; one scenario where all is known.

    Args:
        subjects: at least one.
        at: further times at which bounds are wanted, not negative.
        level: pointwise confidence level of the limits that are united.
        cap: largest number of scenarios that are tried.

    Raises:
        ValueError: no subject, or a level that does not lie between 0 and 1.
    """
    if not subjects:
        raise ValueError("no subject")
    check_level(level)
    grid = build_grid([FollowUp(s.lower, s.upper, None) for s in subjects], (0.0, *at))
    groups = []
    for kind in sorted(set(subjects)):
        options = _options(kind, grid)
        groups.append((options, subjects.count(kind)))
    n_scenarios = prod(comb(len(options) + m - 1, m) for options, m in groups)
    if n_scenarios > cap:
        return _order_free(subjects, grid, level)
    parts = [_bound(codes, grid, level) for codes in _blocks(groups)]
    low, high = (np.stack([p[i] for p in parts]) for i in (0, 1))
    first, last = low.min(axis=0), high.max(axis=0)
    return _result(
        subjects,
        grid,
        n_scenarios=n_scenarios,
        curve=(first[0], last[0], first[1], last[1]),
        at_risk=(np.min([p[2] for p in parts], axis=0), np.max([p[3] for p in parts], axis=0)),
    )


def _result(
    subjects: Sequence[Ending],
    grid: Grid,
    *,
    n_scenarios: int,
    curve: tuple[Floats, Floats, Floats, Floats],
    at_risk: tuple[NDArray[np.int64], NDArray[np.int64]],
    is_order_free: bool = False,
) -> IncidenceBounds:
    counts = [
        (sum(s.causes == (cause,) for s in subjects), sum(cause in s.causes for s in subjects))
        for cause in (EVENT, COMPETING, CENSORED)
    ]
    return IncidenceBounds(
        times=grid.times,
        n=len(subjects),
        n_scenarios=n_scenarios,
        incidence_lower=curve[0],
        incidence_upper=curve[1],
        lower=curve[2],
        upper=curve[3],
        at_risk_lower=at_risk[0],
        at_risk_upper=at_risk[1],
        events=counts[0],
        competing=counts[1],
        censored=counts[2],
        is_order_free=is_order_free,
    )


def _options(subject: Ending, grid: Grid) -> list[int]:
    """Places and causes a subject may have, as numbers whose order is that of time, and of causes at one time."""
    index = dict(zip(grid.times, grid.place, strict=True))
    last = index[subject.upper] if subject.upper < inf else grid.size - 1
    return [
        place * 3 + ORDER[c] for place in range(index[subject.lower], last + 1) for c in sorted(set(subject.causes))
    ]


def _blocks(groups: list[tuple[list[int], int]]) -> Iterator[NDArray[np.int64]]:
    """All scenarios, some rows at a time; subjects of whom the same is known are exchangeable."""
    codes = np.zeros((1, 0), dtype=np.int64)
    for options, m in groups:
        new = np.array(list(combinations_with_replacement(options, m)), dtype=np.int64)
        codes = np.concatenate([np.repeat(codes, len(new), axis=0), np.tile(new, (len(codes), 1))], axis=1)
    for start in range(0, len(codes), BLOCK_ROWS):
        yield np.sort(codes[start : start + BLOCK_ROWS], axis=1)


def _bound(
    codes: NDArray[np.int64], grid: Grid, level: float
) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Over one block: smallest (estimate, lower limit), largest (estimate, upper limit), fewest and most at risk."""
    causes = np.argsort(ORDER)[codes % 3]
    own, _, lower, upper = compute_incidence_in_order(causes, level=level)
    n = codes.shape[1]
    start = np.asarray(grid.place)
    end = start + np.asarray(grid.slots)

    def read(curve: Floats, places: NDArray[np.int64], before: float) -> Floats:
        gone = (codes[:, :, None] // 3 <= places).sum(axis=1)
        return np.take_along_axis(np.pad(curve, ((0, 0), (1, 0)), constant_values=before), gone, axis=1)

    at_risk = n - (codes[:, :, None] // 3 < start).sum(axis=1)
    first = compute_first_limit(n, level=level)
    low = np.stack([read(own, start, 0.0).min(axis=0), read(lower, start, 0.0).min(axis=0)])
    high = np.stack([read(own, end, 0.0).max(axis=0), read(upper, end, first).max(axis=0)])
    return low, high, at_risk.min(axis=0), at_risk.max(axis=0)


def _order_free(subjects: Sequence[Ending], grid: Grid, level: float) -> IncidenceBounds:
    """Each event takes at least 1/n; nobody who is observed beyond t weighs less than one with the event before.

    So the incidence at t is at least (certain events) / n, and at most (1 - certain competing / n) * E / (E + K), with
    E possible events and K subjects certainly observed beyond t. See `order_free` for the limits.
    """
    n = len(subjects)
    low, high = np.array([s.lower for s in subjects]), np.array([s.upper for s in subjects])
    at = np.asarray(grid.times)[:, None]
    certain, forestalled = (
        (np.array([s.causes == (cause,) for s in subjects]) & (high <= at)).sum(axis=1) for cause in (EVENT, COMPETING)
    )
    most = (np.array([EVENT in s.causes for s in subjects]) & (low <= at)).sum(axis=1)
    beyond = (low > at).sum(axis=1)
    upper = (1 - forestalled / n) * most / np.maximum(most + beyond, 1)
    limits = [
        (
            compute_clopper_pearson(int(c), n, level=level).lower,
            compute_clopper_pearson(int(n - b - f), n, level=level).upper,
        )
        for c, b, f in zip(certain, beyond, forestalled, strict=True)
    ]
    return _result(
        subjects,
        grid,
        n_scenarios=2,
        curve=(certain / n, upper, np.array([a for a, _ in limits]), np.array([b for _, b in limits])),
        at_risk=((low >= at).sum(axis=1), (high >= at).sum(axis=1)),
        is_order_free=True,
    )
