"""How far effects on cells move with the gates: smallest and largest estimate over all draws."""

from __future__ import annotations

import polars as pl
import pytest

from costim.effects.estimate import estimate
from costim.registry.effects import Effect, effects_frame
from costim.registry.measurements import AS_RECORDED, Measurement, measurements_frame
from costim.registry.plan import Plan

PARAMETER = "cyt.b_cells.cd40.median"
BEFORE, AFTER = (100.0, 110.0, 120.0, 130.0, 140.0, 150.0), (60.0, 65.0, 70.0, 75.0, 82.0, 90.0)


def plan(draws: int = 3, jitter: float = 0.02, gates: str = "ready:costimulation_b") -> Plan:
    return Plan.model_validate(
        {
            "schema": 1,
            "study": {"id": "x", "title": "x", "day_convention": "first_infusion_is_day_0"},
            "visits": [{"name": "before"}, {"name": "after"}],
            "contrasts": [{"name": "c", "baseline": {"visits": ["before"]}, "post": {"visits": ["after"]}}],
            "endpoints": [{"parameter": PARAMETER, "kind": "paired_change", "scale": "ratio"}],
            "panels": [{"name": "B", "gates": gates}],
            "cytometry": {"jitter": jitter, "jitter_draws": draws},
        }
    )


def rows(reading: str, factor: float, *, lost: int = 0) -> list[Measurement]:
    found = []
    for place, (before, after) in enumerate(zip(BEFORE, AFTER, strict=True)):
        for visit, value in (("before", before), ("after", after * factor)):
            gone = visit == "after" and place < lost
            found.append(
                Measurement(
                    subject=str(place),
                    visit=visit,
                    parameter=PARAMETER,
                    item="B",
                    value=None if gone else value,
                    lower=None if gone else value,
                    upper=None if gone else value,
                    relation="" if gone else "=",
                    missing="below_lloq" if gone else "",
                    unit="AU",
                    reading=reading,
                )
            )
    return found


def effects(plan: Plan, measured: list[Measurement]) -> list[Effect]:
    return estimate(plan, measurements_frame(measured), pl.DataFrame())


def spread(found: list[Effect], variant: str) -> Effect:
    (row,) = [row for row in found if row.method == "gate_jitter" and row.variant == variant]
    return row


def test_the_spread_encloses_every_draw_and_the_effect_itself() -> None:
    measured = rows(AS_RECORDED, 1.0) + rows("gates_moved_001", 1.1) + rows("gates_moved_003", 0.9)
    found = effects(plan(), measured)
    ratio = next(row for row in found if row.method == "geometric_mean_ratio")
    row = spread(found, "geometric_mean_ratio sign_flip")
    assert row.estimate == ratio.estimate
    assert ratio.estimate is not None
    assert row.estimate_lower == pytest.approx(ratio.estimate * 0.9)
    assert row.estimate_upper == pytest.approx(ratio.estimate * 1.1)
    assert (row.count, row.denominator) == (3, 3)
    assert (row.lower, row.upper, row.level) == (None, None, None)
    assert row.reading == AS_RECORDED


def test_a_draw_that_changes_nothing_counts() -> None:
    row = spread(effects(plan(), rows(AS_RECORDED, 1.0)), "signed_rank pratt")
    assert row.estimate == row.estimate_lower == row.estimate_upper
    assert (row.count, row.denominator) == (3, 3)


def test_a_draw_of_the_other_sign_is_counted_out_and_the_largest_p_is_given() -> None:
    found = effects(plan(), rows(AS_RECORDED, 1.0) + rows("gates_moved_002", 2.0))
    row = spread(found, "signed_rank pratt")
    assert (row.count, row.denominator) == (2, 3)
    test = next(r for r in found if r.method == "signed_rank")
    assert test.p is not None
    assert row.p is not None
    assert row.p >= test.p


def test_patients_lost_under_moved_gates_are_said() -> None:
    found = effects(plan(), rows(AS_RECORDED, 1.0) + rows("gates_moved_002", 1.0, lost=2))
    assert "gates_lose_patients" in spread(found, "signed_rank pratt").flags


def test_rows_of_draws_are_no_effects_of_their_own() -> None:
    found = effects(plan(), rows(AS_RECORDED, 1.0) + rows("gates_moved_001", 1.1))
    assert {row.reading for row in found} == {AS_RECORDED}
    effects_frame(found)


@pytest.mark.parametrize("other", [plan(jitter=0.0), plan(gates="")])
def test_without_moved_gates_there_is_no_spread(other: Plan) -> None:
    assert not [row for row in effects(other, rows(AS_RECORDED, 1.0)) if row.method == "gate_jitter"]
