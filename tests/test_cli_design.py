"""`costim design`: plain answers, the same numbers as JSON, errors in words, seeds that repeat."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from costim.inference.planning.monitoring import compute_monitoring
from costim.inference.planning.simon import compute_simon
from costim.inference.planning.single_arm import compute_single_arm

RELAPSE = ("relapse", "--at", "12", "--free", "0.8", "--reference", "0.5", "--accrual", "6", "--follow-up", "12")
QUICK = ("--repetitions", "400", "--seed", "3")


def design(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "costim.cli", "design", *words], capture_output=True, text=True, check=False
    )


def found(*words: str) -> dict:
    done = design(*words, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["schema"] == 1
    assert answer["design"] == words[0]
    assert "optimistic" in answer["warning"]
    return answer


def test_help_names_the_plans() -> None:
    said = design("--help").stdout
    assert all(word in said for word in ("share", "simon", "monitor", "change", "relapse", "precision"))


def test_share_in_words_and_as_json() -> None:
    said = design("share", "0.3", "0.6").stdout
    assert "Treat 17. The share is shown to be above 30 % when at least 9 of 17 are counted." in said
    assert "From 19 patients on it never falls below 80 %" in said
    assert "optimistic" in said
    plan = compute_single_arm(0.3, 0.6)
    numbers = found("share", "0.3", "0.6")["found"]
    assert (numbers["smallest"]["n"], numbers["safe"]["n"]) == (plan.smallest.n, plan.safe.n)
    assert numbers["smallest"]["power"] == plan.smallest.power
    below = design("share", "0.5", "0.2").stdout
    assert "below 50 % when at most 5 of 18 are counted" in below
    assert "With every larger number" in below
    rule = found("share", "0.5", "0.9", "--n", "10", "--alpha", "0.06")["found"]["rule"]
    assert (rule["cut_off"], rule["alpha"]) == (8, pytest.approx(56 / 1024))
    assert "no result at all would be evidence" in design("share", "0.5", "0.9", "--n", "1").stdout


def test_a_single_patient_and_shares_that_are_nearly_all() -> None:
    assert "With 1 patient no result" in design("share", "0.5", "0.9", "--n", "1").stdout
    nearly = design("share", "0.3", "0.7", "--n", "60").stdout
    assert "100" not in nearly
    assert "99.9999 % if it is 70 %" in nearly


def test_simon() -> None:
    said = design("simon", "0.1", "0.3").stdout
    assert "Treat 10. Stop when 1 or fewer respond; else treat up to 29." in said
    numbers = found("simon", "0.1", "0.3")["found"]
    assert numbers["minimax"]["n"] == compute_simon(0.1, 0.3).minimax.n == 25


def test_monitor() -> None:
    said = design("monitor", "0.3", "10", "--true", "0.6", "--first", "4")
    assert "True share 60 %: stops for too few" in said.stdout
    numbers = found("monitor", "0.3", "10", "--true", "0.6", "--first", "4", "--every", "2", "--stop-above", "1")
    plan = compute_monitoring(0.3, 10, high_probability=None, first_look=4, every=2, shares=(0.6,))
    assert [b["low"] for b in numbers["found"]["boundaries"]] == [b.low for b in plan.boundaries]
    assert {b["high"] for b in numbers["found"]["boundaries"]} == {None}
    assert numbers["found"]["characteristics"][1]["expected_n"] == plan.characteristics[1].expected_n


def test_change_repeats_with_its_seed_and_says_its_error() -> None:
    words = ("change", "--mean", "-6", "--sd", "6", "--step", "1", *QUICK)
    first, second = design(*words), design(*words)
    assert first.stdout == second.stdout
    assert first.stderr == ""
    assert "error of the simulation" in first.stdout
    assert "mean −6, SD 6, rounded to steps of 1" in first.stdout
    numbers = found(*words)["found"]
    assert numbers["smallest"]["power"] >= 0.8
    assert numbers["smallest"]["seed"] == 3
    one = found("change", "--changes", "-4,-6,-1,-8", "--n", "6", *QUICK)["found"]["power"]
    assert (one["n"], one["power"], one["standard_error"]) == (6, 1.0, 0.0)
    skewed = found("change", "--mean", "-2", "--sd", "6", "--shape", "skewed", "--n", "7", *QUICK)["found"]["power"]
    assert 0 < skewed["power"] < 1
    none = design("change", "--mean", "-0.1", "--sd", "9", "--largest", "12", *QUICK).stdout
    assert "Up to 12 patients do not suffice" in none


def test_relapse() -> None:
    study = ("--at", "12", "--free", "0.8", "--reference", "0.5", "--accrual", "6", "--follow-up", "12")
    said = design("relapse", *study, *QUICK).stdout
    assert "the lower 95 % limit of the share without relapse at 12 lies above 50 %" in said
    numbers = found("relapse", *study, "--n", "20", "--lost", "0.1", "--shape", "1.4", *QUICK)["found"]
    assert 0.5 < numbers["power"]["power"] < 1


def test_precision() -> None:
    assert (
        "26 patients: the 95 % exact interval of the share"
        in design("precision", "--share", "0.5", "--width", "0.4").stdout
    )
    assert found("precision", "--sd", "6", "--width", "6")["found"]["n"] == 18
    ranks = found("precision", "--sd", "6", "--width", "6", "--ranks")["found"]
    assert abs(ranks["n"] - 18) <= 3
    assert ranks["standard_error"] > 0
    assert "do not suffice" in design("precision", "--sd", "6", "--width", "0.01").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("share", "30", "60"), "The reference share must lie between 0 and 1, found 30.0"),
        (("share", "0.3", "0.3"), "must differ from the reference share, found 0.3"),
        (("share", "0.3", "0.6", "--alpha", "0"), "Alpha must lie between 0 and 1, found 0.0"),
        (("simon", "0.5", "0.3"), "count patients without the event instead"),
        (("monitor", "0.3", "10", "--prior", "1"), '"1" is no beta prior'),
        (("monitor", "0.3", "10", "--prior", "a,1"), "e.g. --prior 0.5,0.5"),
        (("monitor", "0.3", "10", "--prior", "inf,1"), "A beta prior needs two finite numbers above zero"),
        (
            ("change", "--mean", "-4", "--sd", "6", "--n", "100000"),
            "10000 simulated studies of 100000 patients are too",
        ),
        (("change", "--mean", "-4", "--sd", "6", "--largest", "9999999"), "too many: expected at most 20000000"),
        (
            (*RELAPSE, "--n", "90000"),
            "10000 simulated studies of 90000 patients are too many",
        ),
        (("monitor", "0.3", "10", "--stop-below", "0", "--stop-above", "1"), "Give a probability at which to stop"),
        (("change", "--mean", "-4"), "how changes vary"),
        (("change", "--mean", "-4", "--sd", "0"), "SD above zero, found -4.0 and 0.0"),
        (("change", "--mean", "-4", "--sd", "6", "--changes", "1,2"), "not both"),
        (("change", "--changes", "1,x"), '"x" in changes is no number'),
        (
            ("relapse", "--at", "12", "--free", "0.8", "--reference", "0.9", "--accrual", "6", "--follow-up", "12"),
            "must be above the reference (0.9)",
        ),
        (
            ("relapse", "--at", "12", "--free", "0.8", "--reference", "0.5", "--accrual", "6", "--follow-up", "2"),
            "Nobody is observed up to 12.0",
        ),
        (("precision", "--width", "0.4"), "Give either --share or --sd"),
        (("precision", "--share", "0.5", "--width", "4"), "found 4.0"),
    ],
)
def test_errors_say_what_was_found_and_expected(words: tuple[str, ...], said: str) -> None:
    done = design(*words)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
