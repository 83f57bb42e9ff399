"""False events taken for cells, and cells overlooked. n = false events expected in the sample."""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from bench.calibration.case import Case
from costim.inference.cells.detection import Control, DetectionLimits, compute_detection_limits
from costim.inference.cells.spreading import compute_positivity_thresholds

FAMILY = "detection"
FALSE = (1, 2, 5, 12, 50, 200)
PARENTS = 100_000
CONTROLS = {"control as large as the sample": 1.0, "control a fifth as large": 0.2, "control five times as large": 5.0}
FALSE_DETECTION = (("limit of blank, false detection", False), ("limit of detection, false detection", True))
VARIES = "rate differs between tubes, SD half of its mean"
REFERENCE = 2_000
BRIGHTNESS, COEFFICIENT, OWN_SD = 40_000.0, 1.5, 80.0
NO_SPREADING = "threshold of dim cells as it is: not offered where other colours are bright"


@cache
def limits_of(found: int, ratio: float) -> DetectionLimits:
    return compute_detection_limits(PARENTS, Control(found, round(PARENTS * ratio)))


def _rates(expected: float, varies: bool, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    return rng.gamma(4.0, expected / 4.0, repetitions) if varies else np.full(repetitions, float(expected))


def detects_nothing(
    expected: int, ratio: float, rng: np.random.Generator, repetitions: int, *, at_lod: bool, varies: bool = False
) -> np.ndarray:
    """Is a population without a single true cell called detected? The control is drawn anew each time."""
    controls = rng.poisson(_rates(expected, varies, rng, repetitions) * ratio)
    events = rng.poisson(_rates(expected, varies, rng, repetitions))
    limits = [limits_of(k, ratio) for k in controls.tolist()]
    bound = [one.lod for one in limits] if at_lod else [(one.lob or 0) + 1 for one in limits]
    return np.asarray(events >= np.array(bound))


def finds_at_lod(expected: int, ratio: float, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Does a population as large as the limit of detection exceed the limit of blank?"""
    limits = [limits_of(k, ratio) for k in rng.poisson(expected * ratio, repetitions).tolist()]
    events = rng.poisson(np.array([one.lod for one in limits]))
    return np.asarray(events > np.array([one.lob for one in limits]))


def calls_positive(
    quantile: float, cells: int, rng: np.random.Generator, repetitions: int, *, aware: bool
) -> np.ndarray:
    """Is a negative cell, bright in another colour, called positive? One cell per repetition."""
    found = []
    for _ in range(repetitions):
        reference = OWN_SD * rng.standard_normal(cells)
        bright = BRIGHTNESS * np.exp(0.5 * rng.standard_normal((1, 1)))
        level = rng.standard_normal() * (OWN_SD**2 + COEFFICIENT**2 * bright.item()) ** 0.5
        used = bright if aware else np.zeros((1, 1))
        found.append(level > compute_positivity_thresholds(reference, [COEFFICIENT], used, quantile=quantile)[0])
    return np.array(found)


def _cases(n: int) -> list[Case]:
    found = []
    for name, ratio in CONTROLS.items():
        for method, at_lod in (
            ("limit of blank, false detection", False),
            ("limit of detection, false detection", True),
        ):
            found.append(Case(FAMILY, method, "test", name, n, partial(detects_nothing, n, ratio, at_lod=at_lod)))
        found.append(Case(FAMILY, "limit of detection, found", "interval", name, n, partial(finds_at_lod, n, ratio)))
    found += [
        Case(
            FAMILY, method, "test", VARIES, n, partial(detects_nothing, n, 1.0, at_lod=at_lod, varies=True),
            assumption_holds=False,
        )
        for method, at_lod in FALSE_DETECTION
    ]  # fmt: skip
    return found


SPREADING = [
    Case(
        FAMILY, f"threshold {'with' if aware else 'without'} spreading, {1 - quantile:.0%} allowed", "test",
        f"quantile {quantile:g}, {REFERENCE} reference cells", 1,
        partial(calls_positive, quantile, REFERENCE, aware=aware), target=quantile, is_default=aware,
        note="n = one negative cell" if aware else NO_SPREADING,
    )
    for aware in (True, False)
    for quantile in (0.99, 0.95)
]  # fmt: skip
CASES = [*(case for n in FALSE for case in _cases(n)), *SPREADING]
