import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.cells.reweighted_mean import compute_reweighted_mean


@given(st.lists(st.tuples(st.floats(-100, 1000), st.integers(0, 2)), min_size=1, max_size=60))
@settings(max_examples=80)
def test_its_own_mixture_gives_the_plain_mean(cells):
    levels, subsets = (np.array(column) for column in zip(*cells, strict=True))
    wanted = np.bincount(subsets, minlength=3) / len(cells)
    found = compute_reweighted_mean(levels, subsets, wanted)
    assert found.reweighted == pytest.approx(found.mean, abs=1e-9)
    assert found.effective == pytest.approx(len(cells))
    assert found.unreachable == 0


def test_a_shift_of_the_mixture_alone_leaves_the_reweighted_mean():
    before, after = np.repeat([0, 1], [600, 400]), np.repeat([0, 1], [950, 50])
    level = np.array([20.0, 80.0])
    found = compute_reweighted_mean(level[after], after, [0.6, 0.4])
    assert found.mean == pytest.approx(23)
    assert found.reweighted == pytest.approx(level[before].mean())
    assert found.effective < 1000


def test_subsets_without_a_cell_are_said():
    found = compute_reweighted_mean([10.0, 12.0], [0, 0], [0.7, 0.3])
    assert (found.reweighted, found.unreachable) == (11.0, pytest.approx(0.3))
    none = compute_reweighted_mean([10.0, 12.0], [0, 0], [0.0, 1.0])
    assert (none.reweighted, none.unreachable) == (None, 1.0)
    empty = compute_reweighted_mean(np.empty(0), np.empty(0, dtype=int), [0.5, 0.5])
    assert (empty.cells, empty.mean, empty.reweighted) == (0, None, None)


def test_levels_without_a_subset_are_refused():
    with pytest.raises(ValueError, match="one finite level and one subset"):
        compute_reweighted_mean([1.0, 2.0], [0], [1.0])
