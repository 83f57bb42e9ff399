"""How much narrower the posterior is than the prior: only what the data narrowed was learned from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INFORMED = 0.5
"""Contraction above which a parameter is called informed by the data."""
FEWEST = 25.0
"""Effective draws below which nothing is said."""


@dataclass(frozen=True, slots=True)
class Contraction:
    """What the data did to the prior of one parameter."""

    name: str
    prior_sd: float
    posterior_sd: float
    """On the scale of `prior_sd`: that of estimation (logarithm, logit)."""
    contraction: float
    """1 - posterior variance / prior variance; 0: the data said nothing, 1: they said all, below 0: they widened it."""
    mc_se: float
    """Monte Carlo standard error of `contraction`."""
    effective: float
    """Effective number of draws."""

    @property
    def informed(self) -> bool:
        """Is the contraction above one half by more than its Monte Carlo error, and by enough draws?"""
        return self.effective >= FEWEST and self.contraction - 1.96 * self.mc_se > INFORMED

    @property
    def words(self) -> str:
        """`informed by data`, or who is speaking instead."""
        if self.effective < FEWEST:
            return "not known: too few draws"
        return "informed by data" if self.informed else "mostly the prior"


def compute_contractions(
    names: Sequence[str],
    prior_sd: NDArray[np.float64],
    posterior: NDArray[np.float64],
    effective: NDArray[np.float64] | None = None,
) -> tuple[Contraction, ...]:
    """Contraction of every parameter.

    Args:
        names: of the parameters.
        prior_sd: (parameters,), standard deviation of the prior on the scale of estimation, above 0.
        posterior: (draws, parameters), draws on the same scale.
        effective: (parameters,), effective numbers of draws; the number of draws where not given.

    Returns:
        One entry per parameter, in their order.

    Raises:
        ValueError: shapes that do not belong together, a prior without spread, or fewer than two draws.

    Source: Schad, Betancourt, Vasishth 2021, Psychol Methods 26:103-126, posterior contraction.
    """
    prior_sd, posterior = np.asarray(prior_sd, float), np.asarray(posterior, float)
    draws = posterior.shape[0]
    if posterior.ndim != 2 or posterior.shape[1] != len(names) or prior_sd.shape != (len(names),):
        raise ValueError("names, prior_sd and posterior have different numbers of parameters")
    if draws < 2 or not (prior_sd > 0).all():
        raise ValueError("contraction needs two draws or more and a prior with spread")
    number = np.full(len(names), float(draws)) if effective is None else np.asarray(effective, float)
    ratio = posterior.var(axis=0, ddof=1) / prior_sd**2
    # The variance of draws has relative variance (kurtosis - 1) / number; 2 / number where they are normal.
    centred = posterior - posterior.mean(axis=0)
    kurtosis = (centred**4).mean(axis=0) / np.maximum((centred**2).mean(axis=0) ** 2, 1e-300)
    error = ratio * np.sqrt(np.maximum(kurtosis - 1, 0) / np.maximum(number, 2))
    return tuple(
        Contraction(
            name,
            float(prior_sd[i]),
            float(np.sqrt(ratio[i]) * prior_sd[i]),
            float(1 - ratio[i]),
            float(error[i]),
            float(number[i]),
        )
        for i, name in enumerate(names)
    )
