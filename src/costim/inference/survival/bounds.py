"""Kaplan-Meier estimate, also when it is unknown who was censored or times are known only within ranges.

Nothing is assumed about the unknown: every admissible scenario is computed, and what is reported encloses all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from costim.inference.survival.beta_product import Floats, compute_beta_product_limits
from costim.inference.survival.order_free import compute_order_free_curve
from costim.inference.survival.scenarios import (
    CAP,
    FollowUp,
    Grid,
    Scenarios,
    build_grid,
    enumerate_scenarios,
    extreme_scenarios,
)

HALF = 0.5 + 1e-12
"""S(t) <= 1/2 up to the rounding of a product of fractions."""
BLOCK_CELLS = 2_000_000
"""Scenarios are computed in blocks of about this many numbers, to bound memory."""


@dataclass(frozen=True, slots=True)
class RestrictedBounds:
    """Bounds of the restricted mean up to `tau`, and the areas under the limits, united over all scenarios."""

    tau: float
    estimate_lower: float
    estimate_upper: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalBounds:
    """Bounds over all admissible scenarios; arrays have one entry per time in `times`.

    `survival_*`, `lower` and `upper` (united confidence limits) hold from that time until the next one, slots of ranges
    included; `at_risk_*` are those just before the time. The median is the smallest time with S <= 1/2, infinite when
    not reached; `median_limits` are the times at which the united limits meet 1/2.
    """

    times: tuple[float, ...]
    n: int
    n_scenarios: int
    survival_lower: Floats
    survival_upper: Floats
    at_risk_lower: NDArray[np.int64]
    at_risk_upper: NDArray[np.int64]
    lower: Floats
    upper: Floats
    median: tuple[float, float]
    median_limits: tuple[float, float]
    events: tuple[int, int]
    is_outer: bool = False
    """The curve's bounds leave the stated number of censored subjects out of account: valid, but wider than need be."""
    is_order_free: bool = False
    """Too many scenarios of vague times: bounds and limits are those of `order_free`, valid for any order of times."""
    restricted: RestrictedBounds | None = None
    """Where a restricted mean was asked for."""


@dataclass(frozen=True, slots=True)
class NoBounds:
    """Why there are no bounds: a flag of `flags.csv` (`constraint_contradicted`)."""

    flag: str


def compute_survival_bounds(
    subjects: Sequence[FollowUp],
    at: Sequence[float] = (),
    *,
    level: float = 0.95,
    censored_exactly: int | None = None,
    unseen: int = 0,
    cap: int = CAP,
    tau: float | None = None,
) -> SurvivalBounds | NoBounds:
    """Bounds of the Kaplan-Meier curve over every admissible scenario.

    Args:
        subjects: what is known of each, at least one; see `FollowUp`.
        at: further times at which bounds are wanted, e.g. horizons; not negative.
        level: pointwise confidence level of the limits that are united.
        censored_exactly: number of censored subjects, if the source states it.
        unseen: subjects outside `subjects` that this number may include.
        cap: largest number of scenarios that are tried. Above it, known times still give bounds: those of the two
            extreme scenarios, which enclose all others (`extreme_scenarios`); vague times those that hold for any order
            of them (`order_free`).
        tau: time up to which a restricted mean is wanted; where observation may have ended before, its smallest value
            lets all remaining subjects have the event at once, its largest none.

    Raises:
        ValueError: no subject.
    """
    if not subjects:
        raise ValueError("no subject")
    grid = build_grid(subjects, at if tau is None else (0.0, *at, tau))
    widths = _widths(grid, tau)
    scenarios = enumerate_scenarios(subjects, grid, censored_exactly=censored_exactly, unseen=unseen, cap=cap)
    if scenarios is None:
        found = _enclose_all(subjects, grid, level, widths)
        return found if censored_exactly is None else _state_events(found, subjects, censored_exactly, unseen)
    if len(scenarios.places) == 0:
        return NoBounds("constraint_contradicted")
    parts = [_block_bounds(block, grid, level, widths) for block in _blocks(scenarios, grid.size)]
    return _unite(parts, grid, n=len(subjects), n_scenarios=len(scenarios.places), tau=tau)


def _widths(grid: Grid, tau: float | None) -> Floats:
    """How much of each gap lies before tau; zeros where no restricted mean is wanted."""
    if tau is None:
        return np.zeros(len(grid.times))
    return np.diff(np.minimum([*grid.times, inf], tau))


def _enclose_all(subjects: Sequence[FollowUp], grid: Grid, level: float, widths: Floats) -> SurvivalBounds:
    """Bounds where there are too many scenarios: from the two extremes, or for any order of vague times."""
    tau = grid.times[int(np.flatnonzero(widths)[-1]) + 1] if widths.any() else None
    scenarios = extreme_scenarios(subjects, grid)
    if scenarios is None:
        return _order_free(subjects, grid, level, tau, widths)
    return _unite([_block_bounds(scenarios, grid, level, widths)], grid, n=len(subjects), n_scenarios=2, tau=tau)


def _order_free(
    subjects: Sequence[FollowUp], grid: Grid, level: float, tau: float | None, widths: Floats
) -> SurvivalBounds:
    curve = compute_order_free_curve(subjects, grid.times, level=level)
    part = _Part(
        survival=np.stack([curve.survival_lower, curve.survival_upper]),
        at_risk=np.stack([curve.at_risk_lower, curve.at_risk_upper]),
        limits=np.stack([curve.lower, curve.upper]),
        median_places=(0, 0),
        events=(sum(s.event is True for s in subjects), sum(s.event is not False for s in subjects)),
        areas=(
            float(curve.defined_lower @ widths),
            float(curve.survival_upper @ widths),
            float(curve.lower @ widths),
            float(curve.upper @ widths),
        ),
    )
    found = _unite([part], grid, n=len(subjects), n_scenarios=2, tau=tau)
    median = (_first_time(grid, curve.survival_lower <= HALF), _first_time(grid, curve.survival_upper <= HALF))
    return replace(found, median=median, is_order_free=True)


def _state_events(
    found: SurvivalBounds, subjects: Sequence[FollowUp], censored_exactly: int, unseen: int
) -> SurvivalBounds | NoBounds:
    """The number of events that a stated number of censorings leaves; the curve is not narrowed by it."""
    fewest = sum(s.event is False for s in subjects)
    most = sum(s.event is not True for s in subjects)
    least, largest = max(fewest, censored_exactly - unseen), min(most, censored_exactly)
    if least > largest:
        return NoBounds("constraint_contradicted")
    return replace(found, events=(found.n - largest, found.n - least), is_outer=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Bounds over one block of scenarios. Rows: smallest, largest."""

    survival: Floats
    at_risk: NDArray[np.int64]
    limits: Floats
    median_places: tuple[int, int]
    events: tuple[int, int]
    areas: tuple[float, float, float, float]
    """Restricted mean: smallest and largest estimate, area under the lower and the upper limits."""


def _blocks(scenarios: Scenarios, size: int) -> Iterator[Scenarios]:
    rows = max(1, BLOCK_CELLS // size)
    for start in range(0, len(scenarios.places), rows):
        yield Scenarios(scenarios.places[start : start + rows], scenarios.events[start : start + rows])


def _tally(places: NDArray[np.int64], chosen: NDArray[np.bool_], size: int) -> NDArray[np.int64]:
    """How many of the chosen subjects stand at each place, per scenario."""
    rows = np.arange(len(places))[:, None]
    return np.bincount((rows * size + places)[chosen], minlength=len(places) * size).reshape(len(places), size)


def _block_bounds(block: Scenarios, grid: Grid, level: float, widths: Floats) -> _Part:
    died = _tally(block.places, block.events, grid.size)
    gone = died + _tally(block.places, ~block.events, grid.size)
    remaining = block.places.shape[1] - np.cumsum(gone, axis=1)
    at_risk = remaining + gone
    survival = np.cumprod(1 - died / np.maximum(at_risk, 1), axis=1)
    lower, upper = compute_beta_product_limits(at_risk, died, remaining, level=level)
    start = np.asarray(grid.place)
    end = start + np.asarray(grid.slots)
    reached = survival <= HALF
    median_place = np.where(reached.any(axis=1), reached.argmax(axis=1), grid.size)
    n_events = died.sum(axis=1)
    # Where nobody is left the curve is not defined: an area may miss all that is left, but no curve falls.
    defined = np.where(remaining[:, end] == 0, 0.0, survival[:, end])
    return _Part(
        survival=np.stack([survival[:, end].min(axis=0), survival[:, start].max(axis=0)]),
        at_risk=np.stack([at_risk[:, start].min(axis=0), at_risk[:, start].max(axis=0)]),
        limits=np.stack([lower[:, end].min(axis=0), upper[:, start].max(axis=0)]),
        median_places=(int(median_place.min()), int(median_place.max())),
        events=(int(n_events.min()), int(n_events.max())),
        areas=(
            float((defined @ widths).min()),
            float((survival[:, start] @ widths).max()),
            float((lower[:, end] @ widths).min()),
            float((upper[:, start] @ widths).max()),
        ),
    )


def _unite(parts: list[_Part], grid: Grid, *, n: int, n_scenarios: int, tau: float | None) -> SurvivalBounds:
    lower = np.min([p.limits[0] for p in parts], axis=0)
    upper = np.max([p.limits[1] for p in parts], axis=0)
    first, last = min(p.median_places[0] for p in parts), max(p.median_places[1] for p in parts)
    return SurvivalBounds(
        times=grid.times,
        n=n,
        n_scenarios=n_scenarios,
        survival_lower=np.min([p.survival[0] for p in parts], axis=0),
        survival_upper=np.max([p.survival[1] for p in parts], axis=0),
        at_risk_lower=np.min([p.at_risk[0] for p in parts], axis=0),
        at_risk_upper=np.max([p.at_risk[1] for p in parts], axis=0),
        lower=lower,
        upper=upper,
        median=(
            inf if first == grid.size else grid.span(first)[0],
            inf if last == grid.size else grid.span(last)[1],
        ),
        median_limits=(_first_time(grid, lower <= HALF), _first_time(grid, upper < 1 - HALF)),
        events=(min(p.events[0] for p in parts), max(p.events[1] for p in parts)),
        restricted=None if tau is None else _unite_areas([p.areas for p in parts], tau),
    )


def _unite_areas(areas: list[tuple[float, float, float, float]], tau: float) -> RestrictedBounds:
    low, high, lower, upper = zip(*areas, strict=True)
    return RestrictedBounds(tau, float(min(low)), float(max(high)), float(min(lower)), float(max(upper)))


def _first_time(grid: Grid, true: NDArray[np.bool_]) -> float:
    found = np.flatnonzero(true)
    return grid.times[int(found[0])] if found.size else inf
