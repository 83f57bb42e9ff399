"""Draws from the posterior: the no-U-turn sampler of nutpie, moved by the exact gradient.

Hoffman, Gelman 2014, J Mach Learn Res 15:1593; nutpie adapts its mass matrix from gradients as well as draws.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.centring import centre
from costim.mechanism.fit.diagnose import diagnose
from costim.mechanism.fit.extra import need
from costim.mechanism.fit.layout import folded
from costim.mechanism.fit.posterior import Posterior, make_posterior
from costim.mechanism.fit.priors import Priors, default_priors
from costim.mechanism.fit.result import Fit
from costim.mechanism.fit.start import starts
from costim.mechanism.fit.unfold import unfold
from costim.mechanism.fit.whiten import search, whiten
from costim.mechanism.model.model import Model
from costim.mechanism.observed.data import FitData

Floats = NDArray[np.float64]


def fit(
    model: Model,
    data: FitData,
    *,
    priors: Priors | None = None,
    chains: int = 4,
    draws: int = 500,
    tune: int = 300,
    seed: int = 1,
    cores: int = 1,
    target_accept: float = 0.8,
    max_depth: int = 10,
    progress: Callable[[int, int], None] | None = None,
) -> Fit:
    """Fit a model to the readings of a few patients.

    Args:
        model: Any of the catalogue; the rivals take the same data.
        data: Readings, infusions and covariates.
        priors: Those of the model by themselves (`default_priors`).
        chains: Chains, 2 or more.
        draws: Kept in each chain, after `tune` that are not.
        tune: Draws of each chain that adapt the sampler.
        seed: Same seed, same draws, whatever `cores`.
        cores: Chains that run at a time.
        target_accept: Acceptance aimed at; nearer to 1: shorter steps, fewer divergences.
        max_depth: A draw takes at most 2^max_depth - 1 steps.
        progress: Told how many of how many draws are done, those that adapt among them; from any thread.

    Returns:
        Draws, diagnostics, and whether the fit may be trusted; one that may not says so and why.

    Raises:
        CostimError: data that the model cannot say anything about, or the extra `[fit]` is not installed.
    """
    nutpie = need("nutpie")
    began = time.perf_counter()
    posterior = make_posterior(model, data, priors or default_priors(model))
    compiled = _compiled(posterior, chains, seed, _counted(progress, chains * (tune + draws)))
    # A metric of low rank beside the scales: the curvature at the mode is not that of the whole posterior, and with it
    # the steps are twice as long.
    trace = nutpie.sample(
        compiled, draws=draws, tune=tune, chains=chains, cores=cores, seed=seed, progress_bar=False,
        save_warmup=False, target_accept=target_accept, maxdepth=max_depth, low_rank_modified_mass_matrix=True,
    )  # fmt: skip
    found = np.asarray(trace.posterior["x"].values, dtype=np.float64)
    sampled = folded(posterior.layout, found, len(data.subjects))
    divergences = int(np.asarray(trace.sample_stats["diverging"].values).sum())
    parts = unfold(posterior, sampled, seed)
    return Fit(
        model=model,
        data=data,
        priors=posterior.priors,
        seed=seed,
        draws=parts.draws,
        sampled=sampled,
        values=parts.values,
        levels=parts.levels,
        log_likelihood=parts.log_likelihood,
        diagnostics=diagnose(posterior, sampled, parts.values, divergences),
        seconds=time.perf_counter() - began,
    )


def _counted(progress: Callable[[int, int], None] | None, total: int) -> Callable[[], None]:
    """What is called at every draw."""
    count = itertools.count(1)

    def tell() -> None:
        if progress is not None:
            progress(min(next(count), total), total)

    return tell


def _compiled(posterior: Posterior, chains: int, seed: int, drawn: Callable[[], None]) -> Any:
    """The density as nutpie takes it, in coordinates in which it is nearly round."""
    from_pyfunc = need("nutpie.compiled_pyfunc").from_pyfunc
    first = starts(posterior, seed)
    centred = centre(posterior, search(posterior, first(0), posterior.layout.between))
    white = whiten(centred, np.array([centred.centred(first(chain)) for chain in range(chains)]))
    density = white.density(centred)

    def expanded(z: Floats) -> dict[str, Floats]:
        drawn()
        return {"x": centred.plain(white.x(np.asarray(z, dtype=np.float64)))}

    def expand(*_: Any) -> Callable[[Floats], dict[str, Floats]]:
        return expanded

    def start(chain: int) -> Floats:
        return white.start(chain % len(white.modes), np.random.default_rng((seed, chain)))

    size = posterior.layout.size
    return from_pyfunc(
        size, lambda: density, expand, [np.dtype("float64")], [(size,)], ["x"], make_initial_point_fn=start
    )
