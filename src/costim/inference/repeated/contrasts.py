"""Tests of contrasts of visit means with small-sample degrees of freedom.

Kenward and Roger (Biometrics 1997;53:983-997) enlarge the covariance of the means for the variance components being
estimated, and match an F distribution to the moments of the Wald statistic. Satterthwaite's method (for several
contrasts as of Fai and Cornelius 1996) keeps the covariance and matches degrees of freedom only. `normal` is what
programs without either print; it is here to be compared with, not to be used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from costim.inference.repeated.reml import Fit

Floats = NDArray[np.float64]
DegreesOfFreedom = Literal["kenward_roger", "satterthwaite", "normal"]


@dataclass(frozen=True, slots=True, eq=False)
class SingleTests:
    """For each study (s) and contrast (c), in standardised units: estimate, standard error, degrees of freedom."""

    estimate: Floats
    se: Floats
    df: Floats


@dataclass(frozen=True, slots=True, eq=False)
class JointTest:
    """For each study: F and both degrees of freedom; NaN where the approximation has no solution."""

    statistic: Floats
    df_numerator: int
    df: Floats


def adjusted_spread(fit: Fit) -> Floats:
    """Covariance of the means, adjusted by Kenward and Roger (equation 2.9 and following), shape (s, k, k)."""
    state, found, counts = fit.state, fit.moments, fit.patterns.counts
    spread_of_covariance = _spread_of_covariance(fit, "kenward_roger")
    studies, _, visits, _ = state.inverse.shape
    flat = fit.slopes.reshape(studies, -1, visits * visits)
    # slopes[a][j, k] slopes[b][l, m], summed over their covariance; between them stands inverse[k, l]
    paired = (flat.transpose(0, 2, 1) @ spread_of_covariance @ flat).reshape(studies, visits, visits, visits, visits)
    form = paired.transpose(0, 2, 3, 1, 4).reshape(studies, visits * visits, visits * visits)
    inner = (state.inverse.reshape(studies, -1, visits * visits) @ form).reshape(state.inverse.shape)
    first = (counts[:, :, None, None] * (state.inverse @ inner @ state.inverse)).sum(axis=1)
    pulled = np.einsum("sab,sajk->sbjk", spread_of_covariance, found.pull, optimize=True)
    second = (pulled @ state.spread[:, None] @ found.pull).sum(axis=1)
    bias = first - second
    bend = fit.structure.bend(fit.free, spread_of_covariance)
    if bend is not None:
        bent = state.inverse @ bend[:, None] @ state.inverse
        bias = bias - 0.25 * np.einsum("sp,spjk->sjk", counts, bent)
    adjusted = state.spread + 2 * state.spread @ bias @ state.spread
    return np.asarray((adjusted + adjusted.transpose(0, 2, 1)) / 2)


def compute_single_tests(fit: Fit, contrasts: Floats, method: DegreesOfFreedom) -> SingleTests:
    """Each contrast of shape (c, k) by itself.

    With one contrast the F of Kenward and Roger needs no scaling and its degrees of freedom are Satterthwaite's, with
    the expected in place of the observed information.
    """
    estimate = fit.means @ contrasts.T
    plain = np.einsum("cj,sjk,ck->sc", contrasts, fit.state.spread, contrasts, optimize=True)
    if method == "normal":
        return SingleTests(estimate, np.sqrt(plain), np.full_like(plain, np.inf))
    slopes = _slopes_of_variances(fit, contrasts)
    spread = _spread_of_covariance(fit, method)
    noise = np.einsum("sca,sab,scb->sc", slopes, spread, slopes, optimize=True)
    df = 2 * plain**2 / np.maximum(noise, 1e-300)
    variance = plain
    if method == "kenward_roger":
        variance = np.einsum("cj,sjk,ck->sc", contrasts, adjusted_spread(fit), contrasts, optimize=True)
    return SingleTests(estimate, np.sqrt(np.where(variance > 0, variance, np.nan)), df)


def compute_joint_test(fit: Fit, contrasts: Floats, method: DegreesOfFreedom) -> JointTest:
    """All contrasts of shape (c, k) at once, c linearly independent rows."""
    if method == "kenward_roger":
        return _kenward_roger(fit, contrasts)
    estimate = fit.means @ contrasts.T
    spread = contrasts @ fit.state.spread @ contrasts.T
    wald = np.einsum("sc,scd,sd->s", estimate, np.linalg.inv(spread), estimate, optimize=True)
    rank = contrasts.shape[0]
    if method == "normal":
        return JointTest(wald / rank, rank, np.full_like(wald, np.inf))
    _, vectors = np.linalg.eigh(spread)
    directions = vectors.transpose(0, 2, 1) @ contrasts
    variance = np.einsum("scj,sjk,sck->sc", directions, fit.state.spread, directions, optimize=True)
    slopes = _slopes_of_variances(fit, directions)
    noise = np.einsum("sca,sab,scb->sc", slopes, _spread_of_covariance(fit, method), slopes, optimize=True)
    return JointTest(wald / rank, rank, _joined(2 * variance**2 / np.maximum(noise, 1e-300)))


def _joined(df: Floats) -> Floats:
    """Degrees of freedom of an F made of several t with their own: the F whose mean is theirs."""
    rank = df.shape[1]
    excess = np.where(df > 2, df - 2, 1.0)
    expected = (df / excess).sum(axis=1)
    joined = 2 * expected / np.maximum(expected - rank, 1e-300)
    joined = np.where(np.all(df > 2, axis=1), joined, 2.0)
    alike = np.ptp(df, axis=1) < 1e-8
    return np.asarray(np.where(alike, df.mean(axis=1), joined))


def _kenward_roger(fit: Fit, contrasts: Floats) -> JointTest:
    spread = fit.state.spread
    rank = contrasts.shape[0]
    within = np.linalg.inv(contrasts @ spread @ contrasts.T)
    shares = spread @ contrasts.T @ within @ contrasts @ spread
    moved = shares[:, None] @ fit.moments.pull
    traces = np.einsum("sajj->sa", moved)
    weights = _spread_of_covariance(fit, "kenward_roger")
    a1 = np.einsum("sab,sa,sb->s", weights, traces, traces, optimize=True)
    a2 = np.einsum("sab,sajk,sbkj->s", weights, moved, moved, optimize=True)
    factor, df = _match_f(a1, a2, rank)
    estimate = fit.means @ contrasts.T
    inverse = np.linalg.inv(contrasts @ adjusted_spread(fit) @ contrasts.T)
    wald = np.einsum("sc,scd,sd->s", estimate, inverse, estimate, optimize=True)
    return JointTest(factor * wald / rank, rank, df)


def _match_f(a1: Floats, a2: Floats, rank: int) -> tuple[Floats, Floats]:
    """Scale and degrees of freedom of the F with the mean and variance of the Wald statistic (Kenward and Roger 1997).

    With four degrees of freedom or fewer the variance does not exist, but the equations go on to hold (they give t and
    Hotelling's test exactly). NaN from two downwards, where the mean does not exist, and where there is no match.
    """
    if rank == 1:
        return np.ones_like(a1), 2 / np.maximum(a1, 1e-300)
    safe = np.maximum(a2, 1e-12)
    b = (a1 + 6 * safe) / (2 * rank)
    g = ((rank + 1) * a1 - (rank + 4) * safe) / ((rank + 2) * safe)
    below = 3 * rank + 2 * (1 - g)
    top = 1 + g / below * b
    twice, once = 1 - (rank - g) / below * b, 1 - (rank + 2 - g) / below * b
    short = 1 - safe / rank
    # With ratio = rank * rho of the paper, df = 4 + (rank + 2) / (ratio - 1): without dividing by `once`, which is zero
    # at four degrees of freedom.
    fair = short / np.where(np.abs(twice) > 1e-9, twice, 1.0)
    excess = fair**2 * top - once
    exists = (a2 > 0) & (short > 1e-9) & (np.abs(twice) > 1e-9) & (np.abs(excess) > 1e-12)
    df = 4 + (rank + 2) * once / np.where(exists, excess, 1.0)
    exists &= df > 2 + 1e-6
    factor = df * short / np.where(exists, df - 2, 1.0)
    return np.where(exists, factor, np.nan), np.where(exists, df, np.nan)


def _slopes_of_variances(fit: Fit, contrasts: Floats) -> Floats:
    """Derivative of the variance of each contrast by each free parameter: (c, k) or (s, c, k) -> (s, c, q)."""
    moved = contrasts @ fit.state.spread
    return np.asarray(np.einsum("scj,sajk,sck->sca", moved, fit.moments.pull, moved, optimize=True))


def _spread_of_covariance(fit: Fit, method: DegreesOfFreedom) -> Floats:
    """Covariance matrix of the free parameters from the expected or the observed information."""
    information = fit.moments.expected if method == "kenward_roger" else fit.second
    return np.asarray(2 * np.linalg.inv(information), dtype=np.float64)
