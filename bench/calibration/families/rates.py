"""Events of a few patients over two years: limits of the rate and of the ratio of early to late."""

from __future__ import annotations

from functools import cache, partial
from itertools import product

import numpy as np

from bench.calibration.case import SIZES, Case
from costim.inference.counts.garwood import compute_garwood, compute_poisson_mid_p
from costim.inference.counts.rate_ratio import RateRatio, Variant, compute_rate_ratio

FAMILY = "rates"
RATES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Events per patient-year."""
YEARS, EARLY = 2.0, 0.5
"""Years observed per patient, and how many of them are early."""
RATIOS = (1.0, 4.0)
LIMITS = {"garwood": compute_garwood, "mid_p": compute_poisson_mid_p}
REPETITIONS = 20_000
BY_NAME = "only where the study names it"
WITHHELD = "no limits where a patient has several events: counted as held"


@cache
def number_limits(method: str, events: int) -> tuple[float, float]:
    """Limits of a number of events."""
    found = LIMITS[method](events)
    return found.lower, found.upper


@cache
def ratio_of(variant: Variant, early: int, late: int, n: int) -> RateRatio:
    return compute_rate_ratio(early, n * EARLY, late, n * (YEARS - EARLY), variant=variant)


def draw_events(
    rng: np.random.Generator, repetitions: int, *, n: int, rate: float, years: float, clustered: bool
) -> np.ndarray:
    """Events of all patients in each study; clustered: rates differ between patients (gamma, variance 1)."""
    if not clustered:
        return rng.poisson(rate * years * n, repetitions)
    own = rng.gamma(1.0, rate, (repetitions, n))
    return np.asarray(rng.poisson(own * years).sum(axis=1))


def covers_rate(
    rng: np.random.Generator, repetitions: int, *, method: str, n: int, rate: float, clustered: bool
) -> np.ndarray:
    """Whether the interval of each study holds the true rate."""
    events = draw_events(rng, repetitions, n=n, rate=rate, years=YEARS, clustered=clustered)
    truth = n * rate * YEARS
    held = {k: number_limits(method, k)[0] <= truth <= number_limits(method, k)[1] for k in set(events.tolist())}
    return np.array([held[k] for k in events.tolist()])


def covers_or_withholds(
    rng: np.random.Generator, repetitions: int, *, n: int, rate: float, clustered: bool
) -> np.ndarray:
    """Whether each report is without a wrong interval: it holds the true rate, or a patient has several events.

    Then the report gives no limits (flag `clustered`).
    """
    own = rng.gamma(1.0, rate, (repetitions, n)) if clustered else np.full((repetitions, n), rate)
    events = rng.poisson(own * YEARS)
    truth = n * rate * YEARS
    limits = np.array([number_limits("garwood", k) for k in range(int(events.sum(axis=1).max()) + 1)])
    lower, upper = limits[events.sum(axis=1)].T
    return np.asarray((events.max(axis=1) > 1) | ((lower <= truth) & (truth <= upper)))


def _ratios(
    rng: np.random.Generator, repetitions: int, *, variant: Variant, n: int, rate: float, ratio: float
) -> list[RateRatio]:
    early = rng.poisson(n * rate * ratio * EARLY, repetitions)
    late = rng.poisson(n * rate * (YEARS - EARLY), repetitions)
    return [ratio_of(variant, a, b, n) for a, b in zip(early.tolist(), late.tolist(), strict=True)]


def covers_ratio(
    rng: np.random.Generator, repetitions: int, *, variant: Variant, n: int, rate: float, ratio: float
) -> np.ndarray:
    """Whether the interval holds the true ratio; without any event there is none, and it shuts nothing out."""
    found = _ratios(rng, repetitions, variant=variant, n=n, rate=rate, ratio=ratio)
    return np.array([(f.lower or 0.0) <= ratio <= (np.inf if f.upper is None else f.upper) for f in found])


def rejects_ratio(rng: np.random.Generator, repetitions: int, *, variant: Variant, n: int, rate: float) -> np.ndarray:
    """Whether the test rejects equal rates that are equal."""
    return np.array([f.p <= 0.05 for f in _ratios(rng, repetitions, variant=variant, n=n, rate=rate, ratio=1.0)])


def _cases(n: int) -> list[Case]:
    found = []
    for method in LIMITS:
        offered = {"is_default": method == "garwood", "note": "" if method == "garwood" else BY_NAME}
        for rate in RATES:
            for clustered in (False, True):
                found.append(
                    Case(
                        FAMILY, f"rate_{method}", "interval", f"rate_{rate:g}{'_clustered' * clustered}", n,
                        partial(covers_rate, method=method, n=n, rate=rate, clustered=clustered),
                        assumption_holds=not clustered, repetitions=REPETITIONS, **offered,
                    )
                )  # fmt: skip
    for rate, clustered in product(RATES, (False, True)):
        found.append(
            Case(
                FAMILY, "rate_garwood, as reported", "interval", f"rate_{rate:g}{'_clustered' * clustered}", n,
                partial(covers_or_withholds, n=n, rate=rate, clustered=clustered),
                assumption_holds=not clustered, repetitions=REPETITIONS, note=WITHHELD,
            )
        )  # fmt: skip
    variants: tuple[Variant, ...] = ("exact", "mid_p")
    for variant in variants:
        offered = {"is_default": variant == "exact", "note": "" if variant == "exact" else BY_NAME}
        for rate in RATES:
            found.append(
                Case(
                    FAMILY, f"rate_ratio_{variant}", "test", f"rate_{rate:g}", n,
                    partial(rejects_ratio, variant=variant, n=n, rate=rate), repetitions=REPETITIONS, **offered,
                )
            )  # fmt: skip
            found += [
                Case(
                    FAMILY, f"rate_ratio_{variant}", "interval", f"rate_{rate:g}_ratio_{ratio:g}", n,
                    partial(covers_ratio, variant=variant, n=n, rate=rate, ratio=ratio),
                    repetitions=REPETITIONS, **offered,
                )
                for ratio in RATIOS
            ]  # fmt: skip
    return found


CASES: list[Case] = [case for n in SIZES for case in _cases(n)]
