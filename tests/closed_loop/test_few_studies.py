"""A handful of studies through the loop: mostly right, repeatable, and able to fail."""

import pytest
from bench.closed_loop.arms import ARMS, NO_BIAS
from bench.closed_loop.one_study import run_study
from bench.closed_loop.perfect import perfect_estimates
from bench.closed_loop.table import Beside, summarise

STUDIES, PATIENTS = 8, 1500
NAMED = (
    "sledai.total/baseline_to_day28/mean_shift sign_flip",
    "sledai.total/baseline_to_day28/signed_rank pratt",
    "sledai.total/baseline_to_day28/proportion/improved clopper_pearson",
    "event.relapse/kaplan_meier@12",
)


@pytest.fixture(scope="module")
def few():
    return [run_study(ARMS[NO_BIAS], seed, PATIENTS) for seed in range(1, STUDIES + 1)]


def test_a_handful_of_studies_is_mostly_right(few):
    rows = {row["key"]: row for row in summarise(few, Beside({}, {}, {}))}
    for key in NAMED:
        row = rows[key]
        assert row["studies"] == row["with_interval"] == str(STUDIES)
        assert int(row["held"]) >= STUDIES - 2, key  # fewer than six of eight: once in 170 with a coverage of 95 %
        assert abs(float(row["bias"])) <= 4 * float(row["bias_se"]) + 1e-9 or key.startswith("event."), key


def test_a_study_repeats(few):
    again = run_study(ARMS[NO_BIAS], 1, PATIENTS)
    assert again["compared"] == few[0]["compared"]


def test_a_wrong_truth_is_noticed(few):
    """The loop can fail: with the effect taken to be nothing, most intervals miss it."""
    wrong = [
        {**record, "compared": [{**row, "truth": 0.0} for row in record["compared"] if row["key"] == NAMED[0]]}
        for record in few
    ]
    (row,) = summarise(wrong, Beside({}, {}, {}))
    assert float(row["coverage"]) <= 0.5


def test_the_tables_of_the_clinic_are_read_without_a_fault(few):
    """Means of what was written down come back as they were: only tubes and limits lie between patient and number."""
    perfect = {(NO_BIAS, record["seed"]): perfect_estimates(ARMS[NO_BIAS].design, record["seed"]) for record in few}
    rows = {row["key"]: row for row in summarise(few, Beside({}, {}, perfect))}
    for key in (NAMED[0], NAMED[2], "lab.igg/baseline_to_month6/mean_shift sign_flip"):
        assert abs(float(rows[key]["reading"])) < 1e-9, key
