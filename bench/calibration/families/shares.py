"""Shares of a few patients: limits, tests against a share from elsewhere, and yes or no before and after."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from bench.calibration.case import SIZES, Case
from costim.inference.binary.benchmark import compute_benchmark_test
from costim.inference.binary.mcnemar import Variant, compute_mcnemar
from costim.inference.binary.proportion import INTERVALS
from costim.inference.binary.rule_of_three import compute_rule_of_three

FAMILY = "shares"
DEFAULT = "clopper_pearson"
SHARES = tuple(round(0.02 + 0.04 * i, 2) for i in range(25))
TURNING = (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
"""Chances that the answer of a patient turns."""
ODDS = (1.0, 4.0)
REPETITIONS = 20_000
BY_NAME = "only where the study names it"

Draw = Callable[[np.random.Generator, int], np.ndarray]


@cache
def limits(method: str, n: int) -> np.ndarray:
    """Limits of every count, shape (n + 1, 2)."""
    found = (INTERVALS[method](count, n) for count in range(n + 1))
    return np.array([(f.lower, f.upper) for f in found])


def covers(rng: np.random.Generator, repetitions: int, *, method: str, n: int, share: float) -> np.ndarray:
    """Whether the interval of each study holds the true share."""
    lower, upper = limits(method, n)[rng.binomial(n, share, repetitions)].T
    return np.asarray((lower <= share) & (share <= upper))


def holds_when_nobody(rng: np.random.Generator, repetitions: int, *, n: int, share: float) -> np.ndarray:
    """Whether the one-sided limit, given where nobody is counted, is not below the true share."""
    return np.asarray((rng.binomial(n, share, repetitions) > 0) | (share <= compute_rule_of_three(n).upper))


def rejects(rng: np.random.Generator, repetitions: int, *, n: int, share: float) -> np.ndarray:
    """Whether the test rejects the share that is true."""
    table = np.array([compute_benchmark_test(count, n, share).p <= 0.05 for count in range(n + 1)])
    return table[rng.binomial(n, share, repetitions)]


@cache
def mcnemar_table(n: int, variant: Variant) -> np.ndarray:
    """p, lower and upper limit for every pair of counts, shape (n + 1, n + 1, 3); no limit at all counts as none."""
    table = np.full((n + 1, n + 1, 3), np.nan)
    for gained in range(n + 1):
        for lost in range(n + 1 - gained):
            found = compute_mcnemar(gained, lost, n, variant=variant)
            lower = 0.0 if found.lower is None else found.lower
            table[gained, lost] = found.p, lower, np.inf if found.upper is None else found.upper
    return table


def turn(rng: np.random.Generator, repetitions: int, *, n: int, turning: float, odds: float) -> np.ndarray:
    """How many gained and lost in each study."""
    gain = turning * odds / (1 + odds)
    return np.asarray(rng.multinomial(n, [gain, turning - gain, 1 - turning], repetitions)[:, :2])


def mcnemar_rejects(
    rng: np.random.Generator, repetitions: int, *, variant: Variant, n: int, turning: float
) -> np.ndarray:
    gained, lost = turn(rng, repetitions, n=n, turning=turning, odds=1.0).T
    return np.asarray(mcnemar_table(n, variant)[gained, lost, 0] <= 0.05)


def mcnemar_covers(
    rng: np.random.Generator, repetitions: int, *, variant: Variant, n: int, turning: float, odds: float
) -> np.ndarray:
    gained, lost = turn(rng, repetitions, n=n, turning=turning, odds=odds).T
    _, lower, upper = mcnemar_table(n, variant)[gained, lost].T
    return np.asarray((lower <= odds) & (odds <= upper))


def _share_cases(n: int) -> list[Case]:
    case = partial(Case, FAMILY, n=n, repetitions=REPETITIONS)
    found = [
        case(
            method=method,
            kind="interval",
            scenario=f"share_{share:.2f}",
            simulate=partial(covers, method=method, n=n, share=share),
            is_default=method == DEFAULT,
            note="" if method == DEFAULT else BY_NAME,
        )
        for method in INTERVALS
        for share in SHARES
    ]
    for share in SHARES:
        scenario = f"share_{share:.2f}"
        one_sided = partial(holds_when_nobody, n=n, share=share)
        found.append(
            case(method="rule_of_three", kind="interval", scenario=scenario, simulate=one_sided, note="one-sided")
        )
        found.append(
            case(method="benchmark_test", kind="test", scenario=scenario, simulate=partial(rejects, n=n, share=share))
        )
    return found


def _mcnemar_cases(n: int) -> list[Case]:
    found = []
    variants: tuple[Variant, ...] = ("exact", "mid_p")
    for variant in variants:
        case = partial(
            Case,
            FAMILY,
            f"mcnemar_{variant}",
            n=n,
            repetitions=REPETITIONS,
            is_default=variant == "exact",
            note="" if variant == "exact" else BY_NAME,
        )
        for turning in TURNING:
            test = partial(mcnemar_rejects, variant=variant, n=n, turning=turning)
            found.append(case(kind="test", scenario=f"turning_{turning:.1f}", simulate=test))
            for odds in ODDS:
                interval = partial(mcnemar_covers, variant=variant, n=n, turning=turning, odds=odds)
                scenario = f"turning_{turning:.1f}_odds_{odds:g}"
                found.append(case(kind="interval", scenario=scenario, simulate=interval))
    return found


CASES: list[Case] = [case for n in SIZES for case in (*_share_cases(n), *_mcnemar_cases(n))]
