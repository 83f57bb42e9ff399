"""Derivatives against finite differences, and the likelihood against one big matrix."""

import numpy as np
import pytest

from costim.inference.repeated.covariance import choose_structure
from costim.inference.repeated.likelihood import evaluate, hessian, moments
from costim.inference.repeated.patterns import summarise

STRUCTURES = ("unstructured", "ar1", "compound_symmetry")


def make_case(structure, seed=0, visits=4):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(2, 9, visits)) + rng.normal(size=(2, 9, 1))
    values[:, 2, 3] = values[:, 4, 1] = values[1, 5, 2:] = np.nan
    shape = choose_structure(structure, visits)
    start = shape.start(np.repeat((0.6 * np.eye(visits) + 0.4)[None], 2, axis=0))
    return values, summarise(values), shape, start + rng.normal(0, 0.15, start.shape)


def differences(function, free, step=1e-5):
    columns = [(function(free + e) - function(free - e)) / (2 * step) for e in step * np.eye(free.shape[1])]
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_slopes_and_second_derivatives_equal_finite_differences(structure):
    _, patterns, shape, free = make_case(structure)

    def gradient(at):
        return np.einsum("sjk,sqkj->sq", evaluate(shape.matrix(at), patterns).gradient, shape.slopes(at))

    state = evaluate(shape.matrix(free), patterns)
    slopes = shape.slopes(free)
    second = hessian(state, slopes, moments(state, slopes, patterns), shape.curvature(free, state.gradient))
    assert slopes == pytest.approx(differences(shape.matrix, free), abs=1e-8)
    assert gradient(free) == pytest.approx(
        differences(lambda at: evaluate(shape.matrix(at), patterns).deviance, free), abs=1e-6
    )
    assert second == pytest.approx(differences(gradient, free), abs=1e-5)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_start_near_a_matrix_of_the_structure_gives_it_back(structure):
    _, _, shape, free = make_case(structure)
    assert shape.matrix(shape.start(shape.matrix(free))) == pytest.approx(shape.matrix(free), rel=1e-10)


def one_big_matrix(values, matrix):
    """Deviance, means and their covariance from the stacked readings, in the unit of the values."""
    blocks = [(row[~np.isnan(row)], np.flatnonzero(~np.isnan(row))) for row in values]
    y = np.concatenate([b[0] for b in blocks])
    design = np.concatenate([np.eye(values.shape[1])[b[1]] for b in blocks])
    v = np.zeros((y.size, y.size))
    at = 0
    for _, seen in blocks:
        v[at : at + seen.size, at : at + seen.size] = matrix[np.ix_(seen, seen)]
        at += seen.size
    inverse = np.linalg.inv(v)
    spread = np.linalg.inv(design.T @ inverse @ design)
    means = spread @ design.T @ inverse @ y
    rest = y - design @ means
    deviance = np.linalg.slogdet(v)[1] - np.linalg.slogdet(spread)[1] + rest @ inverse @ rest
    return deviance, means, spread, v, design, blocks


@pytest.mark.parametrize("structure", STRUCTURES)
def test_sums_by_pattern_give_the_likelihood_of_the_stacked_readings(structure):
    values, patterns, shape, free = make_case(structure)
    matrix = shape.matrix(free)
    state = evaluate(matrix, patterns)
    for i in range(2):
        scale = patterns.scale[i]
        deviance, means, spread, *_ = one_big_matrix(values[i], matrix[i] * scale**2)
        free_readings = patterns.readings[i] - 4
        assert state.deviance[i] + 2 * free_readings * np.log(scale) == pytest.approx(deviance, rel=1e-10)
        assert state.means[i] * scale + patterns.shift[i] == pytest.approx(means, rel=1e-9)
        assert state.spread[i] * scale**2 == pytest.approx(spread, rel=1e-9)


def test_an_unknown_structure_is_refused():
    with pytest.raises(ValueError, match="covariance must be unstructured, ar1 or compound_symmetry, found 'toeplitz'"):
        choose_structure("toeplitz", 3)
