"""Regimens as written, and the infusions they come to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.errors import CostimError
from costim.mechanism.dosing.of_patients import schedule_of
from costim.mechanism.dosing.regimen import REGIMENS, Dose, Regimen, parse_regimen, schedule, schedule_each
from costim.mechanism.model.agents import load_agent, with_agent
from costim.mechanism.model.catalogue import load_model


@pytest.mark.parametrize(
    ("text", "days", "amount", "unit"),
    [
        ("375 mg/m2 x2 q14d", [0, 14], 375, "mg/m2"),
        ("375 mg/m² × 4 every 7 days", [0, 7, 14, 21], 375, "mg/m2"),
        ("500MG days 0, 7, 14, 21", [0, 7, 14, 21], 500, "mg"),
        ("1000 mg x2 q2w", [0, 14], 1000, "mg"),
        ("1000 mg x2 q14d day 180", [180, 194], 1000, "mg"),
        ("6 mg/kg", [0], 6, "mg/kg"),
        ("1e6 cells/kg on day 3", [3], 1e6, "cells/kg"),
        ("1000x2", [0, 14], 1000, "mg"),
        ("375 x 4", [0, 7, 14, 21], 375, "mg/m2"),
    ],
)
def test_regimens_as_written(text: str, days: list[float], amount: float, unit: str) -> None:
    doses = parse_regimen(text).doses
    assert [dose.day for dose in doses] == days
    assert {(dose.amount, dose.unit, dose.hours) for dose in doses} == {(amount, unit, 4.8)}


def test_courses_are_joined_and_sorted() -> None:
    regimen = parse_regimen("500 mg day 180 over 4 h + 375 mg/m2 x2 q14d")
    assert [(d.day, d.amount, d.unit, d.hours) for d in regimen.doses] == [
        (0, 375, "mg/m2", 4.8),
        (14, 375, "mg/m2", 4.8),
        (180, 500, "mg", 4),
    ]
    assert regimen.name == "500 mg day 180 over 4 h + 375 mg/m2 x2 q14d"


@given(count=st.integers(1, 30), step=st.integers(1, 60), amount=st.integers(1, 5000), first=st.integers(0, 400))
def test_interval_and_list_of_days_agree(count: int, step: int, amount: int, first: int) -> None:
    by_interval = parse_regimen(f"{amount} mg x{count} q{step}d day {first}")
    days = ", ".join(str(first + step * place) for place in range(count))
    assert parse_regimen(f"{amount} mg days {days}").doses == by_interval.doses


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is blank"),
        ("375 mg/m2 x2", "does not say when"),
        ("375", "cannot be read"),
        ("375x3", "did you mean"),
        ("375 mg x0", "at least 1"),
        ("375 mg x2 q0d", "above 0 days"),
        ("375 mg x3 days 0, 7", "says 3 infusions and lists 2"),
        ("375 mg q7d days 0, 7", "not both"),
        ("375 mg days 7, 7", "a day twice"),
        ("375 mg over 0 h", "length must be above 0"),
        ("-5 mg", "cannot be read"),
    ],
)
def test_regimens_that_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(CostimError, match=words):
        parse_regimen(text)


def test_impossible_doses_are_said_together() -> None:
    with pytest.raises(CostimError, match=r"(?s)amount -1 on day 0.*0 h on day 2.*unit 'g'"):
        Regimen("x", (Dose(0, -1), Dose(2, 1, hours=0), Dose(3, 1, "g")))  # type: ignore[arg-type]


def test_amounts_by_body_size() -> None:
    found = schedule(REGIMENS["375x2"], bsa=[1.6, 2.0])
    assert found.amount.tolist() == [[600, 600], [750, 750]]
    assert found.start.tolist() == [[0, 14], [0, 14]]
    assert found.duration == pytest.approx(0.2)
    assert schedule(parse_regimen("6 mg/kg"), weight=50).amount.tolist() == [[300]]
    assert schedule(parse_regimen("1e6 cells/kg"), weight=50).amount.tolist() == [[50e6]]
    with pytest.raises(CostimError, match=r"say the body surface area \(m2\)"):
        schedule(REGIMENS["375x1"])
    with pytest.raises(CostimError, match="patient 2 has a body weight"):
        schedule(parse_regimen("6 mg/kg"), weight=[50, 0])


def test_a_regimen_for_each() -> None:
    found = schedule_each([REGIMENS["500x4"], REGIMENS["375x1"], Regimen("none", ())], bsa=1.6)
    assert found.amount.tolist() == [[500] * 4, [600, 0, 0, 0], [0, 0, 0, 0]]
    assert (np.diff(found.start, axis=1) >= 0).all()
    assert (found.duration > 0).all()


def test_covariates_size_the_doses_of_patients() -> None:
    model = load_model("loop")
    sizes = np.array([[1.5, 50.0], [2.0, 80.0]])
    assert schedule_of(model, REGIMENS["375x1"], sizes).amount.tolist() == [[562.5], [750]]
    assert schedule_of(model, [REGIMENS["375x1"], parse_regimen("6 mg/kg")], sizes).amount.tolist() == [[562.5], [480]]
    with pytest.raises(CostimError, match="1 regimens for 2 patients"):
        schedule_of(model, [REGIMENS["375x1"]], sizes)


def test_cells_and_milligrams_are_not_mixed_up() -> None:
    cells = with_agent(load_model("loop"), load_agent("car_t_pulse"))
    sizes = np.array([[1.6, 50.0]])
    assert schedule_of(cells, parse_regimen("1e6 cells/kg"), sizes).amount.tolist() == [[50e6]]
    with pytest.raises(CostimError, match="is of cells: use cells or cells/kg"):
        schedule_of(cells, REGIMENS["1000x2"], sizes)
    with pytest.raises(CostimError, match="is of a drug in mg"):
        schedule_of(load_model("loop"), parse_regimen("1e6 cells/kg"), sizes)
