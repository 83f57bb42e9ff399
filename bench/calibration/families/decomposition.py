"""Composition or expression, from the single cells of a few patients: is the planted split found? n = patients.

Three subsets, naive cells most frequent before and more so after; single cells log-normal within a subset. Shares and
mean levels of the subsets are those of the cells drawn, so that a dozen cells bring their own error, and rare subsets
without any cell. The truth is the mean over patients of the split with shares and levels known without error.

What the sign-flip test assumes is broken where samples have fewer than 25 cells (a subset without a cell has no level,
and its change of expression counts as none), and by the composition, which is not quite symmetric about its mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from bench.calibration.case import Case
from bench.calibration.families.composition import sign_flip_p, split

FAMILY = "decomposition"
PATIENTS = (10, 15)
LOGITS, LEVELS = np.array([1.5, 0.3, -1.0]), np.array([20.0, 60.0, 80.0])
SHIFT = np.array([1.0, -0.7, -0.3])
"""How far the logits of the shares move towards naive cells."""
FALL, FALL_SD = -0.3, 0.15
"""Mean and SD between patients of the change of log levels, where expression falls."""
CELL_SD = 0.6
TRUTH_PATIENTS = 4_000_000
CHUNK = 100
CELLS: dict[str, tuple[int, int | None]] = {
    "12 cells before and after": (12, 12),
    "25 cells before and after": (25, 25),
    "5000 cells before, 12 after": (5000, 12),
    "5000 cells before, 25 after": (5000, 25),
    "5000 cells before, 50 after": (5000, 50),
    "5000 cells before, 12 to 5000 after": (5000, None),
}
"""Cells of the population in each sample; None: log-uniform from 12 to 5,000."""
QUANTIFIED = 25
"""The least lower limit of quantification: levels of fewer cells enter sensitivity analyses only."""
BY_NAME = "means of levels themselves: skewed, so that the interval is too short with a dozen cells"

Quartet = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Shares before and after, mean log levels before and after, each of shape (studies, patients, 3)."""


@dataclass(frozen=True, slots=True)
class Planted:
    """What happens to the patients, and on which scale their cells are averaged."""

    falls: bool
    on_logs: bool

    def draw(self, rng: np.random.Generator, studies: int, n: int) -> Quartet:
        """Patients without any error of counting cells."""
        person = LOGITS + rng.normal(0, 0.5, (studies, n, 3))
        moved = person + SHIFT * (1 + rng.normal(0, 0.3, (studies, n, 1)))
        before = np.log(LEVELS) + rng.normal(0, 0.25, (studies, n, 3))
        change = FALL + rng.normal(0, FALL_SD, (studies, n, 1)) if self.falls else 0.0
        return _shares(person), _shares(moved), before, before + change

    def exact(self, drawn: Quartet) -> dict[str, np.ndarray]:
        """Parts of each patient when shares and mean levels are known."""
        f0, f1, m0, m1 = drawn
        return split(f0, f1, *(m if self.on_logs else np.exp(m + CELL_SD**2 / 2) for m in (m0, m1)))

    def count(self, rng: np.random.Generator, shares: np.ndarray, means: np.ndarray, cells: np.ndarray) -> Quartet:
        """Shares and mean levels of cells drawn one by one; NaN where a subset has none."""
        numbers = rng.multinomial(cells, shares)
        flat = numbers.ravel()
        each = CELL_SD * rng.standard_normal(int(flat.sum()))
        each = each if self.on_logs else np.exp(each)
        sums = np.bincount(np.repeat(np.arange(flat.size), flat), each, flat.size).reshape(numbers.shape)
        mean = np.divide(sums, numbers, out=np.full(numbers.shape, np.nan), where=numbers > 0)
        levels = means + mean if self.on_logs else np.exp(means) * mean
        return numbers / cells[..., None], levels, numbers, cells


def _shares(logits: np.ndarray) -> np.ndarray:
    parts = np.exp(logits)
    return np.asarray(parts / parts.sum(axis=-1, keepdims=True))


@cache
def true_part(planted: Planted, part: str) -> float:
    """Mean of a part over very many patients."""
    rng = np.random.default_rng(20070104)
    means = [planted.exact(planted.draw(rng, 1, TRUTH_PATIENTS // 20))[part].mean() for _ in range(20)]
    return float(np.mean(means))


def counted_parts(
    planted: Planted, cells: tuple[int, int | None], n: int, rng: np.random.Generator, repetitions: int
) -> Iterator[dict[str, np.ndarray]]:
    """Parts of each patient as the cells show them, some studies at a time."""
    for start in range(0, repetitions, CHUNK):
        studies = min(CHUNK, repetitions - start)
        f0, f1, m0, m1 = planted.draw(rng, studies, n)
        before = np.full((studies, n), cells[0])
        spread = np.exp(rng.uniform(np.log(12), np.log(5000), (studies, n)))
        after = spread.astype(np.int64) if cells[1] is None else np.full((studies, n), cells[1])
        g0, a0, *_ = planted.count(rng, f0, m0, before)
        g1, a1, *_ = planted.count(rng, f1, m1, after)
        # As `fill_levels`: a subset empty at one time keeps the level of the other; empty at both it has no part.
        yield split(g0, g1, *(np.nan_to_num(np.where(np.isnan(a), b, a)) for a, b in ((a0, a1), (a1, a0))))


def simulate(
    planted: Planted,
    cells: tuple[int, int | None],
    question: tuple[str, str, int],
    rng: np.random.Generator,
    repetitions: int,
) -> np.ndarray:
    """For an interval whether it holds the planted part, for a test whether a part of zero is rejected."""
    part, kind, n = question
    values = np.concatenate([found[part] for found in counted_parts(planted, cells, n, rng, repetitions)])
    if kind == "test":
        return np.asarray(sign_flip_p(values, rng) <= 0.05)
    return np.asarray(sign_flip_p(values - true_part(planted, part), rng) > 0.05)


CASES = [
    Case(
        FAMILY,
        f"{'log means' if on_logs else 'means'}, {part}",
        kind,
        f"{'naive cells grow, expression falls' if falls else 'naive cells grow, nothing else'}; {name}",
        n,
        partial(simulate, Planted(falls, on_logs), cells, (part, kind, n)),
        is_default=on_logs,
        assumption_holds=part == "expression" and (cells[1] or QUANTIFIED) >= QUANTIFIED,
        note="" if on_logs else BY_NAME,
    )
    for on_logs in (True, False)
    for part, kind in (("expression", "interval"), ("composition", "interval"), ("expression", "test"))
    for falls in (False, True)
    for name, cells in CELLS.items()
    for n in PATIENTS
    if kind == "interval" or not falls
]
