"""Invents the patients of this example: `python make.py` writes the tables beside it. Nobody in it exists.

Activity falls after treatment and returns in some; doses lie near the lines of 5 and 7.5 mg, a few facts are not
recorded, so that every kind of answer appears: yes, no, unknown, bounds, and answers that depend on a disputed choice.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

HERE = Path(__file__).parent
SUBJECTS = [f"S{n:02d}" for n in range(1, 9)]
VISITS = {"entry": 0, "week4": 28, "week12": 84, "week24": 168, "week52": 364}
NERVOUS = ["seizure", "psychosis", "organic_brain_syndrome", "lupus_headache", "cva", "cranial_nerve"]
OTHER = ["arthritis", "rash", "alopecia", "mucosal_ulcers", "proteinuria", "fever", "leukopenia"]
SEROLOGY = ["low_complement", "increased_dna_binding"]
ALL_ITEMS = [
    *["seizure", "psychosis", "organic_brain_syndrome", "visual_disturbance", "cranial_nerve", "lupus_headache", "cva"],
    *[
        "vasculitis",
        "arthritis",
        "myositis",
        "urinary_casts",
        "haematuria",
        "proteinuria",
        "pyuria",
        "rash",
        "alopecia",
    ],
    *["mucosal_ulcers", "pleurisy", "pericarditis", "low_complement", "increased_dna_binding", "fever"],
    *["thrombocytopenia", "leukopenia"],
]
SYSTEMS = ["constitutional", "mucocutaneous", "neuropsychiatric", "musculoskeletal", "cardiorespiratory"]
SYSTEMS += ["gastrointestinal", "ophthalmic", "renal", "haematological"]
Rows = list[dict[str, object]]


def invent(seed: int = 7) -> dict[str, Rows]:
    """Every table of the example, by name."""
    draw = random.Random(seed)  # noqa: S311  # invented patients, no secret
    tables: dict[str, Rows] = {
        name: []
        for name in (
            *("subjects", "infusions", "visits", "sledai", "scales", "comedications", "assessments", "labs"),
            "manifestations",
        )
    }
    for number, subject in enumerate(SUBJECTS):
        _subject(tables, draw, subject)
        steroid = "betamethasone" if number % 3 == 0 else "prednisolone"
        items = {draw.choice(NERVOUS), *draw.sample(OTHER, 3), *SEROLOGY}
        tables["manifestations"].append(_event(draw, subject, next(iter(sorted(items & set(NERVOUS))))))
        relapses = number in (2, 5)
        before = set(ALL_ITEMS)
        for place, (visit, day) in enumerate(VISITS.items()):
            actual = day + (draw.randint(-3, 3) if day else 0)
            tables["visits"].append({"subject": subject, "visit": visit, "day": actual})
            if place and not (relapses and visit == "week52"):
                items -= {item for item in sorted(items) if draw.random() < (0.7 if item not in SEROLOGY else 0.25)}
            elif place:
                items |= {draw.choice(NERVOUS), draw.choice(OTHER)}
            _visit(tables, draw, (subject, visit), items, dose=(steroid, place))
            if place:
                tables["assessments"] += _since_before(draw, (subject, visit), items - before)
            before = set(items)
    return tables


TERMS = {
    "seizure": "Seizure disorder",
    "psychosis": "Psychosis",
    "organic_brain_syndrome": "Acute confusional state",
    "lupus_headache": "Headache",
    "cva": "Cerebrovascular disease",
    "cranial_nerve": "Cranial neuropathy",
}


def _event(draw: random.Random, subject: str, item: str) -> dict[str, object]:
    """The neuropsychiatric event that led to treatment, as an adjudicator would describe it."""
    onset = draw.choice([-8, 0, 3, 14, 40])
    return {
        "subject": subject,
        "kind": "np",
        "term": TERMS[item],
        "outcome": draw.choice(["resolved", "resolved", "improved", "unchanged"]),
        "attribution": "sle",
        "months_from_diagnosis": onset,
        "months_from_sle_onset": onset + draw.choice([0, 2, 7]),
        "exclusions": 0,
        "associations": draw.choice([0, 0, 1]),
        "confounders": draw.choice([0, 0, 1, 2, ""]),
        "favouring": draw.choice([0, 1, 2]),
        "onset_in_window": "yes" if -6 <= onset <= 15 else "no",
        "present_in_window": draw.choice(["yes", "no"]),
    }


def _since_before(draw: random.Random, at: tuple[str, str], new: set[str]) -> Rows:
    """What was asked about the time since the visit before; now and then nobody asked."""
    said = {
        "new_lupus_activity": "yes" if new else "no",
        "sfi_cns": "yes" if new & set(NERVOUS) else "no",
        "admission_for_sle": "yes" if len(new) > 1 else "no",
        "treatment_failure": "no",
    }
    asked = {fact: value for fact, value in said.items() if draw.random() < 0.9}
    return [{"subject": at[0], "visit": at[1], "fact": fact, "value": value} for fact, value in asked.items()]


def _subject(tables: dict[str, Rows], draw: random.Random, subject: str) -> None:
    weight, height = draw.randint(44, 72), draw.randint(150, 172)
    tables["subjects"].append(
        {
            "subject": subject,
            "sex": "F" if draw.random() < 0.9 else "M",
            "age_years": draw.randint(19, 52),
            "height_cm": height,
            "weight_kg": weight,
        }
    )
    for infusion, day in enumerate((0, 14), start=1):
        tables["infusions"].append(
            {"subject": subject, "infusion": infusion, "day": day, "drug": "rituximab", "amount": 1000, "unit": "mg"}
        )


def _visit(
    tables: dict[str, Rows], draw: random.Random, at: tuple[str, str], items: set[str], *, dose: tuple[str, int]
) -> None:
    steroid, place = dose
    key = {"subject": at[0], "visit": at[1]}
    for item in ALL_ITEMS:
        state = "present" if item in items else "absent"
        if item == "increased_dna_binding" and draw.random() < 0.15:
            state = "unknown"
        there = state == "present"
        course = ("persistent" if place else "new") if there and item in OTHER else ""
        detail = {"seizure": "no_past_damage", "cva": "not_hypertensive"}.get(item, "") if there else ""
        tables["sledai"].append({**key, "item": item, "state": state, "course": course, "detail": detail})
    if draw.random() < 0.93:
        worst = 0.2 + 0.35 * len(items - set(SEROLOGY)) + 0.1 * draw.random()
        tables["scales"].append({**key, "scale": "pga_0_3", "value": round(min(worst, 3.0), 1)})
    daily = [30, 20, 10, 7.5, 5][place] if steroid == "prednisolone" else [3, 2, 1.25, 1, 0.75][place]
    tables["comedications"] += [
        {"subject": at[0], "drug": steroid, "visit": at[1], "dose": daily, "unit": "mg", "frequency": "daily"},
        {
            "subject": at[0],
            "drug": "hydroxychloroquine",
            "visit": at[1],
            "dose": 200,
            "unit": "mg",
            "frequency": "daily",
        },
    ]
    facts = {"drugs": "complete", "haemolytic_anaemia": "absent", "gastrointestinal_activity": "absent"}
    for system in SYSTEMS:
        facts[f"bilag_{system}"] = _grade(system, items, place)
    tables["assessments"] += [{**key, "fact": fact, "value": value} for fact, value in facts.items()]
    count = [180, 0.4, 0.6, 4, 35][place] * (0.8 + 0.4 * draw.random())
    tables["labs"] += [
        {**key, "test": "cd19_count", "value": round(count, 1), "unit": "cells/uL", "lloq": 0.5},
        {**key, "test": "igg", "value": round(13 - 1.5 * place + draw.random(), 1), "unit": "g/L", "lloq": ""},
    ]


def _grade(system: str, items: set[str], place: int) -> str:
    """A grade that fits the items: nothing is scored twice, nothing else is claimed."""
    there = {
        "neuropsychiatric": items & set(NERVOUS),
        "mucocutaneous": items & {"rash", "alopecia", "mucosal_ulcers"},
        "musculoskeletal": items & {"arthritis"},
        "renal": items & {"proteinuria"},
        "constitutional": items & {"fever"},
        "haematological": items & {"leukopenia"},
    }.get(system, set())
    if not there:
        return "D" if place and system in ("neuropsychiatric", "mucocutaneous") else "E"
    return (
        "A" if system == "neuropsychiatric" and not place else "B" if system in ("neuropsychiatric", "renal") else "C"
    )


def write(folder: Path = HERE) -> None:
    """Write every table as CSV."""
    for name, rows in invent().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    write()
