"""Have the chains found the posterior? R-hat and effective numbers of draws of ArviZ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.extra import need_arviz
from costim.mechanism.fit.posterior import Posterior
from costim.mechanism.fit.result import Diagnostics
from costim.mechanism.model.steady_state import is_stable

Floats = NDArray[np.float64]
LOOKED_AT = 200
"""Draws, spread over the chains, whose patients are looked at for unstable baselines."""


def diagnose(posterior: Posterior, sampled: Floats, values: Floats, divergences: int) -> Diagnostics:
    """Diagnostics of draws (chains, draws, elements); rank-normalised split R-hat, bulk and tail ESS."""
    arviz = need_arviz()
    dataset = arviz.convert_to_dataset({"x": sampled})
    chosen = values.reshape(-1, *values.shape[2:])
    chosen = chosen[:: max(1, len(chosen) // LOOKED_AT)].reshape(-1, values.shape[-1])
    return Diagnostics(
        names=element_names(posterior),
        rhat=np.asarray(arviz.rhat(dataset)["x"].values) if len(sampled) > 1 else np.full(sampled.shape[-1], np.nan),
        ess_bulk=np.asarray(arviz.ess(dataset, method="bulk")["x"].values),
        ess_tail=np.asarray(arviz.ess(dataset, method="tail")["x"].values),
        divergences=divergences,
        unstable_share=float(1 - is_stable(posterior.model, chosen).mean()),
    )


def element_names(posterior: Posterior) -> tuple[str, ...]:
    """Names of the elements of the vector that is sampled."""
    priors, data = posterior.priors, posterior.data
    return (
        *priors.names,
        *(f"sd_{name}" for name in priors.between),
        *(f"scatter_{name}" for name in data.outputs),
        *(f"{name} of {subject}" for subject in data.subjects for name in priors.between),
        *(f"level of {group}, {data.subjects[i]}" for i, group in posterior.likelihood.blocks.levels),
    )
