"""Facts of measures in a study: what the check says about names, homes, values, details and lists of drugs."""

from __future__ import annotations

from pathlib import Path

import pytest

from costim.registry.fact_homes import assessed_facts, homes
from costim.registry.findings import Finding
from costim.registry.measure_catalogue import facts
from costim.registry.parameters import parameter
from tests.study.folder import errors, findings_of, only, study_of, where

HEAD = "subject,visit,fact,value,unit,day,course,detail,attribution\n"


def found(tmp_path: Path, *rows: str, **tables: str) -> list[Finding]:
    """Findings about the sound study with these rows of assessments."""
    return findings_of(tmp_path, {"assessments": HEAD + "".join(f"{row}\n" for row in rows), **tables})


def test_sound_facts_of_every_kind(tmp_path: Path) -> None:
    rows = [
        "1,entry,haemolytic_anaemia,present,,-3,new,,sle",
        "1,entry,gastrointestinal_activity,absent,,,,,not_sle",
        "1,entry,new_lupus_activity,no,,,,,",
        "1,entry,prednisone_equivalent,7-11,mg,,,,",
        "1,entry,bilag_renal,B,,,,,",
        "1,entry,sdi_strokes,2,,,,,",
        "1,entry,drugs,complete,,,,,",
        "2,entry,haemolytic_anaemia,not done,,,,,",
        "2,entry,prednisone_equivalent,5,not reported,,,,",
        "2,entry,bilag_renal,,,,,,",
    ]
    assert errors(found(tmp_path, *rows)) == []


def test_an_unknown_fact_is_refused_with_a_guess(tmp_path: Path) -> None:
    finding = only(found(tmp_path, "1,entry,haemolytic_anemia,present,,,,,"), "unknown_fact")
    assert where(finding) == ("assessments.csv", "", 2, "fact")
    assert finding.found == "haemolytic_anemia"
    assert finding.expected == "did you mean 'haemolytic_anaemia'?"
    assert finding.action == "correct the name; put the words of the source in the note column"


@pytest.mark.parametrize(
    ("fact", "home"),
    [
        ("seizure", "the table sledai (item seizure)"),
        ("sledai_total", "the table sledai (item total)"),
        ("urine_protein", "the table labs (test proteinuria)"),
        ("platelets", "the table labs (test platelets)"),
        ("pga", "the table scales (scale pga_0_3 or pga_0_10 or pga_0_100)"),
        ("body_weight", "the table subjects (column weight_kg)"),
        ("months_since_previous", "the table visits"),
        ("cd19_limit", "the table labs (test cd19_count, column lloq)"),
    ],
)
def test_a_fact_with_another_home_is_sent_there(tmp_path: Path, fact: str, home: str) -> None:
    finding = only(found(tmp_path, f"1,entry,{fact},1,,,,,"), "recorded_elsewhere")
    assert finding.found == fact
    assert finding.expected == f"this fact in {home}"
    assert finding.action == f"move the row to {home}, and delete it here"


def test_every_fact_has_one_home_and_units_agree() -> None:
    assert set(homes()) == set(facts())
    for name, home in homes().items():
        assert (home.table == "assessments") == (name in assessed_facts() and name != "drugs")
        if home.table == "labs":
            assert facts()[name].unit == parameter(f"lab.{home.names[0]}").unit, name


@pytest.mark.parametrize(
    ("row", "column", "shown", "expected"),
    [
        ("1,entry,haemolytic_anaemia,yes,,,,,", "value", "yes", "haemolytic_anaemia: one of present, absent, unknown"),
        ("1,entry,new_lupus_activity,maybe,,,,,", "value", "maybe", "new_lupus_activity: one of yes, no, unknown"),
        ("1,entry,bilag_renal,F,,,,,", "value", "F", "bilag_renal: one of "),
        ("1,entry,sdi_strokes,1.5,,,,,", "value", "1.5", "sdi_strokes: a whole number"),
        ("1,entry,sdi_strokes,-1,,,,,", "value", "-1", "sdi_strokes: a whole number"),
        ("1,entry,prednisone_equivalent,5,mmHg,,,,", "unit", "mmHg", "prednisone_equivalent: "),
        ("1,entry,prednisone_equivalent,5,,,,,", "unit", "5 without unit", "prednisone_equivalent: a number in mg"),
        ("1,entry,haemolytic_anaemia,present,,,,odd,", "detail", "odd", "haemolytic_anaemia: nothing"),
        ("1,entry,drugs,all,,,,,", "value", "all", "one of complete, none, incomplete"),
    ],
)
def test_a_value_that_does_not_fit_its_kind(tmp_path: Path, row: str, column: str, shown: str, expected: str) -> None:
    finding = only(found(tmp_path, row), "assessment_value")
    assert where(finding) == ("assessments.csv", "", 2, column)
    assert finding.found == shown
    assert finding.expected.startswith(expected)
    assert finding.action


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("1,entry,new_lupus_activity,no,mg,,,,", "unit"),
        ("1,entry,new_lupus_activity,no,,-3,,,", "day"),
        ("1,entry,sdi_strokes,1,,,new,,", "course"),
        ("1,entry,haemolytic_anaemia,absent,,-3,,,", "day"),
        ("1,entry,haemolytic_anaemia,,,,new,,", "course"),
        ("1,entry,drugs,complete,mg,,,,", "unit"),
    ],
)
def test_cells_that_have_no_meaning_for_the_fact(tmp_path: Path, row: str, column: str) -> None:
    finding = only(found(tmp_path, row), "cell_not_for_row")
    assert where(finding) == ("assessments.csv", "", 2, column)


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    rows = ["1,entry,oops,1,,,,,", "1,entry,seizure,present,,,,,", "1,entry,bilag_renal,F,,,,,", "9,entry,drugs,x,,,,,"]
    assert sorted(errors(found(tmp_path, *rows))) == [
        "assessment_value", "assessment_value", "recorded_elsewhere", "unknown_fact", "unknown_subject",
    ]  # fmt: skip


def test_a_finding_cannot_outlast_its_visit(tmp_path: Path) -> None:
    finding = only(found(tmp_path, "1,entry,haemolytic_anaemia,present,,3,,,"), "item_after_visit")
    assert finding.found == "3, after the visit entry on day 0 of the study"


def test_no_drug_at_all_stands_against_a_drug_of_that_visit(tmp_path: Path) -> None:
    comedications = "subject,drug,visit,dose,unit\n1,prednisolone,entry,5,mg\n"
    finding = only(found(tmp_path, "1,entry,drugs,none,,,,,", comedications=comedications), "drug_list_contradicted")
    assert finding.found == "none, and prednisolone at entry in comedications (row 2)"


SLEDAI = "subject,visit,item,state,day,course,detail,attribution\n"


def test_details_of_sledai_items(tmp_path: Path) -> None:
    rows = "1,entry,visual_disturbance,present,-2,new,scleritis,sle\n1,entry,rash,absent,,,,not_sle\n"
    assert errors(findings_of(tmp_path, {"sledai": SLEDAI + rows})) == []
    study = study_of(tmp_path, {"sledai": SLEDAI + rows})
    assert study.tables["sledai"]["day"].to_list() == [None, -2.0]


def test_details_of_sledai_items_that_do_not_fit(tmp_path: Path) -> None:
    rows = (
        "1,entry,rash,absent,-2,,,\n1,entry,fever,present,,,scleritis,\n"
        "1,entry,visual_disturbance,present,,,sclerits,\n1,entry,alopecia,present,2,,,\n"
    )
    findings = findings_of(tmp_path, {"sledai": SLEDAI + rows})
    assert where(only(findings, "cell_not_for_row")) == ("sledai.csv", "", 2, "day")
    assert only(findings, "item_after_visit").row == 5
    details = [f.expected for f in findings if f.code == "assessment_value"]
    assert details == ["no detail, because fever has none", "did you mean 'scleritis'?"]


CONFIG = """\
schema = 1
[study]
id = "small"
title = "A small study"
day_convention = "first_infusion_is_day_0"
[[visits]]
name = "entry"
[[visits]]
name = "day28"
"""


def test_measures_that_do_not_exist(tmp_path: Path) -> None:
    config = CONFIG + '[[measures]]\nmeasure = "llda"\n[[measures]]\nmeasure = "doris"\nvariant = "doris2021_le"\n'
    findings = findings_of(tmp_path, config=config)
    measure, variant = only(findings, "unknown_measure"), only(findings, "unknown_variant")
    assert (where(measure)[2:], measure.found) == ((11, "measures[1].measure"), "llda")
    assert measure.expected == "did you mean 'lldas'?"
    assert (where(variant)[2:], variant.found) == ((14, "measures[2].variant"), "doris2021_le")
    assert variant.expected.endswith("did you mean 'doris2021_le5'?")


def test_one_variant_is_asked_for_once(tmp_path: Path) -> None:
    config = CONFIG + '[[measures]]\nmeasure = "doris"\n[[measures]]\nmeasure = "doris"\nvariant = "doris2021_le5"\n'
    finding = only(findings_of(tmp_path, config=config), "measure_twice")
    assert finding.found == "doris as doris2021_le5, as in measures[1]"


def test_an_endpoint_of_a_measure_that_is_not_asked_for(tmp_path: Path) -> None:
    config = CONFIG + '[[endpoints]]\nparameter = "lldas.state"\nkind = "count"\n'
    finding = only(findings_of(tmp_path, config=config), "measure_not_asked")
    assert finding.severity == "warning"
    assert finding.expected == "a block [[measures]] with measure = 'lldas'"
    asked = findings_of(tmp_path, config=config + '[[measures]]\nmeasure = "lldas"\n')
    assert not {f.code for f in asked} & {"measure_not_asked", "unknown_parameter"}
