"""Times to relapse of a few patients, some censored: how often the limits of curves, means and incidences hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from statistics import NormalDist

import numpy as np

from bench.calibration.case import SIZES, Case
from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.inference.survival.cumulative_incidence import compute_incidence_in_order, order_causes
from costim.inference.survival.incidence_moments import compute_first_limit
from costim.inference.survival.kaplan_meier import HALF
from costim.inference.survival.log_log import compute_greenwood_sums, compute_log_log_limits
from costim.inference.survival.many_curves import Curves, compute_kaplan_meier_curves

FAMILY = "survival"
REPETITIONS = 10_000
SHARES = (0.9, 0.5, 0.2)
"""True shares still free of the event at the times at which limits are judged."""
CENSORED = (0.0, 0.2, 0.4)
GRID = np.linspace(0, 12, 120_001)
Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class World:
    """Times with survival exp(-t ** shape); a share is censored, by a like time (shape 1) or a uniform one."""

    shape: float
    censored: float

    @property
    def name(self) -> str:
        kind = "exponential" if self.shape == 1 else "weibull"
        return f"{kind}_censored_{self.censored * 100:.0f}"

    def survival(self, time: np.ndarray) -> np.ndarray:
        return np.exp(-(time**self.shape))

    def time_of(self, share: float) -> float:
        return float((-np.log(share)) ** (1 / self.shape))

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Times, and whether each is an event."""
        event = rng.exponential(1, shape) ** (1 / self.shape)
        stop = np.full(shape, np.inf)
        if self.censored and self.shape == 1:
            stop = rng.exponential((1 - self.censored) / self.censored, shape)
        elif self.censored:
            stop = rng.uniform(0, _uniform_end(self.shape, self.censored), shape)
        return np.minimum(event, stop), event <= stop


@cache
def _uniform_end(shape: float, share: float) -> float:
    """End of the uniform censoring that censors this share: mean of S over it."""
    steps = np.exp(-(GRID**shape))
    mean = np.cumsum(steps[1:]) / np.arange(1, GRID.size)
    return float(GRID[1:][np.argmax(mean <= share)])


@cache
def _restricted_mean(world: World, tau: float) -> float:
    times = np.linspace(0, tau, 20_001)
    return float(np.trapezoid(world.survival(times), times))


def _read(curves: Curves, values: np.ndarray, time: float, before: float) -> np.ndarray:
    """The value of each study's curve at a time."""
    place = (curves.times <= time).sum(axis=1)
    padded = np.pad(values, ((0, 0), (1, 0)), constant_values=before)
    return np.take_along_axis(padded, place[:, None], axis=1)[:, 0]


def _curves(world: World, n: int, rng: np.random.Generator, repetitions: int) -> Curves:
    return compute_kaplan_meier_curves(*world.draw(rng, (repetitions, n)))


def _beta_product(world: World, share: float, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    curves, time = _curves(world, n, rng, repetitions), world.time_of(share)
    lower = _read(curves, curves.lower, time, curves.lower_at_start)
    return (lower <= share) & (share <= _read(curves, curves.upper, time, 1.0))


def _log_log(world: World, share: float, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """No limits count as a miss."""
    curves, time = _curves(world, n, rng, repetitions), world.time_of(share)
    at_risk = np.broadcast_to(np.arange(n, 0, -1), curves.events.shape)
    greenwood = compute_greenwood_sums(at_risk, curves.events.astype(np.int64))
    lower, upper = compute_log_log_limits(curves.survival, greenwood, level=0.95)
    return (_read(curves, lower, time, np.nan) <= share) & (share <= _read(curves, upper, time, np.nan))


def _median(world: World, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    curves, true = _curves(world, n, rng, repetitions), world.time_of(0.5)
    low, high = curves.lower <= HALF, curves.upper < 1 - HALF
    first = np.where(low.any(axis=1), _at_first(curves.times, low), np.inf)
    first = np.zeros(repetitions) if curves.lower_at_start <= HALF else first
    last = np.where(high.any(axis=1), _at_first(curves.times, high), np.inf)
    return (first <= true) & (true <= last)


def _at_first(times: np.ndarray, true: np.ndarray) -> np.ndarray:
    return np.take_along_axis(times, true.argmax(axis=1)[:, None], axis=1)[:, 0]


def _areas(curves: Curves, values: np.ndarray, before: float, tau: float) -> tuple[np.ndarray, np.ndarray]:
    """Widths of the steps up to tau, and the curve over them."""
    edges = np.pad(np.minimum(curves.times, tau), ((0, 0), (1, 1)), constant_values=((0, 0), (0, tau)))
    return np.diff(edges, axis=1), np.pad(values, ((0, 0), (1, 0)), constant_values=before)


def _rmst(world: World, share: float, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    curves, tau = _curves(world, n, rng, repetitions), world.time_of(share)
    widths, below = _areas(curves, curves.lower, curves.lower_at_start, tau)
    above = _areas(curves, curves.upper, 1.0, tau)[1]
    true = _restricted_mean(world, tau)
    return ((widths * below).sum(axis=1) <= true) & (true <= (widths * above).sum(axis=1))


def _rmst_normal(world: World, share: float, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Estimate -+ 1.96 standard errors; none where the standard error is 0 or observation ends before tau: a miss."""
    curves, tau = _curves(world, n, rng, repetitions), world.time_of(share)
    widths, steps = _areas(curves, curves.survival, 1.0, tau)
    areas = widths * steps
    estimate = areas.sum(axis=1)
    left = areas[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    y = np.arange(n, 0, -1)
    used = curves.events & (y > 1) & (curves.times <= tau)
    variance = (np.where(used, left**2, 0.0) / np.maximum(y * (y - 1), 1)).sum(axis=1)
    known = (curves.times[:, -1] >= tau) | (curves.survival[:, -1] == 0)
    miss = np.abs(estimate - _restricted_mean(world, tau)) > Z * np.sqrt(variance)
    return ~miss & (variance > 0) & known


def _incidence(world: World, share: float, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Relapse with survival exp(-t ** shape), forestalled by a competing event of constant hazard 1/2."""
    event, is_event = world.draw(rng, (repetitions, n))
    other = rng.exponential(2.0, (repetitions, n))
    causes = np.where(other < event, 2, is_event.astype(np.int64))
    times, ordered = order_causes(np.minimum(event, other), causes)
    time, true = _incidence_truth(world.shape, share)
    _, _, lower, upper = compute_incidence_in_order(ordered, level=0.95)
    place = (times <= time).sum(axis=1)[:, None]
    low = np.take_along_axis(np.pad(lower, ((0, 0), (1, 0))), place, axis=1)[:, 0]
    first = compute_first_limit(n, level=0.95)
    high = np.take_along_axis(np.pad(upper, ((0, 0), (1, 0)), constant_values=first), place, axis=1)[:, 0]
    return (low <= true) & (true <= high)


@cache
def _incidence_truth(shape: float, share: float) -> tuple[float, float]:
    """Time at which this share is free of both events, and the incidence of the event of interest by then."""
    alive = np.exp(-(GRID**shape) - GRID / 2)
    time = float(GRID[np.argmax(alive <= share)])
    inside = GRID[time >= GRID]
    density = shape * inside ** (shape - 1) * np.exp(-(inside**shape) - inside / 2)
    return time, float(np.trapezoid(density, inside))


@cache
def _exact(count: int, n: int) -> tuple[float, float]:
    found = compute_clopper_pearson(count, n)
    return found.lower, found.upper


def _undecided(visit: int, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Visits every quarter, a fifth of them missed, a tenth of the patients lost after each: limits at one visit day.

    Sicker patients (those with the event) miss twice as often: nothing is assumed about why visits are missed.
    """
    days = 0.25 * np.arange(1, 9)
    event = rng.exponential(1, (repetitions, n, 1))
    found = days >= event
    seen = rng.random(found.shape) >= np.where(found, 0.4, 0.2)
    seen &= np.cumsum(rng.random(found.shape) < 0.1, axis=-1) == 0
    last_free = np.max(np.where(seen & ~found, days, 0.0), axis=-1)
    first_found = np.min(np.where(seen & found, days, np.inf), axis=-1)
    time = days[visit]
    least = (last_free >= time).sum(axis=1)
    most = n - (first_found <= time).sum(axis=1)
    true = float(np.exp(-time))
    return np.array(
        [_exact(int(a), n)[0] <= true <= _exact(int(b), n)[1] for a, b in zip(least, most, strict=True)], dtype=bool
    )


WORLDS = [World(shape, censored) for shape in (1.0, 2.0) for censored in CENSORED]
METHODS: list[tuple[str, Callable[..., np.ndarray], bool, str]] = [
    ("kaplan_meier, beta_product", _beta_product, True, ""),
    ("kaplan_meier, log_log", _log_log, False, "no limits at S = 1 or 0: counted as a miss; given by name only"),
    ("rmst, integrated beta_product limits", _rmst, True, ""),
    ("rmst, 1.96 standard errors", _rmst_normal, False, "not printed; no standard error counts as a miss"),
    ("cumulative_incidence, beta_product", _incidence, True, "hazard 1/2 of the competing event"),
]
CASES = [
    Case(
        FAMILY,
        method,
        "interval",
        f"{world.name}_S_{share}",
        n,
        partial(run, world, share, n),
        is_default,
        note=note,
        repetitions=REPETITIONS,
    )
    for method, run, is_default, note in METHODS
    for world in WORLDS
    for share in SHARES
    for n in SIZES
]
CASES += [
    Case(FAMILY, "median_survival", "interval", world.name, n, partial(_median, world, n), repetitions=REPETITIONS)
    for world in WORLDS
    for n in SIZES
]
CASES += [
    Case(
        FAMILY,
        "turnbull, limits over the undecided",
        "interval",
        f"visit_{visit + 1}",
        n,
        partial(_undecided, visit, n),
        repetitions=REPETITIONS,
    )
    for visit in (0, 2, 5)
    for n in SIZES
]
