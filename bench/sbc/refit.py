"""One study drawn, fitted, and the ranks of its true values."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bench.sbc.case import LIMITS, MODEL
from costim.mechanism.fit.priors import default_priors
from costim.mechanism.fit.sample import fit
from costim.mechanism.fit.simulate_data import simulate_data
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.observed.data import FitData

RANKED = 24
"""Draws that a true value is ranked among: ranks from 0 to 24."""
TUNE = 150
DRAWS = (120, 360, 1080)
"""Kept draws: more where the first were too much alike."""
LEAST = 10
"""Effective draws of the worst element below which a chain is lengthened; of most there are then as many as ranks."""
DEPTH = 6
"""Trees of at most 63 steps: cut short, a draw stays nearer to the last one, which `LEAST` sees."""
FOLDED_VARIANCE = 1 - 2 / np.pi
"""Of the size of a standard normal number, in which standard deviations between patients are sampled."""
PATIENT = 0
"""Whose own values are ranked too."""


def refit(seed: int, like: FitData, model_name: str = MODEL) -> dict[str, float]:
    """A row of the table: seed, cost, diagnostics, `rank_<name>` and `contraction_<name>`.

    A chain is lengthened until each ranked quantity has enough effective draws, whatever its rank.
    """
    model = load_model(model_name)
    truth = simulate_data(model, like, seed=seed, limits={k: v for k, v in LIMITS.items() if k in like.outputs})
    population = default_priors(model).between
    for draws in DRAWS:
        found = fit(model, truth.data, chains=1, draws=draws, tune=TUNE, seed=seed, max_depth=DEPTH)
        count = len(found.draws)
        effective = found.diagnostics.ess_bulk[:count]
        if effective.min() >= LEAST:
            break
    thin = slice(None, None, draws // RANKED)
    ranks = {name: _rank(found.draws[name][0, thin], truth.truth[name]) for name in found.draws}
    for name in population:
        place = model.value_names.index(name)
        ranks[f"{name}_p1"] = _rank(found.values[0, thin, PATIENT, place], truth.values[PATIENT, place])
    return {
        "seed": seed,
        "seconds": round(found.seconds, 1),
        "draws": draws,
        "divergences": found.diagnostics.divergences,
        "least_effective": round(float(effective.min()), 1),
        **{f"rank_{name}": rank for name, rank in ranks.items()},
        **{f"contraction_{k}": round(v, 4) for k, v in _contractions(found.sampled[0], tuple(found.draws)).items()},
    }


def _rank(draws: np.ndarray, truth: float) -> int:
    return int((draws < truth).sum())


def _contractions(sampled: np.ndarray, names: tuple[str, ...]) -> Mapping[str, float]:
    """1 - posterior variance / prior variance, on the scale of the sampler."""
    prior = [FOLDED_VARIANCE if name.startswith("sd_") else 1.0 for name in names]
    return {name: float(1 - sampled[:, i].var(ddof=1) / prior[i]) for i, name in enumerate(names)}
