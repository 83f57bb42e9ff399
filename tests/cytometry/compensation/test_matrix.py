"""Spillover matrices as such: inverse, condition, what is refused."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.compensation.matrix import SINGULAR, SpilloverMatrix
from costim.cytometry.compensation.problem import CompensationError

AB = ("A", "B")


def random_matrix(size: int, seed: int) -> SpilloverMatrix:
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 0.3 / size, (size, size))
    np.fill_diagonal(values, 1)
    return SpilloverMatrix.from_array("random", tuple(f"D{i}" for i in range(size)), values)


@settings(max_examples=50)
@given(size=st.integers(1, 30), seed=st.integers(0, 2**32 - 1))
def test_compensation_undoes_spillover(size: int, seed: int) -> None:
    matrix = random_matrix(size, seed)
    true = np.random.default_rng(seed).normal(0, 1e4, (20, size))
    assert np.allclose(true @ matrix.array() @ matrix.inverse(), true, rtol=0, atol=1e-8)


def test_two_colours_by_hand() -> None:
    matrix = SpilloverMatrix.from_array("m", AB, [[1, 0.2], [0.1, 1]])
    # Solving a + 0.1 b = 100, 0.2 a + b = 50 on paper: a = 95 / 0.98, b = 30 / 0.98.
    assert np.allclose(np.array([100.0, 50.0]) @ matrix.inverse(), [95 / 0.98, 30 / 0.98], rtol=1e-14)


@pytest.mark.oracle
def test_flowutils_compensates_alike() -> None:
    compensate = pytest.importorskip("flowutils.compensate")
    matrix = random_matrix(12, 3)
    events = np.random.default_rng(4).normal(500, 2e4, (500, 12))
    assert np.allclose(events @ matrix.inverse(), compensate.compensate(events, matrix.array()), rtol=1e-9, atol=1e-7)


@pytest.mark.oracle
def test_more_detectors_than_fluorochromes_are_least_squares_as_in_flowutils() -> None:
    compensate = pytest.importorskip("flowutils.compensate")
    rng = np.random.default_rng(8)
    spectra = rng.uniform(0, 1, (3, 7))
    matrix = SpilloverMatrix.from_array("s", tuple("abcdefg"), spectra, ("x", "y", "z"))
    events = rng.normal(100, 1000, (50, 7))
    theirs = compensate.compensate_spectral_ols(events, spectra)[:, :3]
    assert np.allclose(events @ matrix.inverse(), theirs, rtol=1e-9, atol=1e-7)
    assert (matrix.column("y"), matrix.column("b")) == (1, None)


def test_columns_go_by_fluorochrome_then_by_detector() -> None:
    matrix = SpilloverMatrix.from_array("m", ("FL1", "FL2"), np.eye(2), ("FITC", "PE"))
    assert [matrix.column(name) for name in ("PE", "FL2", "FL1", "SSC")] == [1, 1, 0, None]


def test_matrices_are_values() -> None:
    matrix = random_matrix(4, 1)
    assert pickle.loads(pickle.dumps(matrix)) == matrix  # noqa: S301
    assert hash(random_matrix(4, 1)) == hash(matrix)
    with pytest.raises(ValueError, match="read-only"):
        matrix.inverse()[0, 0] = 2


@pytest.mark.parametrize(
    ("detectors", "values", "words"),
    [
        (AB, [[1, 1], [1, 1]], "a singular matrix .* A, B look alike"),
        (AB, [[1, 0], [0, 0]], "a singular matrix .*; B look alike"),
        (AB, [[1, np.nan], [0, 1]], "matrix m, A: found NaN or infinity; expected finite numbers"),
        (AB, [[1, 0, 0], [0, 1, 0]], r"2 rows of \[3\] numbers; expected 2 rows \(fluorochromes\) of 2 numbers"),
        (("A", "A"), np.eye(2), "detector A more than once"),
        (("A",), [[1], [1]], "found 2 rows"),
    ],
)
def test_refused(detectors: tuple[str, ...], values: object, words: str) -> None:
    with pytest.raises(CompensationError, match=words):
        SpilloverMatrix.from_array("m", detectors, values)  # type: ignore[arg-type]


def test_no_more_fluorochromes_than_detectors() -> None:
    with pytest.raises(CompensationError, match="3 fluorochromes in 2 detectors"):
        SpilloverMatrix.from_array("m", AB, np.ones((3, 2)), ("x", "y", "z"))


def test_singular_begins_where_single_precision_ends() -> None:
    def near(gap: float) -> list[list[float]]:
        return [[1, 1], [1, 1 + gap]]

    assert SpilloverMatrix.from_array("m", AB, near(1e-6)).condition < SINGULAR
    with pytest.raises(CompensationError, match=r"expected a condition number below 1\.68e\+07"):
        SpilloverMatrix.from_array("m", AB, near(1e-7))


def test_errors_come_back_whole_from_another_process() -> None:
    with pytest.raises(CompensationError) as caught:
        SpilloverMatrix.from_array("m", ("A", "A"), [[1, np.inf], [0, 1]])
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert str(again) == str(caught.value)
    assert len(again.problems) == 3
