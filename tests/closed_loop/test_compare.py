"""What counts as held, what as no interval; errors over independent studies."""

import json
from dataclasses import replace

import pytest
from bench.closed_loop.arms import ARMS
from bench.closed_loop.compare import compared
from bench.closed_loop.ideal import ideal_coverage
from bench.closed_loop.run import done_seeds
from bench.closed_loop.table import Beside, base, read_records, summarise
from bench.closed_loop.words import say

from costim.registry.effects import Effect
from costim.simulated.design import StudyDesign

ROW = Effect(parameter="sledai.total", method="mean_shift", n=10, estimate=-5.0, lower=-8.0, upper=-2.0, level=0.95)


@pytest.mark.parametrize(
    ("truth", "open_end", "held"),
    [
        (-5.0, False, True),
        (-8.0, False, True),
        (-8.0, True, False),
        (-8.1, False, False),
        (-2.0, False, True),
        (0.0, False, False),
    ],
)
def test_an_interval_holds_what_lies_in_it_and_limits_that_are_not_open(truth, open_end, held):
    assert compared(replace(ROW, lower_open=open_end), "k", truth).held is held


def test_a_limit_that_differs_by_rounding_alone_is_the_truth():
    assert compared(replace(ROW, lower=-0.1 - 0.2), "k", -0.3).held
    assert not compared(replace(ROW, lower=-0.1 - 0.2, lower_open=True), "k", -0.3).held


def test_without_limits_there_is_no_interval_and_one_sided_ones_are_unbounded():
    none = compared(replace(ROW, lower=None, upper=None, level=None), "k", -5.0)
    assert (none.held, none.width, none.estimate) == (None, None, -5.0)
    one = compared(replace(ROW, lower=None), "k", -50.0)
    assert (one.held, one.width) == (True, float("inf"))
    assert not compared(replace(ROW, lower=None), "k", -1.0).held


def test_bounds_count_by_their_middle():
    row = replace(ROW, estimate=None, estimate_lower=0.2, estimate_upper=0.6)
    assert compared(row, "k", 0.5).estimate == pytest.approx(0.4)


def record(seed, *rows, arm="none"):
    return {"arm": arm, "seed": seed, "compared": [
        {"key": k, "truth": t, "estimate": e, "lower": low, "upper": high, "lower_open": False, "upper_open": False}
        for k, t, e, low, high in rows
    ]}  # fmt: skip


def test_table_counts_studies_and_not_patients():
    patient = ("a/patient", 0.0, 1.0, -1.0, 1.0), ("a/patient", 0.0, 3.0, 2.0, 4.0)
    rows = summarise(
        [record(1, *patient), record(2, patient[1], patient[1])],
        Beside({("none", "a/patient"): 0.5}, {("none", "a/patient"): 0.9}, {}),
    )
    (row,) = rows
    assert (row["studies"], row["held"], row["of"], row["coverage"]) == ("2", "1", "4", "0.25")
    assert float(row["coverage_se"]) == pytest.approx(0.25)  # of the two shares 0.5 and 0
    assert (row["bias"], row["bias_se"], row["planted"]) == ("2.5", "0.5", "0.5")


def test_studies_without_an_interval_are_counted_apart():
    (row,) = summarise(
        [record(1, ("a b", 0.0, 1.0, None, None)), record(2, ("a b", 0.0, 0.0, -1.0, 1.0))], Beside({}, {}, {})
    )
    assert (row["studies"], row["with_interval"], row["coverage"], row["planted"]) == ("2", "1", "1", "")
    assert float(row["coverage_se"]) > 0
    assert base(row["key"]) == "a"


def test_a_run_that_was_cut_off_is_taken_up_where_it_stopped(tmp_path):
    path = tmp_path / "none.jsonl"
    whole = json.dumps(record(1, ("a", 0.0, 1.0, -1.0, 1.0)))
    path.write_text(f"{whole}\n{whole[:30]}", encoding="utf-8")
    assert done_seeds(path) == {1}
    assert [r["seed"] for r in read_records(tmp_path)] == [1]
    assert done_seeds(tmp_path / "nothing.jsonl") == set()


def test_quantities_and_arms_have_names():
    assert say("event.relapse/kaplan_meier@12") == "no relapse, Kaplan–Meier, at 12"
    assert "straight line" in say("sledai.total/baseline_to_day28/change_net_of_regression mee_chua")
    from bench.closed_loop.words import ARMS as WORDS

    assert list(WORDS) and set(WORDS) == set(ARMS)


def test_a_bias_is_found_beside_the_study_of_the_same_seed():
    plain = [record(seed, ("a", 0.0, float(seed), -9.0, 9.0)) for seed in (1, 2, 3)]
    moved = [record(seed, ("a", 0.0, seed - 2.0, -9.0, 9.0), arm="steroid_pulse") for seed in (1, 2)]
    rows = {row["arm"]: row for row in summarise([*plain, *moved], Beside({("steroid_pulse", "a"): -2.5}, {}, {}))}
    assert (rows["steroid_pulse"]["moved"], rows["steroid_pulse"]["moved_se"]) == ("-2", "0")
    assert rows["steroid_pulse"]["planted"] == "-2.5"
    assert rows["none"]["moved"] == ""


def test_reading_is_told_from_the_chance_of_who_was_in_the_study():
    records = [record(seed, ("a b", 0.0, 5.0 + seed, -9.0, 9.0)) for seed in (1, 2, 3)]
    perfect = {("none", seed): {"a": 4.5 + seed} for seed in (1, 2)}
    (row,) = summarise(records, Beside({}, {}, perfect))
    assert (row["bias"], row["reading"], row["reading_se"]) == ("7", "0.5", "0")


@pytest.mark.slow
def test_the_method_alone_covers_as_exact_methods_do():
    """Shares by hand: of Binomial(10, p) the exact interval leaves out what is too far; means at least near 95 %."""
    found = ideal_coverage(StudyDesign(), patients=1500, studies=1500)
    improved = found["sledai.total/baseline_to_day28/proportion/improved"]
    assert 0.95 <= improved <= 1
    assert 0.92 <= found["lab.igg/baseline_to_month6/mean_shift"] <= 0.97
