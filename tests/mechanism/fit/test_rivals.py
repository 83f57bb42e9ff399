"""Leave-one-patient-out scores against the exact answer, and what may be said of rivals."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from scipy import stats

from costim.errors import CostimError
from costim.mechanism.fit.extra import need
from costim.mechanism.fit.leave_one_out import LeftOut, compute_leave_one_out, replace_refitted
from costim.mechanism.fit.rivals import MEDIATION, compare_scores


def normal_mean(seed: int = 0, n: int = 12, draws: int = 4000):
    """Patients of one normal mean with a flat prior: draws of the log likelihood, and the exact scores."""
    random = np.random.default_rng(seed)
    y = random.normal(size=n)
    mean = random.normal(y.mean(), 1 / np.sqrt(n), size=draws)
    likelihood = stats.norm.logpdf(y, mean[:, None], 1)
    others = (y.sum() - y) / (n - 1)
    return likelihood, stats.norm.logpdf(y, others, np.sqrt(1 + 1 / (n - 1)))


def test_scores_are_those_of_true_leaving_out():
    likelihood, exact = normal_mean()
    found = compute_leave_one_out([str(i) for i in range(12)], likelihood)
    np.testing.assert_allclose(found.elpd, exact, atol=0.02)
    assert found.doubtful == ()
    assert found.total == pytest.approx(exact.sum(), abs=0.1)
    assert found.se == pytest.approx(np.sqrt(12 * exact.var(ddof=1)), rel=0.05)


def test_a_patient_that_the_others_cannot_foretell_is_doubtful_until_refitted():
    likelihood, _ = normal_mean(n=5)
    random = np.random.default_rng(1)
    likelihood[:, 2] = -10 * np.abs(random.standard_cauchy(len(likelihood)))  # weights without a variance
    found = compute_leave_one_out("abcde", likelihood)
    assert found.doubtful == ("c",)
    mended = replace_refitted(found, {"c": -7.5})
    assert mended.doubtful == () and mended.elpd[2] == -7.5 and np.isnan(mended.pareto_k[2])
    np.testing.assert_array_equal(mended.elpd[[0, 1, 3, 4]], found.elpd[[0, 1, 3, 4]])


def test_few_draws_bear_less():
    assert LeftOut(("a",), np.zeros(1), np.zeros(1), 100).limit == pytest.approx(0.5)
    assert LeftOut(("a",), np.zeros(1), np.zeros(1), 100_000).limit == 0.7


def scores(values, k=0.1):
    values = np.asarray(values, float)
    return LeftOut(tuple("abcdefghij"), values, np.full(10, k), 4000)


def test_rivals_close_to_each_other_are_not_ordered():
    random = np.random.default_rng(4)
    base = random.normal(-5, 1, 10)
    found = compare_scores({"loop": scores(base), "no_cooperative_loop": scores(base + random.normal(0, 1, 10))}, "x")
    first, *_ = found.sentences()
    assert "equally well within twice the standard error" in first
    assert found.sentences()[-1] == MEDIATION
    assert not found.rivals[1].told_apart


def test_a_clear_difference_is_said_with_its_caution():
    base = np.linspace(-6, -4, 10)
    worse = base - 3 + np.linspace(-0.5, 0.5, 10)
    found = compare_scores({"turnover": scores(worse), "loop": scores(base)}, "x")
    assert found.best.model == "loop"
    rival = found.rivals[1]
    assert rival.difference == pytest.approx(-30)
    assert rival.difference_se == pytest.approx(np.sqrt(10 * np.linspace(-0.5, 0.5, 10).var(ddof=1)))
    assert found.sentences()[0].startswith("loop foretells left-out patients better than turnover (elpd -30.0")
    assert "too small" in found.sentences()[0]


def test_untrusted_scores_order_nothing():
    found = compare_scores({"loop": scores(np.zeros(10)), "turnover": scores(np.full(10, -9.0), k=0.9)}, "x")
    assert not found.rivals[1].told_apart
    assert "no order of the two is claimed" in found.sentences()[0]


def test_one_model_alone_still_says_what_cannot_be_shown():
    assert compare_scores({"loop": scores(np.zeros(10))}, "x").sentences() == (MEDIATION,)


def test_rivals_of_other_patients_are_refused():
    other = LeftOut(("z",), np.zeros(1), np.zeros(1), 100)
    with pytest.raises(ValueError, match="same patients"):
        compare_scores({"a": scores(np.zeros(10)), "b": other}, "x")


def test_a_missing_extra_says_how_to_install_it(monkeypatch):
    def absent(name: str, *_: object, **__: object) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(CostimError, match=r"pip install 'costim\[fit\]'"):
        need("nutpie")
