"""A mixed model for repeated measures of one group: the mean change since the first visit, at every later one.

All readings, those of the first visit included, are the response; every visit has its own mean, and the readings of a
subject hang together by a covariance matrix. A subject with some visits missing adds what it has (Cnaan, Laird and
Slasor, Stat Med 1997), which is right when the chance of missing depends on readings that were seen, not on the missing
one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from costim.inference.repeated.covariance import Covariance
from costim.inference.repeated.models import MixedModels, compute_mixed_models
from costim.inference.repeated.patterns import read_values


@dataclass(frozen=True, slots=True)
class VisitChange:
    """Mean change from the first visit to another, in the unit of the readings.

    `pairs` counts subjects with both readings. `df_capped`: the degrees of freedom are the fewest pairs of any two
    visits less one, because the approximation gave more.
    """

    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    p: float
    pairs: int
    df_capped: bool


@dataclass(frozen=True, slots=True)
class OverallTest:
    """F test that all visits have one mean."""

    statistic: float
    df_numerator: int
    df: float
    p: float


@dataclass(frozen=True, slots=True)
class MixedModel:
    """The model of one study.

    `reason` is blank, or why there is no result: `visit_without_reading`, `too_few_subjects` (unstructured: no more
    subjects with every visit than visits; else fewer than two), `covariance_singular` (some reading is a function of
    the others, as when all changes are equal), `not_converged`, `df_not_available`. Then `changes`, `means` and
    `covariance` are empty and `test` is None. `test` is None too where too few degrees of freedom are left for it.
    """

    structure: str
    df_method: str
    n_subjects: int
    n_complete: int
    n_readings: int
    reason: str
    means: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    log_likelihood: float | None
    changes: tuple[VisitChange, ...]
    test: OverallTest | None
    steps: int


def compute_mixed_model(
    values: ArrayLike,
    *,
    covariance: Covariance = "unstructured",
    df_method: str = "kenward_roger",
    level: float = 0.95,
) -> MixedModel:
    """Changes since the first visit by restricted maximum likelihood, with small-sample degrees of freedom.

    Args:
        values: shape (subjects, visits), at least two visits in order; NaN where there is no reading. Subjects without
            any reading do not count.
        covariance: `unstructured`; `ar1` (the correlation of neighbouring visits, raised to the number of visits
            between: spacing in days plays no part); `compound_symmetry` (one variance, one correlation).
        df_method: `kenward_roger` (Kenward and Roger 1997; for `unstructured` never more degrees of freedom than the
            fewest pairs of readings of any two visits less one, and Hotelling's test of all visits);
            `kenward_roger_1997` (as published);
            `satterthwaite`; `normal` (for comparison only: too narrow in small studies).
        level: of the two-sided limits, between 0 and 1.

    Raises:
        ValueError: infinite readings, fewer than two visits, a level outside (0, 1), an unknown name.
    """
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    array = read_values(values, 2)
    found = compute_mixed_models(array[None], covariance=covariance, df_method=df_method)
    seen = ~np.isnan(array)
    reason = str(found.reason[0])
    has = not reason
    return MixedModel(
        structure=covariance,
        df_method=df_method,
        n_subjects=int(seen.any(axis=1).sum()),
        n_complete=int(seen.all(axis=1).sum()),
        n_readings=int(seen.sum()),
        reason=reason,
        means=tuple(found.means[0].tolist()) if has else (),
        covariance=tuple(tuple(row) for row in found.covariance[0].tolist()) if has else (),
        log_likelihood=float(found.log_likelihood[0]) if has else None,
        changes=_changes(found, (seen & seen[:, :1]).sum(axis=0)[1:].tolist(), level) if has else (),
        test=_test(found) if has else None,
        steps=int(found.steps[0]),
    )


def _changes(found: MixedModels, pairs: list[int], level: float) -> tuple[VisitChange, ...]:
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    changes = []
    for j, both in enumerate(pairs):
        estimate, se, df = (float(a[0, j]) for a in (found.estimate, found.se, found.df))
        upper_tail = (1 + level) / 2
        is_normal = np.isinf(df)
        quantile = float(ndtri(upper_tail) if is_normal else stdtrit(df, upper_tail))
        t = -abs(estimate / se)
        p = min(1.0, 2 * float(ndtr(t) if is_normal else stdtr(df, t)))
        limits = (estimate - quantile * se, estimate + quantile * se)
        changes.append(VisitChange(estimate, se, df, *limits, p, both, bool(found.capped[0, j])))
    return tuple(changes)


def _test(found: MixedModels) -> OverallTest | None:
    from scipy.special import chdtrc, fdtrc

    statistic, df, rank = float(found.statistic[0]), float(found.df_all[0]), int(found.estimate.shape[1])
    if not (statistic >= 0 and df > 0):
        return None
    p = chdtrc(rank, rank * statistic) if np.isinf(df) else fdtrc(rank, df, statistic)
    return OverallTest(statistic, rank, df, float(p))
