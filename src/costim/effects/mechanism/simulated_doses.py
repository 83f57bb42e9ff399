"""Effect rows of the study's doses in virtual patients, and whether what the study saw tells the forms apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from costim.effects.mechanism.doses import StudyDoses, read_doses
from costim.registry.effects import Effect
from costim.registry.plan import Plan
from costim.registry.plan_mechanism import Mechanism
from costim.registry.simulation_record import SimulatedArm, SimulationRecord

if TYPE_CHECKING:
    import polars as pl

    from costim.mechanism.dosing.regimen import Regimen

SHARE = "mechanism.relapse_free"
NOT_CONTRADICTED = "none contradicted"
MIXTURE = "the doses of the study"
BEYOND = 1.05
"""How far past the last time asked for the simulation goes."""


def simulate_doses(
    plan: Plan, measurements: pl.DataFrame, effects: Sequence[Effect]
) -> tuple[list[Effect], SimulationRecord | None]:
    """Every regimen of the study in as many virtual patients as its share of the subjects, under both forms.

    Args:
        plan: its `mechanism` says how many patients, which drug, which event, and when.
        measurements: the measurements table.
        effects: estimated before; `proportion_beyond` of the event is what the study saw.

    Returns:
        Rows `simulated_share` of `mechanism.relapse_free`, `simulated_median` of what is seen, and
        `simulated_against_observed`; with the record that figures are drawn from. Nothing where the plan asks for no
        simulation; one row without a number where no subject's doses are known.
    """
    asked = plan.mechanism
    if not asked.patients:
        return [], None
    doses = read_doses(measurements, asked.agent)
    if not doses.regimens:
        flags = ("no_data",)
        return [Effect(parameter=SHARE, method="simulated_share", n=0, n_missing=doses.left_out, flags=flags)], None
    record = _record(plan, doses)
    month = float(plan.study.days_per_month)
    shares = [row for arm in record.arms for row in _shares(arm, record, asked.months, month)]
    verdicts = [row for at in asked.months for row in _verdict(at, shares, effects, asked.event)]
    medians = [row for arm in record.arms for row in _medians(arm, record)]
    used = [replace(row, measurements=doses.measurements) for row in (*shares, *verdicts, *medians)]
    return used, record


def _record(plan: Plan, doses: StudyDoses) -> SimulationRecord:
    last = max(plan.mechanism.months, default=12.0) * float(plan.study.days_per_month)
    return _simulated(doses.regimens, max(last * BEYOND, 400.0), plan.mechanism, plan.study.seed)


@lru_cache(maxsize=4)  # the same doses under another plan of the same study need not be simulated again
def _simulated(regimens: tuple[tuple[Regimen, int], ...], days: float, asked: Mechanism, seed: int) -> SimulationRecord:
    from costim.mechanism.simulate.record import record_regimens

    turn = [regimen for regimen, count in regimens for _ in range(count)]
    record, _ = record_regimens(
        {MIXTURE: turn},
        agent=asked.agent,
        patients=asked.patients,
        days=days,
        seed=seed,
        draws=asked.uncertainty_draws,
    )
    return record


def _shares(arm: SimulatedArm, record: SimulationRecord, months: Sequence[float], month: float) -> list[Effect]:
    rows = []
    for at in months:
        place = max(i for i, day in enumerate(arm.relapse_free_days) if day <= at * month)
        integrated = arm.patients - arm.failed
        has_limits = bool(arm.relapse_free_lower)
        rows.append(
            Effect(
                parameter=SHARE,
                method="simulated_share",
                variant=arm.model,
                at=float(at),
                n=integrated,
                n_missing=arm.failed,
                estimate=arm.relapse_free[place],
                denominator=integrated,
                lower=arm.relapse_free_lower[place] if has_limits else None,
                upper=arm.relapse_free_upper[place] if has_limits else None,
                level=record.level if has_limits else None,
                seed=record.seed,
                flags=("simulated",),
            )
        )
    return rows


def _verdict(at: float, shares: Sequence[Effect], effects: Sequence[Effect], event: str) -> list[Effect]:
    """One row where the study saw something at that time; a form whose whole range lies outside is contradicted."""
    seen = next(
        (
            row
            for row in effects
            if row.parameter == event
            and row.method == "proportion_beyond"
            and row.at == at
            and row.reading == "as_recorded"
        ),
        None,
    )
    if seen is None or seen.lower is None or seen.upper is None:
        return []
    against = [row.variant for row in shares if row.at == at and _outside(row, seen.lower, seen.upper)]
    return [
        Effect(
            parameter=SHARE,
            method="simulated_against_observed",
            at=float(at),
            n=seen.n,
            n_missing=seen.n_missing,
            text=", ".join(against) or NOT_CONTRADICTED,
            flags=("simulated",),
        )
    ]


def _outside(row: Effect, lower: float, upper: float) -> bool:
    low = row.estimate if row.lower is None else row.lower
    high = row.estimate if row.upper is None else row.upper
    return low is not None and high is not None and (high < lower or low > upper)


def _medians(arm: SimulatedArm, record: SimulationRecord) -> list[Effect]:
    from costim.mechanism.simulate.record import DAYS_AT

    integrated = arm.patients - arm.failed
    return [
        Effect(
            parameter=f"mechanism.{band.output}",
            method="simulated_median",
            variant=arm.model,
            at=day,
            unit=band.unit,
            n=integrated,
            n_missing=arm.failed,
            estimate=band.median[band.days.index(day)],
            lower=band.lower[band.days.index(day)],
            upper=band.upper[band.days.index(day)],
            level=record.share_of_patients,
            seed=record.seed,
            flags=("simulated", "range_of_patients"),
        )
        for band in arm.bands
        for day in DAYS_AT
        if day in band.days
    ]
