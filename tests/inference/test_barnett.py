import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.other_causes.barnett import compute_expected_regression
from tests.inference.truth import read_truth

ROWS = read_truth("barnett_stats-4.2.2.csv")


def finite(text):
    return float(text) if math.isfinite(float(text)) else None


@pytest.mark.oracle
@pytest.mark.parametrize("row", ROWS, ids=lambda r: " ".join(list(r.values())[:6]))
def test_the_formula_equals_the_integral(row):
    found = compute_expected_regression(
        population_mean=float(row["mean"]),
        between_sd=float(row["between"]),
        within_sd=float(row["within"]),
        above=finite(row["above"]),
        below=finite(row["below"]),
        readings=int(row["readings"]),
    )
    assert found.change == pytest.approx(float(row["change"]), rel=1e-8, abs=1e-12)
    assert found.selected_share == pytest.approx(float(row["share"]), rel=1e-8)


@pytest.mark.parametrize(
    ("numbers", "readings", "printed"),
    [((10, 4, 3, 12), 1, 1.92), ((10, 4, 3, 12), 2, 1.09), ((8, 5, 4, 16), 1, 4.32)],
)
def test_values_of_the_specification(numbers, readings, printed):
    mean, between, within, above = numbers
    found = compute_expected_regression(
        population_mean=mean, between_sd=between, within_sd=within, above=above, readings=readings
    )
    assert round(-found.change, 2) == printed


@pytest.mark.parametrize("readings", [1, 2, 4])
def test_a_simulated_population_regresses_as_expected(readings):
    """Half a million invented patients; the standard error of the mean change is below 0.012."""
    rng = np.random.default_rng(readings)
    level = rng.normal(10, 4, 500_000)
    before = level + rng.normal(0, 3, (readings, level.size)).mean(axis=0)
    after = level + rng.normal(0, 3, level.size)
    chosen = before > 12
    found = compute_expected_regression(population_mean=10, between_sd=4, within_sd=3, above=12, readings=readings)
    assert (after - before)[chosen].mean() == pytest.approx(found.change, abs=0.05)
    assert chosen.mean() == pytest.approx(found.selected_share, abs=0.003)


@given(st.floats(-50, 50), st.floats(0.1, 20), st.floats(0.1, 20), st.floats(-4, 8), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_mirror_shift_and_scale(mean, between, within, z, readings):
    cut = mean + z * math.hypot(between, within)
    sizes = {"between_sd": between, "within_sd": within, "readings": readings}
    above = compute_expected_regression(population_mean=mean, above=cut, **sizes)
    below = compute_expected_regression(population_mean=-mean, below=-cut, **sizes)
    assert below.change == pytest.approx(-above.change)
    assert above.change <= 0
    moved = compute_expected_regression(
        population_mean=2 * mean + 5, above=2 * cut + 5, between_sd=2 * between, within_sd=2 * within, readings=readings
    )
    assert moved.change == pytest.approx(2 * above.change, rel=1e-6, abs=1e-12)


@given(st.floats(0.5, 5), st.floats(0.5, 5), st.floats(-3, 6))
@settings(max_examples=40, deadline=None)
def test_more_readings_regress_less_and_a_wide_window_is_one_cut(between, within, z):
    sizes = {"population_mean": 0, "between_sd": between, "within_sd": within}
    cut = z * between
    changes = [-compute_expected_regression(above=cut, readings=m, **sizes).change for m in (1, 2, 5)]
    assert changes[0] >= changes[1] >= changes[2] or z < 0
    window = compute_expected_regression(above=cut, below=cut + 60 * (between + within), **sizes)
    assert window.change == pytest.approx(compute_expected_regression(above=cut, **sizes).change)


def test_far_cuts_lose_no_digits():
    """Beyond 30 standard deviations the mean of the tail is the cut and a little: z + 1/z."""
    found = compute_expected_regression(population_mean=0, between_sd=0, within_sd=1, above=40)
    assert -found.change == pytest.approx(40 + 1 / 40, rel=1e-4)
    assert compute_expected_regression(population_mean=0, between_sd=3, within_sd=1, above=-500).change == 0
    narrow = compute_expected_regression(population_mean=0, between_sd=0, within_sd=1, above=40, below=40.001)
    assert -narrow.change == pytest.approx(40.0005, abs=1e-4)


def test_no_noise_no_regression():
    assert compute_expected_regression(population_mean=9, between_sd=4, within_sd=0, above=12).change == 0


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"above": None}, "say above or below which reading patients were chosen"),
        ({"below": 12}, "nothing lies above the one cut and below the other"),
        ({"within_sd": -1}, "standard deviations must not be negative, and one of them must be above zero"),
        (
            {"within_sd": 0, "between_sd": 0},
            "standard deviations must not be negative, and one of them must be above zero",
        ),
        ({"readings": 0}, "at least one baseline reading is needed, found 0"),
        ({"population_mean": float("nan")}, "means, standard deviations and cuts must be finite numbers"),
    ],
)
def test_wrong_input_is_refused(fields, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        compute_expected_regression(**({"population_mean": 10, "between_sd": 4, "within_sd": 3, "above": 12} | fields))
