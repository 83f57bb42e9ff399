"""What the numbers of a matrix say about it: percent or fraction, conditioning, coefficients nobody would expect."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.compensation.problem import CompensationError, MatrixProblem
from costim.cytometry.fcs.findings import FcsFinding

ILL_CONDITIONED = 100.0
"""A condition number above this is reported. It bounds by how much relative errors can grow (see `matrix.SINGULAR`):
at 100, detectors that are right to 1 % may give a compensated value of which nothing is known. A judgement of ours."""

PERCENT = 100.0
DIAGONAL_TOLERANCE = 1e-3


def as_fractions(values: NDArray[np.float64], where: str) -> tuple[NDArray[np.float64], tuple[FcsFinding, ...]]:
    """The matrix with 1 on its diagonal rather than 100, and a finding when it was written in percent.

    Args:
        values: Shape (n, n), rows are fluorochromes.
        where: Keyword or file, for messages.

    Raises:
        CompensationError: a diagonal that mixes percent and fractions, or holds numbers not above 0.
    """
    diagonal = np.diagonal(values)
    if np.allclose(diagonal, PERCENT, rtol=DIAGONAL_TOLERANCE):
        found = FcsFinding(
            "matrix_in_percent", "repair", where, "100 on the diagonal", "1 on the diagonal", "read as percent"
        )
        return values / PERCENT, (found,)
    if (diagonal <= 0).any() or diagonal.max() > 10 * diagonal.min():
        shown = ", ".join(f"{value:g}" for value in diagonal)
        problem = MatrixProblem(
            where,
            f"diagonal {shown}",
            "1 throughout (fractions) or 100 throughout (percent): the signal of each fluorochrome in its own detector",
            "check the order of the rows, and that percent and fractions are not mixed",
        )
        raise CompensationError([problem])
    return values, ()


def judged(matrix: SpilloverMatrix, where: str) -> tuple[FcsFinding, ...]:
    """Findings about a square matrix in fractions. Nothing is changed."""
    findings = []
    values = matrix.array()
    off = values - np.diag(np.diagonal(values))
    if (condition := matrix.condition) > ILL_CONDITIONED:
        findings.append(
            FcsFinding(
                "matrix_ill_conditioned",
                "warning",
                where,
                f"condition number {condition:.3g}",
                f"at most {ILL_CONDITIONED:g}",
                f"used as it is: errors of a detector may grow by up to {condition:.3g} times in compensated values",
            )
        )
    if not np.allclose(np.diagonal(values), 1.0, atol=DIAGONAL_TOLERANCE):
        found = f"diagonal from {np.diagonal(values).min():g} to {np.diagonal(values).max():g}"
        action = "used as it is: compensated values are in other units than measured ones"
        findings.append(FcsFinding("spillover_diagonal", "warning", where, found, "1 throughout", action))
    if off.max(initial=0.0) > 1:
        worst = _pair(matrix, int(off.argmax()))
        action = "used as it is: check that rows are fluorochromes and columns detectors, and percent or fraction"
        findings.append(FcsFinding("spillover_above_one", "note", where, worst, "at most 1", action))
    if off.min(initial=0.0) < 0:
        worst = _pair(matrix, int(off.argmin()))
        action = "used as it is: a detector cannot see less than nothing, an estimate from controls can"
        findings.append(FcsFinding("spillover_negative", "note", where, worst, "at least 0", action))
    return tuple(findings)


def _pair(matrix: SpilloverMatrix, flat: int) -> str:
    row, column = divmod(flat, len(matrix.detectors))
    return f"{matrix.values[row][column]:g} of {matrix.fluorochromes[row]} in {matrix.detectors[column]}"
