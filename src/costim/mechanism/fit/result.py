"""What a fit gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.priors import Priors
from costim.mechanism.model.model import Model
from costim.mechanism.observed.data import FitData

Floats = NDArray[np.float64]
RHAT, ESS = 1.01, 400.0
"""Limits of Vehtari et al 2021, Bayesian Anal 16:667: a fit beyond them is not to be trusted."""


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """Did the chains find the posterior? Entries follow `names`."""

    names: tuple[str, ...]
    """Of every element of the vector that was sampled."""
    rhat: Floats
    ess_bulk: Floats
    ess_tail: Floats
    divergences: int
    unstable_share: float
    """Share of patients' draws whose baseline is unstable; those of a virtual population are refused, these are not."""
    rhat_limit: float = RHAT
    ess_limit: float = ESS

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the fit is not to be trusted; empty: it may be."""
        found = []
        worst = int(np.argmax(np.nan_to_num(self.rhat, nan=np.inf)))
        if not self.rhat[worst] < self.rhat_limit:
            found.append(
                f"R-hat is {self.rhat[worst]:.3f} for {self.names[worst]}; expected below {self.rhat_limit}: "
                "the chains have not found the same posterior. Ask for a longer tuning and more draws."
            )
        for words, ess in (("bulk", self.ess_bulk), ("tail", self.ess_tail)):
            low = int(np.argmin(np.nan_to_num(ess, nan=0.0)))
            if not ess[low] > self.ess_limit:
                found.append(
                    f"The effective number of draws ({words}) is {ess[low]:.0f} for {self.names[low]}; "
                    f"expected above {self.ess_limit:.0f}. Ask for more draws."
                )
        if self.divergences:
            found.append(
                f"{self.divergences} draws diverged; expected none: a part of the posterior may have been missed."
            )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Fit:
    """Draws from a posterior, and what is known of their worth."""

    model: Model
    data: FitData
    priors: Priors
    seed: int
    draws: Mapping[str, Floats]
    """Name -> (chains, draws): typical values by name, `sd_<name>` between patients, `scatter_<output>`."""
    sampled: Floats
    """(chains, draws, elements), the vector sampled; elements follow `Diagnostics.names`."""
    values: Floats
    """(chains, draws, patients, model.value_names), each patient's own, covariates worked in, levels not."""
    levels: Floats
    """(chains, draws, patients, data.outputs), logarithm of what the output of the model is multiplied by."""
    log_likelihood: Floats
    """(chains, draws, readings), given the values and levels of the patient."""
    diagnostics: Diagnostics
    seconds: float

    @property
    def trusted(self) -> bool:
        """Did it meet every criterion?"""
        return not self.diagnostics.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why not."""
        return self.diagnostics.reasons
