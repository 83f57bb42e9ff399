"""Results as JSON and CSV: order, exact numbers, sources, flags."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import costim
from costim.measures.bounds import Bounds, known
from costim.measures.problems import InputError
from costim.measures.result import Check, Result
from costim.measures.truth import Truth
from costim.registry.catalogue import references
from costim.registry.measure_catalogue import measures
from costim.scoring.answer import FLAT, render_csv, render_json, to_json
from costim.scoring.run import Scored, score_records

W1 = ["seizure", "organic_brain_syndrome", "rash", "low_complement", "fever"]


def answer(records: object, asked: object = None) -> dict[str, object]:
    text = render_json(score_records(records, asked))
    found: dict[str, object] = json.loads(text, parse_float=Decimal)
    return found


def test_worked_examples_through_the_interface() -> None:
    visits = [
        {"subject": "w1", "present": W1, "others": "absent"},
        {"subject": "w2", "present": W1, "unknown": ["increased_dna_binding"], "others": "absent"},
    ]
    results = answer(visits, ["sledai", "csledai"])["results"]
    assert isinstance(results, list)
    keys = ("subject", "measure", "value", "lower", "upper", "complete", "missing")
    assert [tuple(r[k] for k in keys) for r in results] == [
        ("w1", "sledai", 21, 21, 21, True, []),
        ("w1", "csledai", 19, 19, 19, True, []),
        ("w2", "sledai", None, 21, 23, False, ["increased_dna_binding"]),
        ("w2", "csledai", 19, 19, 19, True, []),
    ]
    assert all(r["variant"] and r["window_days"] == 30 and r["source"] and r["evidence"] for r in results)


def test_order_is_that_of_the_input_and_of_the_measures_asked() -> None:
    visits = [{"subject": s, "measures": ["pga", "sledai"], "rash": "absent"} for s in ("z", "a")]
    found = [(s.subject, s.result.measure) for s in score_records(visits)]
    assert found == [("z", "pga"), ("z", "sledai"), ("a", "pga"), ("a", "sledai")]


def test_sources_marks_and_flags_that_results_name_are_explained() -> None:
    found = answer([{"pga": {"value": 36, "scale": "0-100"}}])
    (result,) = found["results"]  # type: ignore[misc]
    assert result["value"] == Decimal("1.08")
    sources = found["sources"]
    assert isinstance(sources, dict)
    assert set(sources) == set(result["source"])
    assert all(ref == {"text": references()[key].text, "doi": references()[key].doi} for key, ref in sources.items())
    assert set(found["evidence_marks"]) == {"P", "S", "C", "M"}  # type: ignore[call-overload]
    assert set(found["flag_meanings"]) == set(result["flags"]) == {"pga_converted"}  # type: ignore[call-overload]


def test_every_measure_can_be_asked_of_an_empty_visit() -> None:
    found = answer([{"subject": "p1"}], list(measures()))
    results = found["results"]
    assert isinstance(results, list)
    assert [r["measure"] for r in results] == list(measures())
    assert all(r["variant"] and r["evidence"] and r["source"] for r in results)


@settings(max_examples=60)
@given(st.integers(-(10**12), 10**12), st.integers(0, 12))
def test_decimals_are_numbers_with_all_their_digits(number: int, places: int) -> None:
    value = Decimal(number).scaleb(-places)
    text = to_json(value)
    assert "e" not in text.lower()
    assert Decimal(text) == value
    assert json.loads(text, parse_float=Decimal, parse_int=Decimal) == value


def made(**fields: object) -> Scored:
    plain = {"measure": "pga", "variant": "pga_0_3", "complete": True, "source": ("piga2022",), "evidence": "P"}
    return Scored(str(fields.pop("subject", "p1")), "d0", Result(**{**plain, **fields}))  # type: ignore[arg-type]


def test_the_flat_table() -> None:
    check = Check(name="x", state=Truth.NO)
    bounds = Bounds(Fraction(1, 4), Fraction(25, 3), upper_open=True)
    rows = list(csv.reader(io.StringIO(render_csv([
        made(bounds=bounds, possible=("yes", "no"), missing=("a", "b"), complete=False, checks=(check,), subject="=1"),
        made(bounds=known(3), window_days=10),
    ]))))  # fmt: skip
    assert tuple(rows[0]) == FLAT
    first, second = (dict(zip(FLAT, row, strict=True)) for row in rows[1:])
    assert first["subject"] == "'=1"
    assert (first["value"], first["lower"], first["upper"]) == ("", "0.25", "8.333333333333333333333333333")
    assert (first["lower_open"], first["upper_open"], first["complete"]) == ("false", "true", "false")
    assert (first["possible"], first["missing"], first["source"]) == ("yes;no", "a;b", "piga2022")
    assert (second["value"], second["window_days"]) == ("3", "10")


def test_json_keeps_words_as_they_are() -> None:
    scored = made(subject='Müller "x"\n')
    assert json.loads(render_json([scored]))["results"][0]["subject"] == 'Müller "x"\n'


def test_the_same_results_give_the_same_bytes() -> None:
    visit = {"present": W1, "others": "absent", "pga": {"value": 1, "scale": "0-3"}, "measures": ["lldas", "doris"]}
    assert render_json(score_records(visit)) == render_json(score_records(dict(reversed(visit.items()))))


def test_python_users_get_every_problem_and_the_public_names() -> None:
    with pytest.raises(costim.InputError) as caught:
        costim.score_records([{"rash": 3}, {"pga": {"value": 0.3, "scale": "0-3"}}], ["sledai:sledai_2k_10d"])
    assert [p.item for p in caught.value.problems] == ["rash", "pga"]
    with pytest.raises(InputError, match="window without days"):
        costim.score_records([{"rash": "present"}], ["sledai:sledai_2k"])
    facts = costim.parse_facts({"rash": "present", "pga": {"value": "0.3", "scale": "0-3"}})
    result = costim.score("pga", costim.Visit(now=facts))
    assert (result.value, result.variant) == (Decimal("0.3"), "pga_0_3")
