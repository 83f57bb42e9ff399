"""Disputed choices that a study compares: what may be named, and the study under another name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from costim.registry.plan import Comparison
from costim.study.comparisons import Alternative, apply_comparison, comparisons
from tests.study.folder import CONFIG, findings_of, only, study_of, where


def compare(choice: str, *names: str) -> str:
    """The small study with one block more."""
    listed = ", ".join(f'"{name}"' for name in names)
    return f'{CONFIG}[[compare]]\nchoice = "{choice}"\nnames = [{listed}]\n'


def test_every_name_is_an_alternative_once_in_the_order_of_the_plan(tmp_path: Path) -> None:
    config = (
        compare("steroid_table", "gc_bet_060", "gc_bet_050") + '[[compare]]\nchoice = "bsa"\nnames = ["mosteller"]\n'
    )
    study = study_of(tmp_path, config=config)
    assert [a.reading for a in comparisons(study.plan)] == [
        "steroid_table=gc_bet_060",
        "steroid_table=gc_bet_050",
        "bsa=mosteller",
    ]


def test_the_other_study_differs_in_the_one_choice_and_its_name_only(tmp_path: Path) -> None:
    study = study_of(tmp_path, config=compare("steroid_table", "gc_bet_050"))
    other = apply_comparison(study, comparisons(study.plan)[0])
    assert other.reading == "steroid_table=gc_bet_050"
    assert other.plan.variants.steroid_table == "gc_bet_050"
    assert study.plan.variants.steroid_table == "gc_bet_075"
    same = replace(other, plan=study.plan, reading=study.reading)
    assert same == study
    back = other.plan.variants.model_copy(update={"steroid_table": "gc_bet_075"})
    assert other.plan.model_copy(update={"variants": back}) == study.plan


def test_a_measure_is_replaced_in_every_entry(tmp_path: Path) -> None:
    study = study_of(tmp_path, config=CONFIG + '[[measures]]\nmeasure = "pga"\n')
    plan = study.plan.model_copy(update={"compare": (Comparison(choice="pga", names=("pga_0_3",)),)})
    other = apply_comparison(replace(study, plan=plan), comparisons(plan)[0])
    assert [entry.variant for entry in other.plan.measures] == ["pga_0_3"]
    assert [entry.variant for entry in study.plan.measures] == [""]


def test_a_choice_that_is_none_of_the_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'nothing' is no choice of the plan"):
        apply_comparison(study_of(tmp_path), Alternative("nothing", "x"))


@pytest.mark.parametrize(
    ("choice", "names", "code", "found", "expected"),
    [
        ("steroid_tabel", ["gc_bet_050"], "unknown_choice", "steroid_tabel", "did you mean 'steroid_table'?"),
        ("zeros", ["wilcoxon"], "unknown_choice", "zeros", "a key of [variants] or a measure of [[measures]]"),
        ("pga", ["pga_0_3"], "unknown_choice", "pga", "a measure of [[measures]]"),
        ("steroid_table", ["gc_bet_0500"], "unknown_variant", "gc_bet_0500", "did you mean 'gc_bet_050'?"),
        ("steroid_table", ["gc_bet_075"], "unknown_variant", "gc_bet_075", "another name than the one chosen"),
        ("bsa", ["dubois"], "unknown_variant", "dubois", "did you mean 'du_bois'?"),
    ],
)
def test_what_cannot_be_compared(  # noqa: PLR0917  # the columns of the table above
    tmp_path: Path, choice: str, names: list[str], code: str, found: str, expected: str
) -> None:
    finding = only(findings_of(tmp_path, config=compare(choice, *names)), code)
    assert (finding.severity, finding.found) == ("error", found)
    assert expected in finding.expected
    file, _, row, _ = where(finding)
    assert file == "study.toml"
    lines = compare(choice, *names).splitlines()
    assert row is not None
    assert lines[row - 1].split(" = ")[0] in ("choice", "names")


def test_a_measure_is_compared_with_another_of_its_variants(tmp_path: Path) -> None:
    config = CONFIG + '[[measures]]\nmeasure = "pga"\n[[compare]]\nchoice = "pga"\nnames = ["pga_0_3", "pga_9"]\n'
    findings = [f for f in findings_of(tmp_path, config=config) if f.code == "unknown_variant"]
    assert [f.found for f in findings] == ["pga_0_3", "pga_9"]
    assert findings[0].expected == "another name than the one chosen"
    assert "'pga_9' is no variant; write one of pga_0_3" in findings[1].expected


def test_a_wrong_variant_of_the_measure_itself_is_said_where_it_stands(tmp_path: Path) -> None:
    config = CONFIG + '[[measures]]\nmeasure = "doris"\nvariant = "doris2020"\n'
    config += '[[compare]]\nchoice = "doris"\nnames = ["doris2021_lt5"]\n'
    finding = only([f for f in findings_of(tmp_path, config=config) if f.severity == "error"], "unknown_variant")
    assert finding.found == "doris2020"
