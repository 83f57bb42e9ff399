"""Virtual patients: the same whatever else is drawn; spreads as the model says; unstable ones refused and counted."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.errors import CostimError
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.model.steady_state import is_stable
from costim.mechanism.population.draw import draw_patients, typical
from costim.mechanism.population.random_numbers import normal, uniform
from costim.mechanism.population.uncertainty import Uncertainty, draw_means, standard_deviation, uncertainties
from costim.mechanism.population.values import spread_out

LOOP = load_model("loop")
THOUSAND = draw_patients(LOOP, 1000, 5)


def column(values: np.ndarray, name: str) -> np.ndarray:
    return values[:, LOOP.value_names.index(name)]


@settings(max_examples=25, deadline=None)
@given(first=st.integers(0, 950), count=st.integers(1, 50))
def test_a_patient_is_the_same_in_any_draw(first: int, count: int) -> None:
    piece = draw_patients(LOOP, count, 5, first=first)
    assert np.array_equal(piece.values, THOUSAND.values[first : first + count])
    assert np.array_equal(piece.covariates, THOUSAND.covariates[first : first + count])


@given(
    seed=st.integers(-(2**70), 2**70), first=st.integers(0, 10**9), count=st.integers(1, 20), attempt=st.integers(0, 9)
)
def test_streams_are_cut_anywhere(seed: int, first: int, count: int, attempt: int) -> None:
    start = max(0, first - 7)
    whole = uniform(seed, "CL", start, first - start + count, attempt)
    assert np.array_equal(whole[first - start :], uniform(seed, "CL", first, count, attempt))
    assert ((whole > 0) & (whole < 1)).all()


def test_numbers_by_definition_of_philox() -> None:
    """Philox4x64-10 written out from the paper (Salmon 2011, section 3.3): NumPy counts up before its first block."""
    digest = hashlib.sha256(b"1/CL").digest()
    key = [int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:16], "little")]
    words = [*philox([1, 0, 0, 3], key), *philox([2, 0, 0, 3], key)]
    expected = [((word >> 11) + 0.5) / 2**53 for word in words]
    assert uniform(1, "CL", 0, 8, attempt=3).tolist() == expected
    assert uniform(1, "CL", 3, 4, attempt=3).tolist() == expected[3:7]


def philox(counter: list[int], key: list[int]) -> list[int]:
    mask = 2**64 - 1
    a, b, c, d = counter
    k, m = key
    for _ in range(10):
        high0, low0 = divmod(0xD2E7470EE14C6C93 * a, 2**64)
        high1, low1 = divmod(0xCA5A826395121157 * c, 2**64)
        a, b, c, d = high1 ^ b ^ k, low1, high0 ^ d ^ m, low0
        k, m = (k + 0x9E3779B97F4A7C15) & mask, (m + 0xBB67AE8584CAA73B) & mask
    return [a, b, c, d]


def test_streams_differ_by_seed_name_and_attempt() -> None:
    streams = [
        uniform(*key) for key in ((1, "CL", 0, 50, 0), (2, "CL", 0, 50, 0), (1, "V1", 0, 50, 0), (1, "CL", 0, 50, 1))
    ]
    assert len({stream.tobytes() for stream in streams}) == 4
    numbers = normal(3, "x", 0, 200_000)
    assert numbers.mean() == pytest.approx(0, abs=0.01)
    assert numbers.std() == pytest.approx(1, abs=0.01)
    assert np.corrcoef(numbers, normal(3, "y", 0, 200_000))[0, 1] == pytest.approx(0, abs=0.01)


def test_spreads_are_those_of_the_model() -> None:
    people = draw_patients(load_model("no_cooperative_loop"), 20_000, 2)  # hardly any refused: spreads as declared
    assert people.unstable_share < 0.005
    size = (people.covariates[:, 0] / 1.8) ** 0.9
    logs = np.log(column(people.values, "CL") / size)
    assert (logs.mean(), logs.std()) == pytest.approx((np.log(0.257), 0.30), abs=0.01)
    share = column(people.values, "rM")
    logits = np.log(share / (1 - share))
    assert (logits.mean(), logits.std()) == pytest.approx((np.log(0.4 / 0.6), 0.8), abs=0.02)
    assert (people.covariates[:, 0].mean(), people.covariates[:, 0].std()) == pytest.approx((1.6, 0.14), abs=0.005)
    assert set(column(people.values, "fP")) == {1.0}


def test_every_patient_kept_is_stable_and_the_refused_are_counted() -> None:
    assert is_stable(LOOP, THOUSAND.values).all()
    assert THOUSAND.drawn >= 1000 + THOUSAND.unstable
    assert 0.04 < THOUSAND.unstable_share < 0.10


def test_measured_covariates_stay_and_gaps_are_drawn() -> None:
    bsa = np.full(6, 1.9)
    bsa[2] = np.nan
    people = draw_patients(LOOP, 6, 5, covariates={"BSA": bsa, "weight": 70.0})
    assert people.covariates[[0, 1, 3, 4, 5], 0].tolist() == [1.9] * 5
    assert people.covariates[2, 0] == THOUSAND.covariates[2, 0]
    assert set(people.covariates[:, 1]) == {70.0}
    free = draw_patients(LOOP, 6, 5)
    same_attempt = column(people.values, "kN") == column(free.values, "kN")
    ratio = column(people.values, "CL") / column(free.values, "CL")
    assert ratio[same_attempt] == pytest.approx((people.covariates[:, 0] / free.covariates[:, 0])[same_attempt] ** 0.9)


def test_typical_patient() -> None:
    person = typical(LOOP)
    assert column(person.values, "CL")[0] == pytest.approx(0.257 * (1.6 / 1.8) ** 0.9)
    assert column(person.values, "Q")[0] == 0.5
    assert person.covariates[0, 0] == 1.6
    other = typical(LOOP, bsa=1.8, weight=80, means={"K": 0.5})
    assert column(other.values, "CL")[0] == pytest.approx(0.257)
    assert column(other.values, "K")[0] == 0.5
    assert other.covariates.tolist() == [[1.8, 80.0]]


def test_what_the_model_does_not_admit_is_refused_at_once() -> None:
    with pytest.raises(CostimError, match=r"(?s)kmax.*found -1.*nothing_such"):
        draw_patients(LOOP, 3, 1, means={"kmax": -1, "nothing_such": 2})
    with pytest.raises(CostimError, match=r"BSA of patient 2 is 9 m2; expected 0\.2 to 4 m2"):
        draw_patients(LOOP, 2, 1, covariates={"BSA": [1.6, 9]})
    with pytest.raises(CostimError, match="2 values of BSA for 3 patients"):
        draw_patients(LOOP, 3, 1, covariates={"BSA": [1.6, 1.6]})
    with pytest.raises(CostimError, match="no covariate 'height'"):
        draw_patients(LOOP, 1, 1, covariates={"height": 1})
    with pytest.raises(CostimError, match="0 patients"):
        draw_patients(LOOP, 0, 1)


def test_a_population_without_stable_patients_is_given_up() -> None:
    with pytest.raises(CostimError, match="had an unstable baseline"):
        draw_patients(LOOP, 20, 1, means={"K": 5, "n": 8, "bT": 0.001, "x0": 0.001, "rM": 0.99})


def test_a_share_at_the_end_of_its_scale_has_no_spread() -> None:
    entry = LOOP.parameters["fLL"]
    for end in (0.0, 1.0):
        assert spread_out(replace(entry, value=end), np.array([-3.0, 3.0])).tolist() == [end, end]


def test_uncertainty_of_typical_values_says_where_it_comes_from() -> None:
    found = {u.name: u for u in uncertainties(LOOP)}
    assert (found["kN"].rse, found["kN"].basis, found["kN"].source) == (0.41, "published", "pmc6624401")
    assert found["CL"].rse == 0.23
    assert {u.basis for u in found.values()} == {"published", "assumed"}
    assert all("assumed" in u.note for u in found.values() if u.basis == "assumed")
    assert "n" not in found
    assert "SLEDAI0" not in found


def test_draws_of_typical_values() -> None:
    draws = draw_means(LOOP, 4000, 9)
    logs = np.log([draw["kN"] for draw in draws])
    assert (logs.mean(), logs.std()) == pytest.approx((np.log(0.02), np.sqrt(np.log1p(0.41**2))), abs=0.02)
    assert draw_means(LOOP, 5, 9) == draws[:5]
    shares = np.array([draw["fLL"] for draw in draws])
    assert ((shares > 0) & (shares < 1)).all()
    assert standard_deviation(LOOP.parameters["fLL"], 0.3) == pytest.approx(0.3 / 0.7)
    assert draw_patients(LOOP, 2, 1, means=draws[0]).values.shape == (2, len(LOOP.value_names))
    with pytest.raises(CostimError, match=r"kN with -1; nobody with 0\.1"):
        draw_means(LOOP, 1, 1, uncertain=(Uncertainty("kN", -1, "assumed"), Uncertainty("nobody", 0.1, "assumed")))
