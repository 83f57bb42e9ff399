"""Scores of patients that importance sampling could not leave out: the model is fitted again without each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.leave_one_out import LeftOut, compute_leave_one_out, replace_refitted
from costim.mechanism.fit.marginal import Marginals, compute_marginals
from costim.mechanism.fit.posterior import make_posterior
from costim.mechanism.fit.result import Fit
from costim.mechanism.observed.data import FitData

Floats = NDArray[np.float64]
Sampler = Callable[[FitData], Fit]
"""Fits the same model with the same priors to other data."""


def refit_doubtful(
    fit: Fit,
    left_out: LeftOut,
    again: Sampler,
    *,
    draws: int,
    inner: int,
    seed: int,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LeftOut:
    """Scores with those that were doubtful taken from refits, where the refit itself may be trusted.

    Args:
        fit: draws given all patients.
        left_out: their scores.
        again: fits the model to the data without a patient.
        draws: of each refit that are looked at one by one.
        inner: draws of each patient for each of them; see `compute_marginals`.
        seed: of patients integrated out.
        threads: as many as there are cores where not given.
        progress: told how many of how many patients are done.

    Returns:
        Scores; Pareto k is NaN for those refitted, and what it was where the refit is no better.
    """
    scores: dict[str, float] = {}
    doubtful = left_out.doubtful
    for done, subject in enumerate(doubtful, start=1):
        patient = fit.data.subjects.index(subject)
        rest = without(fit.data, patient)
        found = again(rest) if len(rest.day) else None  # the others' relapse alone cannot be sampled
        if found is not None and found.trusted:
            marginals = _foretold(fit, found, draws=draws, inner=inner, seed=seed + patient, threads=threads)
            if (score := score_of(subject, patient, marginals)) is not None:
                scores[subject] = score
        if progress is not None:
            progress(done, len(doubtful))
    return replace_refitted(left_out, scores)


def without(data: FitData, patient: int) -> FitData:
    """Data in which nothing is known of a patient; the patient stays, as one that the population foretells."""
    kept = data.subject != patient
    relapse = data.relapse.copy()
    relapse[patient] = np.nan
    cells = tuple(cell for cell, keep in zip(data.cells, kept, strict=True) if keep) if data.cells else ()
    return replace(
        data,
        subject=data.subject[kept],
        output=data.output[kept],
        day=data.day[kept],
        lower=data.lower[kept],
        upper=data.upper[kept],
        relapse=relapse,
        cells=cells,
    )


def score_of(subject: str, patient: int, marginals: Marginals) -> float | None:
    """Log score of a patient under draws that have not seen its readings, nor anybody's relapse.

    What is known of the relapse of the others weighs the draws; None where these weights are not to be trusted.
    """
    total = marginals.total[:, [patient]]
    others = np.delete(marginals.relapse, patient, axis=1).sum(axis=1)
    if not others.any():
        top = float(total.max())
        return float(top + np.log(np.exp(total - top).mean())) if np.isfinite(top) else None
    weighed = compute_leave_one_out([subject], total, others[:, None])
    return None if weighed.doubtful else float(weighed.elpd[0])


def _foretold(fit: Fit, refitted: Fit, *, draws: int, inner: int, seed: int, threads: int | None) -> Marginals:
    """Densities of all that is known, given populations of the refit; where to draw patients, the full fit tells."""
    posterior = make_posterior(fit.model, fit.data, fit.priors)
    part = posterior.layout.deviations.start
    own, populations = (one.sampled.reshape(-1, one.sampled.shape[-1]) for one in (fit, refitted))
    vectors = _spread(own, draws).copy()
    populations = _spread(populations, len(vectors))
    vectors = vectors[: len(populations)]
    vectors[:, :part] = populations[:, :part]
    return compute_marginals(posterior, vectors, inner=inner, seed=seed, threads=threads)


def _spread(vectors: Floats, count: int) -> Floats:
    """So many of the rows, evenly spread; all where there are fewer."""
    return np.asarray(vectors[np.linspace(0, len(vectors) - 1, min(count, len(vectors))).astype(np.int64)])
