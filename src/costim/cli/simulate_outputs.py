"""The folder of a simulation: page, figure, tables, event tables and SBML; whole or not at all."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from costim.mechanism.dosing.regimen import Regimen
    from costim.mechanism.simulate.simulation import Simulation
    from costim.registry.simulation_record import SimulationRecord


def check_folder(out: Path) -> None:
    """Refuse a folder that is not ours before anything is computed.

    Raises:
        CostimError: it holds a study, or files that costim did not write.
    """
    from costim.report.write import check_target

    check_target(out)


def write_folder(
    out: Path,
    record: SimulationRecord,
    simulations: Mapping[str, Simulation],
    regimens: Mapping[str, Sequence[Regimen]],
) -> None:
    """Write `simulation.html`, the figure, `courses.csv`, `endpoints.csv`, `patients.csv`, `regimens.csv`, `models/`.

    Raises:
        CostimError: the folder cannot be written.
    """
    from costim.mechanism.simulate.record import patients_rows
    from costim.report.simulation_page import (
        draw_page_figure,
        render_page,
        simulation_json,
        simulation_provenance,
    )
    from costim.report.write import write_outputs

    pictures = draw_page_figure(record)
    files: dict[str, bytes] = {
        "simulation.html": render_page(record, pictures["svg"]),
        "simulation.json": simulation_json(record),
        "courses.csv": _csv(_courses(record)),
        "endpoints.csv": _csv(_endpoints(record)),
        "contrasts.csv": _csv([asdict(row) for row in record.contrasts]),
        "patients.csv": _csv(patients_rows(simulations)),
        "regimens.csv": _csv(_doses(regimens)),
    }
    files |= {f"figures/simulated_courses.{ending}": content for ending, content in pictures.items()}
    files |= _models(record, regimens)
    made_with = {
        "agent": record.agent,
        "forms": sorted({arm.model for arm in record.arms}),
        "patients": record.arms[0].patients,
        "draws": record.draws,
        "seed": record.seed,
        "costim": version("costim"),
    }
    files["provenance.json"] = simulation_provenance(made_with, files)
    write_outputs(out, files)


def _models(record: SimulationRecord, regimens: Mapping[str, Sequence[Regimen]]) -> dict[str, bytes]:
    """The typical patient of each form under each regimen as SBML, and the equations as text."""
    from costim.mechanism.dosing.event_table import events_of, render_events
    from costim.mechanism.dosing.of_patients import schedule_of
    from costim.mechanism.model.agents import load_agent, with_agent
    from costim.mechanism.model.catalogue import load_model
    from costim.mechanism.model.listing import equations
    from costim.mechanism.population.draw import typical
    from costim.mechanism.sbml.write import write_sbml

    found: dict[str, bytes] = {}
    for form in dict.fromkeys(arm.model for arm in record.arms):
        model = with_agent(load_model(form), load_agent(record.agent))
        found[f"models/{form}.txt"] = equations(model).encode()
        patient = typical(model)
        for number, turn in enumerate(regimens.values(), start=1):
            infusions = schedule_of(model, turn[0], patient.covariates)
            found[f"models/{form}-regimen{number}.xml"] = write_sbml(model, patient.values[0], infusions).encode()
            events = render_events(events_of(model, ["typical"], infusions), model)
            found[f"models/regimen{number}-events.csv"] = events.encode()
    return found


def _courses(record: SimulationRecord) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for arm in record.arms:
        for band in arm.bands:
            for day, low, mid, high in zip(band.days, band.lower, band.median, band.upper, strict=True):
                rows.append(
                    {
                        "regimen": arm.regimen,
                        "model": arm.model,
                        "output": band.output,
                        "unit": band.unit,
                        "evidence": band.evidence,
                        "day": day,
                        "lower": low,
                        "median": mid,
                        "upper": high,
                        "share_of_patients": record.share_of_patients,
                    }
                )
        limits = arm.relapse_free_lower or [math.nan] * len(arm.relapse_free)
        above = arm.relapse_free_upper or [math.nan] * len(arm.relapse_free)
        for day, low, mid, high in zip(arm.relapse_free_days, limits, arm.relapse_free, above, strict=True):
            rows.append(
                {
                    "regimen": arm.regimen,
                    "model": arm.model,
                    "output": "relapse_free",
                    "unit": "",
                    "evidence": "speculative",
                    "day": day,
                    "lower": low,
                    "median": mid,
                    "upper": high,
                    "share_of_patients": "",
                }
            )
    return rows


def _endpoints(record: SimulationRecord) -> list[dict[str, object]]:
    return [
        {
            "regimen": arm.regimen,
            "model": arm.model,
            "endpoint": end.name,
            "label": end.label,
            "unit": end.unit,
            "evidence": end.evidence,
            "lower": end.lower,
            "median": end.median,
            "upper": end.upper,
            "reached": end.reached,
            "patients": arm.patients,
            "failed": arm.failed,
        }
        for arm in record.arms
        for end in arm.endpoints
    ]


def _doses(regimens: Mapping[str, Sequence[Regimen]]) -> list[dict[str, object]]:
    return [
        {
            "regimen": label,
            "turn": turn,
            "day": dose.day,
            "amount": dose.amount,
            "unit": dose.unit,
            "hours": dose.hours,
        }
        for label, regimens_in_turn in regimens.items()
        for turn, regimen in enumerate(regimens_in_turn, start=1)
        for dose in regimen.doses
    ]


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Plain CSV; infinite times as `inf`, unknown numbers blank."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(value) for key, value in row.items()})
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.6g}"
    return value
