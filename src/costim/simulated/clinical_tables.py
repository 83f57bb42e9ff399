"""Tables of what the clinic knows: subjects, infusions, visits, SLEDAI, manifestations, drugs, events, images."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from costim.simulated.activity_items import ITEMS, NERVOUS
from costim.simulated.chronicle import found_at_visits, last_contact
from costim.simulated.cohort import Cohort
from costim.simulated.design import BASELINE, LATE
from costim.simulated.randomness import stream

Row = dict[str, object]
TERMS = {
    "seizure": "seizure disorder",
    "psychosis": "psychosis",
    "organic_brain_syndrome": "acute confusional state",
    "visual_disturbance": "cranial neuropathy",
    "cranial_nerve": "cranial neuropathy",
    "lupus_headache": "headache",
    "cva": "cerebrovascular disease",
}
"""Items of the nervous system and the syndrome of the ACR 1999 nomenclature they are recorded as."""
RESOLVED_AT, IMPROVED_BELOW = 0.5, 0.9
"""Activity at which the leading manifestation is gone, and below which it counts as improved; assumed."""
DAILY_DOSES = (15, 20, 30, 40)
"""Prednisolone at entry, mg a day; it moves no state of the model."""
TAPER = ((35, 0.75), (91, 0.5), (183, 0.25))
"""From these days on, parts of the dose at entry."""
PULSE_MG, PULSE_DAYS = 1000, (0, 1, 2)


def subjects(cohort: Cohort) -> Iterator[Row]:
    """subjects.csv."""
    draw = stream(cohort.seed, "subjects")
    covariates = dict(zip(cohort.model.covariates, cohort.entered.covariates.T, strict=True))
    for place, subject in enumerate(cohort.subjects):
        yield {
            "subject": subject,
            "sex": "F" if draw.random() < 0.9 else "M",
            "age_years": int(draw.integers(18, 61)),
            "disease_duration": int(draw.integers(1, 21)),
            "disease_duration_unit": "years",
            "weight_kg": round(float(covariates["weight"][place]), 1) if "weight" in covariates else "",
            "bsa_m2": round(float(covariates["BSA"][place]), 4) if "BSA" in covariates else "",
            "note": "simulated",
        }


def infusions(cohort: Cohort) -> Iterator[Row]:
    """infusions.csv."""
    for subject, regimen in zip(cohort.subjects, cohort.regimens, strict=True):
        for number, dose in enumerate(regimen.doses, start=1):
            yield {
                "subject": subject,
                "infusion": number,
                "day": f"{dose.day:g}",
                "drug": "rituximab",
                "amount": f"{dose.amount:g}",
                "unit": dose.unit,
                "duration_h": f"{dose.hours:g}",
            }


def attended(cohort: Cohort) -> Iterator[tuple[int, str, int, str, int]]:
    """Visits that took place: place and name of the subject, place and name of the visit, day."""
    readings = cohort.readings
    for place, subject in enumerate(cohort.subjects):
        for number, visit in enumerate(cohort.design.visits):
            if readings.attended[place, number]:
                yield place, subject, number, visit.name, int(readings.days[place, number])


def visits(cohort: Cohort) -> Iterator[Row]:
    """visits.csv; a visit that was missed has no row."""
    for _, subject, _, visit, day in attended(cohort):
        yield {"subject": subject, "visit": visit, "day": day}


def sledai(cohort: Cohort) -> Iterator[Row]:
    """sledai.csv: every item, and the total as the clinic added it up."""
    readings = cohort.readings
    sums = readings.sledai
    for place, subject, number, visit, _ in attended(cohort):
        key = {"subject": subject, "visit": visit}
        for item, present in zip(ITEMS, readings.items[place, number], strict=True):
            yield {**key, "item": item, "state": "present" if present else "absent", "total": ""}
        yield {**key, "item": "total", "state": "", "total": int(sums[place, number])}


def lead_item(cohort: Cohort, place: int) -> str:
    """The item of the nervous system that appears first in a patient: the reason for treatment."""
    early = cohort.entered.earliness[place]
    return max(NERVOUS, key=lambda item: float(early[ITEMS.index(item)]))


def manifestations(cohort: Cohort) -> Iterator[Row]:
    """manifestations.csv: one neuropsychiatric event per patient, gone once activity has halved, as seen at visits."""
    draw = stream(cohort.seed, "manifestations")
    readings = cohort.readings
    for place, subject in enumerate(cohort.subjects):
        activity = cohort.courses.activity[place]
        below = np.flatnonzero(activity <= RESOLVED_AT)
        found = found_at_visits(
            float(below[0]) if below.size else np.nan, readings.days[place], readings.attended[place]
        )
        last = activity[last_contact(readings.days[place], readings.attended[place])]
        better = "improved" if last < IMPROVED_BELOW else "unchanged"
        yield {
            "subject": subject,
            "kind": "np",
            "term": TERMS[lead_item(cohort, place)],
            "onset_day": -int(draw.integers(5, 60)),
            "resolution_day": "" if found.by is None else found.written,
            "outcome": "resolved" if found.by is not None else better,
            "attribution": "sle",
        }


def comedications(cohort: Cohort) -> Iterator[Row]:
    """comedications.csv: prednisolone, tapered from day 35 on, and steroid pulses where the study has that bias."""
    draw = stream(cohort.seed, "comedications")
    for place, subject in enumerate(cohort.subjects):
        dose = int(draw.choice(DAILY_DOSES))
        end = last_contact(cohort.readings.days[place], cohort.readings.attended[place])
        steps = [(-30, 1.0), *((day, part) for day, part in TAPER if day <= end)]
        for (start, part), after in zip(steps, [*(day for day, _ in steps[1:]), None], strict=True):
            yield {
                "subject": subject,
                "drug": "prednisolone",
                "start_day": start,
                "end_day": "" if after is None else after - 1,
                "dose": f"{dose * part:g}",
                "unit": "mg",
                "frequency": "daily",
                "route": "oral",
            }
        if cohort.design.biases.steroid_pulse:
            for day in PULSE_DAYS:
                yield {
                    "subject": subject,
                    "drug": "methylprednisolone",
                    "start_day": day,
                    "end_day": day,
                    "dose": PULSE_MG,
                    "unit": "mg",
                    "frequency": "once",
                    "route": "iv",
                }


def events(cohort: Cohort) -> Iterator[Row]:
    """events.csv: relapse between two visits, or none up to the last visit; and the last contact.

    Who was infused after the last visit that took place was seen at the infusion.
    """
    readings = cohort.readings
    for place, subject in enumerate(cohort.subjects):
        days, took_place = readings.days[place], readings.attended[place]
        found = found_at_visits(float(cohort.courses.endpoints.relapse_day[place]), days, took_place)
        end = last_contact(days, took_place)
        yield {
            "subject": subject,
            "event": "relapse",
            "day": end if found.by is None else found.written,
            "status": "censored" if found.by is None else "observed",
        }
        infused = max((math.ceil(dose.day) for dose in cohort.regimens[place].doses), default=0)
        yield {"subject": subject, "event": "last_contact", "day": max(end, infused), "status": "observed"}


def imaging(cohort: Cohort) -> Iterator[Row]:
    """imaging.csv: SPECT of the brain at baseline, and the paired verdict at month 6 of who came."""
    blinded = "no" if cohort.design.biases.unblinded_readers else "yes"
    for place, subject, _, visit, _ in attended(cohort):
        if visit not in (BASELINE, LATE):
            continue
        first = visit == BASELINE
        yield {
            "subject": subject,
            "visit": visit,
            "modality": "spect",
            "region": "brain",
            "reader": "r1",
            "finding": "abnormal" if first else "",
            "verdict": "" if first else ("improved" if cohort.readings.image_improved[place] else "unchanged"),
            "blinded": blinded,
        }
