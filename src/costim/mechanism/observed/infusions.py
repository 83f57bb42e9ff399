"""Infusions of the study as the model takes them, body sizes beside them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.dosing.of_patients import schedule_of
from costim.mechanism.dosing.regimen import INFUSION_HOURS, Dose, DoseUnit, Regimen
from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.model import Model
from costim.mechanism.observed.observed import Notes
from costim.registry.natural import natural_key

Row = Mapping[str, Any]
_Key = tuple[str, str, str]
DOSE, MILLIGRAMS, HOURS = "exposure.dose_as_given", "exposure.dose_mg", "exposure.infusion_hours"
SIZES = {"subject.bsa": "BSA", "subject.weight": "weight"}
_SIZED_BY = {"mg/m2": ("BSA", "body surface area"), "mg/kg": ("weight", "body weight")}


@dataclass(frozen=True, slots=True)
class Treated:
    """Subjects with infusions the model can use."""

    subjects: tuple[str, ...]
    schedule: Schedule
    covariates: NDArray[np.float64]
    """(subjects, model.covariates), nan where unknown."""


def read_infusions(rows: Iterable[Row], model: Model, drugs: frozenset[str], notes: Notes) -> Treated:
    """Infusions and body sizes.

    A dose per body size of a subject without that size is that of a subject of the model's typical size, which is an
    assumption told. A subject of whom one infusion has no day or amount is left out: with part of the doses the model
    would answer another question.

    Args:
        rows: measurements as recorded.
        model: names the covariates and their typical values.
        drugs: lower-case names of the drugs the model is about.
        notes: is told what is assumed and who is left out.
    """
    table = _read(rows)
    doses: dict[str, list[Dose]] = defaultdict(list)
    refused: set[str] = set()
    for key in sorted(table.given, key=lambda key: tuple(map(natural_key, key))):
        dose = _dose(table, key, model, drugs, notes)
        if dose is None:
            refused.add(key[0])
        else:
            doses[key[0]].append(dose)
    subjects = tuple(sorted(doses.keys() - refused, key=natural_key))
    names = tuple(model.covariates)
    known = [[table.sizes[s].get(name, math.nan) for name in names] for s in subjects]
    covariates = np.array(known).reshape(len(subjects), len(names))
    typical = np.array([c.value for c in model.covariates.values()])
    regimens = [Regimen(subject, tuple(doses[subject])) for subject in subjects]
    schedule = schedule_of(model, regimens, np.where(np.isnan(covariates), typical, covariates))
    return Treated(subjects, schedule, covariates)


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of infusions by subject, running number and drug; body sizes by subject and covariate."""

    given: dict[_Key, Row]
    milligrams: dict[_Key, Row]
    hours: dict[_Key, Row]
    sizes: defaultdict[str, dict[str, float]]


def _read(rows: Iterable[Row]) -> _Table:
    table = _Table({}, {}, {}, defaultdict(dict))
    homes = {DOSE: table.given, MILLIGRAMS: table.milligrams, HOURS: table.hours}
    for row in rows:
        code = row["parameter"]
        if code in homes:
            homes[code][row["subject"], row["item"], row["variant"]] = row
        elif code in SIZES and row["value"] is not None:
            table.sizes[row["subject"]][SIZES[code]] = float(row["value"])
    return table


def _dose(table: _Table, key: _Key, model: Model, drugs: frozenset[str], notes: Notes) -> Dose | None:
    given, milligrams, subject = table.given[key], table.milligrams.get(key), key[0]
    why = _unusable(given, drugs)
    if why:
        notes.leave_out(DOSE, f"{why}; the subject is left out", subject)
        return None
    amount, unit = float(given["value"]), given["unit"]
    if unit in _SIZED_BY:
        name, title = _SIZED_BY[unit]
        if milligrams is not None and milligrams["value"] is not None:
            amount, unit = float(milligrams["value"]), "mg"
        elif name not in table.sizes[subject]:
            typical = model.covariates[name]
            notes.assume(f"{title} {typical.value:g} {typical.unit}, the model's typical one, sizes the doses", subject)
    checked: DoseUnit = unit
    return Dose(float(given["day"]), amount, checked, _hours(table.hours.get(key), subject, notes))


def _unusable(given: Row, drugs: frozenset[str]) -> str:
    if given["variant"].casefold() not in drugs:
        return f"the drug {given['variant']} is not the one of the model ({', '.join(sorted(drugs))})"
    if given["value"] is None:
        return "an infusion without an exact amount"
    if given["day"] is None:
        return "an infusion without an exact day"
    if given["unit"] not in ("mg", *_SIZED_BY):
        return f"an infusion in {given['unit'] or 'an unstated unit'}"
    return ""


def _hours(row: Row | None, subject: str, notes: Notes) -> float:
    if row is not None and row["value"] is not None and row["value"] > 0:
        return float(row["value"])
    notes.assume(f"infusions lasted {INFUSION_HOURS:g} hours", subject)
    return INFUSION_HOURS
