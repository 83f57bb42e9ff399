"""The list of current drugs as it is written -> drugs, with every fault of every entry."""

from __future__ import annotations

from typing import Any

from costim.measures.bounds import UNBOUNDED, Bounds
from costim.measures.drug_names import drug_words, what_to_write
from costim.measures.facts import Drug
from costim.measures.parse_number import read_bounds
from costim.measures.problems import Collector, Words
from costim.measures.truth import Truth
from costim.registry.suggest import did_you_mean

DRUG_KEYS = ("drug", "dose", "unit", "frequency", "route", "change", "investigational")
INVESTIGATIONAL = {"yes": Truth.YES, "no": Truth.NO, "unknown": Truth.UNKNOWN, True: Truth.YES, False: Truth.NO}


def read_drugs(raw: Any, faults: Collector) -> tuple[Drug, ...] | None:
    """The complete list of current drugs; an empty list says that none is taken. None when a fault was noted."""
    if not isinstance(raw, list | tuple):
        faults.add("wrong_type", raw, "a list of drugs", "write a list; [] when no drug is taken")
        return None
    before = len(faults.found)
    drugs = [_drug(entry, faults, number) for number, entry in enumerate(raw, 1)]
    return tuple(d for d in drugs if d is not None) if len(faults.found) == before else None


def _drug(entry: Any, faults: Collector, number: int) -> Drug | None:
    here = f"{number}"
    if isinstance(entry, Drug):
        return entry
    if not isinstance(entry, dict):
        action = 'write {"drug": "prednisolone", "dose": 6, "unit": "mg"}; in a table: prednisolone 6 mg daily'
        faults.add("wrong_type", entry, f"an object with {', '.join(DRUG_KEYS)}", action, here)
        return None
    for key in entry:
        if key not in DRUG_KEYS:
            guess = did_you_mean(str(key), DRUG_KEYS) or "leave it away"
            faults.add("unknown_key", key, f"one of {', '.join(DRUG_KEYS)}", guess, here)
    words = {key: _word(entry.get(key), known, faults, f"{here}.{key}") for key, known in drug_words().items()}
    dose = _dose(entry, words["unit"], faults, here)
    investigational = entry.get("investigational")
    if investigational is not None and not (
        isinstance(investigational, bool | str) and investigational in INVESTIGATIONAL
    ):
        faults.add("wrong_type", investigational, "yes, no or unknown", "write one of them", f"{here}.investigational")
        investigational = None
    return Drug(
        _name(entry, faults, here),
        dose,
        **words,
        investigational=Truth.UNKNOWN if investigational is None else INVESTIGATIONAL[investigational],
    )


def _name(entry: dict[str, Any], faults: Collector, here: str) -> str:
    raw = entry.get("drug")
    name = " ".join(raw.casefold().split()) if isinstance(raw, str) else ""
    if not name:
        given = (
            raw
            if raw not in (None, "")
            else Words("a dose without drug" if "dose" in entry else "an entry without drug")
        )
        faults.add("dose_without_drug", given, "the generic name of a drug", 'write "drug": "prednisolone"', here)
        return ""
    if action := what_to_write(name):
        faults.add("unknown_drug", raw, "the generic name of a drug", action, f"{here}.drug")
    return name


def _dose(entry: dict[str, Any], unit: str, faults: Collector, here: str) -> Bounds:
    raw = entry.get("dose")
    if raw is None:
        if unit:
            faults.add(
                "unit_without_dose",
                Words(f"the unit {unit} without a dose"),
                "a dose",
                "write the dose, or leave the unit away",
                here,
            )
        return UNBOUNDED
    part = f"{here}.dose"
    bounds = read_bounds(raw, faults, part)
    if bounds is None:
        return UNBOUNDED
    ends = [end for end in (bounds.lower, bounds.upper) if end is not None]
    if min(ends) < 0 or (bounds.upper == 0 and bounds.upper_open):
        faults.add("out_of_range", raw, "a dose of at least 0", "correct the dose", part)
        return UNBOUNDED
    return bounds.within(0, None)


def _word(raw: Any, known: tuple[str, ...], faults: Collector, part: str) -> str:
    if raw is None or raw == "":
        return ""
    if isinstance(raw, str) and raw in known:
        return raw
    guess = did_you_mean(raw, known) if isinstance(raw, str) else ""
    faults.add("unknown_value", raw, f"one of {', '.join(known)}", guess or "write one of them, or leave it away", part)
    return ""
