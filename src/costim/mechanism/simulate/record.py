"""Regimens under several forms of the model, as the plain data that reports draw and word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.model.agents import load_agent, with_agent
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.model.evidence import evidence_of
from costim.mechanism.population.draw import draw_patients
from costim.mechanism.simulate.contrasts import contrasts_of
from costim.mechanism.simulate.endpoints import share_free
from costim.mechanism.simulate.run import simulate
from costim.mechanism.simulate.simulation import Simulation
from costim.mechanism.simulate.typical_draws import TypicalDraws, relapse_over_draws
from costim.registry.catalogue import methods
from costim.registry.simulation_record import Band, SimulatedArm, SimulatedContrast, SimulatedEndpoint, SimulationRecord

if TYPE_CHECKING:
    from costim.fleet.spread import Progress
    from costim.mechanism.dosing.regimen import Regimen
    from costim.mechanism.model.model import Model

Floats = NDArray[np.float64]

FORMS = ("loop", "no_cooperative_loop")
"""Always side by side: nothing known tells them apart."""
SHOWN = ("cd19", "cd40/baseline", "cd40l/baseline", "icos/baseline", "sledai/baseline")
LABELS = {
    "cd40/baseline": "CD40, CD80 per B cell, relative",
    "cd40l/baseline": "CD40L+, CD69+ of CD4, relative",
    "icos/baseline": "ICOS+ of CD4, relative",
    "sledai/baseline": "Activity, relative",
}
MIDDLE = 0.9
"""Share of the patients inside a band."""
LEVEL = 0.95
"""Of limits over draws of the typical patient."""
STEP = 7.0
"""Days between points of a course."""
DAYS_AT = (28.0, 180.0, 365.0)
"""When medians are given in numbers."""


def record_regimens(
    regimens: Mapping[str, Sequence[Regimen]],
    *,
    agent: str = "rituximab",
    forms: Sequence[str] = FORMS,
    patients: int = 1000,
    days: float = 730.0,
    seed: int = 1,
    draws: int = 40,
    threads: int | None = None,
    cluster: str = "",
    progress: Progress | None = None,
) -> tuple[SimulationRecord, dict[str, Simulation]]:
    """Simulate and sum up.

    Args:
        regimens: By label: regimens that the patients take in turn (one: all of them take it).
        agent: Of `agent_names()`.
        forms: Names of models, the first with bands in pictures.
        patients: Of each regimen and form.
        days: Reach of the simulation, above 28.
        seed: Of everything drawn.
        draws: Of the typical patient, for limits of the shares without relapse; 0: none.
        threads: The number of cores by default.
        cluster: Address of a Dask scheduler; blank for this machine.
        progress: Told after each piece of work.

    Returns:
        The record, and the simulation of each form with every patient's endpoints.

    Raises:
        CostimError: as `draw_patients` and `simulate`.
    """
    times = _times(days)
    arms: list[SimulatedArm] = []
    contrasts: list[SimulatedContrast] = []
    simulations: dict[str, Simulation] = {}
    drug = load_agent(agent)
    for form in forms:
        model = with_agent(load_model(form), drug)
        people = draw_patients(model, patients, seed)
        what = tuple(name for name in SHOWN if name.partition("/")[0] in model.outputs)
        given = {label: [turn[i % len(turn)] for i in range(patients)] for label, turn in regimens.items()}
        found = simulate(
            model,
            given,
            people,
            times,
            what=what,
            levels=((1 - MIDDLE) / 2, 0.5, (1 + MIDDLE) / 2),
            threads=threads,
            cluster=cluster,
            progress=progress,
        )
        over = relapse_over_draws(
            model, regimens, times, draws=draws, seed=seed, threads=threads, progress=progress
        ) if draws else TypicalDraws({}, 0)  # fmt: skip
        arms += [_arm(label, model, found, over) for label in regimens]
        contrasts += contrasts_of(model, found, over, tuple(regimens), middle=MIDDLE, level=LEVEL)
        simulations[form] = found
    record = SimulationRecord(
        arms=tuple(sorted(arms, key=lambda arm: list(regimens).index(arm.regimen))),
        contrasts=tuple(contrasts),
        agent=agent,
        agent_title=drug.title,
        share_of_patients=MIDDLE,
        level=LEVEL,
        draws=draws,
        seed=seed,
    )
    return record, simulations


def _times(days: float) -> Floats:
    """Weekly, with the days of `DAYS_AT`, whole years and the last day."""
    named = [day for day in (*DAYS_AT, 365.25, 730.5) if day <= days]
    return np.unique(np.concatenate([np.arange(0.0, days, STEP), named, [days]]))


def _arm(label: str, model: Model, found: Simulation, over: TypicalDraws) -> SimulatedArm:
    course = found.courses[label]
    limits = over.free.get(label)
    low = high = np.empty(0)
    if limits is not None and len(limits):
        low, high = np.quantile(limits, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    free = [share_free(course.endpoints.relapse_day, day) for day in found.times]
    known = methods().get(model.name)
    return SimulatedArm(
        regimen=label,
        model=model.name,
        model_title=known.label if known else model.title,
        patients=len(course.status),
        failed=int(course.failed.sum()),
        unstable_share=found.patients.unstable_share,
        bands=tuple(_band(model, found, label, what) for what in found.what),
        endpoints=_endpoints(model, found, label),
        relapse_free_days=tuple(found.times.tolist()),
        relapse_free=tuple(free),
        relapse_free_lower=tuple(low.tolist()),
        relapse_free_upper=tuple(high.tolist()),
    )


def _band(model: Model, found: Simulation, label: str, what: str) -> Band:
    output, _, relative = what.partition("/")
    lower, median, upper = found.band(label, what).T
    return Band(
        output="activity" if output == "sledai" else output,
        label=LABELS.get(what, model.outputs[output].title),
        unit="" if relative else model.outputs[output].unit,
        evidence=evidence_of(model, output),
        days=tuple(found.times.tolist()),
        lower=tuple(lower.tolist()),
        median=tuple(median.tolist()),
        upper=tuple(upper.tolist()),
    )


def _endpoints(model: Model, found: Simulation, label: str) -> tuple[SimulatedEndpoint, ...]:
    ends = found.courses[label].endpoints
    rules = found.rules
    rows = (
        ("lowest_cd19", "Lowest CD19+ count", "cells/µL", "cd19", ends.lowest_cd19),
        ("depletion_day", f"CD19+ first below {rules.depleted_below:g}/µL", "days", "cd19", ends.depletion_day),
        ("cd19_return_day", f"CD19+ back at {rules.depleted_below:g}/µL", "days", "cd19", ends.cd19_return_day),
        ("naive_return_day", f"Naive B cells back at {rules.return_share:.0%}", "days", "naive", ends.naive_return_day),
        (
            "memory_return_day",
            f"Memory B cells back at {rules.return_share:.0%}",
            "days",
            "memory",
            ends.memory_return_day,
        ),
        ("lowest_activity", "Lowest activity (baseline = 1)", "", "sledai", ends.lowest_activity),
        ("marker_rise_day", "CD40 and CD80 rise again", "days", "cd40", ends.marker_rise_day),
        ("relapse_day", "Simulated relapse", "days", "sledai", ends.relapse_day),
    )
    return tuple(
        _summed(name, title, unit, evidence_of(model, output), column)
        for name, title, unit, output, column in ((*row[:4], _of_those_depleted(row[0], row[4])) for row in rows)
        if output in model.outputs and not np.isnan(column).all()
    )


def _of_those_depleted(name: str, column: Floats) -> Floats:
    """Of days of return: without patients whose cells were never below, who come back on day 0."""
    return np.where(column == 0, np.nan, column) if name.endswith("return_day") else column


def _summed(name: str, title: str, unit: str, evidence: str, column: Floats) -> SimulatedEndpoint:
    known = np.sort(column[~np.isnan(column)])
    # Order statistics, not their means: half way to "never" is no day.
    low, mid, high = (float(known[round(q * (len(known) - 1))]) for q in ((1 - MIDDLE) / 2, 0.5, (1 + MIDDLE) / 2))
    return SimulatedEndpoint(name, title, unit, evidence, low, mid, high, int(np.isfinite(known).sum()))


def patients_rows(simulations: Mapping[str, Simulation]) -> list[dict[str, object]]:
    """Every patient of every arm with endpoints and status; a failed one has its row."""
    from costim.mechanism.solver.solved import Status

    rows: list[dict[str, object]] = []
    for form, found in simulations.items():
        for label, course in found.courses.items():
            columns = {field: getattr(course.endpoints, field) for field in course.endpoints.__dataclass_fields__}
            for i, status in enumerate(course.status):
                row: dict[str, object] = {"model": form, "regimen": label, "patient": i + 1}
                row["status"] = Status(int(status)).name.lower()
                rows.append(row | {name: float(column[i]) for name, column in columns.items()})
    return rows
