"""Reliable change: false alarms. Hierarchical model: how often its credible limits hold the truth they are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench.calibration.case import SIZES, Case
from costim.inference.shrinkage.normal_prior import NormalPrior, choose_priors
from costim.inference.shrinkage.quadrature import Evidence, log_density, panel_rule
from costim.inference.shrinkage.reliable_change import compute_reference_limit

NOISE_SD = 3 * 2**0.5
"""Noise of a change with a test-retest SD of 3."""
HOPE = -6.0
SPREADS = {"no spread": 0.0, "spread half the noise": 0.5, "spread as the noise": 1.0, "spread twice the noise": 2.0}
CHUNK = 250


def _normal(rng: np.random.Generator, repetitions: int, n: int, readings: int) -> np.ndarray:
    return rng.normal(10, 4, (repetitions, n, 1)) + rng.normal(0, 3, (repetitions, n, readings))


def _skewed(rng: np.random.Generator, repetitions: int, n: int, readings: int) -> np.ndarray:
    return np.exp(rng.normal(0, 0.8, (repetitions, n, 1)) + rng.normal(0, 0.6, (repetitions, n, readings)))


def _sledai(rng: np.random.Generator, repetitions: int, n: int, readings: int) -> np.ndarray:
    """As `bench.calibration.samples.draw_sledai`, with any number of readings."""
    weights = np.array([8] * 8 + [4] * 6 + [2] * 7 + [1] * 3)
    chance = rng.beta(0.6, 4.0, (repetitions, n, 1))
    kept = rng.random((repetitions, n, weights.size)) < chance
    totals = []
    for _ in range(readings):
        changed = rng.random(kept.shape) < 0.35
        totals.append(np.where(changed, rng.random(kept.shape) < chance, kept) @ weights)
    return np.stack(totals, axis=2).astype(float)


READINGS: dict[str, Callable[[np.random.Generator, int, int, int], np.ndarray]] = {
    "normal": _normal,
    "skewed": _skewed,
    "sledai_like": _sledai,
}


def false_alarm(scenario: str, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Two readings before and one after, no effect: is the first patient called beyond noise?

    The test-retest SD is that of the study itself, n degrees of freedom; the second reading is also the baseline.
    """
    readings = READINGS[scenario](rng, repetitions, n, 3)
    within = np.sqrt(((readings[:, :, 1] - readings[:, :, 0]) ** 2 / 2).mean(axis=1))
    change = readings[:, 0, 2] - readings[:, 0, 1]
    return np.abs(change) > compute_reference_limit(1.0, df=n) * within


def known_noise_alarm(n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """The same with the test-retest SD known: the last of n patients."""
    readings = _normal(rng, repetitions, n, 2)
    return np.abs(readings[:, -1, 1] - readings[:, -1, 0]) > compute_reference_limit(3.0)


def posterior_probabilities(
    changes: np.ndarray, prior: NormalPrior, noise_sd: np.ndarray, weights: np.ndarray, truths: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Posterior probability below each truth, for many studies at once: the limits hold it when that is 2.5 to 97.5 %.

    Args:
        changes: shape (r, n).
        prior: belief.
        noise_sd: shape (r, s), points over the SD of the noise; s = 1 where it is known.
        weights: shape (r, s), logarithms of their prior weights.
        truths: `mean`, `patient` (the first) and `between_sd`, each of shape (r,).
    """
    from scipy.special import ndtr

    n = changes.shape[1]
    centre = changes.mean(axis=1)[:, None, None]
    squares = ((changes - changes.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)[:, None, None]
    s = noise_sd[:, :, None]
    scale = np.minimum(s, prior.between_scale)
    end = float(np.arcsinh(max(np.sqrt(squares.max()), np.abs(changes).max(), s.max()) / scale.min()) + 6 + 30 / n)
    x, panel = panel_rule(np.array([end]), n)
    tau = scale * np.sinh(x)
    evidence = Evidence(n, centre, squares, 1.0, None)

    def log_mass(x: np.ndarray, panel: np.ndarray) -> np.ndarray:
        tau = scale * np.sinh(x)
        return log_density(evidence, prior, s, tau) + np.log(panel * scale * np.cosh(x)) + weights[:, :, None]

    mass = log_mass(x, panel)
    peak = mass.max(axis=(1, 2), keepdims=True)
    mass = np.exp(mass - peak)
    total = mass.sum(axis=(1, 2), keepdims=True)
    mass /= total
    variance = s**2 + tau**2
    precision = 0.0 if np.isinf(prior.mean_sd) else prior.mean_sd**-2
    spread = 1 / (precision + n / variance)
    mean = spread * (precision * prior.mean + n / variance * centre)
    pull = s**2 / variance
    own_mean = pull * mean + (1 - pull) * changes[:, 0, None, None]
    own_sd = np.sqrt((1 - pull) * s**2 + pull**2 * spread)
    place = {name: value[:, None, None] for name, value in truths.items()}
    found = {
        "mean": (mass * ndtr((place["mean"] - mean) / np.sqrt(spread))).sum(axis=(1, 2)),
        "patient": (mass * ndtr((place["patient"] - own_mean) / own_sd)).sum(axis=(1, 2)),
    }
    # Up to the true spread the integral is done anew, so that no panel is cut.
    upto, part = panel_rule(np.arcsinh(place["between_sd"] / scale).ravel() + 1e-300, n)
    below = log_mass(upto.reshape(*s.shape[:2], -1), part.reshape(*s.shape[:2], -1))
    found["between_sd"] = np.exp(below - peak).sum(axis=(1, 2)) / total[:, 0, 0]
    return found


@dataclass(frozen=True, slots=True)
class Question:
    """Whose limits (`mean`, `patient`, `between_sd`), under which prior, in which truth.

    `spread` is the SD of true changes in noise units, None = drawn from the prior with the mean. With `estimated` the
    noise is known from n degrees of freedom only.
    """

    what: str
    prior: int
    spread: float | None
    estimated: bool = False


def covers(question: Question, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Whether the 95 % limits hold the truth."""
    spread, df = question.spread, question.estimated
    hits = []
    for start in range(0, repetitions, CHUNK):
        r = min(CHUNK, repetitions - start)
        estimate = NOISE_SD * np.sqrt(rng.chisquare(n, r) / n) if df else np.full(r, NOISE_SD)
        prior = choose_priors(NOISE_SD, HOPE)[question.prior]
        tau = np.abs(rng.standard_cauchy(r)) * prior.between_scale if spread is None else np.full(r, spread * NOISE_SD)
        mu = rng.normal(prior.mean, prior.mean_sd, r) if spread is None else np.full(r, -4.0)
        true = mu[:, None] + tau[:, None] * rng.standard_normal((r, n))
        changes = true + rng.normal(0, NOISE_SD, (r, n))
        truths = {"mean": mu, "patient": true[:, 0], "between_sd": tau}
        if df:
            log_ratio = np.arange(-1.6, 2.4, 0.1)
            noise = estimate[:, None] * np.exp(log_ratio)
            weight = np.broadcast_to(-n * log_ratio - 0.5 * n * np.exp(-2 * log_ratio), noise.shape)
        else:
            noise, weight = estimate[:, None], np.zeros((r, 1))
        for k in range(0, r, 25 if df else CHUNK):
            part = slice(k, k + (25 if df else CHUNK))
            cut = {name: value[part] for name, value in truths.items()}
            p = posterior_probabilities(changes[part], prior, noise[part], weight[part], cut)[question.what]
            hits.append((p > 0.025) & (p < 0.975))
    return np.concatenate(hits)


def _weak_cases() -> list[Case]:
    cases = []
    for label, spread in SPREADS.items():
        for what in ("mean", "patient", "between_sd"):
            if what == "between_sd" and spread == 0:
                continue  # limits of a number that cannot be negative never hold an exact 0
            cases += [
                Case(
                    "shrinkage",
                    f"shrunken_change weak {what}",
                    "interval",
                    f"normal, {label}",
                    n,
                    partial(covers, Question(what, 0, spread), n),
                    is_default=False,
                )
                for n in SIZES
            ]
    return cases


def _estimated_noise_cases() -> list[Case]:
    return [
        Case(
            "shrinkage",
            f"shrunken_change weak {what}, noise estimated",
            "interval",
            "normal, spread half the noise",
            n,
            partial(covers, Question(what, 0, 0.5, True), n),
            is_default=False,
            note="test-retest SD from n degrees of freedom",
        )
        for what in ("mean", "patient")
        for n in SIZES
    ]


def _opinion_cases() -> list[Case]:
    return [
        Case(
            "shrinkage",
            f"shrunken_change {name} {what}",
            "interval",
            "truth drawn from the prior",
            n,
            partial(covers, Question(what, which, None), n),
            is_default=False,
            note="coverage on average over the prior, as credible limits promise",
        )
        for which, name in ((1, "sceptical"), (2, "enthusiastic"))
        for what in ("mean", "patient", "between_sd")
        for n in SIZES
    ]


def _alarm_cases() -> list[Case]:
    estimated = [
        Case(
            "shrinkage",
            "reliable_change",
            "test",
            scenario,
            n,
            partial(false_alarm, scenario, n),
            is_default=False,
            assumption_holds=scenario == "normal",
            note="test-retest SD of the study itself, n degrees of freedom",
        )
        for scenario in READINGS
        for n in SIZES
    ]
    known = [
        Case(
            "shrinkage",
            "reliable_change, noise known",
            "test",
            "normal",
            n,
            partial(known_noise_alarm, n),
            is_default=False,
        )
        for n in SIZES
    ]
    return [*estimated, *known]


CASES = [*_alarm_cases(), *_weak_cases(), *_estimated_noise_cases(), *_opinion_cases()]
