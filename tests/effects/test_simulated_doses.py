"""The study's doses in virtual patients: which doses, which rows, and when a form of the model is contradicted."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from costim.effects.mechanism.doses import read_doses
from costim.effects.mechanism.simulated_doses import NOT_CONTRADICTED, SHARE, simulate_doses
from costim.registry.effects import Effect
from costim.registry.measurements import Measurement, measurements_frame
from costim.registry.plan import Plan
from costim.registry.plan_mechanism import Mechanism


def _plan(**fields: object) -> Plan:
    study = {"id": "s", "title": "t", "day_convention": "first_infusion_is_day_0", "seed": 3}
    return Plan(schema=1, study=study, mechanism=Mechanism(**fields))  # type: ignore[arg-type]


def _dose(  # noqa: PLR0917
    subject: str, item: int, day: float | None, value: float | None, unit: str, drug: str = "rituximab"
) -> Measurement:
    return Measurement(
        subject=subject,
        parameter="exposure.dose_as_given",
        variant=drug,
        item=str(item),
        day=day,
        value=value,
        unit=unit,
        missing="" if value is not None else "not reported",
        cells=(f"infusions!{subject}.{item}",),
    )


def _rows(*rows: Measurement) -> pl.DataFrame:
    return measurements_frame(list(rows))


def test_doses_count_from_the_first_of_the_drug_and_equal_ones_are_one_regimen() -> None:
    found = read_doses(
        _rows(
            _dose("1", 1, 3.0, 375, "mg/m2"),
            _dose("1", 2, 17.0, 375, "mg/m2"),
            _dose("2", 1, 0.0, 375, "mg/m2"),
            _dose("2", 2, 14.0, 375, "mg/m2"),
            _dose("3", 1, 0.0, 1000, "mg", "Rituximab"),
            _dose("4", 1, 0.0, 1000, "mg", "obinutuzumab"),
            _dose("5", 1, 0.0, None, "mg"),
            _dose("6", 1, None, 500, "mg"),
        ),
        "rituximab",
    )
    assert [(regimen.name, count) for regimen, count in found.regimens] == [
        ("375 mg/m2 days 0, 14", 2),
        ("1000 mg day 0", 1),
    ]
    assert found.left_out == 3
    assert len(found.measurements) == 5


def test_nothing_is_simulated_unless_the_plan_asks() -> None:
    assert simulate_doses(_plan(), _rows(_dose("1", 1, 0.0, 1000, "mg")), []) == ([], None)


def test_a_study_without_known_doses_has_a_row_that_says_so() -> None:
    rows, record = simulate_doses(_plan(patients=50), _rows(_dose("1", 1, 0.0, None, "mg")), [])
    assert record is None
    assert [(row.n, row.n_missing, row.estimate, row.flags) for row in rows] == [(0, 1, None, ("no_data",))]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lower", "upper", "text"),
    [(0.0, 1.0, NOT_CONTRADICTED), (0.99, 1.0, "loop, no_cooperative_loop")],
)
def test_both_forms_stand_beside_what_was_seen(lower: float, upper: float, text: str) -> None:
    seen = Effect(
        parameter="event.relapse", method="proportion_beyond", at=12.0, n=10, count=5, denominator=10,
        estimate=0.5, lower=lower, upper=upper, level=0.95,
    )  # fmt: skip
    plan = _plan(patients=60, uncertainty_draws=0, months=(12.0,))
    doses = _rows(_dose("1", 1, 0.0, 1000, "mg"), _dose("1", 2, 14.0, 1000, "mg"))
    rows, record = simulate_doses(plan, doses, [seen])
    assert record is not None
    shares = [row for row in rows if row.method == "simulated_share"]
    assert [(row.parameter, row.variant, row.n + row.n_missing) for row in shares] == [
        (SHARE, "loop", 60),
        (SHARE, "no_cooperative_loop", 60),
    ]
    assert all(row.estimate is not None and 0 <= row.estimate <= 1 for row in shares)
    assert [row.text for row in rows if row.method == "simulated_against_observed"] == [text]
    medians = {(row.parameter, row.variant, row.at): row for row in rows if row.method == "simulated_median"}
    early = medians["mechanism.cd19", "loop", 28.0]
    assert early.lower <= early.estimate <= early.upper < 100  # type: ignore[operator]
    assert len({row.effect_id for row in rows}) == len(rows)
    again, _ = simulate_doses(plan, doses, [replace(seen)])
    assert again == rows
