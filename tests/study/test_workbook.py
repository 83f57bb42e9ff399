from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from costim.study.check import check_study
from costim.study.study import Study
from tests.study.folder import CONFIG, errors, only, where

SOUND = {
    "subjects": [["subject", "sex", "age_years", "note"], [1, "F", 35, "x"], ["2", "M", "7-11", None]],
    "visits": [["subject", "visit", "day"], [1, "entry", 0], [1, "day28", 28.0], ["2", "entry", 0], ["2", "day28", 27]],
    "scales": [
        ["subject", "visit", "scale", "value"],
        [1, "entry", "gcs", "7-11"],
        [1, "day28", "gcs", 15],
        ["2", "entry", "gcs", 13],
    ],
}


def book_of(sheets=None) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    for name, rows in {**SOUND, **(sheets or {})}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def check(folder: Path, book: Workbook, config: str | None = CONFIG):
    folder.mkdir(exist_ok=True)
    if config is not None:
        (folder / "study.toml").write_text(config)
    book.save(folder / "study.xlsx")
    return check_study(folder)


def study(folder: Path, book: Workbook) -> Study:
    found, findings = check(folder, book)
    assert found is not None, findings
    return found


def test_a_sound_workbook(tmp_path):
    found = study(tmp_path / "s", book_of())
    assert found.findings == ()
    assert found.tables["subjects"]["subject"].to_list() == ["1", "2"]
    assert found.tables["subjects"]["age_years"].to_list() == [35, None]
    assert found.address("subjects/1/age_years").place == "study.xlsx, sheet subjects, row 2, column age_years"
    assert [entry.name for entry in found.inputs] == ["study.toml", "study.xlsx"]


def test_the_path_may_be_the_workbook(tmp_path):
    check(tmp_path / "s", book_of())
    assert check_study(tmp_path / "s" / "study.xlsx")[0] is not None


def test_a_whole_float_in_an_id_column_is_its_number(tmp_path):
    book = book_of({"subjects": [["subject"], [1.0], ["2"]]})
    assert study(tmp_path / "s", book).tables["subjects"]["subject"].to_list() == ["1", "2"]


def test_01_and_1_are_two_subjects_and_the_message_says_so(tmp_path):
    book = book_of({"subjects": [["subject"], ["01"], ["2"]]})
    found = [f for f in check(tmp_path / "s", book)[1] if f.code == "unknown_subject"]
    assert [where(f) for f in found] == [
        ("study.xlsx", "scales", 2, "subject"),
        ("study.xlsx", "visits", 2, "subject"),
    ]
    assert found[0].found == "1 (2 rows)"
    assert found[0].expected == "did you mean '01'?"


@pytest.mark.parametrize("value", [date(2007, 11, 7), datetime(2007, 11, 7), time(7, 11)])  # noqa: DTZ001
@pytest.mark.parametrize(
    ("sheet", "column"),
    [("subjects", "age_years"), ("subjects", "weight_kg"), ("visits", "day"), ("published", "value")],
)
def test_dates_are_refused(tmp_path, value, sheet, column):
    rows = {
        "subjects": [["subject", column], ["1", value], ["2", None]],
        "visits": [["subject", "visit", "day"], ["1", "entry", value]],
        "published": [["result_id", "quantity", "value"], ["r1", "range", value]],
    }[sheet]
    found = only(check(tmp_path / "s", book_of({sheet: rows}))[1], "excel_date")
    assert where(found) == ("study.xlsx", sheet, 2, column)
    assert found.found == ("07:11:00" if isinstance(value, time) else "2007-11-07")
    assert found.action == (
        "Excel may have turned 7-11 into a date: format the column as text, then type the value again"
    )


def test_merged_key_cells_are_filled(tmp_path):
    rows = [
        ["subject", "visit", "scale", "value"],
        [1, "entry", "gcs", 9],
        [None, "day28", "gcs", 15],
        ["2", "entry", "gcs", 9],
    ]
    book = book_of({"scales": rows})
    book["scales"].merge_cells("A2:A3")
    found = study(tmp_path / "s", book)
    repair = only(list(found.findings), "merged_cells_filled")
    assert (where(repair), repair.severity) == (("study.xlsx", "scales", 2, "subject"), "repair")
    assert repair.found == "1, merged over rows 2 to 3"
    assert found.tables["scales"]["_key"].to_list() == ["1|day28|gcs", "1|entry|gcs", "2|entry|gcs"]


@pytest.mark.parametrize(
    ("area", "cells"), [("D2:D3", {(2, "value"), (3, "value")}), ("C2:D2", {(2, "scale"), (2, "value")})]
)
def test_other_merged_cells_are_refused(tmp_path, area, cells):
    rows = [
        ["subject", "visit", "scale", "value"],
        [1, "entry", "gcs", 9],
        [1, "day28", "gcs", 9],
        [2, "entry", "gcs", 9],
    ]
    book = book_of({"scales": rows})
    book["scales"].merge_cells(area)
    merged = [f for f in check(tmp_path / "s", book)[1] if f.code == "merged_cells"]
    assert {(f.row, f.column) for f in merged} == cells
    assert merged[0].sheet == "scales"
    assert merged[0].action == "unmerge the cells and fill in each of them, also those that stay blank"


def test_merged_header_cells_are_refused(tmp_path):
    book = book_of({"subjects": [["subject", "sex", "site", "note"], ["1", "F", "a", "b"], ["2", "M"]]})
    book["subjects"].merge_cells("B1:C1")
    found = [f for f in check(tmp_path / "s", book)[1] if f.code == "merged_cells"]
    assert {(f.row, f.column) for f in found} == {(1, "sex")}
    assert found[0].action == "unmerge the cells and name each column"


def test_a_blank_merged_header_cell_hides_no_column(tmp_path):
    book = book_of()
    book["scales"]["E2"] = "seen by nobody"
    book["scales"].merge_cells("E1:F1")
    found = only(check(tmp_path / "s", book)[1], "unnamed_column")
    assert where(found) == ("study.xlsx", "scales", 2, "")


def test_merged_cells_outside_the_table_do_not_matter(tmp_path):
    book = book_of()
    book["subjects"].merge_cells("H1:K9")
    assert study(tmp_path / "s", book).findings == ()


def test_a_formula_without_stored_result(tmp_path):
    book = book_of({"subjects": [["subject", "age_years"], ["1", "=30+5"], ["2", 20]]})
    found = only(check(tmp_path / "s", book)[1], "formula_without_value")
    assert where(found) == ("study.xlsx", "subjects", 2, "age_years")
    assert found.action == (
        "it has no stored result: open and save the workbook in the spreadsheet, or paste the column as values"
    )


def test_a_formula_with_stored_result(tmp_path):
    import xlsxwriter

    folder = tmp_path / "s"
    folder.mkdir()
    (folder / "study.toml").write_text(CONFIG)
    with xlsxwriter.Workbook(folder / "study.xlsx") as book:
        for name, rows in SOUND.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    sheet.write(r, c, value)
            if name == "subjects":
                sheet.write_formula(1, 2, "=30+5", None, 35)
    found, findings = check_study(folder)
    assert found is not None
    warning = only(findings, "formula_cell")
    assert (where(warning), warning.severity) == (("study.xlsx", "subjects", 2, "age_years"), "warning")
    assert warning.found == "35"
    assert found.tables["subjects"]["age_years"].to_list() == [35, None]


def test_error_cells(tmp_path):
    book = book_of({"subjects": [["subject", "age_years"], ["1", "#REF!"], ["2", 20]]})
    found = only(check(tmp_path / "s", book)[1], "error_cell")
    assert where(found) == ("study.xlsx", "subjects", 2, "age_years")
    assert found.action == "the spreadsheet could not compute this cell: type the value itself"


def test_truth_values(tmp_path):
    book = book_of({"subjects": [["subject", "age_years", "note"], ["1", True, True], ["2", 20, None]]})
    found = only(check(tmp_path / "s", book)[1], "text_in_number")
    assert (where(found), found.found) == (("study.xlsx", "subjects", 2, "age_years"), "TRUE")


def test_hidden_rows_are_read_and_noted(tmp_path):
    book = book_of()
    book["subjects"].row_dimensions[3].hidden = True
    book["visits"].sheet_state = "hidden"
    found = study(tmp_path / "s", book)
    notes = {f.sheet: f for f in found.findings}
    assert notes["subjects"].found == "hidden rows 3"
    assert notes["subjects"].severity == "note"
    assert notes["visits"].found == "a hidden sheet"
    assert found.tables["subjects"].height == 2


def test_blank_rows_between_and_below_do_not_matter(tmp_path):
    rows = [["subject", "sex", None], [None], ["1", "F"], [" ", None], ["2", "M"], [None, " "]]
    found = study(tmp_path / "s", book_of({"subjects": rows}))
    assert found.tables["subjects"]["_row"].to_list() == [3, 5]


def test_numbers_keep_their_digits(tmp_path):
    book = book_of({"subjects": [["subject", "weight_kg"], ["1", 61.1], ["2", 1e2]]})
    found = study(tmp_path / "s", book)
    assert found.tables["subjects"]["weight_kg"].to_list() == [61.1, 100]
    assert found.address("subjects/1/weight_kg").found == "61.1"


def test_text_that_begins_like_a_formula_stays_text(tmp_path):
    book = book_of()
    cell = book["subjects"]["D2"]
    cell.value, cell.data_type = "=1+2", "s"
    assert study(tmp_path / "s", book).tables["subjects"]["note"].to_list() == ["=1+2", None]


def test_strange_sheets_are_said(tmp_path):
    book = book_of({"lab": [["a"]], "x_mine": [["a"]], "Scales ": SOUND["scales"]})
    del book["scales"]
    findings = check(tmp_path / "s", book)[1]
    found = only(findings, "unknown_sheet")
    assert where(found) == ("study.xlsx", "lab", None, "")
    assert found.expected == "did you mean 'labs'?"
    assert errors(findings) == ["unknown_sheet"]  # there is no other sheet for the table labs


def test_missing_subjects_sheet(tmp_path):
    book = book_of()
    del book["subjects"]
    found = only(check(tmp_path / "s", book)[1], "missing_file")
    assert where(found) == ("study.xlsx", "subjects", None, "")
    assert (found.found, found.expected) == ("no such sheet", "subjects, which holds one row per subject")


def test_two_sheets_for_one_table(tmp_path):
    book = book_of({"Scales ": [["subject", "visit", "scale", "value"], [1, "entry", "gcs", 3]]})
    found = only(check(tmp_path / "s", book)[1], "two_sources")
    assert where(found) == ("study.xlsx", "Scales ", None, "")
    assert found.found == "a second sheet for the table scales"


def test_blank_rows_above_the_header_do_not_matter(tmp_path):
    book = book_of()
    book["scales"].insert_rows(1, 2)
    assert study(tmp_path / "s", book).address("scales/1|entry|gcs/value").row == 4


def test_a_title_above_the_header_is_said_once(tmp_path):
    book = book_of()
    book["scales"].insert_rows(1)
    book["scales"]["A1"] = "Scales of our patients"
    findings = check(tmp_path / "s", book)[1]
    assert {f.code for f in findings} == {"no_header", "no_baseline"}
    found = only(findings, "no_header")
    assert where(found) == ("study.xlsx", "scales", 1, "")
    assert found.found == "Scales of our patients"


def test_a_column_without_a_name_at_the_end(tmp_path):
    book = book_of()
    book["scales"]["E3"] = "calm"
    found = only(check(tmp_path / "s", book)[1], "unnamed_column")
    assert where(found) == ("study.xlsx", "scales", 3, "")
    assert found.expected == "a name in the first row for column number 5"


def test_coloured_cells_far_from_the_table_cost_nothing(tmp_path):
    book = book_of()
    for row, column in ((180_000, 1), (2, 480), (250_000, 16_000)):
        book["scales"].cell(row, column).number_format = "@"
    assert study(tmp_path / "s", book).findings == ()


def test_a_row_far_below_is_refused_before_it_is_read(tmp_path):
    book = book_of()
    book["scales"].cell(1_048_576, 1).value = "x"
    found = only(check(tmp_path / "s", book)[1], "too_many_rows")
    assert where(found) == ("study.xlsx", "scales", None, "")
    assert found.action.endswith("in a workbook, delete the empty rows below the table")


def test_a_column_far_right_is_refused(tmp_path):
    book = book_of()
    book["scales"].cell(1, 9000).value = "x"
    assert only(check(tmp_path / "s", book)[1], "file_too_large").found == "9,000 columns"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"no workbook", "something that is no Excel workbook"),
        (b"\xd0\xcf\x11\xe0 old", "an old or password-protected Excel file"),
        (b"PK\x05\x06" + b"\0" * 18, "a damaged workbook (KeyError)"),
    ],
)
def test_files_that_are_no_workbook(tmp_path, data, found):
    (tmp_path / "study.toml").write_text(CONFIG)
    (tmp_path / "study.xlsx").write_bytes(data)
    finding = only(check_study(tmp_path)[1], "workbook_unreadable")
    assert where(finding) == ("study.xlsx", "", None, "")
    assert finding.found == found
    assert finding.expected == "an Excel workbook (.xlsx) without password"


def test_a_workbook_that_unpacks_to_more_than_it_should(tmp_path):
    import zipfile

    (tmp_path / "study.toml").write_text(CONFIG)
    with zipfile.ZipFile(tmp_path / "study.xlsx", "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"\0" * (70 * 1024 * 1024))
    found = only(check_study(tmp_path)[1], "file_too_large")
    assert found.found == "70 MiB when unpacked"


def test_a_workbook_cut_in_half(tmp_path):
    check(tmp_path / "s", book_of())
    file = tmp_path / "s" / "study.xlsx"
    file.write_bytes(file.read_bytes()[:2000])
    assert errors(check_study(tmp_path / "s")[1]) == ["workbook_unreadable"]


SETTINGS = [
    ["key", "value"],
    ["schema", 1],
    ["study.id", "small"],
    ["study.title", 2007],
    ["study.day_convention", "first_infusion_is_day_0"],
    ["study.days_per_month", 30.5],
    ["study.population", None],
]
LISTS = {
    "study_visits": [["name", "label", "day", "window"], ["entry", "Entry", 0, None], ["day28", None, 28, "-3, 3"]],
    "study_contrasts": [["name", "baseline.visits", "post.visits"], ["change", "entry", '["day28"]']],
    "study_endpoints": [
        ["parameter", "kind", "contrast", "horizons", "primary"],
        ["scale.gcs", "paired_change", "change", None, "true"],
        ["event.relapse", "time_to_event", None, "6, 12", None],
    ],
    "study_constraints": [
        ["id", "event", "subject", "at_most", "unit", "basis"],
        ["c1", "relapse", 1, 12, "months", "abstract"],
    ],
}


def test_settings_inside_the_workbook(tmp_path):
    found, findings = check(tmp_path / "s", book_of({"study": SETTINGS, **LISTS}), config=None)
    assert findings == []
    assert found is not None
    plan = found.plan
    assert plan.study.title == "2007"
    assert str(plan.study.days_per_month) == "30.5"
    assert plan.visits[1].window == (-3, 3)
    assert plan.contrasts[0].baseline.visits == ("entry",)
    assert plan.endpoints[0].primary is True
    assert plan.endpoints[1].horizons == (6, 12)
    assert plan.constraints[0].subject == "1"


def test_settings_beside_the_workbook_count(tmp_path):
    found = study(tmp_path / "s", book_of({"study": [["key", "value"], ["study.id", "other"]]}))
    assert found.plan.study.id == "small"
    warning = only(list(found.findings), "two_sources")
    assert (where(warning), warning.severity) == (("study.xlsx", "study", None, ""), "warning")
    assert warning.action == "delete this sheet, or move study.toml out of the folder if the sheet should count"


def test_percentages_are_refused(tmp_path):
    book = book_of({"subjects": [["subject", "age_years"], ["1", 0.35], ["2", 20]]})
    book["subjects"]["B2"].number_format = "0%"
    found = only(check(tmp_path / "s", book)[1], "percentage_cell")
    assert (where(found), found.found) == (("study.xlsx", "subjects", 2, "age_years"), "0.35")
    assert found.expected == "a cell in the format General; a spreadsheet stores 45% as 0.45"


def test_hidden_columns_are_noted(tmp_path):
    book = book_of()
    book["subjects"].column_dimensions["B"].hidden = True
    found = study(tmp_path / "s", book)
    assert only(list(found.findings), "hidden_rows").found == "hidden columns B"


def test_faults_in_the_sheets_of_settings(tmp_path):
    settings = [
        *SETTINGS,
        ["study.stlye", "ard"],
        ["study title", "x"],
        ["study.id", "twice"],
        ["study.seed", date(2007, 1, 1)],
    ]
    lists = {**LISTS, "study_endpoints": [["parameter", "kindd"], ["scale.gcs", "paired_change"]]}
    findings = check(tmp_path / "s", book_of({"study": settings, **lists}), config=None)[1]
    by_place = {where(f): f for f in findings if f.severity == "error"}
    assert by_place["study.xlsx", "study", 8, "value"].expected == "did you mean 'style'?"
    assert by_place["study.xlsx", "study", 9, "key"].expected == "the dotted path of a setting, e.g. study.title"
    assert by_place["study.xlsx", "study", 10, "value"].found == "the key study.id twice"
    assert by_place["study.xlsx", "study_endpoints", 2, "kindd"].expected == "did you mean 'kind'?"
    missing = [f for f in findings if f.code == "missing_key"]
    assert [(f.sheet, f.row, f.action) for f in missing] == [
        ("study_endpoints", 2, "add endpoints[1].kind to the settings")
    ]


def test_no_settings_at_all(tmp_path):
    found = only(check(tmp_path / "s", book_of(), config=None)[1], "missing_file")
    assert found.expected == "study.toml, which holds the settings; or a sheet study in study.xlsx"
