"""Facts as they are written -> facts the rules read, or every problem with what to do."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import Bounds, known
from costim.measures.facts import Drug, Item, Scaled
from costim.measures.parse import parse_assessment, parse_fact, parse_facts, scale_ends
from costim.measures.parse_number import needs_unit
from costim.measures.problems import InputError, Problem
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Fact, facts, measures

NUMBER = Fact(name="thing", measure="pga", kind="number", label="Thing", unit="g/L", minimum=Decimal(0))
BARE = Fact(name="thing", measure="pga", kind="number", label="Thing", minimum=Decimal(0), maximum=Decimal(100))
COUNT = Fact(name="thing", measure="pga", kind="count", label="Thing", minimum=Decimal(0))
EYE = Fact(name="eye", measure="", kind="item", label="Eye", details=("retinal", "scleritis"))
CODE = Fact(name="code", measure="", kind="choice", label="Code", values=("0", "1", "ND"))
OPEN = {"lower_open": True, "upper_open": True}
SAID = Fact(name="said", measure="", kind="statement", label="Said")


def value(fact: Fact, raw: object) -> object:
    found, problems = parse_fact(fact, raw)
    assert problems == ()
    return found


def problem(fact: Fact, raw: object) -> Problem:
    found, problems = parse_fact(fact, raw)
    assert found is None
    assert len(problems) == 1, problems
    return problems[0]


@pytest.mark.parametrize(
    ("raw", "bounds"),
    [
        (Decimal("0.3"), known("0.3")),
        (8, known(8)),
        ("8", known(8)),
        (" 8.50 ", known("8.5")),
        ("7-11", Bounds(Fraction(7), Fraction(11))),
        ("7–11", Bounds(Fraction(7), Fraction(11))),
        ("7 to 11", Bounds(Fraction(7), Fraction(11))),
        ("<0.5", Bounds(Fraction(0), Fraction(1, 2), upper_open=True)),
        ("<=12", Bounds(Fraction(0), Fraction(12))),
        ("≥ 12", Bounds(Fraction(12), Fraction(100))),
        (">12", Bounds(Fraction(12), Fraction(100), lower_open=True)),
        ({"value": "7-11"}, Bounds(Fraction(7), Fraction(11))),
        ({"lower": 7, "upper": Decimal("11.5")}, Bounds(Fraction(7), Fraction(23, 2))),
        ({"lower": 7, "lower_open": True}, Bounds(Fraction(7), Fraction(100), lower_open=True)),
        ("1e-2", known("0.01")),
        ("100", known(100)),
        ("0", known(0)),
    ],
)
def test_numbers(raw: object, bounds: Bounds) -> None:
    assert value(BARE, raw) == bounds


@pytest.mark.parametrize(
    ("raw", "unit", "wanted"),
    [
        (5, "g/L", "5"),
        (500, "mg/dL", "5"),
        (Decimal("0.5"), "g/dL", "5"),
        ("<500", "mg/dL", None),
        (5, " G/l ", "5"),
    ],
)
def test_units_are_converted_exactly(raw: object, unit: str, wanted: str | None) -> None:
    found = value(NUMBER, {"value": raw, "unit": unit})
    assert found == (known(wanted) if wanted else Bounds(Fraction(0), Fraction(5), upper_open=True))


def test_a_range_may_carry_its_unit() -> None:
    assert value(NUMBER, {"lower": 100, "upper": 200, "unit": "mg/dL"}) == Bounds(Fraction(1), Fraction(2))


@settings(max_examples=60)
@given(st.decimals(min_value=0, max_value=10**6, places=3), st.sampled_from(["g/L", "mg/dL", "g/dL", "mg/L", "ug/L"]))
def test_the_unit_does_not_change_the_quantity(number: Decimal, unit: str) -> None:
    factor = {"g/L": 1, "mg/dL": 100, "g/dL": Fraction(1, 10), "mg/L": 1000, "ug/L": 10**6}[unit]
    written = Fraction(number) * factor
    assert value(NUMBER, {"value": written, "unit": unit}) == known(Fraction(number))


@pytest.mark.parametrize(
    ("fact", "raw", "code", "words"),
    [
        (BARE, 0.3, "not_exact", ("the binary float 0.3", "an exact number", 'write Decimal("0.3") or "0.3"')),
        (BARE, np.float64(0.3), "not_exact", ("the binary float 0.3", "an exact", 'Decimal("0.3")')),
        (BARE, float("nan"), "not_a_number", ("nan", "a number", "leave it away")),
        (BARE, True, "wrong_type", ("true", "a number, a range", "write the number")),
        (BARE, Decimal("NaN"), "not_a_number", ("NaN", "a number", "leave it away")),
        (BARE, Decimal("Infinity"), "not_a_number", ("Infinity", "a number", "leave it away")),
        (BARE, Decimal("1e999999999"), "too_large", ("1E+999999999", "at most 30 digits", "slip")),
        (BARE, Decimal("1e-999999"), "too_large", ("1E-999999", "at most 30 digits", "slip")),
        (BARE, "1" * 40, "too_large", ("1" * 40, "at most 30 digits", "slip")),
        (BARE, "0,8", "wrong_type", ('"0,8"', "a number", "write a point, not a comma: 0.8")),
        (BARE, "about 8", "wrong_type", ('"about 8"', "a number", "without unit or words")),
        (BARE, "11-7", "wrong_range", ('"11-7"', "a lower end below the upper end", "exchange")),
        (BARE, [1], "wrong_type", ("a list of 1", "a number", "write the number")),
        (BARE, {"lower": None}, "wrong_type", ("an object with lower", "an object with lower, upper or both", "write")),
        (BARE, {"lower": 3, "uper": 4}, "wrong_type", ("an object with lower, uper", "lower, upper or both", "write")),
        (BARE, {"value": None}, "wrong_type", ("an object with value", "an object with value", "leave the fact away")),
        (BARE, {"value": 3, "lower": 3}, "wrong_type", ("an object with value, lower", "an object with", "write")),
        (BARE, 101, "out_of_range", ("101", "from 0 to 100", "correct the number")),
        (BARE, -1, "out_of_range", ("-1", "from 0 to 100", "correct the number")),
        (BARE, "<0", "out_of_range", ('"<0"', "from 0 to 100", "correct the number")),
        (BARE, ">100", "out_of_range", ('">100"', "from 0 to 100", "correct the number")),
        (BARE, {"value": 3, "unit": "g"}, "unit_mismatch", ('"g"', "a number without unit", "leave the unit away")),
        (COUNT, {"lower": 0, "upper": 1, **OPEN}, "not_whole", ("an object", "a whole", "")),
        (BARE, {"lower": 3, "upper": 3, "lower_open": True}, "wrong_range", ("an object", "a lower end", "exchange")),
        (EYE, {"state": "present", "day": ">0"}, "out_of_range", ('">0"', "0 (the day", "write -2")),
        (COUNT, -2, "negative_count", ("-2", "a whole number at least 0", "correct the number")),
        (COUNT, Decimal("2.5"), "not_whole", ("2.5", "a whole number", "write the whole number")),
        (NUMBER, 5, "unit_missing", ("a number without unit", "a number in g/L", '"unit": "g/L"}')),
        (NUMBER, {"value": 5, "unit": "mmol/L"}, "unit_mismatch", ('"mmol/L"', "g/L", "write the number in g/L")),
        (NUMBER, {"value": 5, "unit": "g/l/h"}, "unit_mismatch", ('"g/l/h"', "mg/dL", "write the number in g/L")),
        (NUMBER, {"value": 5, "unit": ""}, "wrong_type", ('""', "a unit such as g/L", "write the unit")),
        (EYE, "presnt", "unknown_value", ('"presnt"', "one of present, absent, unknown", "did you mean 'present'?")),
        (EYE, 1, "wrong_type", ("1", "present, absent or unknown", "write")),
        (EYE, {"day": -2}, "wrong_type", ("day, and no state", "one of present, absent, unknown", "in a table")),
        (EYE, {"state": None}, "wrong_type", ("nothing, and no state", "one of present", '"state": "present"')),
        (BARE, "1,250", "wrong_type", ('"1,250"', "a number", "write 1.2500 or 1250")),
        (BARE, "0,125", "wrong_type", ('"0,125"', "a number", "write a point, not a comma: 0.125")),
        (EYE, {"state": "present", "day": 2}, "out_of_range", ("2", "0 (the day of the visit)", "write -2")),
        (EYE, {"state": "present", "day": Decimal("-1.5")}, "not_whole", ("-1.5", "a whole number", "write the whole")),
        (EYE, {"state": "present", "detail": "retina"}, "unknown_value", ('"retina"', "retinal, scl", "did you mean")),
        (EYE, {"state": "present", "curse": "new"}, "unknown_key", ('"curse"', "one of state, day", "'course'")),
        (EYE, {"state": "absent", "day": -2}, "contradiction", ("absent, with day", "an absent item", "leave day")),
        (EYE, {"state": "present", "attribution": "lupus"}, "unknown_value", ('"lupus"', "sle, not_sle", "write one")),
        (CODE, "5", "unknown_value", ('"5"', "one of 0, 1, ND", "write one of them")),
        (CODE, True, "wrong_type", ("true", "one of 0, 1, ND", "write one of them")),
        (SAID, "maybe", "unknown_value", ('"maybe"', "one of yes, no, unknown", "write one of them")),
        (SAID, 1, "wrong_type", ("1", "one of yes, no, unknown", "write one of them")),
    ],
)  # fmt: skip
def test_problems_say_what_was_found_expected_and_to_do(
    fact: Fact, raw: object, code: str, words: tuple[str, str, str]
) -> None:
    found = problem(fact, raw)
    assert found.code == code
    for word, text in zip(words, (found.found, found.expected, found.action), strict=True):
        assert word in text
    assert found.item.startswith(fact.name)
    assert found.measure == fact.measure


def test_a_number_too_long_to_print() -> None:
    assert problem(BARE, 10**5000).found == "a number of more than a thousand digits"


def test_a_whole_number_of_another_library() -> None:
    assert value(COUNT, np.int64(3)) == known(3)
    assert problem(COUNT, np.True_).code == "wrong_type"


def test_facts_that_are_no_object() -> None:
    with pytest.raises(InputError, match="a list of 1"):
        parse_facts([1])  # type: ignore[arg-type]


def test_open_ends_of_a_count_are_closed() -> None:
    assert value(COUNT, "<5") == Bounds(Fraction(0), Fraction(4))
    assert value(COUNT, ">5") == Bounds(Fraction(6), None)


def test_an_item_with_its_attributes() -> None:
    raw = {"state": "present", "day": "-10 to -2", "course": "new", "detail": "scleritis", "attribution": "sle"}
    wanted = Item(Truth.YES, Bounds(Fraction(-10), Fraction(-2)), "new", "scleritis", "sle")
    assert value(EYE, raw) == wanted
    assert value(EYE, "absent") == Item(Truth.NO)
    assert value(EYE, {"state": "unknown", "day": None, "course": ""}) == Item()


def test_every_fault_of_an_item_is_said() -> None:
    _, problems = parse_fact(EYE, {"state": "here", "day": 3, "course": "old", "detail": "x", "attribution": "y"})
    assert [p.item for p in problems] == ["eye.state", "eye.day", "eye.course", "eye.detail", "eye.attribution"]


def test_choices_statements_and_null() -> None:
    assert value(CODE, "ND") == "ND"
    assert value(CODE, 1) == "1"
    assert value(CODE, Decimal(0)) == "0"
    assert value(CODE, Decimal("1.0")) == "1"
    assert problem(CODE, Decimal("1.5")).code == "wrong_type"
    assert problem(CODE, Decimal("Infinity")).code == "wrong_type"
    assert value(SAID, True) is Truth.YES
    assert value(SAID, "no") is Truth.NO
    assert parse_fact(SAID, None) == (None, ())


def test_pga_needs_its_scale_and_stays_within_it() -> None:
    pga = facts()["pga"]
    assert value(pga, {"value": 36, "scale": "0-100"}) == Scaled(known(36), "0-100")
    assert value(pga, {"value": "<1", "scale": "0-3"}) == Scaled(
        Bounds(Fraction(0), Fraction(1), upper_open=True), "0-3"
    )
    assert value(pga, {"value": 3, "scale": "0-3"}) == Scaled(known(3), "0-3")
    above = problem(pga, {"value": Decimal("3.1"), "scale": "0-3"})
    assert str(above) == (
        "pga: pga\n  found: 3.1\n  expected: 0 to 3 on the scale 0-3\n  do: the reading is above its scale: correct one"
    )
    assert problem(pga, {"value": ">3", "scale": "0-3"}).code == "above_scale"
    assert problem(pga, {"value": -1, "scale": "0-3"}).code == "below_scale"
    assert problem(pga, 2).code == "scale_missing"
    assert problem(pga, {"value": 2, "scale": "0-30"}).action == "did you mean '0-3'?"


def test_every_scale_has_both_ends() -> None:
    for fact in facts().values():
        for scale, (low, high) in scale_ends(fact).items() if fact.kind == "scaled" else ():
            assert low is not None, scale
            assert high is not None, scale
            assert problem(fact, {"value": low - 1, "scale": scale}).code == "below_scale"
            assert problem(fact, {"value": high + 1, "scale": scale}).code == "above_scale"
            assert value(fact, {"value": high, "scale": scale}) == Scaled(known(high), scale)


DRUGS = Fact(name="drugs", measure="", kind="drugs", label="Drugs")


def test_drugs() -> None:
    raw = [
        {"drug": "Prednisolone ", "dose": "5-7.5", "unit": "mg", "frequency": "daily", "route": "oral"},
        {"drug": "study drug", "investigational": True, "change": "new"},
    ]
    assert value(DRUGS, raw) == (
        Drug("prednisolone", Bounds(Fraction(5), Fraction(15, 2)), "mg", "daily", "oral"),
        Drug("study drug", change="new", investigational=Truth.YES),
    )
    assert value(DRUGS, []) == ()


@pytest.mark.parametrize(
    ("entry", "item", "code"),
    [
        ({"dose": 6, "unit": "mg"}, "drugs.1", "dose_without_drug"),
        ({"drug": "", "dose": 6}, "drugs.1", "dose_without_drug"),
        ({"drug": "azathioprine", "dose": -6}, "drugs.1.dose", "out_of_range"),
        ({"drug": "azathioprine", "dose": "<0"}, "drugs.1.dose", "out_of_range"),
        ({"drug": "azathioprine", "dose": 0.5}, "drugs.1.dose", "not_exact"),
        ({"drug": "azathioprine", "dose": 5, "unit": "mL"}, "drugs.1.unit", "unknown_value"),
        ({"drug": "azathioprine", "unit": "mg"}, "drugs.1", "unit_without_dose"),
        ({"drug": "azathioprine", "frequency": "dayly"}, "drugs.1.frequency", "unknown_value"),
        ({"drug": "azathioprine", "investigational": "?"}, "drugs.1.investigational", "wrong_type"),
        ({"drug": "azathioprine", "doses": 3}, "drugs.1", "unknown_key"),
        ("azathioprine", "drugs.1", "wrong_type"),
    ],
)
def test_faults_of_drugs(entry: object, item: str, code: str) -> None:
    found = problem(DRUGS, [entry])
    assert (found.item, found.code) == (item, code)


def test_a_misspelt_steroid_is_refused_for_it_would_be_a_dose_of_zero() -> None:
    assert (
        problem(DRUGS, [{"drug": "hydrocortizone"}]).action == "did you mean 'hydrocortisone'? Write the generic name"
    )
    assert value(DRUGS, [{"drug": "hydroxychloroquine"}]) == (Drug("hydroxychloroquine"),)


@pytest.mark.parametrize("name", ["no", "None", "-", "?", "n/a", "not known", "keine", "#NAME?", "daily", "mg", "x"])
def test_a_word_that_is_no_drug_is_not_taken_for_one(name: str) -> None:
    found = problem(DRUGS, [{"drug": name}])
    assert (found.item, found.code, found.found) == ("drugs.1.drug", "unknown_drug", f'"{name}"')
    assert "an empty list, in a table `none`, says that no drug is taken" in found.action


@pytest.mark.parametrize("name", ["pred", "PSL", "mPSL", "Decortin H", "Solu-Medrol", "MP"])
def test_a_short_name_of_a_steroid_is_refused_for_it_would_be_a_dose_of_zero(name: str) -> None:
    found = problem(DRUGS, [{"drug": name, "dose": 5, "unit": "mg"}])
    assert (found.code, found.expected) == ("unknown_drug", "the generic name of a drug")
    assert "would be a dose of 0" in found.action


def test_names_with_figures_are_drugs() -> None:
    names = ("6-mercaptopurine", "vitamin b12", "anti cd20", "17-hydroxyprogesterone")
    assert value(DRUGS, [{"drug": name} for name in names]) == tuple(map(Drug, names))


def test_all_problems_are_raised_together() -> None:
    with pytest.raises(InputError) as caught:
        parse_facts({"siezure": "present", "rash": 3, "pga": {"value": 4, "scale": "0-3"}})
    assert [p.item for p in caught.value.problems] == ["siezure", "rash", "pga"]
    assert caught.value.problems[0].action == "did you mean 'seizure'?"
    assert str(caught.value).startswith("3 problems; nothing was scored.\n")


def test_names_of_messages_carry_the_assessment() -> None:
    _, problems = parse_assessment({"rash": 3}, "previous.")
    assert problems[0].item == "previous.rash"


def test_facts_of_the_catalogue_are_read_by_their_kind() -> None:
    written = {
        "item": "present",
        "statement": "yes",
        "drugs": [],
    }
    for fact in facts().values():
        if fact.kind == "scaled":
            raw: object = {"value": 0, "scale": fact.values[0]}
        elif fact.kind == "choice":
            raw = fact.values[0]
        elif fact.kind in ("number", "count"):
            number = fact.minimum if fact.minimum is not None else Decimal(0)
            raw = {"value": number, "unit": fact.unit} if needs_unit(fact) else number
        else:
            raw = written[fact.kind]
        assert value(fact, raw) is not None, fact.name


def test_numbers_with_a_convertible_unit_never_stand_bare() -> None:
    for fact in facts().values():
        if fact.kind == "number" and fact.unit and not needs_unit(fact):
            assert fact.unit in ("points", "reciprocal dilution", "SD"), fact.name
    assert measures()
