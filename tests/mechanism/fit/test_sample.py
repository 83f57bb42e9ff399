"""Draws: the same whatever the cores, honest about chains that are too short, and about the truth of a small study."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costim.errors import CostimError
from costim.mechanism.fit.result import Diagnostics, Fit
from costim.mechanism.fit.sample import fit
from costim.mechanism.fit.simulate_data import simulate_data
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.observed.data import FitData
from tests.mechanism.fit.study import pattern


def study() -> FitData:
    like = pattern(2, ("cd19", "icos", "sledai"), (0.0, 28.0, 180.0))
    return simulate_data(load_model("turnover"), like, seed=2, limits={"cd19": 5.0}).data


@pytest.fixture(scope="module")
def short() -> Fit:
    return fit(load_model("turnover"), study(), chains=2, draws=40, tune=60, seed=5, max_depth=6)


def test_same_seed_same_draws_whatever_the_cores(short: Fit) -> None:
    again = fit(load_model("turnover"), study(), chains=2, draws=40, tune=60, seed=5, cores=2, max_depth=6)
    assert np.array_equal(short.sampled, again.sampled)
    assert np.array_equal(short.levels, again.levels)
    assert np.array_equal(short.log_likelihood, again.log_likelihood)


def test_shapes_and_names(short: Fit) -> None:
    model = load_model("turnover")
    assert set(short.draws) == {
        *short.priors.names,
        *(f"sd_{name}" for name in short.priors.between),
        *(f"scatter_{name}" for name in short.data.outputs),
    }
    assert all(column.shape == (2, 40) for column in short.draws.values())
    assert short.values.shape == (2, 40, 2, len(model.value_names))
    assert short.levels.shape == (2, 40, 2, 3)
    assert short.log_likelihood.shape == (2, 40, len(short.data.day))
    assert np.isfinite(short.log_likelihood).all()
    assert short.sampled.shape[-1] == len(short.diagnostics.names) == len(short.diagnostics.rhat)
    held = model.value_names.index("V2")
    assert np.ptp(short.values[:, :, 0, held]) == 0
    assert np.ptp(short.values[:, :, 0, model.value_names.index("kE")]) > 0


def test_a_fit_that_is_too_short_says_so(short: Fit) -> None:
    assert not short.trusted
    assert any("effective number of draws" in reason and "expected above 400" in reason for reason in short.reasons)


def test_reasons_name_the_worst() -> None:
    good = Diagnostics(("K", "kD"), np.full(2, 1.001), np.full(2, 900.0), np.full(2, 800.0), 0, 0.0)
    assert good.reasons == ()
    bad = replace(good, rhat=np.array([1.0, 1.2]), ess_tail=np.array([100.0, 900.0]), divergences=3)
    assert len(bad.reasons) == 3
    assert bad.reasons[0].startswith("R-hat is 1.200 for kD; expected below 1.01")
    assert bad.reasons[1].startswith("The effective number of draws (tail) is 100 for K; expected above 400")
    assert bad.reasons[2].startswith("3 draws diverged; expected none")
    assert len(replace(good, rhat=np.full(2, np.nan)).reasons) == 1


def test_without_the_extra_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "nutpie", None)
    with pytest.raises(CostimError, match=r"pip install 'costim\[fit\]'"):
        fit(load_model("turnover"), study())


@pytest.mark.slow
def test_what_the_data_tell_is_found() -> None:
    """CD4 activation without B cells and the rate of ICOS are what six visits of four patients tell best."""
    model = load_model("loop")
    like = pattern(4, ("cd19", "cd40l", "cd69", "icos"), (0.0, 14.0, 28.0, 56.0, 112.0, 168.0))
    made = simulate_data(model, like, seed=12, limits={"cd19": 5.0})
    found = fit(model, made.data, chains=2, draws=60, tune=80, seed=1, max_depth=6)
    for name in ("bT", "kTM"):
        draws = np.log(found.draws[name])
        assert abs(draws.mean() - np.log(made.truth[name])) < 4 * draws.std()
        assert draws.std() < 0.2
    assert found.diagnostics.divergences <= 2
