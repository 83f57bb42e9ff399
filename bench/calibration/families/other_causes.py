"""Regression to the mean, and an effect of steroids: patients chosen because they were high, without any effect.

The naive analyses stand first: they show what the others are for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench.calibration.case import SIZES, Case
from bench.calibration.samples import READINGS, Draw
from costim.inference.other_causes.tipping_line import compute_net_of_steroid
from costim.inference.other_causes.within_sd import compute_within_sd
from costim.inference.paired.sign_sums import null_chances
from costim.inference.paired.signed_rank import compute_signed_rank

ALPHA = 0.05
BLOCK = 20_000
"""Readings drawn at once while patients are chosen."""
PER_MG = 0.3
"""Effect of one mg of steroid in the invented studies."""


def draw_levels(between: float, within: float) -> Draw:
    """Normal readings around 10 with these standard deviations between and within patients."""

    def draw(rng: np.random.Generator, repetitions: int, n: int) -> tuple[np.ndarray, np.ndarray]:
        level = rng.normal(10, between, (repetitions, n))
        return level + rng.normal(0, within, level.shape), level + rng.normal(0, within, level.shape)

    return draw


@dataclass(frozen=True, slots=True)
class Scenario:
    """How readings arise, the mean of all patients, and above what patients were chosen (None = not chosen)."""

    draw: Draw
    mean: float
    above: float | None = None
    is_line: bool = True
    """Whether the later reading scatters normally and evenly around a line in the earlier one (Mee & Chua)."""


SKEWED_MEAN = float(np.exp((0.8**2 + 0.6**2) / 2))
SLEDAI_MEAN = 105 * 0.6 / (0.6 + 4.0)
SCENARIOS = {
    "normal": Scenario(READINGS["normal"], 10),
    "normal, chosen above 12": Scenario(READINGS["normal"], 10, 12),
    "normal, little noise, chosen above 12": Scenario(draw_levels(5, 2), 10, 12),
    "normal, much noise, chosen above 12": Scenario(draw_levels(2, 4), 10, 12),
    "sledai_like": Scenario(READINGS["sledai_like"], SLEDAI_MEAN, is_line=False),
    "sledai_like, chosen above 14": Scenario(READINGS["sledai_like"], SLEDAI_MEAN, 14, is_line=False),
    "skewed": Scenario(READINGS["skewed"], SKEWED_MEAN, is_line=False),
    "skewed, chosen above 1.5": Scenario(READINGS["skewed"], SKEWED_MEAN, 1.5, is_line=False),
}


def draw_chosen(
    scenario: Scenario, rng: np.random.Generator, repetitions: int, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Readings before and after, each of shape (repetitions, n), of the patients whose first one lies above the cut."""
    if scenario.above is None:
        return scenario.draw(rng, repetitions, n)
    kept: list[tuple[np.ndarray, np.ndarray]] = []
    while sum(x.size for x, _ in kept) < repetitions * n:
        x, y = scenario.draw(rng, BLOCK, 1)
        chosen = x > scenario.above
        kept.append((x[chosen], y[chosen]))
    x, y = (np.concatenate(parts)[: repetitions * n].reshape(repetitions, n) for parts in zip(*kept, strict=True))
    return x, y


def many_mee_chua(x: np.ndarray, y: np.ndarray, mean: float) -> tuple[np.ndarray, np.ndarray]:
    """Estimate and half width of the 95 % interval of each row; not a number where `compute_mee_chua` gives none."""
    from scipy.special import stdtrit

    n = x.shape[1]
    deviations = x - x.mean(axis=1, keepdims=True)
    squares = (deviations**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (deviations * y).sum(axis=1) / squares
        residuals = y - y.mean(axis=1, keepdims=True) - slope[:, None] * deviations
        left = (residuals**2).sum(axis=1)
        away = mean - x.mean(axis=1)
        estimate = y.mean(axis=1) - x.mean(axis=1) - (1 - slope) * away
        error = np.sqrt(left / (n - 2) * (1 / n + away**2 / squares))
    largest = np.maximum(np.abs(x).max(axis=1), np.abs(y).max(axis=1))
    error[left <= n * (1e-13 * largest) ** 2] = np.nan
    return estimate, error * stdtrit(n - 2, 1 - ALPHA / 2)


def many_bounds(x: np.ndarray, y: np.ndarray, mean: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits of the 95 % interval of `compute_any_regression` of each row; infinite where the level is unreachable."""
    n = x.shape[1]
    i, j = np.triu_indices(n)
    low, high = y - np.maximum(x, mean), y - np.minimum(x, mean)
    lows, highs = (np.sort((d[:, i] + d[:, j]) / 2, axis=1) for d in (low, high))
    p = 2 * np.cumsum(null_chances(np.arange(1, n + 1), n * (n + 1) // 4))
    k = int((p <= ALPHA).sum())
    none = np.full(len(x), np.inf)
    return (lows[:, k - 1], highs[:, -k]) if k else (-none, none)


def simulate_mee_chua(scenario: Scenario, n: int, kind: str, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    estimate, half = many_mee_chua(*draw_chosen(scenario, rng, repetitions, n), scenario.mean)
    rejects = np.abs(estimate) > half  # without limits nothing is rejected, and nothing missed
    return rejects if kind == "test" else ~rejects


def simulate_any_regression(
    scenario: Scenario, n: int, kind: str, rng: np.random.Generator, repetitions: int
) -> np.ndarray:
    low, high = many_bounds(*draw_chosen(scenario, rng, repetitions, n), scenario.mean)
    rejects = (low > 1e-9) | (high < -1e-9)
    return rejects if kind == "test" else ~rejects


def simulate_naive_t(scenario: Scenario, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    from scipy.special import stdtrit

    x, y = draw_chosen(scenario, rng, repetitions, n)
    d = y - x
    return np.abs(d.mean(axis=1)) / (d.std(axis=1, ddof=1) / np.sqrt(n)) > stdtrit(n - 1, 1 - ALPHA / 2)


def simulate_naive_ranks(scenario: Scenario, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    x, y = draw_chosen(scenario, rng, repetitions, n)
    return np.array([compute_signed_rank(d).p <= ALPHA for d in y - x])


def simulate_steroid(reading: str, n: int, kind: str, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Doses are tapered, each by another amount; one mg more changes the reading by `PER_MG`, nothing else does."""
    x, y = READINGS[reading](rng, repetitions, n)
    tapered = -np.round(rng.gamma(2.0, 10.0, (repetitions, n)) / 2.5) * 2.5
    changes = y - x + PER_MG * tapered
    if kind == "test":
        return np.array(
            [compute_signed_rank(d - PER_MG * c, scale=100).p <= ALPHA for d, c in zip(changes, tapered, strict=True)]
        )
    found = [compute_net_of_steroid(d, c, per_mg=PER_MG) for d, c in zip(changes, tapered, strict=True)]
    return np.array([f.lower is None or (f.lower <= 1e-6 and f.upper >= -1e-6) for f in found])


def simulate_within_sd(reading: str, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Two readings of each patient; the truth is the root of the mean variance within patients."""
    x, y = READINGS[reading](np.random.default_rng(1), 200_000, 1)
    truth = float(np.sqrt(((x - y) ** 2).mean() / 2))
    x, y = READINGS[reading](rng, repetitions, n)
    found = [compute_within_sd(np.stack(pair, axis=1)) for pair in zip(x, y, strict=True)]
    return np.array([f.lower is not None and f.lower <= truth <= f.upper for f in found])


def _cases() -> list[Case]:
    cases = []
    add: Callable[..., None] = lambda *a, **k: cases.append(Case("other_causes", *a, **k))  # noqa: E731
    chosen = SCENARIOS["normal, chosen above 12"]
    naive = "naive: selection is taken for effect"
    for n in SIZES:
        name = "normal, chosen above 12"
        add("paired t (not offered)", "test", name, n, partial(simulate_naive_t, chosen, n),
            is_default=False, assumption_holds=False, note=naive, repetitions=20_000)  # fmt: skip
        add("signed_rank", "test", name, n, partial(simulate_naive_ranks, chosen, n),
            assumption_holds=False, note=naive, repetitions=20_000)  # fmt: skip
    for name, scenario in SCENARIOS.items():
        for n in SIZES:
            for kind in ("interval", "test"):
                add("mee_chua", kind, name, n, partial(simulate_mee_chua, scenario, n, kind),
                    is_default=False, assumption_holds=scenario.is_line, note="at the true mean")  # fmt: skip
                add("any_regression", kind, name, n, partial(simulate_any_regression, scenario, n, kind),
                    assumption_holds=scenario.is_line, note="at the true mean; bounds, wide on purpose")  # fmt: skip
    for name in READINGS:
        for n in SIZES:
            for kind in ("interval", "test"):
                add("change_net_of_steroid", kind, name, n, partial(simulate_steroid, name, n, kind),
                    note="at the true effect per mg")  # fmt: skip
            add("test_retest_sd", "interval", name, n, partial(simulate_within_sd, name, n),
                is_default=False, assumption_holds=name == "normal", note="two readings of each patient")  # fmt: skip
    return cases


CASES = _cases()
