"""Tables as spreadsheets of several countries write them: read exactly, or refused, never read otherwise."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import known
from costim.measures.problems import InputError, Problem
from costim.measures.truth import Truth
from costim.scoring.answer import render_csv, render_json
from costim.scoring.batch import BatchAnswer, score_text
from costim.scoring.decimal_sign import in_thousands, with_points
from costim.scoring.drug_cell import read_drug_cell
from costim.scoring.large import score_large, score_many
from costim.scoring.read import read_bytes, usual_measures
from costim.scoring.run import score_visits
from costim.scoring.visit import VisitToScore


def read(text: str, measures: str = "") -> tuple[VisitToScore, ...]:
    return read_bytes(text.encode(), "csv", measures)


def problems(text: str, measures: str = "") -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read(text, measures)
    return caught.value.problems


def batch(text: str, measures: str = "sledai") -> BatchAnswer | None:
    return score_text(text, usual_measures(measures, "--measure") or ())


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("igg [g/L],igg [mg/dL]", "5,900"),
        ("igg [mg/dL],igg [g/L]", "900,5"),
        ("pga [0-3],pga [0-10]", "2,"),
        ("previous.pga [0-3],previous.pga", "2,1"),
    ],
)
def test_one_fact_in_two_units_is_given_twice(header: str, row: str) -> None:
    """The last column used to win, even where it was blank."""
    (problem,) = problems(f"{header}\n{row}\n", "sledai")
    assert (problem.place, problem.item, problem.code) == ("header", header.partition(",")[2], "given_twice")
    assert batch(f"{header}\n{row}\n") is None


@pytest.mark.parametrize("header", ["others,others.sledai", "others.sledai,others", "now.others,others.sledai"])
def test_others_of_all_and_of_single_measures(header: str) -> None:
    (problem,) = problems(f"{header},rash\nabsent,absent,present\n")
    assert (problem.item, problem.code) == (header.partition(",")[2], "given_twice")
    assert problem.expected == "others, or others of single measures"


def test_others_of_several_measures_stand_beside_each_other() -> None:
    (visit,) = read("others.sledai,others.eular_acr_2019,rash\nabsent,absent,present\n")
    assert visit.facts.now.item("cva").state is Truth.NO
    assert visit.facts.now.item("eular_fever").state is Truth.NO


def test_the_cells_that_a_short_row_leaves_out_are_blank() -> None:
    """Spreadsheets leave delimiters away at the end of later rows: what is not there is unknown, not absent."""
    short, full = ("subject,others,rash,fever\np1,absent\n", "subject,others,rash,fever\np1,absent,,\n")
    for text in (short, full):
        (visit,) = read(text, "sledai")
        assert not visit.facts.now.has("rash")
        assert visit.facts.now.item("cva").state is Truth.NO
        answer = batch(text)
        assert answer is not None
        assert answer.table.columns.at(0) == visit.facts


def test_decimal_commas_are_read_where_they_can_be_nothing_else() -> None:
    text = "subject;pga [0-10];igg [g/L];drugs;measures\np1;2,5;0,125-7,5;prednisolone 7,5 mg daily;sledai\n"
    (visit,) = read(text)
    now = visit.facts.now
    assert now.scaled("pga").reading == known("2.5")
    assert (now.number("igg").lower, now.number("igg").upper) == (Fraction(1, 8), Fraction(15, 2))
    (drug,) = now.drugs() or ()
    assert drug.dose == known("7.5")
    answer = batch(text)
    assert answer is not None
    assert answer.table.columns.at(0) == visit.facts


@pytest.mark.parametrize(
    ("cell", "action"),
    [("1,250", "write 1.2500 or 1250"), ("1.250,5", "write the number"), ("1 250,5", "write the number")],
)
def test_commas_that_may_set_thousands_apart_are_not_read(cell: str, action: str) -> None:
    text = f"subject;platelets [/uL]\np1;{cell}\n"
    (problem,) = problems(text, "sledai")
    assert (problem.place, problem.item, problem.found) == ("line 2", "platelets", f'"{cell}"')
    assert problem.action.startswith(action)
    assert batch(text) is None


def test_points_that_may_set_thousands_apart_are_not_read() -> None:
    text = "subject;visit;platelets [/uL];previous.igg [g/L]\np1;d0;250.000;7\np1;d7;90.000;1.250\n"
    found = problems(text, "sledai")
    assert [(p.place, p.subject, p.visit, p.item, p.code) for p in found] == [
        ("line 2", "p1", "d0", "platelets", "thousands"),
        ("line 3", "p1", "d7", "platelets", "thousands"),
        ("line 3", "p1", "d7", "previous.igg", "thousands"),
    ]
    assert found[0].action == "write 250.0000 or 250000"
    assert batch(text) is None
    assert batch(text.replace(";", ",")) is not None  # a table with commas between its columns has decimal points
    assert batch(text.replace(";7\n", ";7.5\n")) is not None  # and so has one that shows them
    assert batch(text.replace(";7\n", ";7,5\n")) is None


@settings(max_examples=100, deadline=None)
@given(st.decimals(min_value=0, max_value=10**6, places=2), st.integers(0, 4))
def test_a_number_written_with_a_comma_is_the_same_or_stays(number: object, places: int) -> None:
    written = f"{number:.{places}f}"
    read_back = with_points(written.replace(".", ","))
    assert read_back == written or (places == 3 and not written.startswith("0.") and read_back.count(",") == 1)
    assert with_points(written) == written
    assert in_thousands([written], ",") == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "prednisolone 5-0-5 mg", "prednisolone 2x5 mg daily", "methylprednisolone 1.000 mg once",
        "prednisolone 1,000 mg daily", "prednisolone, 5 mg, daily", ";", "; ;",
    ],
)  # fmt: skip
def test_doses_that_are_not_understood_leave_the_cell_as_it_is(text: str) -> None:
    """It used to be a drug of that name without dose, or no drug at all."""
    assert read_drug_cell(text) == [text]


def test_names_that_hold_figures() -> None:
    assert read_drug_cell("6-mercaptopurine 50 mg daily; vitamin B12 daily") == [
        {"drug": "6-mercaptopurine", "dose": "50", "unit": "mg", "frequency": "daily"},
        {"drug": "vitamin B12", "frequency": "daily"},
    ]


def test_blank_lines_before_the_header() -> None:
    text = "\r\n\r\nsubject;rash\r\np1;Present\r\n;\r\n"
    (visit,) = read(text, "sledai")
    assert visit.facts.now.item("rash").state is Truth.YES
    answer = batch(text)
    assert answer is not None
    assert answer.table.columns.at(0) == visit.facts


def test_states_are_words_in_any_case_and_never_figures() -> None:
    (visit,) = read("subject,rash,fever\np1,PRESENT,Absent\n")
    assert (visit.facts.now.item("rash").state, visit.facts.now.item("fever").state) == (Truth.YES, Truth.NO)
    cells = ("1", "0", "yes", "no", "x", "+", "-", "WAHR", "NA", "#REF!", "true")
    for word in cells:
        (problem,) = problems(f"subject,rash\np1,{word}\n", "sledai")
        assert (problem.item, problem.code, problem.found) == ("rash", "unknown_value", f'"{word}"')
    for word in ("1", "0", "x", "ja", "WAHR", "NA"):
        (problem,) = problems(f"subject,infection\np1,{word}\n")
        assert (problem.item, problem.code, problem.found) == ("infection", "unknown_value", f'"{word}"')


def test_header_rows_and_measures_are_refused_together() -> None:
    text = "subject,Visit,rash,igg [g/L]\np1,d0,x,5\np1,d7,present,-1\np2,d0,present,7,8\n"
    assert [(p.place, p.item, p.code) for p in problems(text, "sledia")] == [
        ("", "measures", "unknown_measure"),
        ("header", "Visit", "unknown_name"),
        ("line 4", "", "too_wide"),
        ("line 2", "rash", "unknown_value"),
        ("line 3", "igg", "out_of_range"),
    ]


def test_lines_of_json_are_refused_together_and_named_by_line() -> None:
    lines = b'{"rash": "present"}\n\n{"rash": 1}\n{"fever"\n{"fever": 1, "fever": 2}\n'
    with pytest.raises(InputError) as caught:
        read_bytes(lines, "jsonl")
    assert [(p.place, p.item, p.code) for p in caught.value.problems] == [
        ("line 4, column 9", "", "not_json"),
        ("line 5", "fever", "given_twice"),
        ("line 3", "rash", "wrong_type"),
    ]


def test_lines_of_json_without_their_option() -> None:
    with pytest.raises(InputError, match="one visit per line needs --format jsonl"):
        read_bytes(b'{"rash": "present"}\n{"rash": "absent"}\n')


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ('subject,rash\np1,present\n"p2,absent\np3,absent\n', "line 3", "a quote that is never closed"),
        ('subject,note\n"p1"x,a\n', "line 2", "a quote inside a cell"),
        (f"subject,note\np1,{'a' * 140_000}\n", "line 2", "a cell of more than 100,000 signs"),
    ],
)
def test_tables_that_cannot_be_read(text: str, place: str, found: str) -> None:
    (problem,) = problems(text, "sledai")
    assert (problem.place, problem.found, problem.code) == (place, found, "not_csv")


@pytest.mark.parametrize("data", [b"PK\x03\x04abc", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_workbook_is_called_one(data: bytes) -> None:
    with pytest.raises(InputError, match="found: a workbook, or another packed file"):
        read_bytes(data)


def test_names_joined_with_a_comma() -> None:
    (problem,) = problems('subject,present\np1,"rash, fever"\n')
    assert problem.action == "join names with ; in a table: rash; fever"


def test_messages_are_short_and_hold_no_signs_that_move_the_cursor() -> None:
    """A name of ten million signs used to be printed whole, and an escape sequence as it was."""
    with pytest.raises(InputError) as caught:
        read_bytes(b'{"subject": "a\\u001b[2Jb", "' + b"x" * 100_000 + b'": 1, "\\u001b[31mrash": 1}')
    text = str(caught.value)
    assert "\x1b" not in text
    assert len(text) < 1000
    assert all(len(field) <= 200 for problem in caught.value.problems for field in problem.as_dict().values())


def lines_of(measures: list[list[object]]) -> bytes:
    rest = {"rash": "present", "previous": {"others": "absent"}}
    lines = [{"subject": f"p{n}", "measures": measures[n % len(measures)], **rest} for n in range(400)]
    return "\n".join(map(json.dumps, lines)).encode()


def test_many_visits_of_json_answer_as_single_ones() -> None:
    selena = {"measure": "sledai", "variant": "selena"}
    visits = read_bytes(lines_of([["sledai", selena], ["sledai", "lldas"], ["sledai", "pga"]]), "jsonl")
    answer = score_many(visits)
    assert answer is not None
    one_by_one = score_visits(visits)
    assert "".join(answer.csv_chunks()) == render_csv(one_by_one)
    assert "".join(answer.json_chunks()) == render_json(one_by_one)
    assert score_many(visits[:200]) is None


def test_visits_that_ask_in_another_order_are_scored_one_by_one() -> None:
    assert score_many(read_bytes(lines_of([["sledai", "pga"], ["pga", "sledai"]]), "jsonl")) is None


ROWS = (
    "p{n};PRESENT;2,5;prednisolone 7,5 mg daily;absent;",
    "p{n};;0,5;none;;",
    "p{n};unknown;<1,5;;absent;",
    "p{n};absent;;azathioprine 100 mg daily;;fever",
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0)])
def test_large_tables_and_single_visits_answer_alike(order: tuple[int, ...]) -> None:
    lines = ["subject;rash;pga [0-10];drugs;others;present", *(ROWS[n % 4].format(n=n) for n in range(400))]
    text = "\r\n".join(";".join([*(line.split(";")[place] for place in order), ""]) for line in lines)
    data = b"\xef\xbb\xbf" + text.encode()
    answer = score_large(data, None, "sledai; lldas; pga; doris")
    assert answer is not None, "trailing delimiters and decimal commas are nothing unusual"
    one_by_one = score_visits(read_bytes(data, None, "sledai; lldas; pga; doris"))
    assert "".join(answer.csv_chunks()) == render_csv(one_by_one)
    assert "".join(answer.json_chunks()) == render_json(one_by_one)
