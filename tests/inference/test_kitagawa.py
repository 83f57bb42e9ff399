import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from costim.inference.composition.kitagawa import compute_kitagawa
from costim.inference.composition.kitagawa_bounds import TooManyRangesError, compute_kitagawa_bounds
from costim.inference.composition.reweighting import compute_cell_weights
from tests.inference.truth import numbers, read_truth

NAIVE_MEMORY_PLASMABLAST = ([0.6, 0.3, 0.1], [0.85, 0.1, 0.05], [22, 66, 84], [18, 54, 71])


@st.composite
def patients(draw, subsets=None):
    k = subsets or draw(st.integers(1, 5))
    counts = st.lists(st.integers(0, 50), min_size=k, max_size=k).filter(sum)
    levels = st.lists(st.integers(-500, 500), min_size=k, max_size=k)
    f0, f1 = (np.array(draw(counts), dtype=float) for _ in range(2))
    m0, m1 = (np.array(draw(levels)) / 10 for _ in range(2))
    return f0 / f0.sum(), f1 / f1.sum(), m0, m1


def test_change_of_mixture_and_of_levels_add_up():
    found = compute_kitagawa(*NAIVE_MEMORY_PLASMABLAST)
    assert found.total == pytest.approx(-17.15, rel=1e-14)
    assert found.composition == pytest.approx(-10.875, rel=1e-14)
    assert found.expression == pytest.approx(-6.275, rel=1e-14)
    assert (found.before, found.after) == pytest.approx((41.4, 24.25))
    assert (found.interaction, found.emptied, found.scaled) == (None, (), False)


@pytest.mark.oracle
@pytest.mark.parametrize("row", read_truth("kitagawa_stats-4.2.2.csv"), ids=lambda r: r["case"])
def test_equals_regression_on_subsets(row):
    data = [numbers(row[name]) for name in ("shares_before", "shares_after", "levels_before", "levels_after")]
    two, three = compute_kitagawa(*data, whole=100), compute_kitagawa(*data, whole=100, three_fold=True)
    size = max(1.0, *(abs(x) for x in data[2] + data[3]))
    for found, name in (
        (two.total, "total"),
        (two.composition, "composition"),
        (two.expression, "expression"),
        (three.total, "total"),
        (three.composition, "composition3"),
        (three.expression, "expression3"),
        (three.interaction, "interaction"),
    ):
        assert found == pytest.approx(float(row[name]), rel=1e-9, abs=1e-11 * size), name


@given(patients())
@settings(max_examples=80, deadline=None)
def test_two_fold_is_the_mean_over_both_orders_of_change(patient):
    f0, f1, m0, m1 = patient
    found = compute_kitagawa(*patient)
    shares_first, levels_first = (f1 - f0) @ m0, (f1 - f0) @ m1
    assert found.composition == pytest.approx((shares_first + levels_first) / 2, abs=1e-10)
    assert found.expression == pytest.approx((f1 @ (m1 - m0) + f0 @ (m1 - m0)) / 2, abs=1e-10)
    assert found.total == pytest.approx(f1 @ m1 - f0 @ m0, abs=1e-10)


@given(patients(), st.booleans())
@settings(max_examples=80, deadline=None)
def test_parts_and_terms_add_up_exactly(patient, three_fold):
    found = compute_kitagawa(*patient, three_fold=three_fold)
    assert found.composition + found.expression + (found.interaction or 0.0) == pytest.approx(found.total, abs=1e-11)
    assert sum(found.composition_terms) == pytest.approx(found.composition, abs=1e-11)
    assert sum(found.expression_terms) == pytest.approx(found.expression, abs=1e-11)
    assert (found.interaction is None) == (not three_fold)


@given(patients(), st.integers(-1000, 1000), st.sampled_from([0.5, 3.0]))
@settings(max_examples=80, deadline=None)
def test_no_subset_is_the_reference(patient, shift, factor):
    """A constant added to every level (another zero of the instrument) changes no part and no term."""
    f0, f1, m0, m1 = patient
    plain, moved = compute_kitagawa(*patient), compute_kitagawa(f0, f1, factor * m0 + shift, factor * m1 + shift)
    for name in ("composition_terms", "expression_terms"):
        assert getattr(moved, name) == pytest.approx([factor * t for t in getattr(plain, name)], abs=1e-9)
    assert moved.total == pytest.approx(factor * plain.total, abs=1e-9)


@given(patients())
@settings(max_examples=60, deadline=None)
def test_turning_time_round_turns_every_sign(patient):
    f0, f1, m0, m1 = patient
    plain, turned = compute_kitagawa(*patient), compute_kitagawa(f1, f0, m1, m0)
    assert turned.composition == pytest.approx(-plain.composition, abs=1e-10)
    assert turned.expression_terms == pytest.approx([-t for t in plain.expression_terms], abs=1e-10)
    order = list(range(len(f0)))[::-1]
    mirrored = compute_kitagawa(f0[order], f1[order], m0[order], m1[order])
    assert mirrored.composition_terms == pytest.approx(plain.composition_terms[::-1], abs=1e-10)


def test_subset_that_is_gone_counts_as_composition():
    """B cells are gone: memory cells at 40 leave, the naive ones fall by 2; nobody can say how memory cells changed."""
    found = compute_kitagawa([0.5, 0.5], [1, 0], [10, 40], [8, np.nan])
    assert found.emptied == (1,)
    assert found.expression_terms == (-1.5, 0)
    assert found.total == 8 - 25
    assert found.composition == -15.5
    appeared = compute_kitagawa([1, 0], [0.5, 0.5], [8, np.nan], [10, 40])
    assert (appeared.emptied, appeared.composition) == ((1,), 15.5)


def test_subset_that_never_was_there_changes_nothing():
    with_empty = compute_kitagawa([0.5, 0.5, 0], [0.75, 0.25, 0], [10, 40, np.nan], [8, 44, np.nan])
    without = compute_kitagawa([0.5, 0.5], [0.75, 0.25], [10, 40], [8, 44])
    assert (with_empty.total, with_empty.composition, with_empty.emptied) == (without.total, without.composition, ())
    assert with_empty.composition_terms[2] == with_empty.expression_terms[2] == 0


def test_level_recorded_for_a_share_rounded_to_zero_is_used():
    assert compute_kitagawa([0.5, 0.5], [1, 0], [10, 40], [8, 30]).expression == -1.5 - 2.5


def test_percent_and_fractions_are_the_same():
    f0, f1, m0, m1 = NAIVE_MEMORY_PLASMABLAST
    percent = compute_kitagawa([60, 30, 10], [85, 10, 5], m0, m1, whole=100)
    assert percent.composition == pytest.approx(compute_kitagawa(f0, f1, m0, m1).composition, rel=1e-14)


def test_rounded_shares_are_divided_by_their_sum():
    found = compute_kitagawa([33.3, 33.3, 33.3], [33.4, 33.3, 33.3], [1, 2, 3], [1, 2, 3], whole=100)
    assert found.scaled
    assert found.before == pytest.approx(2)
    assert found.total == pytest.approx(found.composition)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (([0.5, 0.3], [0.5, 0.5], [1, 2], [1, 2]), r"^shares must add up to 1, found 0\.8$"),
        (([60, 40], [0.5, 0.5], [1, 2], [1, 2]), r"^shares must add up to 1, found 100$"),
        (([1.2, -0.2], [0.5, 0.5], [1, 2], [1, 2]), r"^shares must be a list of numbers that are not negative$"),
        (([0.5, np.nan], [0.5, 0.5], [1, 2], [1, 2]), r"^shares must be a list of numbers that are not negative$"),
        (([], [], [], []), r"^shares must be a list of numbers that are not negative$"),
        (([1], [0.5, 0.5], [1, 2], [1, 2]), r"^shares and levels need one entry per subset, before and after$"),
        (([0.5, 0.5], [0.5, 0.5], [1, np.nan], [1, 2]), r"^a subset with cells needs a finite level$"),
        (([0.5, 0.5], [0.5, 0.5], [1, 2], [1, np.inf]), r"^a subset with cells needs a finite level$"),
    ],
)
def test_impossible_mixtures_are_refused(data, message):
    with pytest.raises(ValueError, match=message):
        compute_kitagawa(*data)


def test_impossible_whole_is_refused():
    with pytest.raises(ValueError, match=r"^the whole must be a positive number, found 0$"):
        compute_kitagawa([1], [1], [1], [1], whole=0)


def spans(values):
    return np.repeat(np.asarray(values, dtype=float)[:, None], 2, axis=1)


@given(patients())
@settings(max_examples=60, deadline=None)
def test_bounds_of_exact_numbers_are_the_numbers(patient):
    found, exact = compute_kitagawa_bounds(*(spans(x) for x in patient)), compute_kitagawa(*patient)
    for name in ("total", "composition", "expression"):
        assert getattr(found, name) == pytest.approx((getattr(exact, name),) * 2, abs=1e-9)


two_patients = st.integers(1, 5).flatmap(lambda k: st.tuples(patients(k), patients(k)))


@given(two_patients, st.sampled_from([1.0, 0.985, 1.015]), st.integers(0, 10_000))
@settings(max_examples=80, deadline=None)
def test_bounds_contain_every_completion(two, total, seed):
    """Ranges between two patients; any mixture of both lies in them, also where rounded shares miss the whole."""
    one, other = two
    ranges = [np.sort(np.column_stack(ends), axis=1) for ends in zip(one, other, strict=True)]
    found = compute_kitagawa_bounds(total * ranges[0], total * ranges[1], *ranges[2:])
    rng = np.random.default_rng(seed)
    for _ in range(10):
        parts = rng.random(2)
        f0, f1 = (total * (a + t * (b - a)) for a, b, t in zip(one[:2], other[:2], parts, strict=True))
        m0, m1 = (rng.uniform(r[:, 0], r[:, 1]) for r in ranges[2:])
        inside = compute_kitagawa(f0, f1, m0, m1)
        for name in ("total", "composition", "expression"):
            low, high = getattr(found, name)
            assert low - 1e-9 <= getattr(inside, name) <= high + 1e-9


def test_completions_that_miss_the_whole_are_divided_by_their_sum():
    """99 % naive and up to 1 % memory cells: without any memory cell all cells are naive, as for exact shares."""
    ranges = (spans([50, 50]), [[99, 99], [0, 1]], spans([10, 40]), spans([10, 40]))
    found = compute_kitagawa_bounds(*ranges, whole=100)
    ends = [compute_kitagawa([50, 50], [99, memory], [10, 40], [10, 40], whole=100).total for memory in (0, 1)]
    assert found.total == pytest.approx(ends)
    assert not found.scaled
    short = compute_kitagawa_bounds(spans([50, 49]), *ranges[1:], whole=100)
    assert short.scaled
    assert short.total[0] == pytest.approx(compute_kitagawa([50, 49], [99, 0], [10, 40], [10, 40], whole=100).total)


def test_bounds_are_attained():
    """Memory cells between 30 and 40 % before: the whole rest is naive."""
    ranges = ([[0.6, 0.7], [0.3, 0.4]], spans([0.5, 0.5]), spans([10, 40]), spans([10, 40]))
    found = compute_kitagawa_bounds(*ranges)
    assert found.total == pytest.approx((25 - 22, 25 - 19))
    assert found.composition == pytest.approx((3, 6))
    assert found.expression == pytest.approx((0, 0))
    levels = compute_kitagawa_bounds(spans([0.5, 0.5]), spans([0.5, 0.5]), spans([10, 40]), [[9, 12], [40, 40]])
    assert levels.expression == pytest.approx((-0.5, 1))
    assert levels.composition == pytest.approx((0, 0))


def test_level_without_end_has_no_bounds_and_a_gone_subset_no_expression():
    open_end = compute_kitagawa_bounds(spans([0.5, 0.5]), spans([0.5, 0.5]), spans([10, 40]), [[9, np.inf], [40, 40]])
    assert open_end.expression == (-np.inf, np.inf)
    gone = compute_kitagawa_bounds(spans([0.5, 0.5]), spans([1, 0]), [[9, 11], [40, 40]], spans([8, np.nan]))
    assert gone.emptied == (1,)
    assert gone.expression == pytest.approx((-3 * 0.75, -1 * 0.75))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (([[0.1, 0.2], [0.3, 0.4]], 1, 1, 1), r"^shares must add up to 1, found 0\.4 to 0\.6$"),
        (([[0.4, 0.2], [0.3, 0.4]], 1, 1, 1), r"^every share needs a lower end and an upper end that is not below it$"),
        (([[-0.4, 0.2], [0.3, 0.4]], 1, 1, 1), r"^shares must be a list of numbers that are not negative$"),
        ((1, 1, [[1, np.nan], [2, 2]], 1), r"^a subset that may have cells needs a level$"),
        ((1, 1, [[2, 1], [2, 2]], 1), r"^every level needs a lower end and an upper end that is not below it$"),
        ((1, 1, [[2, 3]], 1), r"^shares and levels need one entry per subset, before and after$"),
    ],
)
def test_impossible_ranges_are_refused(data, message):
    plain = (spans([0.5, 0.5]), spans([0.5, 0.5]), spans([1, 2]), spans([1, 2]))
    with pytest.raises(ValueError, match=message):
        compute_kitagawa_bounds(*(p if isinstance(d, int) else d for d, p in zip(data, plain, strict=True)))


def test_too_many_ranged_levels_are_refused():
    many = np.full((13, 2), 1 / 13)
    levels = np.tile([1.0, 2.0], (13, 1))
    with pytest.raises(TooManyRangesError, match=r"^more than 12 subsets have a level known only within a range$"):
        compute_kitagawa_bounds(many, many, levels, levels)


@given(st.lists(st.integers(0, 2), min_size=1, max_size=60), st.lists(st.integers(0, 9), min_size=3, max_size=3))
@settings(max_examples=80, deadline=None)
def test_weighted_cells_have_the_wanted_mixture(cells, wanted):
    assume(sum(wanted))
    target = np.array(wanted) / sum(wanted)
    found = compute_cell_weights(cells, target)
    present = np.bincount(cells, minlength=3) > 0
    assert found.unreachable == pytest.approx(target[~present].sum())
    if found.unreachable > 1 - 1e-9:
        assert not found.weights.any()
        assert found.effective == 0
        return
    shares = np.bincount(cells, weights=found.weights, minlength=3) / len(cells)
    assert shares == pytest.approx(np.where(present, target, 0) / target[present].sum())
    assert 0 < found.effective <= len(cells) * (1 + 1e-12)


def test_weighted_mean_is_the_mean_had_only_the_levels_changed():
    """Cells after treatment, weighted to the mixture before: the change is f0 times the change of the levels."""
    f0, f1, m0, m1 = NAIVE_MEMORY_PLASMABLAST
    cells = np.repeat([0, 1, 2], np.rint(np.array(f1) * 100).astype(int))
    found = compute_cell_weights(cells, f0)
    weighted = float(np.mean(found.weights * np.array(m1, dtype=float)[cells]))
    three = compute_kitagawa(f0, f1, m0, m1, three_fold=True)
    assert weighted - three.before == pytest.approx(three.expression)
    assert compute_cell_weights(cells, f1).effective == pytest.approx(100)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([], r"^subsets must be a list of whole numbers, one per cell$"),
        ([0.5], r"^subsets must be a list of whole numbers, one per cell$"),
        ([0, 2], r"^subsets are numbered from 0 to 1, found 0 to 2$"),
    ],
)
def test_cells_outside_the_subsets_are_refused(cells, message):
    with pytest.raises(ValueError, match=message):
        compute_cell_weights(cells, [0.5, 0.5])
