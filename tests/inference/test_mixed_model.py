from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.repeated.mixed_model import compute_mixed_model
from costim.inference.repeated.models import compute_mixed_models
from tests.inference.truth import numbers, read_truth

STRUCTURES = ("unstructured", "ar1", "compound_symmetry")
GLS = read_truth("mixed_model_gls-nlme-3.1.162.csv")


def readings(text):
    return np.array([[float(word) for word in row.split()] for row in text.split(";")])


def make_readings(seed, n, visits, missing=0):
    rng = np.random.default_rng(seed)
    values = rng.normal(10, 2, (n, 1)) + rng.normal(0, 1, (n, visits)) - 0.5 * np.arange(visits)
    values.ravel()[rng.choice(n * visits, missing, replace=False)] = np.nan
    return values


@pytest.mark.oracle
@pytest.mark.parametrize("row", GLS, ids=lambda r: f"{r['case']}-{r['structure']}")
def test_likelihood_estimates_and_covariance_equal_gls(row):
    """gls stops at its own tolerance: likelihood to 1e-7, estimates and covariance to 2e-4 of a standard deviation."""
    values = readings(row["values"])
    found = compute_mixed_model(values, covariance=row["structure"], df_method="normal")
    assert found.reason == ""
    assert found.log_likelihood == pytest.approx(float(row["log_likelihood"]), abs=1e-7)
    sd = np.sqrt(np.max(np.diag(found.covariance)))
    assert [c.estimate for c in found.changes] == pytest.approx(numbers(row["changes"]), abs=2e-4 * sd)
    assert [c.se for c in found.changes] == pytest.approx(numbers(row["se"]), rel=1e-3)
    if row["covariance"]:
        assert np.ravel(found.covariance) == pytest.approx(numbers(row["covariance"]), abs=2e-3 * sd**2)


@pytest.mark.oracle
@pytest.mark.parametrize("method", ["kr", "sw"])
@pytest.mark.parametrize("row", read_truth("mixed_model_random_intercept-pbkrtest-0.5.2.csv"), ids=lambda r: r["case"])
def test_random_intercept_equals_pbkrtest_and_lmertest(row, method):
    """With a positive correlation, compound symmetry is the random intercept; tolerance 1e-4 by their optimiser."""
    assert float(row["correlation"]) > 0
    name = {"kr": "kenward_roger", "sw": "satterthwaite"}[method]
    found = compute_mixed_model(readings(row["values"]), covariance="compound_symmetry", df_method=name)
    assert [c.estimate for c in found.changes] == pytest.approx(numbers(row["changes"]), rel=1e-4, abs=1e-5)
    assert [c.se for c in found.changes] == pytest.approx(numbers(row[f"se_{method}"]), rel=1e-4)
    assert [c.df for c in found.changes] == pytest.approx(numbers(row[f"df_{method}"]), rel=1e-4)
    if method == "kr" and float(row["df_all_kr"]) <= 2:  # the moments it matches do not exist: no test of ours
        assert found.test is None
        return
    assert found.test.statistic == pytest.approx(float(row[f"f_{method}"]), rel=1e-4)
    assert found.test.df == pytest.approx(float(row[f"df_all_{method}"]), rel=1e-4)
    assert found.test.p == pytest.approx(float(row[f"p_{method}"]), rel=2e-3)


@pytest.mark.parametrize(("n", "visits"), [(5, 4), (6, 4), (9, 4), (4, 2), (12, 6), (20, 5)])
def test_complete_readings_without_structure_give_paired_t_and_hotelling(n, visits):
    from scipy.special import fdtrc, stdtr

    values = make_readings(n, n, visits)
    found = compute_mixed_model(values)
    changes = values[:, 1:] - values[:, :1]
    for j, change in enumerate(found.changes):
        t = changes[:, j].mean() / (changes[:, j].std(ddof=1) / np.sqrt(n))
        assert change.estimate == pytest.approx(changes[:, j].mean(), rel=1e-9)
        assert change.se == pytest.approx(changes[:, j].std(ddof=1) / np.sqrt(n), rel=1e-9)
        assert change.df == n - 1
        assert change.p == pytest.approx(2 * stdtr(n - 1, -abs(t)), rel=1e-8)
        assert not change.df_capped
    q = visits - 1
    t2 = n * changes.mean(0) @ np.linalg.solve(np.atleast_2d(np.cov(changes.T)), changes.mean(0))
    f = (n - q) / (q * (n - 1)) * t2
    assert (found.test.df_numerator, found.test.df) == (q, pytest.approx(n - q, rel=1e-9))
    assert found.test.statistic == pytest.approx(f, rel=1e-8)
    assert found.test.p == pytest.approx(fdtrc(q, n - q, f), rel=1e-7)


@pytest.mark.parametrize(("n", "visits"), [(9, 4), (12, 6), (20, 5), (8, 2)])
def test_the_published_f_of_kenward_and_roger_is_hotellings_where_nothing_is_missing(n, visits):
    values = make_readings(n + 100, n, visits)
    ours, published = (compute_mixed_model(values, df_method=m) for m in ("kenward_roger", "kenward_roger_1997"))
    assert published.test.statistic == pytest.approx(ours.test.statistic, rel=1e-6)
    assert published.test.df == pytest.approx(ours.test.df, rel=1e-6)


@pytest.mark.parametrize("method", ["kenward_roger", "satterthwaite"])
def test_complete_readings_with_one_correlation_are_the_analysis_of_variance_of_blocks(method):
    values = make_readings(3, 7, 4)
    n, k = values.shape
    found = compute_mixed_model(values, covariance="compound_symmetry", df_method=method)
    residuals = values - values.mean(0) - values.mean(1, keepdims=True) + values.mean()
    error = (residuals**2).sum() / ((n - 1) * (k - 1))
    between = n * ((values.mean(0) - values.mean()) ** 2).sum() / (k - 1)
    assert found.test.statistic == pytest.approx(between / error, rel=1e-8)
    assert found.test.df == pytest.approx((n - 1) * (k - 1), rel=1e-8)
    assert [c.se for c in found.changes] == pytest.approx([np.sqrt(2 * error / n)] * 3, rel=1e-9)


@given(st.integers(0, 10**6), st.sampled_from(STRUCTURES), st.floats(-5, 5), st.sampled_from([1e-3, 0.5, 20.0, 1e4]))
@settings(max_examples=25, deadline=None)
def test_order_shift_scale_and_sign(seed, structure, shift, scale):
    values = make_readings(seed, 12, 3, missing=4)
    found = compute_mixed_model(values, covariance=structure)
    moved = compute_mixed_model((shift - scale * values)[::-1], covariance=structure)
    assert moved.reason == found.reason
    for a, b in zip(found.changes, moved.changes, strict=True):
        assert b.estimate == pytest.approx(-scale * a.estimate, rel=1e-5, abs=1e-6 * scale)
        assert (b.se, b.df, b.p) == pytest.approx((scale * a.se, a.df, a.p), rel=1e-4)
        assert (b.lower, b.upper) == pytest.approx((-scale * a.upper, -scale * a.lower), rel=1e-4, abs=1e-5 * scale)
    if found.test:
        assert (moved.test.statistic, moved.test.p) == pytest.approx((found.test.statistic, found.test.p), rel=1e-3)


@given(st.integers(0, 10**6), st.sampled_from(STRUCTURES), st.floats(0.5, 0.99))
@settings(max_examples=25, deadline=None)
def test_zero_is_inside_the_limits_where_p_is_above_alpha_and_limits_widen_with_the_level(seed, structure, level):
    values = make_readings(seed, 10, 3, missing=3)
    inner, outer = (compute_mixed_model(values, covariance=structure, level=v) for v in (level, level + 0.005))
    for a, b in zip(inner.changes, outer.changes, strict=True):
        assert (a.lower <= 0 <= a.upper) == (a.p >= 1 - level)
        assert b.lower < a.lower < a.estimate < a.upper < b.upper


def test_a_batch_gives_what_single_studies_give():
    studies = np.stack([make_readings(seed, 9, 4, missing=seed % 5) for seed in range(12)])
    for structure in STRUCTURES:
        batch = compute_mixed_models(studies, covariance=structure)
        for i, values in enumerate(studies):
            single = compute_mixed_model(values, covariance=structure)
            assert str(batch.reason[i]) == single.reason
            assert batch.estimate[i] == pytest.approx([c.estimate for c in single.changes], rel=1e-7, nan_ok=True) or (
                single.reason and np.isnan(batch.estimate[i]).all()
            )
            if not single.reason:
                assert batch.se[i] == pytest.approx([c.se for c in single.changes], rel=1e-6)
                assert batch.df[i] == pytest.approx([c.df for c in single.changes], rel=1e-6)
                if single.test is None:
                    assert isnan(batch.statistic[i])
                else:
                    assert batch.statistic[i] == pytest.approx(single.test.statistic, rel=1e-6)


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.zeros((6, 3)), "covariance_singular"),
        (np.ones((0, 3)), "visit_without_reading"),
        (np.full((5, 3), np.nan), "visit_without_reading"),
        ([[1.0, 2.0, 3.0]], "too_few_subjects"),
        (np.outer(range(7), [1, 1, 1.0]) + np.arange(3), "covariance_singular"),
    ],
)
def test_what_cannot_be_had_is_named(structure, values, reason):
    found = compute_mixed_model(values, covariance=structure)
    assert (found.reason, found.changes, found.means, found.test) == (reason, (), (), None)


def test_no_structure_needs_more_complete_subjects_than_visits():
    values = make_readings(5, 9, 4)
    assert compute_mixed_model(values[:5]).reason == ""
    assert compute_mixed_model(values[:4]).reason == "too_few_subjects"
    values[4:, 0] = np.nan
    assert compute_mixed_model(values).reason == "too_few_subjects"
    assert compute_mixed_model(values, covariance="compound_symmetry").reason == ""


def test_all_changes_to_one_visit_equal_is_no_certainty():
    values = make_readings(6, 9, 3)
    values[:, 2] = values[:, 0] - 4
    assert compute_mixed_model(values).reason == "covariance_singular"


def test_degrees_of_freedom_never_exceed_the_fewest_pairs_of_two_visits():
    values = make_readings(1, 12, 4, missing=7)
    seen = ~np.isnan(values)
    fewest = min(int((seen[:, i] & seen[:, j]).sum()) for i in range(4) for j in range(4))
    found, published = compute_mixed_model(values), compute_mixed_model(values, df_method="kenward_roger_1997")
    assert any(c.df_capped for c in found.changes)
    for j, (a, b) in enumerate(zip(found.changes, published.changes, strict=True), start=1):
        assert a.pairs == (seen[:, 0] & seen[:, j]).sum()
        assert a.df == min(b.df, fewest - 1)
        assert a.se == b.se
    assert found.test.df == min(c.df for c in found.changes) - 2


def test_a_change_between_two_visits_that_nobody_lacks_is_a_paired_t_whatever_else_is_missing():
    values = make_readings(2, 12, 4)
    values[[0, 3, 7, 8], [1, 2, 1, 2]] = np.nan
    change = compute_mixed_model(values).changes[2]
    differences = values[:, 3] - values[:, 0]
    assert change.estimate == pytest.approx(differences.mean(), rel=1e-7)
    assert change.se == pytest.approx(differences.std(ddof=1) / np.sqrt(12), rel=1e-6)
    assert (change.df, change.df_capped) == (11, False)


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="two or more visits"):
        compute_mixed_model([[1.0], [2.0]])
    with pytest.raises(ValueError, match="must have 2 axes"):
        compute_mixed_model([1.0, 2.0])
    with pytest.raises(ValueError, match="finite numbers, or NaN"):
        compute_mixed_model([[1.0, np.inf], [2.0, 3.0]])
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        compute_mixed_model([[1.0, 2.0]], level=1.0)
    with pytest.raises(ValueError, match="covariance must be"):
        compute_mixed_model([[1.0, 2.0]], covariance="toeplitz")
    with pytest.raises(ValueError, match="df_method must be one of"):
        compute_mixed_model([[1.0, 2.0]], df_method="kr")
