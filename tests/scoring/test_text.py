"""JSON, JSON lines and CSV -> the same visits; what is no such text is refused with its place."""

from __future__ import annotations

import json

import pytest

from costim.measures.bounds import Bounds, known
from costim.measures.facts import Drug, Item, Scaled
from costim.measures.problems import InputError, Problem
from costim.measures.truth import Truth
from costim.scoring.drug_cell import read_drug_cell
from costim.scoring.json_text import read_json
from costim.scoring.read import read_bytes
from costim.scoring.visit import VisitToScore

VISIT = {"subject": "p1", "visit": "d0", "rash": {"state": "present", "course": "new"}, "absent": ["fever"]}


def read(text: str, form: str | None = None) -> tuple[VisitToScore, ...]:
    return read_bytes(text.encode(), form)  # type: ignore[arg-type]


def problems(text: str | bytes, form: str | None = None) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_bytes(text.encode() if isinstance(text, str) else text, form)  # type: ignore[arg-type]
    return caught.value.problems


def said(text: str | bytes, form: str | None = None) -> list[tuple[str, str, str]]:
    return [(p.place, p.item, p.code) for p in problems(text, form)]


def facts_only(visits: tuple[VisitToScore, ...]) -> list[object]:
    return [(v.subject, v.visit, v.facts, v.asked) for v in visits]


def test_one_visit_a_list_and_a_document_are_the_same() -> None:
    forms = [VISIT, [VISIT], {"visits": [VISIT]}, {"schema": 1, "visits": [VISIT], "note": "x"}]
    read_all = [facts_only(read(json.dumps(form))) for form in forms]
    lines = facts_only(read(json.dumps(VISIT) + "\n\n", "jsonl"))
    table = "subject;visit;rash;rash.course;absent\np1;d0;Present;new;fever\n"
    assert all(found == read_all[0] for found in (*read_all, lines, facts_only(read(table))))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(encoding: str) -> None:
    assert read_bytes(json.dumps(VISIT).encode(encoding)) == read(json.dumps(VISIT))
    assert read_bytes("subject,rash\np1,present\n".encode(encoding))[0].subject == "p1"


def test_numbers_of_json_are_exact() -> None:
    assert read('{"pga": {"value": 0.3, "scale": "0-3"}}')[0].facts.now.scaled("pga") == Scaled(known("0.3"), "0-3")
    (problem,) = problems('{"pga": {"value": NaN, "scale": "0-3"}}')
    assert (problem.item, problem.code, problem.found) == ("pga", "not_a_number", "NaN")
    (problem,) = problems('{"pga": {"value": 1e99999999999999999999, "scale": "0-3"}}')
    assert problem.code == "not_a_number"
    (problem,) = problems('{"pga": {"value": 1e999999, "scale": "0-3"}}')
    assert problem.code == "too_large"
    (problem,) = problems('{"joints": ' + "9" * 10000 + "}")
    assert problem.code == "too_large"


def test_what_is_no_json_has_line_and_column() -> None:
    (problem,) = problems('{"rash": "present",\n "fever" "absent"}')
    assert str(problem) == (
        'line 2, column 10\n  found: no JSON: expecting \':\' delimiter, at ""absent"}"\n  expected: JSON\n'
        "  do: mend the JSON there; a table needs --format csv, or a file name that ends in .csv"
    )
    assert problems('{"rash": ')[0].found == "no JSON: expecting value, at the end"


def test_deep_nesting_is_refused() -> None:
    assert said("[" * 100_000) == [("", "", "too_deep")]
    assert said('{"rash":' * 100_000) == [("", "", "too_deep")]
    shallow = '{"rash": ' + "[" * 50 + "]" * 50 + "}"
    assert said(shallow) == [("visit 1", "rash", "wrong_type")]


def test_a_name_given_twice_in_an_object() -> None:
    (problem,) = problems('[{"rash": "present", "rash": "absent"}]')
    assert str(problem) == (
        '1.rash\n  found: given 2 times: "present", "absent"\n  expected: each name once in an object\n'
        "  do: leave all but one away"
    )
    with pytest.raises(InputError):
        read_json('{"a": {"b": 1, "b": 1}}')


def test_json_lines_name_their_line() -> None:
    text = '{"rash": "present"}\n{"rash": }\n\n{"rash": "present", "rash": 3}\n'
    assert said(text, "jsonl") == [("line 2, column 10", "", "not_json"), ("line 4", "rash", "given_twice")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ("", "", "no_visits")),
        (" \n", ("", "", "no_visits")),
        ("[]", ("", "", "no_visits")),
        ('{"visits": []}', ("", "", "no_visits")),
        ('{"visits": 3}', ("", "visits", "wrong_type")),
        ('{"schema": 2, "visits": [{"rash": "present"}]}', ("", "schema", "unknown_value")),
        ('{"schema": true, "rash": "present"}', ("visit 1", "schema", "unknown_value")),
        ('[{"rash": "present"}, {"schema": 2, "rash": "present"}]', ("visit 2", "schema", "unknown_value")),
        ('{"visits": [{"rash": "present"}], "subject": "p1"}', ("", "subject", "unknown_key")),
        ('{"visits": [{"rash": "present"}], "measures": ["x"]}', ("", "measures", "unknown_measure")),
        ("[3]", ("visit 1", "", "wrong_type")),
        (b"\x00\x01", ("", "", "not_text")),
        (b"subject,rash\nM\xfcller,present\n", ("", "", "not_text")),
        ("subject,rash\n", ("", "", "no_visits")),
        ("subject,rahs\np1,present\n", ("header", "rahs", "unknown_name")),
        ("subject,rash,rash\np1,present,absent\n", ("header", "rash", "given_twice")),
        ("subject,,rash\np1,x,present\n", ("header", "column 2", "no_name")),
        ("subject,rash.curse\np1,new\n", ("header", "rash.curse", "unknown_key")),
        ("subject,pga.day\np1,3\n", ("header", "pga.day", "unknown_key")),
        ("subject,rash\np1,present,x\n", ("line 2", "", "too_wide")),
        ('subject,rash\n"p1,present\n', ("line 2", "", "not_csv")),
        ("subject,pga\np1,2\n", ("line 2", "pga", "scale_missing")),
        ("subject,pga [0-10]\np1,12\n", ("line 2", "pga", "above_scale")),
        ("subject,joints\np1,-1\n", ("line 2", "joints", "negative_count")),
        ("subject,rash.day\np1,-2\n", ("line 2", "rash.state", "wrong_type")),
        ("subject,present,absent\np1,rash,rash\n", ("line 2", "rash", "contradiction")),
        ("subject,rash,drugs\np1,absent,6 mg prednisolone\n", ("line 2", "drugs.1", "wrong_type")),
        ("subject,rash,drugs\np1,absent,6 mg daily\n", ("line 2", "drugs.1", "dose_without_drug")),
    ],
)
def test_refusals(text: str | bytes, wanted: tuple[str, str, str]) -> None:
    assert said(text) == [wanted]


def test_two_visits_of_one_name() -> None:
    text = "subject,visit,rash\np1,d0,present\np1,d7,present\np1,d0,absent\n,,absent\n,,absent\n"
    (problem,) = problems(text)
    assert (problem.place, problem.subject, problem.visit, problem.code) == ("line 4", "p1", "d0", "duplicate_visit")
    assert problem.found == "the subject and visit of line 2"


def test_problems_of_all_visits_come_together() -> None:
    assert said('[{"rash": 1}, {"rash": "present"}, {"fever": 2}]') == [
        ("visit 1", "rash", "wrong_type"),
        ("visit 3", "fever", "wrong_type"),
    ]


def test_every_kind_of_column() -> None:
    header = [
        "subject", "visit", "note", "measures", "rash", "rash.course", "seizure.day", "present", "others.sledai",
        "igg [mg/dL]", "pga [0-100]", "joints", "drugs", "new_lupus_activity", "previous.fever", "previous.pga [0-3]",
        "baseline.others", "bilag_np_psychosis",
    ]  # fmt: skip
    cells = [
        "p1", "d0", "a, b", "lldas; sledai:sledai_1992", "PRESENT", "new", "-2", "seizure", "absent",
        "<500", "7-11", "3", "none", "FALSE", "absent", "0.8", "absent", "4",
    ]  # fmt: skip
    text = "sep=\t\n" + "\t".join(header) + "\n" + "\t".join(cells) + "\n\t\n"
    (visit,) = read(text)
    now, previous = visit.facts.now, visit.facts.previous
    assert visit.asked == (("lldas", "lldas_franklyn"), ("sledai", "sledai_1992"))
    assert now.item("rash") == Item(Truth.YES, course="new")
    assert now.item("seizure") == Item(Truth.YES, known(-2))
    assert now.item("fever").state is Truth.NO
    assert now.number("igg") == Bounds(known(0).lower, known(5).upper, upper_open=True)
    assert now.scaled("pga") == Scaled(Bounds(known(7).lower, known(11).upper), "0-100")
    assert now.number("joints") == known(3)
    assert now.drugs() == ()
    assert now.statement("new_lupus_activity") is Truth.NO
    assert now.choice("bilag_np_psychosis") == "4"
    assert previous.item("fever") == Item(Truth.NO)
    assert previous.scaled("pga") == Scaled(known("0.8"), "0-3")
    assert visit.facts.baseline.item("cva").state is Truth.NO


def test_a_blank_cell_says_nothing_even_where_others_are_absent() -> None:
    (visit,) = read("subject,fever,rash,others\np1,,present,absent\n")
    assert not visit.facts.now.has("fever")
    assert visit.facts.now.item("cva").state is Truth.NO


def test_lines_are_counted_over_cells_with_line_breaks() -> None:
    assert said('subject,note,rash\n"p1","a\nb",present\np2,,here\n') == [("line 4", "rash", "unknown_value")]


def test_empty_columns_at_the_end_are_no_columns() -> None:
    (visit,) = read("subject,rash,,\np1,present,,\n")
    assert visit.facts.now.item("rash").state is Truth.YES


@pytest.mark.parametrize(
    ("text", "drugs"),
    [
        ("none", []),
        ("None ", []),
        ("prednisolone 6 mg daily", [{"drug": "prednisolone", "dose": "6", "unit": "mg", "frequency": "daily"}]),
        (
            "Prednisolone 5-7.5mg daily oral decreased;azathioprine 100 mg; rituximab",
            [
                {"drug": "Prednisolone", "dose": "5-7.5", "unit": "mg", "frequency": "daily", "route": "oral",
                 "change": "decreased"},
                {"drug": "azathioprine", "dose": "100", "unit": "mg"},
                {"drug": "rituximab"},
            ],
        ),
        (
            "anti cd20 antibody 375 mg/kg once iv investigational",
            [{"drug": "anti cd20 antibody", "dose": "375", "unit": "mg/kg", "frequency": "once", "route": "iv",
              "investigational": True}],
        ),
        ("hydroxychloroquine daily", [{"drug": "hydroxychloroquine", "frequency": "daily"}]),
        ("methotrexate 15 mg alternate days", [
            {"drug": "methotrexate", "dose": "15", "unit": "mg", "frequency": "alternate days"}]),
        ("prednisolone 6 mg sometimes", ["prednisolone 6 mg sometimes"]),
        ("prednisolone 6 mL", ["prednisolone 6 mL"]),
        ("levothyroxine 50 µg daily", [{"drug": "levothyroxine", "dose": "50", "unit": "ug", "frequency": "daily"}]),
    ],
)  # fmt: skip
def test_drugs_in_one_cell(text: str, drugs: list[object]) -> None:
    assert read_drug_cell(text) == drugs


def test_drug_cells_reach_the_facts() -> None:
    (visit,) = read("subject,rash,drugs\np1,absent,prednisolone 6 mg daily; azathioprine 100 mg daily\n")
    assert visit.facts.now.drugs() == (
        Drug("prednisolone", known(6), "mg", "daily"),
        Drug("azathioprine", known(100), "mg", "daily"),
    )


def test_measures_from_the_command_line() -> None:
    (visit,) = read_bytes(b'{"rash": "present"}', None, "sledai:selena; pga")
    assert visit.asked == (("sledai", "selena"), ("pga", "pga_0_3"))
    with pytest.raises(InputError, match="did you mean 'pga'"):
        read_bytes(b'{"rash": "present"}', None, "pgaa")
