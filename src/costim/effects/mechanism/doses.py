"""Which infusions every subject of a study received, as regimens for virtual patients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from costim.mechanism.dosing.regimen import DOSE_UNITS, INFUSION_HOURS, Dose, Regimen
from costim.registry.measurements import AS_RECORDED

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class StudyDoses:
    """Subjects whose doses are known, and the others."""

    regimens: tuple[tuple[Regimen, int], ...]
    """Distinct regimens, each with the number of subjects who had it, in the order of the subjects."""
    left_out: int
    """Subjects with no infusion of the drug, or one whose day, amount or unit is not known."""
    measurements: tuple[str, ...]
    """Ids of the rows that were used."""


def read_doses(measurements: pl.DataFrame, agent: str) -> StudyDoses:
    """Infusions of a drug by `exposure.dose_as_given`, days counted from each subject's first infusion of it.

    Doses per m2 or kg stay so: a virtual patient has a size of its own. Infusion times that were not recorded are
    `INFUSION_HOURS`.

    Args:
        measurements: the measurements table.
        agent: generic name of the drug as in the infusions table, upper or lower case.
    """
    import polars as pl

    recorded = measurements.filter(pl.col("reading") == AS_RECORDED)
    subjects = recorded.get_column("subject").unique(maintain_order=True).to_list()
    given = recorded.filter(
        (pl.col("parameter") == "exposure.dose_as_given") & (pl.col("variant").str.to_lowercase() == agent.lower())
    )
    hours = {
        (row["subject"], row["item"]): row["value"]
        for row in recorded.filter(pl.col("parameter") == "exposure.infusion_hours").to_dicts()
        if row["value"]
    }
    found: dict[str, list[Dose] | None] = {}
    used: dict[str, list[str]] = {}
    for row in given.to_dicts():
        known = row["value"] is not None and row["day"] is not None and row["unit"] in DOSE_UNITS
        doses = found.setdefault(row["subject"], [])
        if not known or doses is None:
            found[row["subject"]] = None
            continue
        length = hours.get((row["subject"], row["item"]), INFUSION_HOURS)
        doses.append(Dose(row["day"], row["value"], row["unit"], length))
        used.setdefault(row["subject"], []).append(row["measurement_id"])
    counts: dict[tuple[Dose, ...], int] = {}
    for subject in subjects:
        doses = found.get(subject)
        if doses:
            key = _from_first(doses)
            counts[key] = counts.get(key, 0) + 1
    known_subjects = [s for s in subjects if found.get(s)]
    return StudyDoses(
        regimens=tuple((Regimen(_words(doses), doses), count) for doses, count in counts.items()),
        left_out=len(subjects) - len(known_subjects),
        measurements=tuple(row for subject in known_subjects for row in used[subject]),
    )


def _from_first(doses: list[Dose]) -> tuple[Dose, ...]:
    first = min(dose.day for dose in doses)
    moved = [Dose(dose.day - first, dose.amount, dose.unit, dose.hours) for dose in doses]
    return tuple(sorted(moved, key=lambda dose: (dose.day, dose.amount, dose.unit, dose.hours)))


def _words(doses: tuple[Dose, ...]) -> str:
    amounts = {(dose.amount, dose.unit) for dose in doses}
    days = ", ".join(f"{dose.day:g}" for dose in doses)
    if len(amounts) == 1:
        amount, unit = next(iter(amounts))
        return f"{amount:g} {unit} day{'s' if len(doses) > 1 else ''} {days}"
    return " + ".join(f"{dose.amount:g} {dose.unit} day {dose.day:g}" for dose in doses)
