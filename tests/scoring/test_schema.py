"""The JSON schemas say of a visit what the parser says of it."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from costim.measures.parse_number import needs_unit
from costim.measures.problems import InputError
from costim.registry.measure_catalogue import Fact, facts, measures
from costim.scoring.answer import render_json
from costim.scoring.json_text import read_json
from costim.scoring.read import read_document
from costim.scoring.run import score_records
from costim.scoring.schema import input_schema, output_schema

CHECKED_BESIDES = {
    "contradiction", "duplicate_visit", "given_twice", "no_measure", "no_such_window", "not_a_number", "not_whole",
    "out_of_range", "too_large", "unit_mismatch", "unit_without_dose", "unknown_option", "unknown_variant",
    "unknown_drug", "window_without_days", "wrong_range", "above_scale", "below_scale", "negative_count",
}  # fmt: skip
"""Problems that no schema can see, or only where the number is not written as text or in another unit."""


@cache
def validator() -> Draft202012Validator:
    schema = json.loads(json.dumps(input_schema()))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def accepted(text: str) -> bool:
    return validator().is_valid(json.loads(text))


def codes(text: str) -> set[str]:
    """Kinds of problems the parser finds; empty when it accepts."""
    try:
        read_document(read_json(text))
    except InputError as error:
        return {problem.code for problem in error.problems}
    return set()


def agree(text: str) -> None:
    found = codes(text)
    if not found:
        assert accepted(text), f"the schema refuses what the parser accepts: {text}"
    elif found - CHECKED_BESIDES:
        assert not accepted(text), f"the schema accepts what the parser refuses ({found}): {text}"


@pytest.mark.parametrize(
    "raw",
    [
        {"rash": "present"},
        [{"rash": "present"}],
        {"schema": 1, "visits": [{"subject": "p1", "visit": 3, "rash": None, "fever": "absent", "note": ["x"]}]},
        {"measures": ["sledai", "sledai:selena", {"measure": "pga", "variants": ["pga_0_3"]}]},
        {"measures": "sledai; pga:pga_0_3 ;"},
        {"measures": [{"measure": "sledai", "variant": "sledai_2k", "window_days": 10}]},
        {"rash": {"state": "present", "day": "-10 to -2", "course": "new", "attribution": "sle"}},
        {"rash": {"state": "absent", "day": None, "course": ""}},
        {"measures": "pga", "igg": {"value": "<5", "unit": "g/L"}, "platelets": None},
        {"measures": "pga", "igg": {"lower": 3, "upper": 4, "lower_open": True, "unit": "g/L"}},
        {"joints": 3, "sledai_total": "7-11"},
        {"joints": {"value": 3}},
        {"pga": {"value": 36, "scale": "0-100"}},
        {"pga": {"value": {"lower": 1, "upper": 2}, "scale": "0-3"}},
        {"measures": "pga", "drugs": [{"drug": "xy", "dose": "5-7.5", "unit": "mg", "investigational": "no"}]},
        {"present": ["rash"], "absent": None, "others": "absent"},
        {"others": {"sledai": "absent"}, "previous": {"others": "absent"}, "baseline": None},
        {"bilag_np_psychosis": 4},
        {"bilag_np_psychosis": "ND"},
        {"new_lupus_activity": False},
    ],
)  # fmt: skip
def test_both_accept(raw: object) -> None:
    text = json.dumps(raw)
    assert codes(text) == set()
    assert accepted(text)


@pytest.mark.parametrize(
    "raw",
    [
        3,
        [],
        "x",
        {"visits": []},
        {"visits": {}},
        {"visits": [{"rash": "present"}], "subject": "p1"},
        {"schema": 2, "rash": "present"},
        {"schema": True, "rash": "present"},
        {"siezure": "present"},
        {"rash": "here"},
        {"rash": 1},
        {"rash": True},
        {"rash": {}},
        {"rash": {"day": -2}},
        {"rash": {"state": "present", "day": 2}},
        {"rash": {"state": "present", "day": -1.5}},
        {"rash": {"state": "absent", "course": "new"}},
        {"rash": {"state": "present", "detail": "x"}},
        {"rash": {"state": "present", "kind": "x"}},
        {"present": ["rahs"]},
        {"present": ["joints"]},
        {"present": "rash"},
        {"rash": "present", "others": "present"},
        {"rash": "present", "others": {"sledia": "absent"}},
        {"rash": "present", "previous": 3},
        {"rash": "present", "subject": ["p1"]},
        {"rash": "present", "measures": ["sledia"]},
        {"rash": "present", "measures": ["sledai; pga"]},
        {"rash": "present", "measures": "sledia"},
        {"rash": "present", "measures": {"measure": "sledai"}},
        {"rash": "present", "measures": [{"variant": "selena"}]},
        {"rash": "present", "measures": [{"measure": "pga", "variant": "pga_0_3", "variants": ["pga_0_3"]}]},
        {"rash": "present", "measures": [{"measure": "sledai", "window_days": -1}]},
        {"joints": -1},
        {"joints": 2.5},
        {"joints": "many"},
        {"joints": {"value": None}},
        {"joints": {"value": 3, "unit": "g"}},
        {"joints": {}},
        {"sledai_total": 106},
        {"rash": "present", "igg": 5},
        {"rash": "present", "igg": "5"},
        {"rash": "present", "igg": {"value": 5}},
        {"rash": "present", "igg": {"value": 5, "unit": ""}},
        {"rash": "present", "igg": {"value": "0,5", "unit": "g/L"}},
        {"rash": "present", "igg": {"value": 5, "lower": 3, "unit": "g/L"}},
        {"rash": "present", "igg": {"unit": "g/L"}},
        {"rash": "present", "igg": {"lower": None, "unit": "g/L"}},
        {"pga": 2},
        {"pga": {"value": 2}},
        {"pga": {"value": 11, "scale": "0-10"}},
        {"pga": {"value": 2, "scale": "0-30"}},
        {"pga": {"value": -1, "scale": "0-3"}},
        {"rash": "present", "drugs": {}},
        {"rash": "present", "drugs": [{"dose": 5}]},
        {"rash": "present", "drugs": [{"drug": " "}]},
        {"rash": "present", "drugs": [{"drug": "x", "dose": -5}]},
        {"rash": "present", "drugs": [{"drug": "x", "dose": 5, "unit": "mL"}]},
        {"rash": "present", "drugs": [{"drug": "x", "investigational": 1}]},
        {"rash": "present", "drugs": ["x"]},
        {"bilag_np_psychosis": 5},
        {"bilag_np_psychosis": True},
        {"new_lupus_activity": "maybe"},
        {"new_lupus_activity": 1},
    ],
)
def test_both_refuse(raw: object) -> None:
    text = json.dumps(raw)
    assert codes(text)
    assert not accepted(text)


@pytest.mark.parametrize(
    "raw",
    [
        {"present": ["rash"], "absent": ["rash"]},
        [{"subject": "p1", "rash": "present"}, {"subject": "p1", "rash": "present"}],
        {"rash": "present", "igg": {"value": 5, "unit": "mmol/L"}},
        {"rash": "present", "measures": ["sledai:sledai_2k"]},
        {"sledai_total": "11-7"},
        {"subject": "p1"},
    ],
)
def test_what_only_the_parser_sees_is_of_a_kind_that_is_listed(raw: object) -> None:
    text = json.dumps(raw)
    found = codes(text)
    assert found
    assert found <= CHECKED_BESIDES
    assert accepted(text)


def _written(fact: Fact) -> st.SearchStrategy[Any]:
    """Forms of a fact, right and wrong."""
    numbers = st.one_of(
        st.integers(-3, 120),
        st.decimals(-3, 120, places=2).map(float),
        st.sampled_from(["7-11", "<0.5", ">=3", "11 to 12", "x", "", "0,5", "-3", " 4 "]),
        st.sampled_from([{"lower": 1, "upper": 4}, {"lower": "2"}, {"upper": None}, {"lower": 1, "up": 3}, []]),
    )
    unit = st.sampled_from([fact.unit or "g", "mg/dL", "", None, 3])
    scale = st.sampled_from([*fact.values, "0-5", None])
    state = st.sampled_from(["present", "absent", "unknown", "Present", "", None, 1])
    day = st.sampled_from([-2, 0, 1, -1.5, "-3 to -1", ">0", "", None])
    item = st.fixed_dictionaries(
        {"state": state},
        optional={
            "day": day,
            "course": st.sampled_from(["new", "old", "", None]),
            "detail": st.sampled_from([*fact.details, "x", "", None]),
            "attribution": st.sampled_from(["sle", "lupus", None]),
        },
    )
    drug = st.fixed_dictionaries(
        {},
        optional={
            "drug": st.sampled_from(["prednisolone", "x", "", None, 3]),
            "dose": numbers,
            "unit": st.sampled_from(["mg", "mL", "", None]),
            "frequency": st.sampled_from(["daily", "often", None]),
            "investigational": st.sampled_from([True, "no", "?", None]),
        },
    )
    return {
        "item": st.one_of(state, item),
        "statement": st.sampled_from(["yes", "no", "unknown", True, None, "maybe", 1]),
        "number": st.one_of(numbers, st.fixed_dictionaries({"value": numbers, "unit": unit})),
        "count": st.one_of(numbers, st.fixed_dictionaries({"value": numbers}, optional={"unit": unit})),
        "scaled": st.one_of(numbers, st.fixed_dictionaries({"value": numbers}, optional={"scale": scale})),
        "choice": st.sampled_from([*fact.values, *range(6), "x", True, None]),
        "drugs": st.lists(drug, max_size=2),
    }[fact.kind]


FACTS = facts()
ONE_FACT = st.sampled_from(sorted(FACTS)).flatmap(lambda name: st.tuples(st.just(name), _written(FACTS[name])))


@settings(max_examples=100)
@given(st.lists(ONE_FACT, min_size=1, max_size=2), st.sampled_from(["now", "previous", ""]))
def test_schema_and_parser_agree_on_facts(pairs: list[tuple[str, Any]], place: str) -> None:
    facts_of_visit = dict(pairs)
    agree(json.dumps({"measures": ["pga"], **({place: facts_of_visit} if place else facts_of_visit)}))


MEASURE_WORDS = st.sampled_from(["sledai", "sledai:selena", "pga", "x", "", " ; ", "sledai; pga", ":", "pga:", 3, None])


@settings(max_examples=60)
@given(
    st.one_of(
        MEASURE_WORDS,
        st.lists(
            st.one_of(
                MEASURE_WORDS,
                st.fixed_dictionaries(
                    {},
                    optional={
                        "measure": st.sampled_from(["sledai", "x", None]),
                        "variant": st.sampled_from(["selena", "", None, 3]),
                        "variants": st.sampled_from([["selena"], [None], [], "selena", [3]]),
                        "window_days": st.sampled_from([10, 10.0, 0.5, -1, None, "10"]),
                    },
                ),
            ),
            max_size=2,
        ),
    )
)
def test_schema_and_parser_agree_on_measures(measures_asked: object) -> None:
    agree(json.dumps({"rash": "present", "measures": measures_asked}))


def test_every_fact_has_its_form_in_the_schema() -> None:
    schema = input_schema()
    assert set(schema["$defs"]["facts"]) == set(facts())
    for name, fact in facts().items():
        number: object = int(fact.minimum or 0)
        given = {"item": "absent", "statement": "no", "drugs": [], "choice": (*fact.values, "")[0]}.get(
            fact.kind, number
        )
        if fact.kind == "scaled":
            given = {"value": 0, "scale": fact.values[0]}
        elif needs_unit(fact):
            given = {"value": number, "unit": fact.unit}
        text = json.dumps({"measures": ["pga"], name: given})
        assert codes(text) == set(), name
        assert accepted(text), name


def test_answers_meet_the_output_schema() -> None:
    schema = json.loads(json.dumps(output_schema()))
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    visits = [
        {"subject": "p1"},
        {"present": ["rash"], "others": "absent", "pga": {"value": Decimal("0.4"), "scale": "0-3"}, "drugs": []},
    ]
    answer = json.loads(render_json(score_records(visits, list(measures()))))
    assert len(answer["results"]) == 2 * len(measures())
    check.validate(answer)
    answer["results"][0]["variant"] = ""
    assert not check.is_valid(answer)
