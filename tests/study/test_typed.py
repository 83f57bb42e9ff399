import pytest

from costim.registry.tables import study_tables
from costim.study.frames import frame_schema
from tests.study.folder import CONFIG, errors, findings_of, only, study_of, where

DAY_1 = CONFIG.replace("first_infusion_is_day_0", "first_infusion_is_day_1")


def test_frames_have_the_columns_of_the_contract(tmp_path):
    study = study_of(tmp_path / "s")
    for name, frame in study.tables.items():
        assert dict(frame.schema) == frame_schema(study_tables()[name])
    assert study.tables["subjects"].select(
        "_row", "_key", "age_years", "age_years__lower", "age_years__relation"
    ).rows() == [
        (2, "1", 35, 35, "="),
        (3, "2", None, 7, "range"),
    ]
    assert study.tables["scales"]["value__missing"].to_list() == [None, None, "not_done", None]
    assert study.tables["labs"].height == 0


def test_rows_are_in_natural_order(tmp_path):
    subjects = "subject\n10\n2\n1\n"
    study = study_of(tmp_path / "s", {"subjects": subjects})
    assert study.tables["subjects"]["_key"].to_list() == ["1", "2", "10"]


def test_every_cell_has_an_address(tmp_path):
    study = study_of(tmp_path / "s")
    address = study.address("scales/2|day28|gcs/value")
    assert (address.place, address.found) == ("scales.csv, row 5, column value", "not done")
    assert study.address("scales/2|day28|gcs/subject").found == "2"
    for cell, place in study.addresses.items():
        table, rest = cell.split("/", 1)
        key, column = rest.rsplit("/", 1)
        assert place.column == column
        assert key in study.tables[table]["_key"].to_list()


def test_duplicate_key_names_both_rows(tmp_path):
    scales = "subject,visit,scale,value\n1,entry,gcs,9\n2,entry,gcs,9\n1,entry,gcs,10\n"
    found = only(findings_of(tmp_path / "s", {"scales": scales}), "duplicate_key")
    assert where(found) == ("scales.csv", "", 4, "scale")
    assert found.found == "rows 2 and 4 both for subject 1, visit entry, scale gcs"
    assert found.expected == "one row for each subject, visit, scale"
    assert found.action == "delete one of the rows, or correct what tells them apart"


def test_duplicate_keys_are_found_beside_other_faults(tmp_path):
    findings = findings_of(tmp_path / "s", {"subjects": "subject,sex\n1,Q\n1,F\n2,\n"})
    assert [(f.row, f.code) for f in findings] == [(2, "unknown_category"), (3, "duplicate_key")]


def test_two_rows_of_one_visit(tmp_path):
    found = only(findings_of(tmp_path / "s", {"visits": "subject,visit,day\n1,entry,0\n1,entry,1\n"}), "duplicate_key")
    assert where(found) == ("visits.csv", "", 3, "visit")


def test_the_same_key_written_in_two_ways(tmp_path):
    rows = "1,1.0,0,rituximab,375,mg/m2\n1,1,0,rituximab,375,mg/m2\n"
    findings = findings_of(tmp_path / "s", {"infusions": "subject,infusion,day,drug,amount,unit\n" + rows})
    assert only(findings, "duplicate_key").found == "rows 2 and 3 both for subject 1, infusion 1"


INFUSIONS = "subject,infusion,day,drug,amount,unit\n"


@pytest.mark.parametrize(
    ("tables", "code", "place", "found", "expected"),
    [
        ({"infusions": INFUSIONS + "1,1,0,rituximab,-375,mg/m2\n"}, "value_out_of_range",
         ("infusions.csv", "", 2, "amount"), "-375", "amount above 0 and at most 1e+12"),
        ({"infusions": INFUSIONS + "1,1,0,rituximab,375,mg/sqm\n"}, "unknown_category",
         ("infusions.csv", "", 2, "unit"), "mg/sqm", "one of mg, mg/m2, mg/kg, cells, cells/kg; did you mean 'mg/m2'?"),
        ({"infusions": INFUSIONS + "1,1,0,,375,mg\n"}, "required_blank",
         ("infusions.csv", "", 2, "drug"), "", "Generic name, lower case"),
        ({"infusions": INFUSIONS + "1,1.5,0,rituximab,375,mg\n"}, "not_whole",
         ("infusions.csv", "", 2, "infusion"), "1.5", "a whole number"),
        ({"infusions": INFUSIONS + "1,1,0,rituximab,300-375,mg\n"}, "text_in_number",
         ("infusions.csv", "", 2, "amount"), "300-375", "one number, no range and no limit"),
        ({"subjects": "subject,bsa_m2\n1,17\n2,\n"}, "value_out_of_range",
         ("subjects.csv", "", 2, "bsa_m2"), "17", "bsa_m2 from 0.2 to 4 m2"),
        ({"subjects": "subject,height_cm\n1,1.72\n2,\n"}, "value_out_of_range",
         ("subjects.csv", "", 2, "height_cm"), "1.72", "height_cm from 50 to 250 cm"),
        ({"subjects": "subject,age_years\n1,<0\n2,\n"}, "value_out_of_range",
         ("subjects.csv", "", 2, "age_years"), "<0", "age_years from 0 to 120 years"),
        ({"subjects": "subject,age_years\n1,40-30\n2,\n"}, "range_reversed",
         ("subjects.csv", "", 2, "age_years"), "40-30", "the smaller number first"),
        ({"subjects": "subject,age_years\n1,7-Nov\n2,\n"}, "excel_date",
         ("subjects.csv", "", 2, "age_years"), "7-Nov", "a number, a range such as 7-11, or a limit such as <0.5"),
        ({"subjects": "subject,age_years\n1,unknown\n2,\n"}, "text_in_number",
         ("subjects.csv", "", 2, "age_years"), "unknown", "a number, a range such as 7-11, or a limit such as <0.5"),
        ({"sledai": "subject,visit,item,total\n1,entry,total,106\n"}, "value_out_of_range",
         ("sledai.csv", "", 2, "total"), "106", "total from 0 to 105"),
        ({"sledai": "subject,visit,item,total\n1,entry,total,4.5\n"}, "not_whole",
         ("sledai.csv", "", 2, "total"), "4.5", "a whole number"),
        ({"scales": "subject,visit,scale,value\n,entry,gcs,9\n"}, "key_blank",
         ("scales.csv", "", 2, "subject"), "", "subject: Subject."),
        ({"scales": "subject,visit,scale,value\nnot reported,entry,gcs,9\n"}, "key_missing_word",
         ("scales.csv", "", 2, "subject"), "not reported", "subject: Subject."),
        ({"manifestations": "subject,kind,term\n1,np,a|b\n"}, "id_character",
         ("manifestations.csv", "", 2, "term"), "a|b", "a name without the sign |"),
        ({"manifestations": 'subject,kind,term\n1,np,"a\nb"\n'}, "id_character",
         ("manifestations.csv", "", 2, "term"), "a b", "one line of text"),
        ({"subjects": f"subject,note\n1,{'x' * 20_001}\n2,\n"}, "text_too_long",
         ("subjects.csv", "", 2, "note"), "x" * 159 + "…", "at most 20,000 characters"),
        ({"subjects": "subject,note\n1,#REF!\n2,\n"}, "error_cell",
         ("subjects.csv", "", 2, "note"), "#REF!", "a value"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read(tmp_path, tables, code, place, found, expected):  # noqa: PLR0917
    findings = findings_of(tmp_path / "s", tables)
    finding = only(findings, code)
    assert where(finding) == place
    assert finding.found == found
    assert finding.expected == expected
    assert finding.action
    assert errors(findings) == [code]


def test_everything_wrong_is_said_at_once(tmp_path):
    subjects = "subject,sex,age_years,weight_kg,height_cm\n1,femal,200,heavy,1.7\n2,M,20,60,170\n"
    findings = findings_of(tmp_path / "s", {"subjects": subjects})
    assert {(f.row, f.column) for f in findings} == {
        (2, "sex"), (2, "age_years"), (2, "weight_kg"), (2, "height_cm"),
    }  # fmt: skip


def test_spelling_of_categories_is_repaired(tmp_path):
    study = study_of(tmp_path / "s", {"subjects": "subject,sex\n1,f\n2,m\n"})
    found = only(list(study.findings), "spelling_repaired") if len(study.findings) == 1 else study.findings[0]
    assert study.tables["subjects"]["sex"].to_list() == ["F", "M"]
    assert (found.row, found.found, found.action) == (
        2,
        "f and 1 more such cells in this column",
        "nothing; it was read as F",
    )


def test_white_space_around_cells_is_trimmed(tmp_path):
    study = study_of(tmp_path / "s", {"subjects": "subject ,\xa0sex\n 1\xa0, F \n2\u200b,\xa0M\n"})
    assert study.tables["subjects"]["subject"].to_list() == ["1", "2"]
    assert study.findings == ()


def test_days_of_a_source_that_begins_with_day_1(tmp_path):
    visits = "subject,visit,day\n1,entry,-1\n1,day28,29\n2,entry,1\n2,day28,27-30\n"
    study = study_of(tmp_path / "s", {"visits": visits}, DAY_1)
    frame = study.tables["visits"]
    assert frame.select("_key", "day", "day__lower", "day__upper").rows() == [
        ("1|day28", 28, 28, 28),
        ("1|entry", -1, -1, -1),
        ("2|day28", None, 26, 29),
        ("2|entry", 0, 0, 0),
    ]


def test_day_0_in_a_source_that_has_none(tmp_path):
    found = only(findings_of(tmp_path / "s", {"visits": "subject,visit,day\n1,entry,0\n"}, DAY_1), "day_zero")
    assert where(found) == ("visits.csv", "", 2, "day")
    assert found.expected.startswith("no day 0, because study.day_convention is first_infusion_is_day_1")


@pytest.mark.parametrize("config", [CONFIG, DAY_1])
def test_elapsed_time_is_converted_and_not_shifted(tmp_path, config):
    visits = (
        "subject,visit,time,time_unit\n1,entry,0,days\n1,day28,4,weeks\n2,entry,not recovered,\n2,day28,11-13,months\n"
    )
    study = study_of(tmp_path / "s", {"visits": visits}, config.replace("window = [-3, 3]\n", ""))
    frame = study.tables["visits"]
    assert frame.select(
        "_key", "day", "day__lower", "day__upper", "day__relation", "day__missing", "day__converted"
    ).rows() == [
        ("1|day28", 28, 28, 28, "=", None, True),
        ("1|entry", 0, 0, 0, "=", None, True),
        ("2|day28", None, 334.8125, 395.6875, "range", None, True),
        ("2|entry", None, None, None, None, "not_recovered", False),
    ]
    assert study.address("visits/1|day28/day").place == "visits.csv, row 3, column time"


def test_events_too(tmp_path):
    events = "subject,event,time,time_unit,day\n1,relapse,2,years,\n2,relapse,,,>100\n"
    frame = study_of(tmp_path / "s", {"events": events}).tables["events"]
    assert frame.select("day", "day__lower", "day__upper", "day__converted").rows() == [
        (730.5, 730.5, 730.5, True),
        (None, 100, None, False),
    ]
