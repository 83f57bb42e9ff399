"""A number is printed in the unit its source states, or in none."""

import pytest

from costim.effects.estimate import estimate
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, pair, reading

C3 = {"parameter": "lab.c3", "kind": "paired_change", "contrast": "change"}


def effects(endpoint, *rows):
    return estimate(make_plan(endpoint), frame(*rows), NO_PUBLISHED)


def test_readings_without_unit_never_get_the_unit_of_the_registry():
    rows = [pair(s, "lab.c3", 0.6 + s / 10, 0.9 + s / 10, unit="") for s in range(7)]
    found = [e for e in effects(C3, *rows) if e.parameter == "lab.c3"]
    assert {e.unit for e in found} == {""}
    assert all("unit_not_stated" in e.flags for e in found)
    assert one(found, "signed_rank").estimate == pytest.approx(0.3)


def test_stated_and_unstated_units_are_not_mixed():
    rows = [pair(s, "lab.c3", 60 + s, 90 + s, unit="mg/dL") for s in range(3)]
    found = effects(C3, *rows, pair(7, "lab.c3", 0.6, 0.9, unit=""))
    test = one(found, "signed_rank")
    assert (test.n, test.n_missing, test.unit) == (3, 1, "mg/dL")
    assert {"units_differ", "unit_not_stated"} <= set(test.flags)
    half = effects(C3, *rows, [reading(7, "lab.c3", "before", 0.6, unit=""), reading(7, "lab.c3", "after", 90)])
    assert one(half, "signed_rank").n == 3


def test_description_of_all_readings_says_so_when_units_differ():
    rows = [pair(1, "lab.c3", 60, 90), reading(2, "lab.c3", "before", 0.6, unit="g/L")]
    (row,) = find(effects(C3, *rows), "mean", stratum="baseline_all")
    assert (row.n, row.unit, row.estimate, row.flags) == (2, "", None, ("units_differ",))


def test_a_parameter_without_unit_needs_none():
    found = effects(C3 | {"parameter": "scale.house_scale"}, *[pair(s, "scale.house_scale", 5, 3) for s in range(3)])
    assert not [e for e in found if "unit_not_stated" in e.flags]


def test_totals_of_numbers_without_unit_have_none():
    endpoint = {"parameter": "exposure.dose_mg", "kind": "count"}
    rows = [reading(1, "exposure.dose_mg", item="1", value=500, unit="")]
    total = one(effects(endpoint, *rows), "total", parameter="exposure.dose_mg")
    assert (total.estimate, total.unit, total.flags) == (500, "", ("unit_not_stated",))
    mixed = effects(endpoint, *rows, reading(2, "exposure.dose_mg", item="1", value=500))
    assert one(mixed, "total", parameter="exposure.dose_mg").estimate is None
