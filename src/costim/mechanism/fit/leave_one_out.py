"""Leave-one-patient-out log score: how well a model foretells a patient it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TRUSTED = 0.7
"""Pareto k above which importance sampling of a left-out patient is not to be trusted."""

SPAN = 700.0
"""Logarithms of numbers that a sum can hold side by side."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Scores of patients, each foretold from the others."""

    subjects: tuple[str, ...]
    elpd: NDArray[np.float64]
    """(patients,), log of the predictive density of all readings of a patient; larger is better."""
    pareto_k: NDArray[np.float64]
    """(patients,); NaN for a patient whose score comes from a refit without that patient."""
    draws: int

    @property
    def total(self) -> float:
        """Sum over patients."""
        return float(self.elpd.sum())

    @property
    def se(self) -> float:
        """Standard error of `total` over patients; too small when there are few of them."""
        n = len(self.elpd)
        return float(np.sqrt(n * self.elpd.var(ddof=1))) if n > 1 else float("nan")

    @property
    def limit(self) -> float:
        """Largest k that so many draws can bear: 1 - 1 / log10(draws), at most 0.7."""
        return float(min(1 - 1 / np.log10(max(self.draws, 11)), TRUSTED))

    @property
    def refitted(self) -> tuple[str, ...]:
        """Patients whose score comes from a fit to the others alone."""
        return tuple(s for s, k in zip(self.subjects, self.pareto_k, strict=True) if np.isnan(k))

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Patients whose score is not to be trusted."""
        entries = zip(self.subjects, self.pareto_k, self.elpd, strict=True)
        return tuple(s for s, k, score in entries if k > self.limit or not np.isfinite(score))


def compute_leave_one_out(
    subjects: Sequence[str], log_likelihood: NDArray[np.float64], log_ratios: NDArray[np.float64] | None = None
) -> LeftOut:
    """Scores by Pareto-smoothed importance sampling.

    Args:
        subjects: of the columns.
        log_likelihood: (draws, patients), of all readings of a patient given the population of a draw, the patient's
            own deviations integrated out: with those left in, a patient foretells itself. -inf: impossible.
        log_ratios: (draws, patients), log of the posterior without the patient over the density that was drawn from;
            minus `log_likelihood` where not given: draws from the posterior of all that it speaks of.

    Raises:
        ValueError: shapes that do not belong together, or values that are no numbers.
        CostimError: the extra `[fit]` is not installed.

    Source: Vehtari, Gelman, Gabry 2017, Stat Comput 27:1413-1432; limit of k: Vehtari et al 2024, JMLR 25(72).
    """
    values = np.asarray(log_likelihood, float)
    if values.ndim != 2 or values.shape[1] != len(subjects):
        raise ValueError("one column of log_likelihood per subject")
    ratios = -values if log_ratios is None else np.asarray(log_ratios, float)
    if np.isnan(values).any() or ratios.shape != values.shape or np.isnan(ratios).any():
        raise ValueError("log_likelihood and log_ratios must be numbers, of the same shape")
    elpd, pareto_k = np.empty(len(subjects)), np.empty(len(subjects))
    for i in range(len(subjects)):
        # Ratios 300 powers of ten apart are all the same to a sum: what is impossible stays out, what is sure counts.
        ends = ratios[np.isfinite(ratios[:, i]), i]
        low, high = (ends.max() - SPAN, ends.min() + SPAN) if len(ends) else (0.0, 0.0)
        weights, pareto_k[i] = smooth(np.clip(ratios[:, i], low, max(high, low + SPAN)))
        elpd[i] = _log_sum(weights + values[:, i])
    return LeftOut(tuple(subjects), elpd, pareto_k, len(values))


def smooth(log_ratios: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Logarithms of Pareto-smoothed weights, whose sum is 1, and Pareto k.

    Args:
        log_ratios: (draws,), finite.
    """
    from costim.mechanism.fit.extra import need_arviz

    arviz = need_arviz()
    with np.errstate(over="ignore"):  # of shapes that ArviZ tries and that have no weight at all
        weights, k = arviz.psislw(log_ratios)
    return np.asarray(weights, dtype=np.float64), float(k)


def replace_refitted(left_out: LeftOut, refitted: dict[str, float]) -> LeftOut:
    """Scores with those of some patients taken from refits without them.

    Args:
        left_out: scores by importance sampling.
        refitted: subject -> log of the mean over draws of the refit of its likelihood.
    """
    elpd, pareto_k = left_out.elpd.copy(), left_out.pareto_k.copy()
    for subject, value in refitted.items():
        i = left_out.subjects.index(subject)
        elpd[i], pareto_k[i] = value, np.nan
    return LeftOut(left_out.subjects, elpd, pareto_k, left_out.draws)


def _log_sum(values: NDArray[np.float64]) -> float:
    top = values.max()
    if np.isneginf(top):
        return float(top)
    return float(top + np.log(np.exp(values - top).sum()))
