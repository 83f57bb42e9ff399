import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.study.csv_table import read_csv_table
from costim.study.places import Place
from tests.study.folder import errors, findings_of, only, study_of, where

COLUMNS = ("subject", "sex", "site", "note", "weight_kg")


def read(data):
    return read_csv_table("subjects", data, Place("subjects.csv"), COLUMNS)


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"\xef\xbb\xbf", "utf-8", "UTF-8 with byte order mark"),
        (b"\xff\xfe", "utf-16-le", "UTF-16"),
        (b"\xfe\xff", "utf-16-be", "UTF-16"),
        (b"\xff\xfe\0\0", "utf-32-le", "UTF-32"),
    ],
)
def test_byte_order_marks(tmp_path, mark, codec, name):
    data = mark + "subject,note\n1,Müller\n2,\n".encode(codec)
    study = study_of(tmp_path / "s", {"subjects": data})
    found = only(list(study.findings), "encoding_repaired")
    assert where(found) == ("subjects.csv", "", None, "")
    assert (found.severity, found.found, found.expected) == ("repair", name, "UTF-8")
    assert study.tables["subjects"]["note"].to_list() == ["Müller", None]


def test_latin_1(tmp_path):
    study = study_of(tmp_path / "s", {"subjects": "subject,note\n1,\n2,Müller – ½\n".encode("cp1252")})
    found = only(list(study.findings), "encoding_repaired")
    assert where(found) == ("subjects.csv", "", 3, "")
    assert found.found == "Latin-1 (Windows-1252) text, first 2,Müller"
    assert found.action == "it was read as Windows-1252; look whether accents came out right, or save as UTF-8"
    assert study.tables["subjects"]["note"].to_list() == [None, "Müller – ½"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"subject\n1\0\n", "NUL bytes: this is not a text file"),
        (b"PK\x03\x04rest", "a spreadsheet file that was renamed to .csv"),
        (b"\xd0\xcf\x11\xe0rest", "a spreadsheet file that was renamed to .csv"),
        (b"\x89\x81\x8d\xff", "bytes that are neither UTF-8 nor Windows-1252 (Latin-1) text"),
        (b"\xff\xfes", "the mark of UTF-16, but the bytes after it are not UTF-16"),
    ],
)
def test_bytes_that_are_no_text(tmp_path, data, found):
    finding = only(findings_of(tmp_path / "s", {"labs": data}), "not_a_text_file")
    assert where(finding) == ("labs.csv", "", None, "")
    assert finding.found == found
    assert finding.action == "in the spreadsheet choose Save as, type 'CSV UTF-8 (comma delimited)'"


@pytest.mark.parametrize(("end", "name"), [("\r\n", "CRLF"), ("\r", "CR")])
def test_line_ends_of_other_systems(end, name):
    raw, findings = read(f"subject,note{end}1,a{end}{end}2,b{end}".encode())
    assert [(r.row, r.cells) for r in raw.rows] == [(2, ("1", "a")), (4, ("2", "b"))]
    assert only(findings, "line_ends_repaired").found == f"lines ended by {name}"


@pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolon"), ("\t", "tab")])
def test_delimiters(delimiter, name):
    raw, findings = read(f"subject{delimiter}note{delimiter}sex\n1{delimiter}a, b, c{delimiter}F\n".encode())
    assert raw.rows[0].cells == ("1", "a, b, c", "F")
    assert only(findings, "delimiter_repaired").found == f"cells separated by {name}"


def test_a_single_column_needs_no_delimiter():
    raw, findings = read(b"subject\n1\n2\n")
    assert [r.cells for r in raw.rows] == [("1",), ("2",)]
    assert findings == []


def test_first_line_sep():
    raw, _ = read(b"sep=;\nsubject;note\n1;a\n")
    assert raw.header.row == 2
    assert [(r.row, r.cells) for r in raw.rows] == [(3, ("1", "a"))]


def test_decimal_comma_in_a_semicolon_file(tmp_path):
    data = "subject;weight_kg;age_years\n1;61,5;35\n2;70,25;20,5-21\n"
    study = study_of(tmp_path / "s", {"subjects": data})
    assert study.tables["subjects"]["weight_kg"].to_list() == [61.5, 70.25]
    assert study.tables["subjects"]["age_years__lower"].to_list() == [35, 20.5]
    repairs = {(f.row, f.column): f for f in study.findings if f.code == "decimal_comma"}
    assert set(repairs) == {(2, "weight_kg"), (3, "age_years")}
    assert repairs[2, "weight_kg"].found == "61,5 and 1 more such cells in this column"
    assert repairs[2, "weight_kg"].expected == "a decimal point"
    assert only(list(study.findings), "delimiter_repaired").severity == "repair"


def test_three_digits_after_the_sign_are_not_guessed(tmp_path):
    semicolon = "subject;weight_kg\n1;1.234\n2;61,5\n"
    found = only(findings_of(tmp_path / "a", {"subjects": semicolon}), "ambiguous_thousands")
    assert where(found) == ("subjects.csv", "", 2, "weight_kg")
    comma = 'subject,weight_kg\n1,"1,234"\n2,61.5\n'
    found = only(findings_of(tmp_path / "b", {"subjects": comma}), "ambiguous_thousands")
    assert where(found) == ("subjects.csv", "", 2, "weight_kg")
    assert found.found == "1,234"
    assert found.action == "write the number without thousands separator, e.g. 1234 or 1.234"
    points = "subject;weight_kg;height_cm\n1;61.234;170.5\n2;;\n"
    study = study_of(tmp_path / "c", {"subjects": points})
    assert study.tables["subjects"]["weight_kg"].to_list() == [61.234, None]


def test_an_unquoted_decimal_comma_makes_a_cell_too_many(tmp_path):
    found = only(findings_of(tmp_path / "s", {"subjects": "subject,weight_kg\n1,61,5\n2,\n"}), "too_many_cells")
    assert where(found) == ("subjects.csv", "", 2, "")
    assert found.found == "3 cells, beyond the last column: 5"
    assert found.action == "put cells that hold a comma (text, or a decimal comma) inside quotation marks"


def test_short_rows_are_filled_with_blanks(tmp_path):
    study = study_of(tmp_path / "s", {"subjects": "subject,sex,note\n1,F\n2,M,x\n"})
    found = only(list(study.findings), "short_row")
    assert (where(found), found.severity) == (("subjects.csv", "", 2, ""), "repair")
    assert study.tables["subjects"]["note__missing"].to_list() == ["blank", None]


def test_row_numbers_are_lines_of_the_file_after_quoted_line_breaks(tmp_path):
    data = 'subject,note\n1,"two\r\nlines"\n\n2,"b"\n1,again\n'
    findings = findings_of(tmp_path / "s", {"subjects": data})
    found = only(findings, "duplicate_key")
    assert where(found) == ("subjects.csv", "", 6, "subject")
    assert found.found == "rows 2 and 6 both for subject 1"


def test_a_quotation_mark_that_is_never_closed(tmp_path):
    found = only(findings_of(tmp_path / "s", {"subjects": 'subject,note\n1,"a\n2,b\n'}), "malformed_row")
    assert where(found) == ("subjects.csv", "", 2, "")
    assert found.found == "a quotation mark that is opened on this line and never closed"


def test_rows_after_a_malformed_one_are_still_checked(tmp_path):
    findings = findings_of(tmp_path / "s", {"subjects": 'subject,weight_kg,note\n1,,"a" b\n2,heavy,c\n'})
    assert where(only(findings, "malformed_row")) == ("subjects.csv", "", 2, "")
    assert where(only(findings, "text_in_number")) == ("subjects.csv", "", 3, "weight_kg")


def test_a_cell_without_end():
    raw, findings = read(b"subject,note\n1," + b"x" * 200_000 + b"\n2,b\n")
    assert only(findings, "malformed_row").found == "a cell of more than 100,000 characters"
    assert [r.row for r in raw.rows] == [3]


def test_text_that_begins_like_a_formula_stays_text(tmp_path):
    notes = ["=1+2", "+x", "-x", "@x", "<b>x</b>"]
    data = "subject,note\n" + "".join(f'{i},"{note}"\n' for i, note in enumerate(notes, start=1))
    study = study_of(tmp_path / "s", {"subjects": data})
    assert study.tables["subjects"]["note"].to_list() == notes
    assert study.findings[0].code == "no_baseline"


def test_control_characters_are_refused_with_their_cell(tmp_path):
    findings = findings_of(tmp_path / "s", {"subjects": "subject,note\n1,a\x1bb\n2,\n"})
    assert where(only(findings, "control_character")) == ("subjects.csv", "", 2, "note")
    assert errors(findings) == ["control_character"]


@given(st.binary(max_size=400))
@settings(max_examples=100)
def test_arbitrary_bytes_never_raise(data):
    raw, findings = read(data)
    assert raw is not None or any(f.severity == "error" for f in findings)


@given(st.text(alphabet='a1";,\t\r\n =.\x0b\u2028é', max_size=60))
@settings(max_examples=100)
def test_arbitrary_text_never_raises_and_rows_rise(text):
    raw, _ = read(b"subject,note\n" + text.encode())
    assert raw is not None
    lines = [row.row for row in raw.rows]
    assert lines == sorted(set(lines))
