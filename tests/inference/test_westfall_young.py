from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.families.holm import compute_holm
from costim.inference.families.westfall_young import compute_westfall_young
from costim.inference.paired.signed_rank import compute_signed_rank
from tests.inference.truth import numbers, read_truth

cells = st.one_of(st.integers(-5, 5), st.none())


@st.composite
def tables(draw, entries=cells, most_patients=6, most_markers=4):
    patients, markers = draw(st.integers(1, most_patients)), draw(st.integers(1, most_markers))
    rows = draw(st.lists(st.lists(entries, min_size=markers, max_size=markers), min_size=patients, max_size=patients))
    return np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=float)


def size_of(column, statistic, zeros):
    """The statistic from its definition, one column of changes at a time."""
    values = column[~np.isnan(column)]
    if statistic == "t":
        if values.size < 2 or not values.any():
            return 0.0
        spread = values.std(ddof=1)
        return np.inf if spread < 1e-12 else abs(values.mean()) / (spread / np.sqrt(values.size))
    ranked = values if zeros == "pratt" else values[values != 0]
    sizes = np.abs(ranked)
    ranks = np.array([np.sum(sizes < s) + (np.sum(sizes == s) + 1) / 2 for s in sizes])
    kept = ranked != 0
    if not kept.any():
        return 0.0
    return abs((np.sign(ranked) * ranks)[kept].sum()) / np.sqrt((ranks[kept] ** 2).sum())


def by_enumeration(table, statistic, zeros="pratt", procedure="max_t"):
    """Every one of the 2^n patterns of signs of whole patients, one after the other, then step-down."""
    tested = [j for j in range(table.shape[1]) if not np.isnan(table[:, j]).all()]
    patterns = [np.array(p)[:, None] for p in product([1, -1], repeat=table.shape[0])]
    sizes = np.array([[size_of((table * p)[:, j], statistic, zeros) for j in tested] for p in patterns])
    if procedure == "min_p":
        larger = sizes[None, :, :] >= sizes[:, None, :] - 1e-9
        sizes = -larger.mean(axis=1)
    observed = sizes[0]
    order = sorted(range(len(tested)), key=lambda j: -observed[j])
    adjusted, largest = {}, 0.0
    for step, j in enumerate(order):
        share = np.mean(sizes[:, order[step:]].max(axis=1) >= observed[j] - 1e-9)
        largest = max(largest, share)
        adjusted[tested[j]] = largest
    return tuple(adjusted.get(j) for j in range(table.shape[1]))


def same(found, expected):
    assert [p is None for p in found] == [p is None for p in expected]
    assert [p for p in found if p is not None] == pytest.approx([p for p in expected if p is not None], abs=1e-12)


@pytest.mark.parametrize("procedure", ["max_t", "min_p"])
@pytest.mark.parametrize("statistic", ["t", "signed_rank"])
@given(table=tables())
@settings(max_examples=40, deadline=None)
def test_adjusted_p_equals_plain_enumeration(statistic, procedure, table):
    found = compute_westfall_young(table, statistic=statistic, procedure=procedure)
    same(found.adjusted, by_enumeration(table, statistic, procedure=procedure))


@given(table=tables())
@settings(max_examples=30, deadline=None)
def test_wilcoxon_zeros_as_well(table):
    same(compute_westfall_young(table, zeros="wilcoxon").adjusted, by_enumeration(table, "signed_rank", "wilcoxon"))


@pytest.mark.oracle
@pytest.mark.parametrize("row", read_truth("westfall_young_multtest-2.54.0.csv"), ids=lambda r: r["case"])
def test_equals_multtest(row):
    table = np.array([numbers(marker) for marker in row["changes"].split(";")]).T
    largest = compute_westfall_young(table, statistic="t")
    smallest = compute_westfall_young(table, statistic="t", procedure="min_p")
    assert largest.raw == pytest.approx(numbers(row["raw"]), abs=1e-12)
    assert largest.adjusted == pytest.approx(numbers(row["max_t"]), abs=1e-12)
    assert smallest.adjusted == pytest.approx(numbers(row["min_p"]), abs=1e-12)
    # Two changes of size 3 and 5 divide by a rounded standard deviation there; eight digits are what a t needs.
    assert largest.statistics == pytest.approx(numbers(row["statistic"]), rel=1e-8, abs=1e-12)


def test_correlated_markers_lose_less_than_by_holm():
    """Five markers that share a patient's own change: eight patients, all 2^8 patterns."""
    common = np.array([-2.0, -1.1, -2.6, -0.4, -1.9, -3.0, 0.3, -1.4])
    own = np.array([[3, -1, 4, -2], [-4, 2, 1, 5], [1, 3, -5, 2], [2, -3, -1, -4], [-5, 4, 2, 1], [4, 1, -2, 3]])
    table = np.column_stack([common, *[common + 0.1 * np.resize(own[i], 8) for i in range(4)]])
    found = compute_westfall_young(table, statistic="t")
    holm = compute_holm(found.raw)
    assert all(p * 256 == round(p * 256) for p in found.adjusted)
    assert all(a <= h for a, h in zip(found.adjusted, holm, strict=True))
    assert max(found.adjusted) <= max(holm) / 2
    assert found.p_floor == 2 / 2**8


def test_marker_whose_changes_are_all_of_one_size_counts_the_infinite_patterns():
    """|t| is infinite where all six go one way (2 patterns of 64) and at least as large as observed in 12 more."""
    found = compute_westfall_young(np.array([[-1.0, -1, -1, -1, -1, 1]]).T, statistic="t")
    assert found.raw == (14 / 64,)
    assert compute_westfall_young(-np.ones((6, 1)), statistic="t").statistics == (None,)
    assert compute_westfall_young(-np.ones((6, 1)), statistic="t").adjusted == (2 / 64,)


@given(table=tables())
@settings(max_examples=60, deadline=None)
def test_never_below_the_exact_signed_rank_test_of_the_marker(table):
    found = compute_westfall_young(table)
    for j, p in enumerate(found.adjusted):
        values = table[~np.isnan(table[:, j]), j]
        assert (p is None) == (values.size == 0)
        if p is not None:
            exact = compute_signed_rank(values).p
            assert found.raw[j] == pytest.approx(exact, rel=1e-12)
            assert exact * (1 - 1e-12) <= p <= 1
            assert p >= found.p_floor


@given(table=tables(most_markers=1))
@settings(max_examples=40, deadline=None)
def test_family_of_one_is_the_signed_rank_test(table):
    values = table[~np.isnan(table[:, 0]), 0]
    expected = compute_signed_rank(values).p if values.size else None
    assert compute_westfall_young(table).adjusted == (expected,)


@pytest.mark.parametrize("statistic", ["t", "signed_rank"])
@given(table=tables(), seed=st.integers(0, 1000), factor=st.sampled_from([0.25, 2.0, 1024.0]))
@settings(max_examples=40, deadline=None)
def test_order_scale_and_direction_do_not_matter(statistic, table, seed, factor):
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(table.shape[0]), rng.permutation(table.shape[1])
    signs = rng.choice([-1.0, 1.0], table.shape[1])
    plain = compute_westfall_young(table, statistic=statistic)
    moved = compute_westfall_young(((table * signs * factor)[rows])[:, columns], statistic=statistic)
    same(moved.adjusted, tuple(plain.adjusted[j] for j in columns))


@given(table=tables(), left=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_a_smaller_family_has_no_larger_p(table, left):
    """Each step takes the largest of fewer markers."""
    kept = [j for j in range(table.shape[1]) if j != left]
    if not kept:
        return
    whole, part = compute_westfall_young(table), compute_westfall_young(table[:, kept])
    for j, p in zip(kept, part.adjusted, strict=True):
        assert p is None or p <= whole.adjusted[j] + 1e-12


def test_complete_patients_only():
    table = np.array([[-1, -2], [-3, np.nan], [-4, -5], [2, -1], [np.nan, np.nan], [-6, -3], [-5, -8.0]])
    found = compute_westfall_young(table, incomplete="complete")
    kept = table[[0, 2, 3, 5, 6]]
    assert (found.n, found.n_left_out, found.is_incomplete, found.sizes) == (5, 2, True, (5, 5))
    assert found.adjusted == compute_westfall_young(kept).adjusted
    available = compute_westfall_young(table)
    assert (available.n, available.n_left_out, available.is_incomplete, available.sizes) == (6, 1, True, (6, 5))
    assert not compute_westfall_young(kept).is_incomplete


def test_no_patient_is_complete():
    found = compute_westfall_young([[1, np.nan], [np.nan, 2.0]], incomplete="complete")
    assert (found.n, found.adjusted, found.p_floor) == (0, (None, None), 1.0)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_nothing_given(shape):
    found = compute_westfall_young(np.empty(shape))
    assert (found.n, found.adjusted, found.draws) == (0, (None,) * shape[1], None)


def test_few_patients_cannot_give_small_p():
    for n in (1, 2, 3, 5):
        found = compute_westfall_young(-np.arange(1.0, 2 * n + 1).reshape(n, 2))
        assert found.adjusted == (2.0 ** (1 - n),) * 2
        assert found.p_floor == 2.0 ** (1 - n)
    assert compute_westfall_young([[3.0]], statistic="t").adjusted == (1.0,)


def test_floor_is_that_of_the_marker_with_the_most_changes():
    """Eight patients, but no marker was read in more than seven: 2 / 2^8 is out of reach."""
    table = -np.arange(1.0, 17).reshape(8, 2)
    table[0, 0] = table[7, 1] = np.nan
    found = compute_westfall_young(table)
    assert found.p_floor == 2.0**-6
    assert min(found.adjusted) >= found.p_floor
    assert compute_westfall_young(table, incomplete="complete").p_floor == 2.0**-5


def test_all_changes_zero():
    found = compute_westfall_young(np.zeros((4, 2)))
    assert (found.adjusted, found.statistics, found.p_floor) == ((1.0, 1.0), (None, None), 1.0)


def test_drawn_patterns_agree_with_all_of_them():
    rng = np.random.default_rng(5)
    common = rng.normal(-0.4, 1, (20, 1))
    table = np.round(common + rng.normal(0, 0.7, (20, 4)), 2)
    exact = compute_westfall_young(table, statistic="t")
    assert (exact.seed, exact.draws, exact.p_floor) == (None, None, 2.0**-19)
    # A patient with next to no change makes 21, which are drawn; it moves the exact p by less than the tolerance.
    more = np.vstack([table, [[1e-4, -1e-4, 1e-4, -1e-4]]])
    drawn = compute_westfall_young(more, statistic="t", seed=7)
    assert (drawn.seed, drawn.draws, drawn.p_floor) == (7, 99_999, 1e-5)
    assert drawn.adjusted == pytest.approx(exact.adjusted, abs=0.01)
    assert drawn == compute_westfall_young(more, statistic="t", seed=7)
    assert drawn != compute_westfall_young(more, statistic="t", seed=8)
    assert all(round(p * 100_000) / 100_000 == p for p in drawn.adjusted)
    ranks = compute_westfall_young(more, seed=7, draws=999)
    assert ranks.raw == pytest.approx([compute_signed_rank(more[:, j]).p for j in range(4)], rel=1e-12)
    assert all(a >= r for a, r in zip(ranks.adjusted, ranks.raw, strict=True))


def test_many_patients_without_change_are_still_enumerated():
    table = np.vstack([np.zeros((40, 2)), -np.arange(1.0, 13).reshape(6, 2)])
    found = compute_westfall_young(table)
    assert (found.n, found.draws, found.p_floor) == (46, None, 2.0**-5)
    assert found.adjusted == (2.0**-5, 2.0**-5)


def test_resolution_makes_ties():
    table = np.array([[1.04, 3], [-0.96, 2], [2.01, -4], [3.0, 5]])
    rounded = np.array([[1, 3], [-1, 2], [2, -4], [3, 5]])
    found = compute_westfall_young(table, resolution=(1, None), scale=(5, 10))
    assert found.adjusted == compute_westfall_young(rounded).adjusted
    assert found.statistics == pytest.approx(compute_westfall_young(rounded).statistics)


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        ([1.0, 2.0], {}, r"^changes must be a table of patients by markers$"),
        ([[np.inf]], {}, r"^changes must be finite numbers, or NaN where there is no reading$"),
        ([[1.0]], {"statistic": "mean"}, r"^statistic must be 'signed_rank' or 't', found 'mean'$"),
        ([[1.0]], {"procedure": "holm"}, r"^procedure must be 'max_t' or 'min_p', found 'holm'$"),
        ([[1.0]], {"incomplete": "drop"}, r"^incomplete must be 'available' or 'complete', found 'drop'$"),
        ([[1.0]], {"draws": 0}, r"^at least one pattern of signs must be drawn, found 0$"),
        ([[1.0]], {"resolution": (1, 1)}, r"^one entry per marker is needed: 1, found 2$"),
    ],
)
def test_impossible_requests_are_refused(table, options, message):
    with pytest.raises(ValueError, match=message):
        compute_westfall_young(table, **options)
