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

    `weighted` (s, p, q, k, k) inverse times slope; `pull` (s, q, k, k) = X'V^-1 (dV) V^-1 X summed over subjects, so
    that the covariance of the means changes by spread * pull * spread; `expected` (s, q, q) tr(P dV_a P dV_b), twice
    the expected information.
    """

    weighted: Floats
    pull: Floats
    expected: Floats


def moments(state: State, slopes: Floats, patterns: Patterns) -> Moments:
    """Traces at one state for slopes of shape (s, q, k, k)."""
    weighted = state.inverse[:, :, None] @ slopes[:, None]
    counts = patterns.counts[:, :, None, None, None]
    pull = (counts * (weighted @ state.inverse[:, :, None])).sum(axis=1)
    through = state.inverse @ state.spread[:, None]
    plain = _traces(counts * weighted, weighted)
    explained = _traces(counts * (through[:, :, None] @ weighted), weighted)
    moved = state.spread[:, None] @ pull
    both = _traces(moved[:, None], moved[:, None])
    expected = plain - explained - explained.transpose(0, 2, 1) + both
    return Moments(weighted, pull, (expected + expected.transpose(0, 2, 1)) / 2)


def hessian(state: State, slopes: Floats, found: Moments, curvature: Floats) -> Floats:
    """Second derivatives of the deviance by the parameters, shape (s, q, q)."""
    left = state.squares[:, :, None] @ slopes[:, None]
    direct = _traces(left, found.weighted)
    weighted_residuals = np.einsum("spjk,spk->spj", state.inverse, state.residuals)
    moved = np.einsum("spqjk,spk->sqj", found.weighted, weighted_residuals)
    absorbed = moved @ state.spread @ moved.transpose(0, 2, 1)
    second = 2 * (direct - absorbed) - found.expected + curvature
    return np.asarray((second + second.transpose(0, 2, 1)) / 2)


def _traces(left: Floats, right: Floats) -> Floats:
    """tr(left_a right_b) summed over patterns, for each two parameters: (s, p, q, k, k) twice -> (s, q, q)."""
    s, p, q, k, _ = np.broadcast_shapes(left.shape, right.shape)
    rows = left.transpose(0, 2, 1, 3, 4).reshape(s, q, p * k * k)
    columns = right.transpose(0, 1, 4, 3, 2).reshape(s, p * k * k, q)
    return rows @ columns
