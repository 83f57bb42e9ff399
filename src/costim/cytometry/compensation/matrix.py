"""How much of each fluorochrome every detector sees, and its inverse."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.cytometry.compensation.problem import CompensationError, MatrixProblem

SINGULAR = 2.0**24
"""Condition number from which a matrix counts as singular. Events are single-precision numbers, exact to one part in
2^24; a matrix may enlarge relative errors by its condition number (Golub and Van Loan, Matrix Computations, 4th ed.,
section 2.6.2), so that from here on the rounding of the file alone can be as large as the result."""


@dataclass(frozen=True, slots=True)
class SpilloverMatrix:
    """Spillover as in FCS 3.1, section 3.2.18 (`$SPILLOVER`), and GatingML 2.0, section 7 (`spectrumMatrix`).

    `values[i][j]` is the signal of fluorochrome i in detector j, usually with `values[i][i] = 1`. Measured events are
    true ones times this matrix. There may be more detectors than fluorochromes (spectral unmixing by least squares).
    Equal names and numbers make equal matrices.
    """

    name: str
    detectors: tuple[str, ...]
    """Names of channels ($PnN), one for each column."""
    fluorochromes: tuple[str, ...]
    """Names of what is measured, one for each row; those of the detectors where nothing else is known."""
    values: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            raise CompensationError(problems)

    @classmethod
    def from_array(
        cls, name: str, detectors: tuple[str, ...], values: ArrayLike, fluorochromes: tuple[str, ...] = ()
    ) -> SpilloverMatrix:
        """A matrix of numbers with shape (fluorochromes, detectors).

        Raises:
            CompensationError: wrong shape, numbers that are not finite, names given twice, or a singular matrix.
        """
        rows = tuple(tuple(float(value) for value in row) for row in np.atleast_2d(np.asarray(values, np.float64)))
        return cls(name, detectors, fluorochromes or detectors, rows)

    def array(self) -> NDArray[np.float64]:
        """The numbers, shape (fluorochromes, detectors)."""
        return np.array(self.values, dtype=np.float64)

    @property
    def condition(self) -> float:
        """Greatest factor by which compensation can enlarge relative errors (2-norm); 1 when there is no spillover."""
        return float(np.linalg.cond(self.array()))

    def inverse(self) -> NDArray[np.float64]:
        """Shape (detectors, fluorochromes), read only: measured events times it are the compensated ones.

        The Moore-Penrose inverse where there are more detectors than fluorochromes (GatingML 2.0, section 7.1).
        """
        return _inverse(self)

    def column(self, name: str) -> int | None:
        """Which fluorochrome a channel shows after compensation: by fluorochrome, else by its own detector."""
        if name in self.fluorochromes:
            return self.fluorochromes.index(name)
        if len(self.detectors) == len(self.fluorochromes) and name in self.detectors:
            return self.detectors.index(name)
        return None


@lru_cache(maxsize=256)
def _inverse(matrix: SpilloverMatrix) -> NDArray[np.float64]:
    values = matrix.array()
    square = values.shape[0] == values.shape[1]
    inverse = np.asarray(np.linalg.inv(values) if square else np.linalg.pinv(values), dtype=np.float64)
    inverse.flags.writeable = False
    return inverse


def _problems(matrix: SpilloverMatrix) -> list[MatrixProblem]:
    where = f"matrix {matrix.name}" if matrix.name else "matrix"
    problems = []
    for what, names in (("detector", matrix.detectors), ("fluorochrome", matrix.fluorochromes)):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            problems.append(
                MatrixProblem(
                    where, f"{what} {', '.join(twice)} more than once", f"each {what} once", "rename or remove"
                )
            )
    rows, columns = len(matrix.fluorochromes), len(matrix.detectors)
    found = f"{len(matrix.values)} rows of {sorted({len(row) for row in matrix.values})} numbers"
    if not rows or len(matrix.values) != rows or any(len(row) != columns for row in matrix.values):
        expected = f"{rows} rows (fluorochromes) of {columns} numbers (detectors), at least one"
        return [*problems, MatrixProblem(where, found, expected, "complete the matrix")]
    if rows > columns:
        problems.append(MatrixProblem(where, f"{rows} fluorochromes in {columns} detectors", "no more than detectors"))
    values = np.array(matrix.values, dtype=np.float64)
    if not np.isfinite(values).all():
        bad = [matrix.fluorochromes[i] for i in np.flatnonzero(~np.isfinite(values).all(axis=1))]
        problems.append(MatrixProblem(f"{where}, {', '.join(bad)}", "NaN or infinity", "finite numbers"))
    elif not problems and not np.linalg.cond(values) < SINGULAR:
        problems.append(_singular(where, values, matrix.fluorochromes))
    return problems


def _singular(where: str, values: NDArray[np.float64], names: tuple[str, ...]) -> MatrixProblem:
    """Say which fluorochromes cannot be told apart: those in the direction that the detectors hardly see."""
    left, strengths, _ = np.linalg.svd(values)
    hidden = left[:, len(strengths) - 1]
    involved = [name for name, weight in zip(names, np.abs(hidden), strict=True) if weight > 0.1]
    return MatrixProblem(
        where,
        f"a singular matrix (condition number {np.linalg.cond(values):.3g}); {', '.join(involved)} look alike",
        f"a condition number below {SINGULAR:.3g}",
        "check for two equal rows, a row of zeros, or a matrix that was pasted twice",
    )
