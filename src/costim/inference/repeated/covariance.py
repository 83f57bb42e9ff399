"""How the readings of one subject hang together: three structures, each with free parameters and their derivatives.

The parameters are unbounded and every value of them gives a positive definite matrix: the Cholesky factor with
logarithms on its diagonal, logarithms of eigenvalues, or a logarithm and an inverse hyperbolic tangent. Arrays have a
leading axis of studies (s); q parameters, k visits.
"""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Covariance = Literal["unstructured", "ar1", "compound_symmetry"]
FURTHEST = 12.0
"""A correlation this many units of its inverse hyperbolic tangent from zero is 1 for the fit, but has an inverse."""


class Structure(Protocol):
    """A covariance matrix of `visits` readings as a function of free parameters."""

    visits: int

    def start(self, matrix: Floats) -> Floats:
        """Parameters (s, q) near a positive definite matrix (s, k, k)."""
        ...

    def matrix(self, free: Floats) -> Floats:
        """The matrix (s, k, k)."""
        ...

    def slopes(self, free: Floats) -> Floats:
        """Derivatives of the matrix by each parameter, shape (s, q, k, k)."""
        ...

    def curvature(self, free: Floats, weight: Floats) -> Floats:
        """tr(weight * second derivative of the matrix) for each two parameters, shape (s, q, q)."""
        ...

    def bend(self, free: Floats, inverse_information: Floats) -> Floats | None:
        """Sum over pairs of usual parameters of their covariance times the second derivative of the matrix.

        Shape (s, k, k); None where the matrix is linear in variances and covariances. `inverse_information` belongs to
        the free parameters.
        """
        ...


class Unstructured:
    """Every variance and covariance free: k (k + 1) / 2 parameters."""

    def __init__(self, visits: int) -> None:
        self.visits = visits
        self.row, self.column = np.tril_indices(visits)
        self.on_diagonal = self.row == self.column

    def start(self, matrix: Floats) -> Floats:
        """Parameters of a matrix near this one."""
        factor = np.linalg.cholesky(matrix)[:, self.row, self.column]
        return np.where(self.on_diagonal, np.log(np.where(self.on_diagonal, factor, 1.0)), factor)

    def matrix(self, free: Floats) -> Floats:
        """The matrices."""
        factor = self._factor(free)
        return factor @ factor.transpose(0, 2, 1)

    def slopes(self, free: Floats) -> Floats:
        """First derivatives."""
        factor = self._factor(free)
        parameters = np.arange(self.row.size)
        half = np.zeros((free.shape[0], self.row.size, self.visits, self.visits))
        half[:, parameters, self.row, :] = factor[:, :, self.column].transpose(0, 2, 1)
        half *= self._stretch(free)[:, :, None, None]
        return half + half.transpose(0, 1, 3, 2)

    def curvature(self, free: Floats, weight: Floats) -> Floats:
        """Weighted second derivatives."""
        stretch = self._stretch(free)
        same_column = self.column[:, None] == self.column[None, :]
        bent = np.where(same_column, 2 * weight[:, self.row[:, None], self.row[None, :]], 0.0)
        bent *= stretch[:, :, None] * stretch[:, None, :]
        gradient = np.einsum("sjk,sqkj->sq", weight, self.slopes(free))
        return bent + np.where(self.on_diagonal, gradient, 0.0)[:, :, None] * np.eye(self.row.size)

    def bend(self, free: Floats, inverse_information: Floats) -> None:
        """None: linear in variances and covariances."""

    def _factor(self, free: Floats) -> Floats:
        factor = np.zeros((free.shape[0], self.visits, self.visits))
        factor[:, self.row, self.column] = np.where(self.on_diagonal, self._stretch(free), free)
        return factor

    def _stretch(self, free: Floats) -> Floats:
        """Derivative of each entry of the factor by its parameter: the entry itself on the diagonal, else 1."""
        return np.exp(np.where(self.on_diagonal, free, 0.0))


class CompoundSymmetry:
    """One variance, one covariance (also a negative one): the eigenvalue of the subject mean, and that of the rest."""

    def __init__(self, visits: int) -> None:
        self.visits = visits
        mean = np.full((visits, visits), 1.0 / visits)
        self.parts = np.stack([mean, np.eye(visits) - mean])

    def start(self, matrix: Floats) -> Floats:
        """Parameters of a matrix near this one."""
        traces = np.einsum("qjk,skj->sq", self.parts, matrix)
        return np.asarray(np.log(traces / np.array([1.0, self.visits - 1.0])))

    def matrix(self, free: Floats) -> Floats:
        """The matrices."""
        return np.asarray(np.einsum("sq,qjk->sjk", np.exp(free), self.parts))

    def slopes(self, free: Floats) -> Floats:
        """First derivatives."""
        return np.asarray(np.exp(free)[:, :, None, None] * self.parts)

    def curvature(self, free: Floats, weight: Floats) -> Floats:
        """Weighted second derivatives."""
        return np.asarray(np.einsum("sjk,sqkj->sq", weight, self.slopes(free))[:, :, None] * np.eye(2))

    def bend(self, free: Floats, inverse_information: Floats) -> None:
        """None: linear in variances and covariances."""


class AutoRegressive:
    """One variance, and a correlation that is raised to the number of visits between (not of days)."""

    def __init__(self, visits: int) -> None:
        self.visits = visits
        order = np.arange(visits)
        self.apart = np.abs(order[:, None] - order[None, :])

    def start(self, matrix: Floats) -> Floats:
        """Parameters of a matrix near this one."""
        variance = np.einsum("sjj->s", matrix) / self.visits
        neighbours = np.einsum("sjj->s", matrix[:, 1:, :-1]) / (self.visits - 1)
        return np.stack([np.log(variance), np.arctanh(np.clip(neighbours / variance, -0.95, 0.95))], axis=1)

    def matrix(self, free: Floats) -> Floats:
        """The matrices."""
        variance, rho = self._usual(free)
        return np.asarray(variance * rho**self.apart)

    def slopes(self, free: Floats) -> Floats:
        """First derivatives."""
        variance, rho = self._usual(free)
        return np.stack([variance * rho**self.apart, variance * self._first(rho) * (1 - rho**2)], axis=1)

    def curvature(self, free: Floats, weight: Floats) -> Floats:
        """Weighted second derivatives."""
        variance, rho = self._usual(free)
        squeeze = 1 - rho**2
        mixed = variance * self._first(rho) * squeeze
        twice = variance * (self._second(rho) * squeeze**2 - 2 * rho * squeeze * self._first(rho))
        second = np.stack(
            [np.stack([variance * rho**self.apart, mixed], axis=1), np.stack([mixed, twice], axis=1)], axis=1
        )
        return np.asarray(np.einsum("sjk,sabkj->sab", weight, second))

    def bend(self, free: Floats, inverse_information: Floats) -> Floats:
        """Second derivatives by usual parameters."""
        variance, rho = self._usual(free)
        stretch = np.concatenate([variance, 1 - rho**2], axis=1)[:, :, 0]
        spread = inverse_information * stretch[:, :, None] * stretch[:, None, :]
        mixed, twice = self._first(rho), variance * self._second(rho)
        return np.asarray(2 * spread[:, 0, 1, None, None] * mixed + spread[:, 1, 1, None, None] * twice)

    def _usual(self, free: Floats) -> tuple[Floats, Floats]:
        rho = np.tanh(np.clip(free[:, 1], -FURTHEST, FURTHEST))
        return np.exp(free[:, 0])[:, None, None], rho[:, None, None]

    def _first(self, rho: Floats) -> Floats:
        return np.asarray(self.apart * rho ** np.maximum(self.apart - 1, 0))

    def _second(self, rho: Floats) -> Floats:
        return np.asarray(self.apart * (self.apart - 1) * rho ** np.maximum(self.apart - 2, 0))


def choose_structure(covariance: str, visits: int) -> Structure:
    """The structure of that name.

    Raises:
        ValueError: an unknown name.
    """
    if covariance == "unstructured":
        return Unstructured(visits)
    if covariance == "ar1":
        return AutoRegressive(visits)
    if covariance == "compound_symmetry":
        return CompoundSymmetry(visits)
    raise ValueError(f"covariance must be unstructured, ar1 or compound_symmetry, found {covariance!r}")
