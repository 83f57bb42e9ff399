"""Signed rank, Hodges-Lehmann, sign test, sign flips of the mean, share improved, ratio of geometric means.

Beside them what is not offered: the bootstrap of a mean, t, and intervals of effect sizes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from bench.calibration.bootstrap import covers_bca, covers_percentile, covers_t
from bench.calibration.case import REPETITIONS, SIZES, Case
from bench.calibration.effect_size_limits import covers_d_av_normal, covers_d_z_noncentral, covers_rank_biserial_fisher
from bench.calibration.many_flips import flip_p_values
from bench.calibration.paired_draws import SKEWED_CHANGE, draw_changes, draw_readings
from bench.calibration.samples import READINGS
from costim.inference.binary.proportion import compute_clopper_pearson
from costim.inference.paired.hodges_lehmann import compute_hodges_lehmann
from costim.inference.paired.sign_test import compute_sign_test
from costim.inference.paired.signed_rank import compute_signed_rank

Outcome = Callable[[np.random.Generator, int], np.ndarray]
ALPHA = 0.05
MANY = 10_000
"""Repetitions, so that a test that keeps 5 % shows it: standard error 0.2 %."""
STEP = {"sledai_like": 1.0}
"""Resolution of the readings, where they have one."""


def signed_rank_rejects(rng: np.random.Generator, repetitions: int, *, scenario: str, n: int, zeros: str) -> np.ndarray:
    """Whether the exact signed-rank test rejects."""
    changes = draw_changes(rng, scenario, repetitions, n, "pseudomedian")
    step = STEP.get(scenario)
    return np.array([compute_signed_rank(d, zeros=zeros, resolution=step).p <= ALPHA for d in changes])


def hodges_lehmann_covers(
    rng: np.random.Generator, repetitions: int, *, scenario: str, n: int, zeros: str
) -> np.ndarray:
    """Whether the interval holds zero; an open limit at zero does not."""
    changes = draw_changes(rng, scenario, repetitions, n, "pseudomedian")
    return np.array([_holds_zero(d, STEP.get(scenario), zeros) for d in changes])


def _holds_zero(changes: np.ndarray, step: float | None, zeros: str) -> bool:
    found = compute_hodges_lehmann(changes, resolution=step, zeros=zeros)
    low = found.lower is None or found.lower < 0 or (found.lower == 0 and not found.lower_open)
    high = found.upper is None or found.upper > 0 or (found.upper == 0 and not found.upper_open)
    return low and high


def sign_test_rejects(rng: np.random.Generator, repetitions: int, *, scenario: str, n: int) -> np.ndarray:
    """Whether the exact sign test rejects."""
    changes = draw_changes(rng, scenario, repetitions, n, "median")
    falls, rises = (changes < 0).sum(axis=1), (changes > 0).sum(axis=1)
    return np.array([compute_sign_test(int(a), int(b)).p <= ALPHA for a, b in zip(falls, rises, strict=True)])


def sign_flip_rejects(rng: np.random.Generator, repetitions: int, *, scenario: str, n: int) -> np.ndarray:
    """Whether the exact sign-flip test of the mean rejects."""
    return flip_p_values(draw_changes(rng, scenario, repetitions, n)) <= ALPHA


def sign_flip_covers(rng: np.random.Generator, repetitions: int, *, scenario: str, n: int) -> np.ndarray:
    """The interval holds zero if and only if the test does not reject (tests/inference/test_sign_flip.py)."""
    return ~sign_flip_rejects(rng, repetitions, scenario=scenario, n=n)


def ratio_covers(rng: np.random.Generator, repetitions: int, *, scenario: str, n: int) -> np.ndarray:
    """Whether the interval of the ratio of geometric means holds one (readings above zero)."""
    before, after = draw_readings(rng, scenario, repetitions, n)
    return flip_p_values(np.log(after) - np.log(before)) > ALPHA


def ratio_rejects(rng: np.random.Generator, repetitions: int, *, scenario: str, n: int) -> np.ndarray:
    """Whether the test of a ratio of one rejects."""
    return ~ratio_covers(rng, repetitions, scenario=scenario, n=n)


def share_improved_covers(rng: np.random.Generator, repetitions: int, *, scenario: str, n: int) -> np.ndarray:
    """Whether the exact interval of the share with a lower reading after holds the true chance."""
    before, after = draw_readings(np.random.default_rng(1), scenario, 400_000 // n, n)
    truth = float((after < before).mean())
    changes = draw_changes(rng, scenario, repetitions, n)
    limits = [compute_clopper_pearson(k, n) for k in range(n + 1)]
    covering = np.array([one.lower <= truth <= one.upper for one in limits])
    return np.asarray(covering[(changes < 0).sum(axis=1)])


def _cases() -> list[Case]:
    cases: list[Case] = []

    def add(method: str, kind: str, simulate: Callable[..., np.ndarray], scenarios: list[str], **more: object) -> None:
        fields = {k: more.pop(k) for k in ("is_default", "note", "repetitions") if k in more}
        fields = {"repetitions": MANY} | fields
        for scenario in scenarios:
            holds = scenario != SKEWED_CHANGE or method == "sign test"
            for n in SIZES:
                bound = partial(simulate, scenario=scenario, n=n, **more)
                cases.append(
                    Case("paired", method, kind, scenario, n, bound, assumption_holds=holds, **fields)  # type: ignore[arg-type]
                )

    usual = [*READINGS, SKEWED_CHANGE]
    for zeros in ("pratt", "wilcoxon"):
        rule = {
            "zeros": zeros,
            "is_default": zeros == "pratt",
            "repetitions": MANY if zeros == "pratt" else REPETITIONS,
        }
        add(f"signed rank ({zeros})", "test", signed_rank_rejects, usual, **rule)
        add(f"Hodges-Lehmann ({zeros})", "interval", hodges_lehmann_covers, usual, **rule)
    add("sign test", "test", sign_test_rejects, usual)
    add("sign flip of the mean", "test", sign_flip_rejects, usual)
    add("sign flip of the mean", "interval", sign_flip_covers, usual)
    add("share improved, Clopper-Pearson", "interval", share_improved_covers, list(READINGS))
    above_zero = {"note": "readings above zero only"}
    add("ratio of geometric means, sign flip", "test", ratio_rejects, ["skewed"], **above_zero)
    add("ratio of geometric means, sign flip", "interval", ratio_covers, ["skewed"], **above_zero)
    not_offered = {"is_default": False, "note": "not offered"}
    for name, covers in (("percentile", covers_percentile), ("BCa", covers_bca), ("t", covers_t)):
        shown = f"bootstrap of the mean, {name}" if name != "t" else "t interval of the mean"
        add(shown, "interval", partial(_mean_covers, covers=covers), usual, **not_offered)
    for name, covers in (
        ("d_z, noncentral t", covers_d_z_noncentral),
        ("d_av, normal approximation", covers_d_av_normal),
        ("rank-biserial, Fisher z", covers_rank_biserial_fisher),
    ):
        add(
            name,
            "interval",
            covers,
            list(READINGS),
            is_default=False,
            note="not offered; shift of one SD of the changes",
        )
    return cases


def _mean_covers(
    rng: np.random.Generator, repetitions: int, *, scenario: str, n: int, covers: Callable[..., np.ndarray]
) -> np.ndarray:
    return covers(draw_changes(rng, scenario, repetitions, n), rng)


CASES = _cases()
