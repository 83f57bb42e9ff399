"""Drugs against lupus: class, whether they are standard treatment, and the highest maintenance dose of Golder 2016."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from costim.measures.bounds import Bounds, exact, known
from costim.measures.facts import Drug
from costim.measures.steroids import doses_per_day, in_mg
from costim.registry.datafiles import read_rows

RITUXIMAB = "rituximab"
_STOPPED = "stopped"
_AT_LEAST_NOTHING = Bounds(Fraction(0))


@dataclass(frozen=True, slots=True)
class LupusDrug:
    """A row of `lldas_drugs.csv`."""

    name: str
    drug_class: str
    """`antimalarial`, `immunosuppressive`, `biologic`."""
    standard: bool
    """Is it standard treatment of lupus (below its highest dose, where it has one)?"""
    highest_mg_per_day: Fraction | None
    """Highest standard maintenance dose; methotrexate 30 mg per week is 30/7 mg per day."""
    evidence: str
    reference: str


def drug_name(text: str) -> str:
    """The name as the tables spell it: case, spaces and hyphens do not matter."""
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").split())


@cache
def _table() -> MappingProxyType[str, LupusDrug]:
    found: dict[str, LupusDrug] = {}
    for row in read_rows("measures/lldas_drugs.csv"):
        entry = LupusDrug(
            name=row["drug"],
            drug_class=row["class"],
            standard=row["standard"] == "yes",
            highest_mg_per_day=exact(row["cap_mg"]) / exact(row["cap_days"]) if row["cap_mg"] else None,
            evidence=row["evidence"],
            reference=row["reference"],
        )
        found |= dict.fromkeys((entry.name, *filter(None, row["synonyms"].split(";"))), entry)
    return MappingProxyType(found)


def find_lupus_drug(drug: str) -> LupusDrug | None:
    """The row of a drug by its generic name; None when the table does not have it."""
    return _table().get(drug_name(drug))


def taken(drugs: Iterable[Drug]) -> tuple[Drug, ...]:
    """Drugs that were not stopped."""
    return tuple(drug for drug in drugs if drug.change != _STOPPED)


def mg_per_day(courses: Iterable[Drug], body_weight: Bounds) -> Bounds:
    """Average daily dose in mg over all courses of one drug, at least 0.

    A course without dose, unit or frequency, or given once, adds anything from nothing.

    Args:
        courses: rows of the list that name the drug.
        body_weight: kg, for doses per kg.
    """
    total = known(0)
    for course in courses:
        dose, per_day = in_mg(course.dose, course.unit, body_weight), doses_per_day(course.frequency)
        share = _AT_LEAST_NOTHING if dose is None or per_day is None else dose.times(per_day)
        total = total.plus(share)
    return total
