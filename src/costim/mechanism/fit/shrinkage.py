"""Shrinkage of what is known of single patients towards the typical one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MISLEADING = 0.3
"""Shrinkage above which plots of individual values against anything mislead."""


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """Shrinkage of one parameter over the patients."""

    name: str
    shrinkage: float
    """1 - SD of the individual estimates / SD between patients; 0: patients speak for themselves, 1: all are the
    typical patient."""

    @property
    def misleading(self) -> bool:
        """Is it too large for individual plots?"""
        return self.shrinkage > MISLEADING

    @property
    def words(self) -> str:
        """What may be drawn."""
        return "individual plots are void" if self.misleading else "individual plots may be read"


def compute_shrinkage(
    names: Sequence[str], etas: NDArray[np.float64], between_sd: NDArray[np.float64]
) -> tuple[Shrinkage, ...]:
    """Shrinkage of every parameter that differs between patients.

    Args:
        names: of the parameters.
        etas: (patients, parameters), individual deviations from the typical patient (posterior means).
        between_sd: (parameters,), standard deviation between patients (posterior mean), above 0.

    Raises:
        ValueError: shapes that do not belong together, or a standard deviation that is not above 0.

    Source: Savic, Karlsson 2009, AAPS J 11:558-569, shrinkage of eta by standard deviations.
    """
    etas, between_sd = np.asarray(etas, float), np.asarray(between_sd, float)
    if etas.ndim != 2 or etas.shape[1] != len(names) or between_sd.shape != (len(names),):
        raise ValueError("names, etas and between_sd have different numbers of parameters")
    if not (between_sd > 0).all():
        raise ValueError("a parameter without spread between patients has no shrinkage")
    # About 0, not about their own mean: a common shift of all patients is no spread, yet no shrinkage either.
    seen = np.sqrt((etas**2).mean(axis=0))
    return tuple(Shrinkage(name, float(1 - seen[i] / between_sd[i])) for i, name in enumerate(names))
