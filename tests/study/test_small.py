"""Small parts: order, suggestions, days, units, messages."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.registry.findings import Finding
from costim.registry.natural import natural_key
from costim.registry.parameters import parameters
from costim.registry.plan import StudyInfo
from costim.registry.suggest import closest, did_you_mean
from costim.registry.units import UnitError, convert, find_unit, units
from costim.study.cells import CellProblem, parse_interval
from costim.study.days import days_per, source_day_to_ours
from costim.study.messages import render_findings
from costim.study.places import Place


def test_natural_order():
    names = ["10", "2", "1", "01", "p10", "P2", "p1", "", "p1b"]
    assert sorted(names, key=natural_key) == ["", "01", "1", "2", "10", "p1", "p1b", "P2", "p10"]
    assert natural_key("9" * 10_000) > natural_key("1")


@given(st.lists(st.text(alphabet="ab019-é", max_size=6), max_size=6), st.data())
def test_natural_order_is_total_and_does_not_depend_on_input_order(names, data):
    assert sorted(names, key=natural_key) == sorted(data.draw(st.permutations(names)), key=natural_key)


def test_suggestions():
    assert closest("subjct", ["subject", "visit"]) == "subject"
    assert closest("1", ["01", "02"]) == "01"
    assert closest("Age (years)", ["age_years"]) == "age_years"
    assert did_you_mean("zzzz", ["subject"]) == ""


def test_days_of_a_source_that_has_no_day_zero():
    def ours(text):
        day = source_day_to_ours(parse_interval(text), "first_infusion_is_day_1")
        return day.value, day.lower, day.upper, day.relation

    assert ours("1") == (0, 0, 0, "=")
    assert ours("28") == (27, 27, 27, "=")
    assert ours("-1") == (-1, -1, -1, "=")
    assert ours("-2-3") == (None, -2, 2, "range")
    assert ours("<8") == (None, None, 7, "<")
    for text in ("0", "0-3", "0.5"):
        with pytest.raises(CellProblem) as caught:
            ours(text)
        assert caught.value.code == "day_zero"
        assert caught.value.action == "write 1 for the day of the first infusion, or change study.day_convention"


def test_days_of_a_source_that_counts_from_day_zero_stay():
    day = parse_interval("0-3")
    assert source_day_to_ours(day, "first_infusion_is_day_0") == day


def test_days_per_unit():
    info = StudyInfo(id="a", title="a", day_convention="first_infusion_is_day_0", days_per_month=Decimal(30))
    assert [days_per(u, info) for u in ("days", "weeks", "months", "years")] == [1, 7, 30, Decimal("365.25")]


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        ("1.25", "g/L", "mg/dL", "125"),
        ("125", "mg/dL", "g/L", "1.25"),
        ("0.3", "mg/dL", "mg/L", "3"),
        ("5", "x10⁹/L", "cells/uL", "5000"),
        ("120", "/mm3", "10^9/L", "0.12"),
        ("4.2", "10*9/L", "10^3/µL", "4.2"),
        ("33.8", "pg/mL", "ng/L", "33.8"),
        ("2", "ng/mL", "pg/mL", "2000"),
        ("7", "IU/ml", "IU/mL", "7"),
        ("0.5", "g/24 h", "mg/day", "500"),
        ("90", "min", "h", "1.5"),
        ("250", "mg/g", "g/g", "0.25"),
    ],
)
def test_units_are_converted_exactly(value, unit, to, expected):
    assert convert(Decimal(value), unit, to) == Decimal(expected)


@pytest.mark.parametrize(
    ("unit", "to", "message"),
    [
        ("IU/mL", "U/mL", "IU/mL (international units) cannot be converted to U/mL (units of the assay)"),
        ("mmol/L", "mg/dL", "mmol/L (substance concentration) cannot be converted to mg/dL (mass concentration)"),
        ("mg/dLL", "g/L", "The unit 'mg/dLL' is not known. did you mean 'mg/dL'?"),
        ("g/L", "furlong", "The unit 'furlong' is not known."),
    ],
)
def test_units_that_no_factor_joins_are_refused(unit, to, message):
    with pytest.raises(UnitError) as caught:
        convert(Decimal(1), unit, to)
    assert str(caught.value).startswith(message)


@given(st.data())
def test_conversion_there_and_back(data):
    names = sorted(units())
    source = units()[data.draw(st.sampled_from(names))]
    same = [units()[n] for n in names if units()[n].dimension == source.dimension]
    target = data.draw(st.sampled_from(same))
    value = data.draw(st.decimals(min_value=0, max_value=10**6, places=3))
    back = convert(convert(value, source.name, target.name), target.name, source.name)
    assert abs(back - value) <= abs(value) * Decimal("1e-25")


def test_every_unit_of_a_laboratory_test_is_known():
    tests = [p for code, p in parameters().items() if code.startswith("lab.")]
    assert tests
    assert [p.code for p in tests if p.unit and find_unit(p.unit) is None] == []


def test_a_finding_code_must_be_in_the_registry():
    with pytest.raises(ValueError, match="no_such_code"):
        Place("a.csv").finding("error", "no_such_code")


def test_found_text_is_one_short_line():
    found = Place("a.csv").finding("error", "text_in_number", found="a\nb\x07 " + "x" * 500).found
    assert found.startswith("a b\ufffd xxx")
    assert len(found) == 160


def test_findings_as_text():
    findings = [
        Finding("warning", "unknown_test", "labs.csv", "", 4, "test", "igx", "did you mean 'igg'?", "correct the name"),
        Finding("error", "key_blank", "study.xlsx", "labs", 12, "subject", "", "a subject", "fill in the cell"),
        Finding("error", "missing_file", "subjects.csv", "", None, "", "no such file", "subjects.csv", "add it"),
    ]
    assert render_findings(findings) == (
        "study.xlsx, sheet labs\n"
        "  error    row 12, column subject  Expected: a subject. What to do: fill in the cell.\n"
        "\n"
        "subjects.csv\n"
        "  error    whole file  Found: no such file. Expected: subjects.csv. What to do: add it.\n"
        "\n"
        "labs.csv\n"
        "  warning  row 4, column test  Found: igx. Expected: did you mean 'igg'? What to do: correct the name.\n"
        "\n"
        "2 errors, 1 warning."
    )
    assert render_findings([]) == "No problems found."
