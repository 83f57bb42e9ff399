"""The folder `truth` of a simulated study: who the patients are, what happened, what is true of the population."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from pathlib import Path

from costim.simulated.biases import BIASES
from costim.simulated.blood import T_MARKERS, Blood
from costim.simulated.clinical_tables import Row
from costim.simulated.cohort import Cohort
from costim.simulated.courses import NEEDED
from costim.simulated.truth import Truth
from costim.simulated.written import write_csv


def write_truth(folder: Path, cohort: Cohort, blood: Blood, truth: Truth) -> None:
    """Write the folder.

    Args:
        folder: Where to; made if it is not there.
        cohort: The patients of the study.
        blood: Their tubes.
        truth: Of the population.
    """
    folder.mkdir(exist_ok=True)
    write_csv(folder / "patients.csv", _patients(cohort))
    write_csv(folder / "courses.csv", _courses(cohort))
    write_csv(folder / "days.csv", _days(cohort))
    write_csv(folder / "blood.csv", _blood(cohort, blood))
    write_csv(folder / "population.csv", _population(truth))
    (folder / "design.json").write_bytes(_design(cohort, truth).encode())


def _patients(cohort: Cohort) -> Iterator[Row]:
    """Values of the model, and number of the candidate."""
    for place, subject in enumerate(cohort.subjects):
        row: Row = {
            "subject": subject,
            "regimen": cohort.regimens[place].name,
            "candidate": int(cohort.entered.candidate[place]),
        }
        sizes = zip(cohort.model.covariates, cohort.entered.covariates[place], strict=True)
        values = zip(cohort.model.value_names, cohort.entered.values[place], strict=True)
        yield row | {name: f"{value:.6g}" for name, value in (*sizes, *values)}


def _courses(cohort: Cohort) -> Iterator[Row]:
    """True outputs on the day of every visit, missed ones too, and the expected SLEDAI that was read."""
    readings, courses = cohort.readings, cohort.courses
    for place, subject in enumerate(cohort.subjects):
        for number, visit in enumerate(cohort.design.visits):
            day = int(readings.days[place, number])
            true = {name: f"{courses.outputs[name][place, day]:.6g}" for name in NEEDED}
            yield {
                "subject": subject,
                "visit": visit.name,
                "day": day,
                "attended": "yes" if readings.attended[place, number] else "no",
                "activity": f"{courses.activity[place, day]:.6g}",
                **true,
                "expected_sledai_read": f"{readings.expected[place, number]:.6g}",
            }


def _days(cohort: Cohort) -> Iterator[Row]:
    """True days of relapse and return; blank: not within the days followed."""
    found = cohort.courses.endpoints
    for place, subject in enumerate(cohort.subjects):
        named = {
            "relapse_day": found.relapse_day,
            "b_cells_below_10_day": found.depletion_day,
            "b_cells_return_day": found.cd19_return_day,
            "naive_half_return_day": found.naive_return_day,
            "cd40_rise_day": found.marker_rise_day,
        }
        days = {name: float(column[place]) for name, column in named.items()}
        row: Row = {"subject": subject}
        yield row | {name: f"{day:.2f}" if isfinite(day) else "" for name, day in days.items()}


def _blood(cohort: Cohort, blood: Blood) -> Iterator[Row]:
    """Tubes: true concentrations, cells recorded, factors of markers."""
    for place, subject in enumerate(cohort.subjects):
        for column, number in enumerate(blood.visits):
            at = (place, column)
            yield {
                "subject": subject,
                "visit": cohort.design.visits[number].name,
                "b_cells_per_ul": f"{blood.per_ul[at]:.6g}",
                "true_naive_share": f"{blood.true_naive[at]:.6g}",
                "b_cells_recorded": int(blood.b_cells[at]),
                "naive_b_recorded": int(blood.naive_b[at]),
                **{f"{m}_factor": f"{level[at]:.6g}" for m, level in blood.levels.items()},
                **{f"{m}_staining": f"{blood.staining[m][at]:.6g}" for m in blood.staining},
                **{f"{m}_share_of_cd4": f"{blood.carriers[m][at]:.6g}" for m in T_MARKERS},
            }


def _population(truth: Truth) -> Iterator[Row]:
    for row in truth.rows:
        yield {
            "parameter": row.parameter,
            "contrast": row.contrast,
            "method": row.method,
            "stratum": row.stratum,
            "at": "" if row.at is None else f"{row.at:g}",
            "value": f"{row.value:.6g}" if isfinite(row.value) else "",
            "value_with_biases": "" if row.biased is None else f"{row.biased:.6g}",
            "standard_error": f"{row.error:.3g}" if isfinite(row.error) else "",
            "estimand": row.estimand,
        }


def _design(cohort: Cohort, truth: Truth) -> str:
    """Seed, design and biases, and how the population was made."""
    design = cohort.design
    told = {
        "seed": cohort.seed,
        "model": design.model,
        "patients": design.patients,
        "screened": cohort.enrolment.screened,
        "regimens": list(design.regimens),
        "fluctuation": design.fluctuation,
        "dropout_per_year": design.dropout_per_year,
        "biases": {name: {"amount": a, "meaning": BIASES[name].prose} for name, a in design.biases.named.items()},
        "population": {
            "patients": truth.patients,
            "screened": truth.screened,
            "failed": truth.failed,
            "unstable_share": round(truth.unstable_share, 6),
        },
        "registry": {
            "patients": truth.registry.patients,
            "mean": round(truth.registry.mean, 4),
            "between_sd": round(truth.registry.between_sd, 4),
            "within_sd": round(truth.registry.within_sd, 4),
        },
        "evidence": "Structure and most values of the model are derived or speculative; nothing here was measured.",
    }
    return json.dumps(told, indent=2) + "\n"
