import pytest

from tests.study.folder import CONFIG, TABLES, errors, findings_of, only, study_of, where

INFUSIONS = "subject,infusion,day,drug,amount,unit\n"
EVENTS = "subject,event,number,day,time,time_unit\n"
LABS = "subject,visit,timepoint,test,value,unit\n"
SLEDAI = "subject,visit,item,state,total\n"
PUBLISHED = "result_id,quantity,value,parameter,contrast,field\n"


@pytest.mark.parametrize(
    ("tables", "severity", "code", "place", "found", "expected", "action"),
    [
        ({"labs": LABS + "1,entry,,c3,1,g/L\nP2,entry,,c3,1,g/L\nP2,day28,,c3,1,g/L\n"}, "error", "unknown_subject",
         ("labs.csv", "", 3, "subject"), "P2 (2 rows)", "did you mean '2'?",
         "correct the subject here, or add it to the table subjects"),
        ({"labs": LABS + "1,enrty,,c3,1,g/L\n"}, "error", "unknown_visit",
         ("labs.csv", "", 2, "visit"), "enrty", "did you mean 'entry'?",
         "correct the visit here, or declare it in study.toml under [[visits]]"),
        ({"visits": "subject,visit,day\n1,entry,0\n1,day28,28\n2,entry,0\n"}, "warning", "visit_without_row",
         ("scales.csv", "", 5, "visit"), "subject 2, visit day28", "a row in the table visits, which gives the day",
         "add the row; without it the reading is kept and its day is unknown"),
        ({"scales": "subject,visit,scale,value\n1,entry,gcs,7\n2,entry,gcs,\n2,day28,gcs,9\n"}, "warning",
         "no_baseline",
         ("subjects.csv", "", 3, "subject"), "subject 2 without baseline reading of scale.gcs (entry_to_day28)",
         "a reading at the baseline of the contrast, or the reason why there is none",
         "add it, or a row with not done, not reported or not recovered; "
         "either way the subject is kept and counted as missing there"),
        ({"scales": TABLES["scales"].replace("gcs,15", "gcs,16")}, "error", "value_out_of_range",
         ("scales.csv", "", 3, "value"), "16", "Glasgow Coma Scale from 3 to 15 points",
         "check the value and its unit against the source; if it is printed so, leave the cell blank "
         "and write the printed value in the note column"),
        ({"scales": TABLES["scales"].replace("gcs,15", "gcs,>15")}, "error", "value_out_of_range",
         ("scales.csv", "", 3, "value"), ">15", "Glasgow Coma Scale from 3 to 15 points", None),
        ({"labs": LABS + "1,entry,,c3,90,mg/dll\n"}, "error", "unknown_unit",
         ("labs.csv", "", 2, "unit"), "mg/dll", "did you mean 'mg/dL'?",
         "correct the unit against the source; if the source states none, leave it blank"),
        ({"labs": LABS + "1,entry,,c3,90,mmol/L\n"}, "error", "unit_not_convertible",
         ("labs.csv", "", 2, "unit"), "mmol/L", "a unit that can be converted to mg/dL for c3", None),
        ({"labs": LABS + "1,entry,,c3,-1,g/L\n"}, "error", "value_out_of_range",
         ("labs.csv", "", 2, "value"), "-1", "Complement C3 of 0 mg/dL or more", None),
        ({"labs": LABS + "1,entry,,c33,1,g/L\n"}, "warning", "unknown_test",
         ("labs.csv", "", 2, "test"), "c33", "did you mean 'c3'?",
         "correct the name if it is misspelt; otherwise it is kept, without limits, direction or conversion"),
        ({"scales": TABLES["scales"] + "1,entry,gsc,3\n"}, "warning", "unknown_scale",
         ("scales.csv", "", 6, "scale"), "gsc", "did you mean 'gcs'?", None),
        ({"visits": "subject,visit,day\n1,entry,0\n1,day28,0\n2,entry,0\n2,day28,28\n"}, "warning",
         "two_visits_on_one_day",
         ("visits.csv", "", 3, "visit"), "subject 1: entry (row 2) and day28 on one day",
         "one visit per day, or readings with a timepoint pre or post", "check the days; both visits are kept"),
        ({"visits": TABLES["visits"].replace("day28,28", "day28,32")}, "warning", "outside_window",
         ("visits.csv", "", 3, "day"), "32, day 32 of the study", "visit day28 between day 25 and 31",
         "check the day; the visit is kept with its real day"),
        ({"events": EVENTS + "1,last_contact,,20,,\n"}, "error", "after_last_contact",
         ("visits.csv", "", 3, "day"), "subject 1: day 28 after the first infusion",
         "no later than day 20, the last contact (events, row 2)", "correct the day here or the day of last contact"),
        ({"events": EVENTS + "1,last_contact,,,20,months\n1,relapse,1,,2,years\n"}, "error", "after_last_contact",
         ("events.csv", "", 3, "time"), "subject 1: day 730.5 after the first infusion",
         "no later than day 608.75, the last contact (events, row 2)", None),
        ({"events": EVENTS + "1,last_contact,,200,,\n1,death,,400,,\n"}, "warning", "after_last_contact",
         ("events.csv", "", 3, "day"), "subject 1: day 400 after the first infusion", None, None),
        ({"infusions": INFUSIONS + "1,1,0,rituximab,1,mg\n1,3,8,rituximab,1,mg\n1,2,15,rituximab,1,mg\n"}, "error",
         "infusion_order", ("infusions.csv", "", 3, "day"), "subject 1: infusions 2 and 3 on days 15 and 8",
         "days that do not fall as the number of the infusion rises",
         "correct the days or the numbers of the infusions"),
        ({"infusions": INFUSIONS + "1,1,1,rituximab,1,mg\n"}, "error", "first_infusion_day",
         ("infusions.csv", "", 2, "day"), "subject 1: first infusion on day 1",
         "day 0, because study.day_convention is first_infusion_is_day_0",
         "count days from the first infusion, or correct study.day_convention"),
        ({"sledai": SLEDAI + "1,entry,total,present,4\n"}, "error", "cell_not_for_row",
         ("sledai.csv", "", 2, "state"), "item total with state present", "a state only in rows of an item",
         "clear state, or correct the item"),
        ({"sledai": SLEDAI + "1,entry,seizure,,4\n"}, "error", "cell_not_for_row",
         ("sledai.csv", "", 2, "total"), "item seizure with total 4", "a total only in rows with item = total", None),
        ({"sledai": SLEDAI + "1,entry,seizures,present,\n"}, "error", "unknown_item",
         ("sledai.csv", "", 2, "item"), "seizures", "did you mean 'seizure'?",
         "correct the item; put the words of the source in the note column"),
        ({"visits": "subject,visit,day,time,time_unit\n1,entry,0,0,days\n"}, "error", "both_given",
         ("visits.csv", "", 2, "time"), "day 0 and time 0", "day or time, not both",
         "keep the one the source gives and clear the other; put it in the note column if it matters"),
        ({"events": EVENTS + "1,relapse,,20,1,months\n"}, "error", "both_given",
         ("events.csv", "", 2, "time"), "day 20 and time 1", "day or time, not both", None),
        ({"events": EVENTS + "1,relapse,,,1,\n"}, "error", "unit_missing",
         ("events.csv", "", 2, "time_unit"), "time 1 without a unit", "a unit in the column time_unit",
         "fill in time_unit; if the source states none, write not reported"),
        ({"subjects": "subject,disease_duration\n1,19\n2,\n"}, "error", "unit_missing",
         ("subjects.csv", "", 2, "disease_duration_unit"), "disease_duration 19 without a unit", None, None),
        ({"comedications": "subject,drug,visit,dose\n1,prednisolone,entry,5\n"}, "error", "unit_missing",
         ("comedications.csv", "", 2, "unit"), "dose 5 without a unit", None, None),
        ({"comedications": "subject,drug,start_day,end_day\n1,prednisolone,5,3\n"}, "error", "days_reversed",
         ("comedications.csv", "", 2, "end_day"), "start_day 5, end_day 3", "end_day not before start_day", None),
        ({"manifestations": "subject,kind,term,onset_day,resolution_day\n1,np,seizure,5,<3\n"}, "error",
         "days_reversed",
         ("manifestations.csv", "", 2, "resolution_day"), "onset_day 5, resolution_day <3", None, None),
        ({"labs": "subject,visit,test,value,lower_limit,upper_limit\n1,entry,c3,1,9,7\n"}, "error", "range_reversed",
         ("labs.csv", "", 2, "upper_limit"), "lower_limit 9, upper_limit 7", "upper_limit not below lower_limit", None),
        ({"imaging": "subject,visit,modality,region,finding\n1,entry,eeg,spine,normal\n"}, "warning",
         "region_for_modality",
         ("imaging.csv", "", 2, "region"), "eeg of region spine", "brain or a blank region", None),
        ({"published": PUBLISHED + "r1,fell,10,,,count\n"}, "error", "published_without_parameter",
         ("published.csv", "", 2, "parameter"), "field count and no parameter",
         "the parameter of the effect to compare with", "fill in parameter and effect_method, or clear field"),
        ({"published": PUBLISHED + "r1,fell,10,scale.gcs,,\n"}, "error", "published_without_parameter",
         ("published.csv", "", 2, "field"), "parameter scale.gcs and no field", None, None),
        ({"published": PUBLISHED + "r1,fell,10,scale.gcs,entry_to_day2,count\n"}, "error", "unknown_contrast",
         ("published.csv", "", 2, "contrast"), "entry_to_day2", "did you mean 'entry_to_day28'?", None),
        ({"subjects": "subject,height_cm,weight_kg\n1,250,300\n2,,\n"}, "error", "value_out_of_range",
         ("subjects.csv", "", 2, "weight_kg"),
         "height 250 cm, weight 300 kg: 4.44 m2 by Du Bois and Du Bois, 4.56 m2 by Mosteller",
         "a body surface area from 0.2 to 4 m2", "check height (in cm) and weight (in kg)"),
        ({"subjects": "subject,height_cm,weight_kg,bsa_m2\n1,160,50,2.5\n2,160,50,1.5\n"}, "warning", "bsa_differs",
         ("subjects.csv", "", 2, "bsa_m2"), "2.5 m2 with height 160 cm, weight 50 kg",
         "1.50 m2 by Du Bois and Du Bois or 1.49 m2 by Mosteller",
         "check height, weight and area; the stated area is kept"),
        ({"labs": LABS + "1,entry,,our_test,1,furlongs\n"}, "warning", "unknown_unit",
         ("labs.csv", "", 2, "unit"), "furlongs", "a unit of the table of units", "check the unit; it is kept"),
        ({"published": PUBLISHED + "r1,GCS,11-Jul,,,\n"}, "error", "excel_date",
         ("published.csv", "", 2, "value"), "11-Jul", "the printed value", None),
        ({"subjects": "subject\n"}, "error", "no_subjects",
         ("subjects.csv", "", None, ""), "no rows", "one row per subject", "fill in the subjects"),
        ({"subjects": "subject\n1\n2\np3\nP3\n"}, "warning", "ids_differ_in_case",
         ("subjects.csv", "", 5, "subject"), "p3 and P3", None, "check that these are two subjects"),
    ],
)  # fmt: skip
def test_rule(tmp_path, tables, severity, code, place, found, expected, action):  # noqa: PLR0917
    findings = [f for f in findings_of(tmp_path / "s", tables) if f.code == code]
    assert [where(f) for f in findings][:1] == [place]
    finding = findings[0]
    assert finding.severity == severity
    assert finding.found == found
    assert expected is None or finding.expected == expected
    assert action is None or finding.action == action
    assert finding.expected
    assert finding.action


@pytest.mark.parametrize(
    "tables",
    [
        {"labs": LABS + "1,entry,pre,c3,0.9,g/L\n1,entry,post,c3,90,mg/dL\n1,day28,,c3,<5,\n"},
        {"visits": "subject,visit,day\n1,entry,0\n1,day28,28\n2,entry,0\n2,day28,not reported\n"},
        {"events": EVENTS + "1,last_contact,,28,,\n1,relapse,1,20-40,,\n1,relapse,2,<90,,\n"},
        {"events": EVENTS + "1,last_contact,1,20,,\n1,last_contact,2,200,,\n"},
        {"infusions": INFUSIONS + "1,1,0,rituximab,1,mg\n1,2,0,rituximab,1,mg\n2,2,14,rituximab,1,mg\n"},
        {"infusions": INFUSIONS + "1,1,not reported,rituximab,not reported,mg\n"},
        {"sledai": SLEDAI + "1,entry,total,,0\n1,entry,seizure,absent,\n"},
        {"comedications": "subject,drug,dose,unit\n1,prednisolone,5,not reported\n2,prednisolone,,\n"},
        {"published": PUBLISHED + "r1,fell,10,,,\nr2,n,2,scale.gcs,entry_to_day28,n\n"},
        {"imaging": "subject,visit,modality,region,finding\n1,entry,eeg,,normal\n1,entry,mri,spine,normal\n"},
    ],
)
def test_what_is_in_order_is_not_complained_of(tmp_path, tables):
    assert findings_of(tmp_path / "s", tables) == []


def test_two_visits_on_one_day_with_timepoints_are_in_order(tmp_path):
    visits = "subject,visit,day\n1,entry,0\n1,day28,0\n2,entry,0\n2,day28,28\n"
    labs = LABS + "1,entry,pre,c3,1,g/L\n1,day28,post,c3,1,g/L\n"
    config = CONFIG.replace("window = [-3, 3]\n", "")
    assert findings_of(tmp_path / "s", {"visits": visits, "labs": labs}, config) == []


def test_a_unit_in_other_spelling_is_known(tmp_path):
    labs = LABS + "1,entry,,c3,0.9,G/l\n2,entry,,c3,90,mg / dl\n"
    assert findings_of(tmp_path / "s", {"labs": labs}) == []


CONSTRAINT = """
[[constraints]]
id = "c1"
event = "relapse"
subject = "11"
at_most = 12
unit = "months"
basis = "abstract"
"""


def test_a_constraint_on_an_unknown_subject(tmp_path):
    found = only(findings_of(tmp_path / "s", config=CONFIG + CONSTRAINT), "unknown_subject")
    line = (CONFIG + CONSTRAINT).split("\n").index('subject = "11"') + 1
    assert where(found) == ("study.toml", "", line, "constraints[1].subject")
    assert found.found == "11"
    assert found.action == "correct the subject of constraint c1"


def test_a_constraint_on_an_unknown_event(tmp_path):
    config = CONFIG + CONSTRAINT.replace('"relapse"', '"relaps"').replace('"11"', '"1"')
    found = only(findings_of(tmp_path / "s", config=config), "unknown_event")
    assert found.column == "constraints[1].event"
    assert found.expected == "did you mean 'relapse'?"


def test_an_endpoint_on_an_unknown_parameter(tmp_path):
    findings = findings_of(tmp_path / "s", config=CONFIG.replace('"scale.gcs"', '"scale.gsc"'))
    found = only(findings, "unknown_parameter")
    assert (found.severity, found.row, found.column) == ("warning", 18, "endpoints[1].parameter")
    assert found.expected == "did you mean 'scale.gcs'?"


def test_a_scale_that_only_the_study_knows_is_a_parameter(tmp_path):
    scales = TABLES["scales"] + "1,entry,our_own_score,3\n2,entry,our_own_score,4\n"
    config = CONFIG.replace('"scale.gcs"', '"scale.our_own_score"')
    assert [f.code for f in findings_of(tmp_path / "s", {"scales": scales}, config)] == ["unknown_scale"]


def test_baseline_by_days(tmp_path):
    config = CONFIG.replace('baseline = { visits = ["entry"] }', "baseline = { from_day = -10, to_day = 0 }")
    visits = TABLES["visits"].replace("2,entry,0", "2,entry,3")
    found = only(findings_of(tmp_path / "s", {"visits": visits}, config), "no_baseline")
    assert where(found) == ("subjects.csv", "", 3, "subject")


def test_subjects_of_rows_with_other_faults_are_known(tmp_path):
    findings = findings_of(tmp_path / "s", {"subjects": "subject,sex\n1,F\n2,Q\n"})
    assert errors(findings) == ["unknown_category"]


def test_many_findings_of_one_kind_are_counted(tmp_path):
    rows = "".join(f"1,entry,s{i},x\n" for i in range(150))
    findings = findings_of(tmp_path / "s", {"scales": "subject,visit,scale,value\n" + rows})
    assert errors(findings).count("text_in_number") == 100
    more = only(findings, "more_of_the_same")
    assert where(more) == ("scales.csv", "", None, "value")
    assert (more.severity, more.found) == ("error", "50 more findings of the kind text_in_number")


def test_a_warning_does_not_stop_the_study(tmp_path):
    study = study_of(tmp_path / "s", {"scales": "subject,visit,scale,value\n1,entry,gcs,7\n"})
    assert [f.code for f in study.findings] == ["no_baseline"]


def test_lost_leading_zeros_are_said_once_per_subject(tmp_path):
    tables = {
        "subjects": "subject\n01\n02\n",
        "visits": "subject,visit,day\n01,entry,0\n01,day28,28\n02,entry,0\n02,day28,28\n",
    }
    findings = [f for f in findings_of(tmp_path / "s", tables) if f.code != "no_baseline"]
    assert [(f.code, *where(f)) for f in findings] == [
        ("unknown_subject", "scales.csv", "", 2, "subject"),
        ("unknown_subject", "scales.csv", "", 4, "subject"),
    ]
    assert (findings[0].found, findings[0].expected) == ("1 (2 rows)", "did you mean '01'?")
    assert "leading zeros" in findings[0].action


@pytest.mark.parametrize("reason", ["not done", "Not reported", "not_recovered"])
def test_a_baseline_that_is_missing_for_a_stated_reason_is_no_oversight(tmp_path, reason):
    scales = f"subject,visit,scale,value\n1,entry,gcs,7\n2,entry,gcs,{reason}\n"
    assert findings_of(tmp_path / "s", {"scales": scales}) == []


def test_a_reason_at_another_visit_does_not_answer_for_the_baseline(tmp_path):
    scales = "subject,visit,scale,value\n1,entry,gcs,7\n2,day28,gcs,not done\n"
    assert only(findings_of(tmp_path / "s", {"scales": scales}), "no_baseline").row == 3


def test_subjects_without_baseline_are_named_once_per_endpoint(tmp_path):
    twice = """
[[endpoints]]
parameter = "scale.gcs"
kind = "transition"
contrast = "entry_to_day28"
[[endpoints]]
parameter = "lab.c3"
kind = "paired_change"
contrast = "entry_to_day28"
"""
    tables = {"scales": "subject,visit,scale,value\n2,entry,gcs,7\n", "labs": LABS + "2,day28,,c3,90,mg/dL\n"}
    findings = [f for f in findings_of(tmp_path / "s", tables, CONFIG + twice) if f.code == "no_baseline"]
    assert [(f.row, f.found) for f in findings] == [
        (2, "subject 1 without baseline reading of scale.gcs (entry_to_day28)"),
        (2, "subjects 1, 2 without baseline reading of lab.c3 (entry_to_day28)"),
    ]


def test_many_subjects_without_baseline_are_counted(tmp_path):
    names = [str(i) for i in range(1, 41)]
    tables = {
        "subjects": "subject\n" + "\n".join(names) + "\n",
        "visits": "subject,visit,day\n" + "".join(f"{n},entry,0\n" for n in names),
        "scales": "subject,visit,scale,value\n5,entry,gcs,7\n",
    }
    found = only(findings_of(tmp_path / "s", tables), "no_baseline")
    assert found.found.startswith("subjects 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13 and 27 more without")


def test_typed_totals_that_the_settings_do_not_analyse(tmp_path):
    sledai = SLEDAI + "1,entry,total,,12\n1,day28,total,,4\n2,entry,total,,8\n2,entry,rash,present,\n"
    config = CONFIG + '[variants]\nsledai_total = "items"\n'
    found = only(findings_of(tmp_path / "s", {"sledai": sledai}, config), "total_without_items")
    assert (found.severity, *where(found)) == ("warning", "sledai.csv", "", 2, "total")
    assert found.found == "total 12 without items and 1 more such row"
    assert findings_of(tmp_path / "s", {"sledai": sledai}, CONFIG) == []
