"""Several correlated markers of the same patients without effect: how often is any of them called a finding?

The signed-rank tests of all markers and their corrections are computed for many studies at once. Up to ten patients
every pattern of signs is visited, as the method does; for more, 999 patterns are drawn for each hundred studies and p
is (b + 1) / 1,000, as the method does beyond twenty patients. `tests/inference` holds this equal to the method itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np

from bench.calibration.case import SIZES, Case

FAMILY = "families"
ENUMERATED_TO = 10
DRAWS = 999
CHUNK = 100
ALPHA = 0.05
SHIFT = 1.5
"""Mean change of the markers that do change, in standard deviations."""

Draw = Callable[[np.random.Generator, int, int], np.ndarray]
"""(rng, repetitions, n) -> changes, shape (repetitions, n, markers); NaN where a reading is missing."""


def draw_normal(markers: int, correlation: float, rng: np.random.Generator, repetitions: int, n: int) -> np.ndarray:
    """Normal changes, every two markers correlated alike."""
    own = rng.normal(size=(repetitions, n, markers))
    shared = rng.normal(size=(repetitions, n, 1))
    return np.asarray(np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)


def draw_skewed(markers: int, correlation: float, rng: np.random.Generator, repetitions: int, n: int) -> np.ndarray:
    """Differences of two log-normal readings that could as well have come in the other order."""
    before, after = (draw_normal(markers, correlation, rng, repetitions, n) for _ in range(2))
    level = draw_normal(markers, correlation, rng, repetitions, n)
    return np.asarray(np.exp(0.8 * level) * (np.exp(0.6 * after) - np.exp(0.6 * before)))


def draw_whole(markers: int, correlation: float, rng: np.random.Generator, repetitions: int, n: int) -> np.ndarray:
    """Few whole steps, with many ties and zeros, like changes of scores."""
    return np.rint(1.5 * draw_normal(markers, correlation, rng, repetitions, n))


def draw_missing(markers: int, correlation: float, rng: np.random.Generator, repetitions: int, n: int) -> np.ndarray:
    """Normal changes of which a tenth is missing, but never all of a marker."""
    changes = draw_normal(markers, correlation, rng, repetitions, n)
    gone = rng.random(changes.shape) < 0.1
    gone[:, 0] = False
    return np.where(gone, np.nan, changes)


def draw_shared_baseline(markers: int, rng: np.random.Generator, repetitions: int, n: int) -> np.ndarray:
    """Several visits against one and the same skewed baseline: signs of a patient do not turn together freely."""
    readings = np.exp(rng.normal(0, 1.0, (repetitions, n, markers + 1)))
    return readings[:, :, 1:] - readings[:, :, :1]


def patterns_of(n: int, rng: np.random.Generator) -> np.ndarray:
    """Signs, shape (patterns, n), the observed ones first."""
    if n <= ENUMERATED_TO:
        return np.array([(1, *rest) for rest in product([1, -1], repeat=n - 1)], dtype=float)
    signs = rng.choice([-1.0, 1.0], (DRAWS + 1, n))
    signs[0] = 1
    return signs


def weigh(changes: np.ndarray) -> np.ndarray:
    """Signed mid-ranks with zeros by Pratt over their norm, shape as the changes; 0 where there is no reading."""
    sizes = np.abs(changes)[:, :, None, :]
    others = np.abs(changes)[:, None, :, :]
    ranks = (others < sizes).sum(axis=2) + ((others == sizes).sum(axis=2) + 1) / 2
    signed = np.where(np.isnan(changes), 0.0, np.sign(changes) * ranks)
    norm = np.sqrt((signed**2).sum(axis=1, keepdims=True))
    return np.asarray(np.divide(signed, norm, out=np.zeros_like(signed), where=norm > 0))


def correct(changes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Raw p-values and those by Westfall and Young, each of shape (repetitions, markers)."""
    found = [_correct(changes[k : k + CHUNK], rng) for k in range(0, len(changes), CHUNK)]
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])


def _correct(changes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    sizes = np.abs(np.einsum("pn,rnm->prm", patterns_of(changes.shape[1], rng), weigh(changes), optimize=True))
    order = np.argsort(sizes[0], axis=1, kind="stable")
    sizes = np.take_along_axis(sizes, order[None], axis=2)
    limits = sizes[0] * (1 - 1e-9)
    raw = (sizes >= limits).mean(axis=0)
    np.maximum.accumulate(sizes, axis=2, out=sizes)
    adjusted = (sizes >= limits).mean(axis=0)
    adjusted = np.maximum.accumulate(adjusted[:, ::-1], axis=1)[:, ::-1]
    places = np.argsort(order, axis=1)
    return np.take_along_axis(raw, places, axis=1), np.take_along_axis(adjusted, places, axis=1)


def holm(raw: np.ndarray) -> np.ndarray:
    """Holm's correction of each row."""
    order = np.argsort(raw, axis=1, kind="stable")
    factors = np.arange(raw.shape[1], 0, -1)
    ordered = np.minimum(1, np.maximum.accumulate(np.take_along_axis(raw, order, axis=1) * factors, axis=1))
    return np.take_along_axis(ordered, np.argsort(order, axis=1), axis=1)


def benjamini_hochberg(raw: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg's correction of each row."""
    order = np.argsort(raw, axis=1, kind="stable")
    m = raw.shape[1]
    ordered = np.take_along_axis(raw, order, axis=1) * (m / np.arange(1, m + 1))
    ordered = np.minimum.accumulate(ordered[:, ::-1], axis=1)[:, ::-1]
    return np.take_along_axis(ordered, np.argsort(order, axis=1), axis=1)


def simulate(method: str, scenario: str, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Whether any unchanged marker is called a finding; the first `changed` markers do change.

    For Benjamini and Hochberg one of the findings is picked at random: how often it is false is their expected share.
    """
    draw, changed, _ = SCENARIOS[scenario]
    changes = draw(rng, repetitions, n)
    changes[:, :, :changed] += SHIFT
    raw, adjusted = correct(changes, rng)
    if method == "westfall_young":
        return np.asarray((adjusted[:, changed:] <= ALPHA).any(axis=1))
    if method == "holm":
        return np.asarray((holm(raw)[:, changed:] <= ALPHA).any(axis=1))
    found = benjamini_hochberg(raw) <= ALPHA
    share = found[:, changed:].sum(axis=1) / np.maximum(1, found.sum(axis=1))
    return np.asarray(rng.random(repetitions) < share)


SCENARIOS: dict[str, tuple[Draw, int, bool]] = {
    f"{markers} markers, correlation {correlation:g}": (partial(draw_normal, markers, correlation), 0, True)
    for markers in (5, 20)
    for correlation in (0.0, 0.5, 0.9)
} | {
    "5 of 10 markers change, correlation 0.5": (partial(draw_normal, 10, 0.5), 5, True),
    "10 of 20 markers change, correlation 0.9": (partial(draw_normal, 20, 0.9), 10, True),
    "5 skewed markers, correlation 0.5": (partial(draw_skewed, 5, 0.5), 0, True),
    "5 markers of few steps, correlation 0.5": (partial(draw_whole, 5, 0.5), 0, True),
    "5 markers, a tenth missing, correlation 0.5": (partial(draw_missing, 5, 0.5), 0, True),
    "5 visits against one skewed baseline": (partial(draw_shared_baseline, 5), 0, False),
}
"""Changes, how many markers do change, and whether the assumption holds."""
SHORT = (
    "20 markers, correlation 0", "20 markers, correlation 0.9", "5 of 10 markers change, correlation 0.5",
    "5 markers of few steps, correlation 0.5",
)  # fmt: skip
"""Scenarios of the corrections that only need p-values."""
METHODS = {"westfall_young": tuple(SCENARIOS), "holm": SHORT, "benjamini_hochberg": SHORT}


def note_of(method: str, n: int) -> str:
    """What is counted, and by how many patterns."""
    counted = "expected share of false findings" if method == "benjamini_hochberg" else "chance of any false finding"
    return counted + ("" if n <= ENUMERATED_TO else "; 999 drawn patterns of signs")


CASES = [
    Case(
        FAMILY,
        method,
        "test",
        name,
        n,
        partial(simulate, method, name, n),
        assumption_holds=SCENARIOS[name][2] or method != "westfall_young",
        note=note_of(method, n),
    )
    for method, names in METHODS.items()
    for name in names
    for n in SIZES
]
