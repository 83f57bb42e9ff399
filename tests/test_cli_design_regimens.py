"""`costim design regimens`: both forms of help side by side, what is speculation, a CSV of every number, refusals."""

from __future__ import annotations

import csv
import json

import pytest
from typer.testing import CliRunner

from costim.cli.design_command import design
from costim.cli.design_posterior import read_posterior
from costim.errors import CostimError

QUICK = ("--draws", "2", "--studies", "10", "--patients", "6,8", "--seed", "5")


def run(*words: str):
    return CliRunner().invoke(design, ["regimens", *words])


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    out = tmp_path_factory.mktemp("plan") / "plan.csv"
    done = run("375x2", "1000x2", *QUICK, "--csv", str(out))
    assert done.exit_code == 0, done.output
    return done.output, list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))


def test_two_regimens_under_both_forms_of_help(two) -> None:
    said, rows = two
    assert {(r["model"], r["patients"]) for r in rows} == {
        (m, n) for m in ("loop", "no_cooperative_loop") for n in ("6", "8")
    }
    assert {r["regimens"] for r in rows} == {"375x2 against 1000x2"}
    assert all(r["power"] and r["draws"] == "2" and r["seed"] == "5" for r in rows)
    assert "1000x2 minus 375x2" in said
    assert "permutation test of log-rank scores" in said
    assert "Speculative: fG, kG, rM, K, n, kD, wT." in said
    assert "no test of one arm can tell it apart" in said


def test_one_arm_says_what_is_tested_and_repeats() -> None:
    words = ("375x2", "--free", "0.2", "--parameters", "typical", *QUICK)
    done = run(*words, "--json")
    answer = json.loads(done.output)
    assert answer["design"] == "regimens"
    assert answer["asked"]["free"] == 0.2
    tested = {p["endpoint"]: p["power"] is not None for p in answer["found"]["plans"]}
    assert tested == {"sledai_change": True, "bcell_return": False, "relapse": True}
    assert run(*words, "--json").output == done.output
    said = run(*words).output
    assert "the lower 95 % limit is above 20 %" in said
    assert "Nothing is tested" in said
    assert "over draws" not in said
    assert {p["studies"] for p in answer["found"]["plans"]} == {20}  # of one draw, as many as else of all
    assert "taken as they are" in said


def test_a_posterior_file_is_used_and_its_faults_are_all_named(tmp_path) -> None:
    good = tmp_path / "good.csv"
    good.write_text("K,other\n0.3,1\n0.31,2\n0.32,3\n", encoding="utf-8")
    done = run("375x2", "--posterior", str(good), *QUICK, "--json")
    assert done.exit_code == 0, done.output
    assert "good.csv" in done.output
    bad = tmp_path / "bad.csv"
    bad.write_text("K,kmax\n0.3,much\n0.31\n", encoding="utf-8")
    done = run("375x2", "--posterior", str(bad), *QUICK)
    assert done.exit_code == 1
    assert 'row 2, column kmax: found "much"' in done.output
    assert "row 3: found 1 cells, expected 2" in done.output
    assert run("375x2", "--posterior", str(tmp_path / "none.csv"), *QUICK).exit_code == 1


def long_draws(path, *forms):
    import polars as pl

    rows = [
        {"form": form, "parameter": name, "chain": chain, "draw": draw, "value": value + 0.01 * (chain + draw)}
        for form in forms
        for name, value in (("K", 0.3), ("scatter_cd19", 0.4), ("kmax", 0.6))
        for chain in range(2)
        for draw in range(3)
    ]
    pl.DataFrame(rows).write_parquet(path)


def test_draws_of_a_fit_are_read_form_by_form(tmp_path) -> None:
    path = tmp_path / "draws.parquet"
    long_draws(path, "loop", "no_cooperative_loop")
    columns = read_posterior(path, "loop")
    assert columns["K"] == pytest.approx([0.3, 0.31, 0.32, 0.31, 0.32, 0.33])
    assert columns["kmax"] == pytest.approx([v + 0.3 for v in columns["K"]])
    long_draws(path, "loop")
    done = run("375x2", "--posterior", str(path), *QUICK)
    assert done.exit_code == 1
    assert "none of no_cooperative_loop" in done.output
    path.write_bytes(b"no parquet")
    with pytest.raises(CostimError, match=r"draws\.parquet of costim fit"):
        read_posterior(path, "loop")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("no such regimen",), "no such regimen"),
        (("375x2", "375x2"), "must differ"),
        (("375x2", "--patients", "1"), "2 to 500"),
        (("375x2", "--patients", "few"), '"few" in patients is no number'),
        (("375x2", "--patients", "2.5"), "no whole numbers"),
        (("375x2", "--model", "loops"), "no model"),
        (("375x2", "--free", "2"), "between 0 and 1"),
        (("375x2", "--visits", "28,20,400"), "ascending"),
    ],
)
def test_what_cannot_be_planned_is_said_in_words(words, found) -> None:
    done = run(*words)
    assert done.exit_code == 1
    assert found in done.output
    assert "Traceback" not in done.output
