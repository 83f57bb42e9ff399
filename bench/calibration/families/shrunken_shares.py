"""Credible limits of a share under three priors: the weak one at fixed shares, the opinions where they are right."""

from __future__ import annotations

from functools import partial

import numpy as np

from bench.calibration.case import SIZES, Case
from costim.inference.shrinkage.beta_binomial import BetaPrior, choose_beta_priors, compute_beta_binomial

WEAK, SCEPTICAL, ENTHUSIASTIC = choose_beta_priors(0.3, 0.6)


def covers_share(rng: np.random.Generator, repetitions: int, *, prior: BetaPrior, n: int, share: float) -> np.ndarray:
    """Whether the limits hold a fixed share."""
    return _holds(rng.binomial(n, share, repetitions), np.full(repetitions, share), prior, n)


def covers_drawn(rng: np.random.Generator, repetitions: int, *, prior: BetaPrior, n: int) -> np.ndarray:
    """Whether the limits hold a share that was drawn from the prior."""
    shares = rng.beta(prior.successes, prior.failures, repetitions)
    return _holds(rng.binomial(n, shares), shares, prior, n)


def _holds(counts: np.ndarray, shares: np.ndarray, prior: BetaPrior, n: int) -> np.ndarray:
    limits = [compute_beta_binomial(count, n, prior).share for count in range(n + 1)]
    lower, upper = np.array([one.lower for one in limits]), np.array([one.upper for one in limits])
    return (lower[counts] <= shares) & (shares <= upper[counts])


CASES = [
    Case(
        "shrunken_shares", f"shrunken_share, {prior.name} prior", "interval", "truth drawn from the prior", n,
        partial(covers_drawn, prior=prior, n=n), is_default=False,
        note="coverage on average over the prior, as credible limits promise",
    )
    for prior in (WEAK, SCEPTICAL, ENTHUSIASTIC)
    for n in SIZES
] + [
    Case(
        "shrunken_shares", "shrunken_share, weak prior, as confidence limits", "interval", f"share {share}", n,
        partial(covers_share, prior=WEAK, n=n, share=share), is_default=False,
    )
    for share in (0.05, 0.1, 0.3, 0.5, 0.8)
    for n in SIZES
]  # fmt: skip
