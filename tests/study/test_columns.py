import pytest

from tests.study.folder import TABLES, errors, findings_of, only, study_of, where


def test_unknown_column_with_suggestion(tmp_path):
    found = only(findings_of(tmp_path / "s", {"subjects": "subject,sexx\n1,F\n2,M\n"}), "unknown_column")
    assert where(found) == ("subjects.csv", "", 1, "sexx")
    assert (found.severity, found.expected) == ("error", "did you mean 'sex'?")
    assert found.action == "rename the column; to keep a column of your own, let its name begin with x_"


def test_unknown_column_without_suggestion(tmp_path):
    found = only(findings_of(tmp_path / "s", {"subjects": "subject,qqqq\n1,F\n2,M\n"}), "unknown_column")
    assert found.expected.startswith("one of the columns subject, sex, age_years")


def test_own_columns_are_kept_aside(tmp_path):
    study = study_of(tmp_path / "s", {"subjects": "subject,x_mine,X_Other\n1,=1,\n2,#REF!,\n"})
    assert [(f.severity, f.code, f.column) for f in study.findings] == [
        ("note", "column_kept_aside", "X_Other"),
        ("note", "column_kept_aside", "x_mine"),
    ]


def test_missing_required_column(tmp_path):
    infusions = "subject,infusion,day,amount,unit\n1,1,0,375,mg/m2\n"
    found = only(findings_of(tmp_path / "s", {"infusions": infusions}), "missing_column")
    assert where(found) == ("infusions.csv", "", 1, "drug")
    assert found.found == "columns subject, infusion, day, amount, unit"
    assert found.expected == "a column drug: Generic name, lower case."
    assert found.action == "add the column drug to the first row"


def test_missing_key_column(tmp_path):
    findings = findings_of(tmp_path / "s", {"visits": "subject,day\n1,0\n1,28\n"})
    assert where(only(findings, "missing_column")) == ("visits.csv", "", 1, "visit")
    assert errors(findings) == ["missing_column"]


def test_duplicate_column(tmp_path):
    found = only(findings_of(tmp_path / "s", {"subjects": "subject,sex,sex\n1,F,F\n2,M,M\n"}), "duplicate_column")
    assert where(found) == ("subjects.csv", "", 1, "sex")


def test_unnamed_column(tmp_path):
    found = only(findings_of(tmp_path / "s", {"subjects": "subject,\n1,\n2,M\n"}), "unnamed_column")
    assert where(found) == ("subjects.csv", "", 3, "")
    assert found.expected == "a name in the first row for column number 2"
    assert study_of(tmp_path / "t", {"subjects": "subject,\n1,\n2,\n"})


@pytest.mark.parametrize("name", ["Age_Years", "age years", " AGE-YEARS "])
def test_spelling_of_column_names_is_repaired(tmp_path, name):
    study = study_of(tmp_path / "s", {"subjects": f"subject,{name}\n1,35\n2,\n"})
    found = only(list(study.findings), "column_name_repaired")
    assert (found.severity, found.expected) == ("repair", "age_years")
    assert study.tables["subjects"]["age_years"].to_list() == [35, None]


def test_optional_columns_may_be_absent(tmp_path):
    subjects = study_of(tmp_path / "s").tables["subjects"]
    assert subjects["weight_kg"].to_list() == [None, None]
    assert subjects["weight_kg__missing"].to_list() == ["blank", "blank"]


@pytest.mark.parametrize("table", ["subjects", "scales", "visits", "labs", "events", "infusions"])
def test_a_table_without_its_subject_column(tmp_path, table):
    """Every key column may be the missing one; the other tables are still checked, and nothing is said twice."""
    sound = {
        **TABLES,
        "labs": "subject,visit,test,value\n1,entry,c3,90\n",
        "events": "subject,event,day\n1,last_contact,400\n",
        "infusions": "subject,infusion,day,drug,amount,unit\n1,1,0,rituximab,1,mg\n",
    }
    lines = [line.partition(",")[2] for line in sound[table].splitlines()]
    findings = findings_of(tmp_path / "s", {**sound, table: "\n".join(lines) + "\n"})
    found = only(findings, "missing_column")
    assert where(found) == (f"{table}.csv", "", 1, "subject")
    assert errors(findings) == ["missing_column"]


def test_a_table_wider_than_any_table(tmp_path):
    header = ",".join(["subject", *(f"c{i}" for i in range(20_000))])
    findings = findings_of(tmp_path / "s", {"labs": f"{header}\n1\n"})
    found = only(findings, "file_too_large")
    assert where(found) == ("labs.csv", "", 1, "")
    assert found.found == "20,001 columns"
    assert errors(findings) == ["file_too_large"]
