"""Shares and levels of three subsets of cells: does the interval hold the mean part, and does the test keep 5 %?

The interval holds a mean exactly if the sign-flip test of the parts less that mean does not reject, so only tests are
simulated. Up to fifteen patients every pattern of signs is visited, for twenty 4,999 are drawn. `tests/inference` holds
the split and the test equal to the methods themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import product

import numpy as np

from bench.calibration.case import SIZES, Case

FAMILY = "composition"
PARTS = ("total", "composition", "expression")
ENUMERATED_TO = 15
DRAWS = 4999
CHUNK = 200
TRUTH_PATIENTS = 4_000_000
LOGITS = np.array([0.6, 0.3, -1.0])
LEVELS = np.array([20.0, 60.0, 80.0])

Draw = Callable[[np.random.Generator, int, int], tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]
"""(rng, repetitions, n) -> shares before and after, levels before and after, each of shape (repetitions, n, 3)."""


def _shares(logits: np.ndarray) -> np.ndarray:
    parts = np.exp(logits)
    return np.asarray(parts / parts.sum(axis=-1, keepdims=True))


def _draw(
    rng: np.random.Generator, repetitions: int, n: int, *, skewed: bool, moved: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    shape = (repetitions, n, 3)
    person, habit = rng.normal(0, 0.5, shape), rng.normal(0, 0.25, shape)
    f0, f1 = (LOGITS + person + rng.normal(0, 0.5, shape) for _ in range(2))
    m0, m1 = (np.log(LEVELS) + habit + rng.normal(0, 0.15, shape) for _ in range(2))
    if skewed:
        m0, m1 = m0 + rng.exponential(0.6, shape), m1 + rng.exponential(0.6, shape)
    if moved:
        f1, m1 = f1 + np.array([1.0, -0.5, -0.5]), m1 - 0.15
    return _shares(f0), _shares(f1), np.exp(m0), np.exp(m1)


def draw_rounded(rng: np.random.Generator, repetitions: int, n: int) -> tuple[np.ndarray, ...]:
    """Nothing changes; shares of fifty cells, the rare subset often empty, and levels in steps of 5."""
    f0, f1, m0, m1 = _draw(rng, repetitions, n, skewed=False, moved=False)
    f0, f1 = (rng.multinomial(50, f) / 50 for f in (f0, f1))
    m0, m1 = (5 * np.rint(m / 5) for m in (m0, m1))
    # A subset without cells has no level: it keeps that of the other time.
    return f0, f1, np.where(f0 == 0, m1, m0), np.where(f1 == 0, m0, m1)


DRAWN: dict[str, tuple[Draw, bool]] = {
    "nothing changes": (partial(_draw, skewed=False, moved=False), True),
    "nothing changes, skewed levels": (partial(_draw, skewed=True, moved=False), True),
    "nothing changes, rounded, subsets may be empty": (draw_rounded, True),  # type: ignore[dict-item]
    "both change": (partial(_draw, skewed=False, moved=True), False),
    "both change, skewed levels": (partial(_draw, skewed=True, moved=True), False),
}
"""Changes of patients; whether the parts are exactly symmetric about their mean."""


def split(f0: np.ndarray, f1: np.ndarray, m0: np.ndarray, m1: np.ndarray) -> dict[str, np.ndarray]:
    """The parts of every patient."""
    composition = ((f1 - f0) * (m0 + m1) / 2).sum(axis=-1)
    expression = ((m1 - m0) * (f0 + f1) / 2).sum(axis=-1)
    return {"total": composition + expression, "composition": composition, "expression": expression}


@cache
def true_mean(scenario: str, part: str) -> float:
    """Mean of a part over very many patients; zero where before and after could be exchanged."""
    draw, symmetric = DRAWN[scenario]
    if symmetric:
        return 0.0
    rng = np.random.default_rng(20070101)
    means = [split(*draw(rng, 1, TRUTH_PATIENTS // 20))[part].mean() for _ in range(20)]
    return float(np.mean(means))


def sign_flip_p(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Two-sided p of a mean of zero for each row."""
    n = values.shape[1]
    if n <= ENUMERATED_TO:
        signs = np.array([(1, *rest) for rest in product([1, -1], repeat=n - 1)], dtype=float)
    else:
        signs = rng.choice([-1.0, 1.0], (DRAWS + 1, n))
        signs[0] = 1
    found = []
    for k in range(0, len(values), CHUNK):
        sums = np.abs(signs @ values[k : k + CHUNK].T)
        found.append((sums >= sums[0] * (1 - 1e-9)).mean(axis=0))
    return np.concatenate(found)


def simulate(
    scenario: str, question: tuple[str, str], n: int, rng: np.random.Generator, repetitions: int
) -> np.ndarray:
    """For an interval whether it holds the true mean of the part, for a test whether it rejects zero."""
    part, kind = question
    values = split(*DRAWN[scenario][0](rng, repetitions, n))[part]
    rejected = sign_flip_p(values - true_mean(scenario, part), rng) <= 0.05
    return np.asarray(~rejected if kind == "interval" else rejected)


CASES = [
    Case(
        FAMILY,
        f"composition_change, {part}",
        kind,
        scenario,
        n,
        partial(simulate, scenario, (part, kind), n),
        assumption_holds=symmetric,
        note=("4,999 drawn patterns of signs" if n > ENUMERATED_TO else "")
        or ("no limits: the level cannot be reached" if n <= 5 and kind == "interval" else ""),
    )
    for part in PARTS
    for kind in ("interval", "test")
    for scenario, (_, symmetric) in DRAWN.items()
    for n in SIZES
    if kind == "interval" or symmetric
]
