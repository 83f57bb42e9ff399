"""Restricted likelihood of visit means with a covariance matrix among the readings of a subject, and its derivatives.

The mean of every visit is free, so that the design matrix of a subject picks the visits it was seen at, and the inverse
covariance of its own readings, padded with zeros, is its contribution to the information on the means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.inference.repeated.patterns import Patterns

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Everything at one covariance matrix: studies (s), patterns (p), visits (k).

    `deviance` (s,) is -2 log restricted likelihood without its constant; `means` (s, k); `spread` (s, k, k) their
    covariance; `inverse` (s, p, k, k) padded inverse covariance; `residuals` (s, p, k) sums over the subjects of a
    pattern; `squares` (s, p, k, k) sums of products of inverse-weighted residuals; `gradient` (s, k, k) of the deviance
    by the matrix.
    """

    deviance: Floats
    means: Floats
    spread: Floats
    inverse: Floats
    residuals: Floats
    squares: Floats
    gradient: Floats


def evaluate(matrix: Floats, patterns: Patterns) -> State:
    """Deviance and gradient at a covariance matrix of shape (s, k, k), in standardised units."""
    seen = patterns.seen.astype(np.float64)
    both = seen[:, :, None] * seen[:, None, :]
    padded = matrix[:, None] * both + np.eye(patterns.visits) * (1 - seen[:, :, None])
    inverse = np.linalg.inv(padded) * both
    counts = patterns.counts
    information = np.einsum("sp,spjk->sjk", counts, inverse)
    spread = np.linalg.inv(information)
    means = np.einsum("sjk,spkl,spl->sj", spread, inverse, patterns.sums, optimize=True)
    centre = means[:, None, :] * seen
    cross = patterns.sums[:, :, :, None] * centre[:, :, None, :]
    around = counts[:, :, None, None] * centre[:, :, :, None] * centre[:, :, None, :]
    products = patterns.products - cross - cross.transpose(0, 1, 3, 2) + around
    squares = inverse @ products @ inverse
    deviance = (
        (counts * np.linalg.slogdet(padded)[1]).sum(axis=1)
        + np.linalg.slogdet(information)[1]
        + np.einsum("spjk,spkj->s", inverse, products)
    )
    explained = inverse @ spread[:, None] @ inverse
    gradient = information - np.einsum("sp,spjk->sjk", counts, explained) - squares.sum(axis=1)
    residuals = patterns.sums - counts[:, :, None] * centre
    return State(deviance, means, spread, inverse, residuals, squares, gradient)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Traces that Newton steps and degrees of freedom are made of; q parameters of the covariance.

    `pull` (s, q, k, k) = X'V^-1 (dV) V^-1 X summed over subjects, so that the covariance of the means changes by
    spread * pull * spread; `expected` (s, q, q) tr(P dV_a P dV_b), twice the expected information.
    """

    pull: Floats
    expected: Floats


def moments(state: State, slopes: Floats, patterns: Patterns) -> Moments:
    """Traces at one state for slopes of shape (s, q, k, k).

    tr(A D_a B D_b), summed over patterns, is a quadratic form in the entries of the slopes: its matrix is summed first.
    """
    inverse = state.inverse
    weighted = patterns.counts[:, :, None, None] * inverse
    twice = _summed(weighted, inverse)
    visits = patterns.visits
    # pull_a[i, l] = sum of inverse[i, j] slope_a[j, k] inverse[k, l]
    flat = slopes.reshape(*slopes.shape[:2], visits * visits)
    rows = twice.transpose(0, 2, 3, 1, 4).reshape(-1, visits * visits, visits * visits)
    pull = (flat @ rows).reshape(slopes.shape)
    explained = _quadratic(_summed(weighted @ state.spread[:, None] @ inverse, inverse), slopes)
    moved = (state.spread[:, None] @ pull).reshape(flat.shape)
    turned = (state.spread[:, None] @ pull).transpose(0, 1, 3, 2).reshape(flat.shape)
    both = moved @ turned.transpose(0, 2, 1)
    expected = _quadratic(twice, slopes) - explained - explained.transpose(0, 2, 1) + both
    return Moments(pull, (expected + expected.transpose(0, 2, 1)) / 2)


def hessian(state: State, slopes: Floats, found: Moments, curvature: Floats) -> Floats:
    """Second derivatives of the deviance by the parameters, shape (s, q, q)."""
    direct = _quadratic(_summed(state.squares, state.inverse), slopes)
    weighted = np.einsum("spjk,spk->spj", state.inverse, state.residuals)
    studies, patterns, visits, _ = state.inverse.shape
    pairs = state.inverse.reshape(studies, patterns, visits * visits).transpose(0, 2, 1) @ weighted
    moved = np.einsum("sqjk,sijk->sqi", slopes, pairs.reshape(studies, visits, visits, visits), optimize=True)
    absorbed = moved @ state.spread @ moved.transpose(0, 2, 1)
    second = 2 * (direct - absorbed) - found.expected + curvature
    return np.asarray((second + second.transpose(0, 2, 1)) / 2)


def _summed(left: Floats, right: Floats) -> Floats:
    """Sum over patterns of left[i, j] right[k, l], shape (s, i, j, k, l)."""
    studies, patterns, visits, _ = left.shape
    flat = (studies, patterns, visits * visits)
    products = left.reshape(flat).transpose(0, 2, 1) @ right.reshape(flat)
    return products.reshape(studies, visits, visits, visits, visits)


def _quadratic(summed: Floats, slopes: Floats) -> Floats:
    """Sum over patterns of tr(left D_a right D_b) for each two slopes: (s, q, q)."""
    studies, q, visits, _ = slopes.shape
    # left[i, j] D_a[j, k] right[k, l] D_b[l, i]
    form = summed.transpose(0, 2, 3, 4, 1).reshape(studies, visits * visits, visits * visits)
    flat = slopes.reshape(studies, q, visits * visits)
    return flat @ form @ flat.transpose(0, 2, 1)
