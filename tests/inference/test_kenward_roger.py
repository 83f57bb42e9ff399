"""Kenward and Roger's adjustment from its definition: stacked matrices, and derivatives by finite differences.

The usual parameters are variances and covariances (unstructured, compound symmetry), variance and correlation (AR1).
"""

import numpy as np
import pytest

from costim.inference.repeated.contrasts import adjusted_spread, compute_joint_test, compute_single_tests
from costim.inference.repeated.covariance import choose_structure
from costim.inference.repeated.patterns import summarise
from costim.inference.repeated.reml import fit_covariance
from tests.inference.test_covariance import one_big_matrix

VISITS = 3


def matrix_of(structure, usual):
    if structure == "unstructured":
        matrix = np.zeros((VISITS, VISITS))
        matrix[np.tril_indices(VISITS)] = usual
        return matrix + np.tril(matrix, -1).T
    if structure == "compound_symmetry":
        return usual[0] * np.eye(VISITS) + usual[1]
    return usual[0] * usual[1] ** np.abs(np.subtract.outer(range(VISITS), range(VISITS)))


def usual_of(structure, matrix):
    if structure == "unstructured":
        return matrix[np.tril_indices(VISITS)]
    if structure == "compound_symmetry":
        return np.array([matrix[0, 0] - matrix[0, 1], matrix[0, 1]])
    return np.array([matrix[0, 0], matrix[0, 1] / matrix[0, 0]])


def from_the_definition(structure, values, matrix):
    """Adjusted covariance (1997, section 2), and the traces A1 and A2 need, by stacked matrices."""
    usual = usual_of(structure, matrix)
    q, h = usual.size, 1e-4

    def stacked(at):
        return one_big_matrix(values, matrix_of(structure, at))[3]

    _, _, spread, v, design, _ = one_big_matrix(values, matrix)
    steps = h * np.eye(q)
    first = [(stacked(usual + e) - stacked(usual - e)) / (2 * h) for e in steps]
    second = [
        [
            (stacked(usual + a + b) - stacked(usual + a - b) - stacked(usual - a + b) + stacked(usual - a - b))
            / (4 * h * h)
            for b in steps
        ]
        for a in steps
    ]
    inverse = np.linalg.inv(v)
    project = inverse - inverse @ design @ spread @ design.T @ inverse
    information = 0.5 * np.array([[np.trace(project @ a @ project @ b) for b in first] for a in first])
    weights = np.linalg.inv(information)
    pulls = [-design.T @ inverse @ a @ inverse @ design for a in first]
    bias = np.zeros((VISITS, VISITS))
    for i in range(q):
        for j in range(q):
            both = design.T @ inverse @ first[i] @ inverse @ first[j] @ inverse @ design
            bent = design.T @ inverse @ second[i][j] @ inverse @ design
            bias += weights[i, j] * (both - pulls[i] @ spread @ pulls[j] - bent / 4)
    return spread + 2 * spread @ bias @ spread, spread, weights, pulls


@pytest.mark.parametrize("structure", ["unstructured", "ar1", "compound_symmetry"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_adjustment_and_degrees_of_freedom_equal_the_definition(structure, seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(12, VISITS)) + rng.normal(size=(12, 1))
    values[[0, 3, 5, 7], [2, 1, 2, 0]] = np.nan
    patterns = summarise(values[None])
    fit = fit_covariance(patterns, choose_structure(structure, VISITS))
    scale = patterns.scale[0] ** 2
    matrix = fit.structure.matrix(fit.free)[0] * scale
    adjusted, spread, weights, pulls = from_the_definition(structure, values, matrix)
    assert adjusted_spread(fit)[0] * scale == pytest.approx(adjusted, rel=1e-5, abs=1e-7)
    contrasts = np.array([[-1.0, 1.0, 0.0], [-1.0, 0.0, 1.0]])
    found = compute_single_tests(fit, contrasts, "kenward_roger")
    for c, contrast in enumerate(contrasts):
        moved = spread @ contrast
        slopes = np.array([moved @ p @ moved for p in pulls])
        assert found.df[0, c] == pytest.approx(2 * (contrast @ moved) ** 2 / (slopes @ weights @ slopes), rel=1e-5)
        assert found.se[0, c] ** 2 * scale == pytest.approx(contrast @ adjusted @ contrast, rel=1e-5)
    joint = compute_joint_test(fit, contrasts, "kenward_roger")
    f, df = match(contrasts, fit.means[0] * np.sqrt(scale), (adjusted, spread, weights, pulls))
    assert (joint.statistic[0], joint.df[0]) == (pytest.approx(f, rel=1e-5), pytest.approx(df, rel=1e-4))


def match(contrasts, means, parts):
    """Section 3 of the paper, term by term."""
    adjusted, spread, weights, pulls = parts
    rank = len(contrasts)
    theta = contrasts.T @ np.linalg.inv(contrasts @ spread @ contrasts.T) @ contrasts
    moved = [theta @ spread @ p @ spread for p in pulls]
    a1 = sum(weights[i, j] * np.trace(a) * np.trace(b) for i, a in enumerate(moved) for j, b in enumerate(moved))
    a2 = sum(weights[i, j] * np.trace(a @ b) for i, a in enumerate(moved) for j, b in enumerate(moved))
    b = (a1 + 6 * a2) / (2 * rank)
    g = ((rank + 1) * a1 - (rank + 4) * a2) / ((rank + 2) * a2)
    c = [x / (3 * rank + 2 * (1 - g)) for x in (g, rank - g, rank + 2 - g)]
    mean = 1 / (1 - a2 / rank)
    variance = (2 / rank) * (1 + c[0] * b) / ((1 - c[1] * b) ** 2 * (1 - c[2] * b))
    df = 4 + (rank + 2) / (rank * variance / (2 * mean**2) - 1)
    estimate = contrasts @ means
    wald = estimate @ np.linalg.inv(contrasts @ adjusted @ contrasts.T) @ estimate
    return df / (mean * (df - 2)) * wald / rank, df
