"""The list of current drugs as it is written -> drugs, with every fault of every entry."""

from __future__ import annotations

from functools import cache
from typing import Any

from costim.measures.bounds import UNBOUNDED, Bounds
from costim.measures.facts import Drug
from costim.measures.parse_number import read_bounds
from costim.measures.problems import Collector, Words
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures
from costim.registry.suggest import did_you_mean, is_slip_of
from costim.registry.tables import study_tables

DRUG_KEYS = ("drug", "dose", "unit", "frequency", "route", "change", "investigational")
CHANGES = ("new", "increased", "unchanged", "decreased", "stopped")
INVESTIGATIONAL = {"yes": Truth.YES, "no": Truth.NO, "unknown": Truth.UNKNOWN, True: Truth.YES, False: Truth.NO}


@cache
def drug_words() -> dict[str, tuple[str, ...]]:
    """Legal words of `unit`, `frequency`, `route` (those of the comedications table) and `change`."""
    columns = study_tables()["comedications"].columns
    return {name: columns[name].values for name in ("unit", "frequency", "route")} | {"change": CHANGES}


_NO_NAME = frozenset(
    (
        "none", "no", "nil", "nothing", "no_drug", "no_drugs", "no_medication", "no_treatment", "null", "yes",
        "other", "others", "keine", "kein", "ja", "aucun", "aucune", "rien", "oui", "unknown", "not_known",
        "unbekannt", "inconnu", "not_done", "not_recorded", "not_reported", "not_recovered", "na", "n/a", "n.a.",
        "nd", "n.d.", "nk",
    )
)  # fmt: skip
"""What stands where a drug should, and would be taken for a drug that is no glucocorticoid."""


@cache
def _steroids() -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """Glucocorticoids by name, parts of names by which others are known, and short names that tell none."""
    info = measures().get("steroids")
    if info is None:
        return (), (), frozenset()
    known = tuple(entry["drug"] for entry in info.extra["equivalents"])
    return known, tuple(info.extra["stems"]), frozenset(info.extra["short_names"])


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
        faults.add("dose_without_drug", given, "the generic name of the drug", 'write "drug": "prednisolone"', here)
        return ""
    known, stems, short_names = _steroids()
    spelled = name.replace(" ", "_").replace("-", "_")
    if _is_no_name(spelled):
        action = "write the drug; an empty list, in a table `none`, says that no drug is taken; nothing: not known"
        faults.add("unknown_drug", raw, "the generic name of a drug", action, f"{here}.drug")
    elif spelled in short_names:
        action = "write the generic name: a short or brand name of a glucocorticoid would be a dose of 0"
        faults.add("unknown_drug", raw, "the generic name of the drug", action, f"{here}.drug")
    elif spelled not in known and not any(stem in spelled for stem in stems):
        meant = next((drug for drug in known if is_slip_of(spelled, drug)), "")
        if meant:  # a misspelt steroid would be a dose of 0
            action = f"did you mean {meant!r}? Write the generic name"
            faults.add("unknown_drug", raw, "the generic name of the drug", action, f"{here}.drug")
    return name


def _is_no_name(spelled: str) -> bool:
    """Is it a word of the list that is no drug, an error of a spreadsheet, or hardly a word?"""
    words = {word for known in drug_words().values() for word in known}
    letters = sum(sign.isalpha() for sign in spelled)
    return spelled in _NO_NAME or spelled.replace("_", " ") in words or letters < 2 or spelled.startswith("#")


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
