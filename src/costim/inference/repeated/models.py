"""Mixed models of many studies of the same size at once: what one study gets, as arrays.

The unstructured covariance is only taken where more subjects than visits have every reading: else the restricted
likelihood has no largest value, and what an optimiser returns is where it gave up. With readings missing, the degrees
of freedom of Kenward and Roger are too many for it (simulated in `docs/calibration/repeated.csv`), so that those of a
change are at most the fewest pairs of readings of any two visits, less one, and the test of all visits is Hotelling's
with as many. Nothing changes where nothing is missing, nor for a change between two visits that nobody lacks: those
tests are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.repeated.contrasts import (
    DegreesOfFreedom,
    adjusted_spread,
    compute_joint_test,
    compute_single_tests,
)
from costim.inference.repeated.covariance import Covariance, choose_structure
from costim.inference.repeated.patterns import Patterns, read_values, summarise
from costim.inference.repeated.reml import Fit, fit_covariance

Floats = NDArray[np.float64]
METHODS = ("kenward_roger", "kenward_roger_1997", "satterthwaite", "normal")


@dataclass(frozen=True, slots=True, eq=False)
class MixedModels:
    """Results of s studies with k visits, in the unit of the readings; NaN where `reason` is not blank.

    `estimate`, `se`, `df` (s, k - 1) are of the changes since the first visit; `statistic` and `df_all` (s,) of the F
    test that all visits have one mean, NaN where it has no solution; `covariance` (s, k, k); `log_likelihood` (s,) is
    restricted.
    """

    reason: NDArray[np.str_]
    means: Floats
    covariance: Floats
    log_likelihood: Floats
    estimate: Floats
    se: Floats
    df: Floats
    capped: NDArray[np.bool_]
    statistic: Floats
    df_all: Floats
    steps: NDArray[np.int64]


def compute_mixed_models(
    values: ArrayLike, *, covariance: Covariance = "unstructured", df_method: str = "kenward_roger"
) -> MixedModels:
    """Fit each study by restricted maximum likelihood.

    Args:
        values: shape (studies, subjects, visits), at least two visits; NaN where there is no reading.
        covariance: `unstructured`, `ar1` (by order of visits) or `compound_symmetry`.
        df_method: `kenward_roger` (for `unstructured` with the bounds named above), `kenward_roger_1997` (as
            published), `satterthwaite` or `normal`.

    Raises:
        ValueError: an infinite reading, fewer than two visits, an unknown name.
    """
    array = read_values(values, 3)
    if array.shape[2] < 2:
        raise ValueError("a change needs readings at two or more visits")
    if df_method not in METHODS:
        raise ValueError(f"df_method must be one of {', '.join(METHODS)}, found {df_method!r}")
    structure = choose_structure(covariance, array.shape[2])
    patterns = summarise(array)
    reason = _refusals(patterns, covariance)
    fitted = np.flatnonzero(reason == "")
    found = _blank(array.shape[0], array.shape[2], reason)
    if fitted.size:
        fit = fit_covariance(patterns.keep(fitted), structure)
        _fill(found, fitted, fit, covariance, df_method)
    return found


def _refusals(patterns: Patterns, covariance: str) -> NDArray[np.str_]:
    """Why a model is not even tried."""
    both = patterns.both()
    per_visit = np.einsum("sjj->sj", both)
    subjects = patterns.counts.sum(axis=1)
    complete = patterns.counts @ patterns.seen.all(axis=1).astype(np.float64)
    enough = complete > patterns.visits if covariance == "unstructured" else subjects >= 2
    varies = np.einsum("spjj->s", patterns.products) > 0
    reason = np.where(varies, "", "covariance_singular")
    reason = np.where(enough, reason, "too_few_subjects")
    return np.where((per_visit > 0).all(axis=1), reason, "visit_without_reading")


def _blank(studies: int, visits: int, reason: NDArray[np.str_]) -> MixedModels:
    def empty(*shape: int) -> Floats:
        return np.full((studies, *shape), np.nan)

    return MixedModels(
        reason=reason.astype("<U24"),
        means=empty(visits),
        covariance=empty(visits, visits),
        log_likelihood=empty(),
        estimate=empty(visits - 1),
        se=empty(visits - 1),
        df=empty(visits - 1),
        capped=np.zeros((studies, visits - 1), dtype=bool),
        statistic=empty(),
        df_all=empty(),
        steps=np.zeros(studies, dtype=np.int64),
    )


def _fill(found: MixedModels, fitted: NDArray[np.intp], fit: Fit, covariance: str, df_method: str) -> None:
    """Write the results of the fits that ended at a maximum, the reasons of the others."""
    found.reason[fitted] = fit.reason
    found.steps[fitted] = fit.steps
    good = np.flatnonzero(fit.reason == "")
    if good.size == 0:
        return
    if good.size < fitted.size:
        fit = fit.keep(good)
    to = fitted[good]
    scale, visits = fit.patterns.scale, fit.patterns.visits
    found.means[to] = fit.means * scale[:, None]
    found.covariance[to] = fit.structure.matrix(fit.free) * (scale**2)[:, None, None]
    free_readings = fit.patterns.readings - visits
    found.log_likelihood[to] = -0.5 * (
        fit.state.deviance + free_readings * np.log(2 * np.pi) + 2 * free_readings * np.log(scale)
    )
    contrasts = np.hstack([-np.ones((visits - 1, 1)), np.eye(visits - 1)])
    single, f, df_all = _tests(fit, contrasts, covariance, df_method)
    found.estimate[to] = single[0] * scale[:, None]
    found.se[to] = single[1] * scale[:, None]
    found.df[to], found.capped[to] = single[2], single[3].astype(bool)
    found.statistic[to], found.df_all[to] = f, df_all
    bad = ~(np.isfinite(found.se[to]).all(axis=1) & (found.df[to] >= 1).all(axis=1))
    found.reason[to[bad]] = "df_not_available"


def _tests(
    fit: Fit, contrasts: Floats, covariance: str, df_method: str
) -> tuple[tuple[Floats, Floats, Floats, Floats], Floats, Floats]:
    """Estimate, standard error, degrees of freedom and whether they were capped; F and its degrees of freedom."""
    method: DegreesOfFreedom = "kenward_roger"
    if df_method == "satterthwaite":
        method = "satterthwaite"
    elif df_method == "normal":
        method = "normal"
    single = compute_single_tests(fit, contrasts, method)
    if covariance != "unstructured" or df_method != "kenward_roger":
        joint = compute_joint_test(fit, contrasts, method)
        uncapped = np.zeros_like(single.df)
        return (single.estimate, single.se, single.df, uncapped), joint.statistic, joint.df
    pairs = fit.patterns.both()
    everybody = fit.patterns.counts.sum(axis=1)[:, None]
    # The likelihood of two visits that nobody lacks does not depend on the others: their change is a paired t test.
    most = np.where(pairs[:, 0, 1:] == everybody, everybody, pairs.min(axis=(1, 2))[:, None]) - 1
    capped = single.df > most * (1 + 1e-9)
    df = np.where(single.df > most * (1 - 1e-9), most, single.df)  # whole numbers without the noise of rounding
    fewest = np.minimum(df.min(axis=1), pairs.min(axis=(1, 2)) - 1)
    statistic, df_all = _hotelling(fit, contrasts, fewest)
    return (single.estimate, single.se, df, capped.astype(np.float64)), statistic, df_all


def _hotelling(fit: Fit, contrasts: Floats, df: Floats) -> tuple[Floats, Floats]:
    """The Wald statistic as Hotelling's T2 of so many degrees of freedom."""
    rank = contrasts.shape[0]
    estimate = fit.means @ contrasts.T
    inverse = np.linalg.inv(contrasts @ adjusted_spread(fit) @ contrasts.T)
    wald = np.einsum("sc,scd,sd->s", estimate, inverse, estimate, optimize=True)
    left = df - rank + 1
    exists = left >= 1
    return np.where(exists, wald * left / (df * rank), np.nan), np.where(exists, left, np.nan)
