import pytest

from costim.errors import CostimError
from costim.study.alternatives import apply_reading, readings
from tests.study.folder import CONFIG, TABLES, errors, findings_of, only, study_of, where

HEAD = "reading,table,subject,visit,item,column,value,reason\n"
LABS = "subject,visit,timepoint,test,value,unit\n1,entry,,c3,90,mg/dL\n1,entry,pre,c4,20,mg/dL\n"
COMEDICATIONS = "subject,drug,visit,start_day,dose,unit\n1,prednisolone,entry,,5,mg\n1,azathioprine,,3,50,mg\n"
SUBJECTS = "subject,sex,disease_duration,disease_duration_unit\n1,F,10,months\n2,M,,\n"


def alternatives(*rows):
    return {"alternatives": HEAD + "".join(row + "\n" for row in rows)}


def test_readings_in_natural_order(tmp_path):
    rows = [f"r{n},scales,1,entry,gcs,value,{n},why" for n in (10, 2, 1)]
    rows = [row.replace(",10,why", ",9,why").replace(",2,why", ",5,why").replace(",1,why", ",3,why") for row in rows]
    assert readings(study_of(tmp_path / "s", alternatives(*rows))) == ("r1", "r2", "r10")
    assert readings(study_of(tmp_path / "t")) == ()


def test_a_reading_replaces_its_cells_and_nothing_else(tmp_path):
    tables = {
        **alternatives(
            "other,scales,1,entry,gcs,value,<9,why",
            "other,subjects,1,,,disease_duration,102,why",
            "other,labs,1,entry,c3,value,80,why",
            "other,labs,1,entry,pre|c4,value,not done,why",
            "other,comedications,1,entry,prednisolone,dose,10,why",
            "other,comedications,1,,azathioprine|3,dose,100,why",
            "third,scales,1,entry,gcs,value,9,why",
        ),
        "labs": LABS,
        "comedications": COMEDICATIONS,
        "subjects": SUBJECTS,
    }
    study = study_of(tmp_path / "s", tables)
    before = {name: frame.clone() for name, frame in study.tables.items()}
    other = apply_reading(study, "other")
    assert other.reading == "other"
    assert other.tables["scales"].row(1, named=True) | {"_row": 0} == {
        "_row": 0, "_key": "1|entry|gcs", "subject": "1", "visit": "entry", "scale": "gcs", "value": None,
        "value__lower": None, "value__upper": 9.0, "value__relation": "<", "value__missing": None,
        "category": None, "category__missing": "blank", "note": None, "note__missing": "blank",
    }  # fmt: skip
    assert other.tables["subjects"]["disease_duration"].to_list() == [102, None]
    assert other.tables["labs"]["value"].to_list() == [80, None]
    assert other.tables["labs"]["value__missing"].to_list() == [None, "not_done"]
    assert other.tables["comedications"]["dose"].to_list() == [100, 10]
    assert all(study.tables[name].equals(frame) for name, frame in before.items())
    assert study.reading == "as_recorded"
    changed = {cell for cell in study.addresses if study.addresses[cell] != other.addresses[cell]}
    assert changed == {
        "scales/1|entry|gcs/value", "subjects/1/disease_duration", "labs/1|entry||c3/value",
        "labs/1|entry|pre|c4/value", "comedications/1|prednisolone|entry|/dose", "comedications/1|azathioprine||3/dose",
    }  # fmt: skip
    assert other.address("scales/1|entry|gcs/value").place == "alternatives.csv, row 2, column value"
    assert other.address("scales/1|entry|gcs/value").found == "<9"


def test_an_alternative_day_is_in_the_convention_of_the_source(tmp_path):
    config = CONFIG.replace("first_infusion_is_day_0", "first_infusion_is_day_1")
    visits = "subject,visit,day\n1,entry,1\n1,day28,29\n2,entry,1\n2,day28,29\n"
    study = study_of(tmp_path / "s", {"visits": visits, **alternatives("late,visits,1,day28,,day,31,why")}, config)
    assert apply_reading(study, "late").tables["visits"]["day"].to_list() == [30, 0, 28, 0]


def test_an_alternative_time_moves_the_day(tmp_path):
    visits = "subject,visit,time,time_unit\n1,entry,0,days\n1,day28,4,weeks\n2,entry,0,days\n2,day28,4,weeks\n"
    config = CONFIG.replace("window = [-3, 3]\n", "")
    rows = alternatives("months,visits,1,day28,,time_unit,months,why", "lost,visits,1,day28,,time,not recovered,why")
    study = study_of(tmp_path / "s", {"visits": visits, **rows}, config)
    months = apply_reading(study, "months")
    assert months.tables["visits"]["day"].to_list() == [121.75, 0, 28, 0]
    assert months.address("visits/1|day28/day").file == "alternatives.csv"
    lost = apply_reading(study, "lost").tables["visits"].row(0, named=True)
    assert (lost["day"], lost["day__upper"], lost["day__missing"], lost["day__converted"]) == (
        None,
        None,
        "not_recovered",
        False,
    )


def test_an_unknown_reading(tmp_path):
    study = study_of(tmp_path / "s", alternatives("other,scales,1,entry,gcs,value,9,why"))
    with pytest.raises(CostimError, match=r"^The study has no reading 'othr'. It has: other\.$"):
        apply_reading(study, "othr")


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("r,scale,1,entry,gcs,value,9,", "table", "did you mean 'scales'?"),
        ("r,published,1,entry,gcs,value,9,", "table", "one of subjects, infusions, comedications, "),
        ("r,scales,1,entry,gcs,vlaue,9,", "column", "did you mean 'value'?"),
        ("r,scales,1,entry,gcs,visit,9,", "column", "one of value, category, note"),
        ("r,scales,1,entry,bprs,value,9,", "item",
         "a row of scales; those of subject 1 are 1|day28|gcs, 1|entry|gcs"),
        ("r,scales,1,entry,,value,9,", "visit", "a row of scales; those of subject 1 are "),
        ("r,subjects,1,entry,,sex,M,", "visit", "a blank cell, because subjects has no visits"),
        ("r,subjects,1,,gcs,sex,M,", "item", "a blank cell"),
        ("r,subjects,11,,,sex,M,", "subject", "a row of subjects; those of subject 11 are none"),
        ("r,imaging,1,entry,a|b,finding,normal,", "item", "the values of modality|region|reader"),
        ("as_recorded,scales,1,entry,gcs,value,9,", "reading", "another name; this one means the study as recorded"),
    ],
)  # fmt: skip
def test_an_alternative_that_names_no_cell(tmp_path, row, column, expected):
    findings = findings_of(tmp_path / "s", alternatives(row))
    found = (
        only(findings, "alternative_without_cell")
        if "unknown_subject" not in errors(findings)
        else next(f for f in findings if f.code == "alternative_without_cell")
    )
    assert where(found) == ("alternatives.csv", "", 2, column)
    assert found.expected.startswith(expected)
    assert found.action == "correct the row so that it names a cell of the study"


def test_an_alternative_value_is_read_by_the_rules_of_its_column(tmp_path):
    found = only(findings_of(tmp_path / "s", alternatives("r,subjects,1,,,age_years,old,")), "text_in_number")
    assert where(found) == ("alternatives.csv", "", 2, "value")
    assert found.found == "old"


def test_an_alternative_may_not_break_a_rule(tmp_path):
    found = only(findings_of(tmp_path / "s", alternatives("r,scales,1,entry,gcs,value,16,")), "alternative_breaks_rule")
    assert where(found) == ("alternatives.csv", "", 2, "value")
    assert found.found == "reading r, scales.csv, row 2, column value: 7-11"
    assert found.expected == "Glasgow Coma Scale from 3 to 15 points"


def test_one_cell_twice_in_one_reading(tmp_path):
    rows = alternatives("r,labs,1,entry,c3,value,9,", "r,labs,1,entry,|c3,value,8,")
    found = only(findings_of(tmp_path / "s", {**rows, "labs": LABS}), "alternative_without_cell")
    assert where(found) == ("alternatives.csv", "", 3, "column")
    assert found.expected == "each cell once in a reading; row 2 names it too"


def test_rows_of_one_reading_are_checked_together(tmp_path):
    events = "subject,event,day\n1,relapse,20\n1,last_contact,40\n"
    rows = alternatives("later,events,1,,relapse,day,60,", "later,events,1,,last_contact,day,70,")
    assert study_of(tmp_path / "s", {"events": events, **rows})
    rows = alternatives("later,events,1,,relapse,day,60,")
    assert errors(findings_of(tmp_path / "t", {"events": events, **rows})) == ["alternative_breaks_rule"]


def test_subjects_of_alternatives_are_checked(tmp_path):
    findings = findings_of(tmp_path / "s", alternatives("r,scales,3,entry,gcs,value,9,"))
    assert where(only(findings, "unknown_subject")) == ("alternatives.csv", "", 2, "subject")


def test_the_sound_tables_are_not_changed_by_these_tests():
    assert TABLES["scales"].startswith("subject,visit,scale,value\n1,entry,gcs,7-11")
