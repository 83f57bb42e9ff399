"""Glucocorticoids: equivalents by a named table, and the daily dose of one course."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from costim.instruments.choices import chosen
from costim.instruments.rows import Reading, Row, absent, joined
from costim.registry.datafiles import read_rows
from costim.registry.plan import StudyInfo

SYSTEMIC_ROUTES = ("", "oral", "iv", "im")
"""A route that is not stated counts: a source that lists a dose in mg means a systemic one."""
ONCE = "once"
_REFERENCE_MG = Decimal(5)
_STEMS = ("predniso", "cortiso", "methaso", "corticoster", "corticoid")
_MG = {"g": Decimal(1000), "mg": Decimal(1), "ug": Decimal("0.001")}


@dataclass(frozen=True, slots=True)
class Equivalent:
    """mg of a drug equal to prednisolone 5 mg; None when nobody can say."""

    mg: Decimal | None
    evidence: str


@cache
def _tables() -> MappingProxyType[str, MappingProxyType[str, Equivalent]]:
    rows = read_rows("measures/steroids.csv")
    names = {name for row in rows for name in row["tables"].split(";") if name != "all"}
    return MappingProxyType(
        {
            name: MappingProxyType(
                {
                    row["drug"]: Equivalent(
                        Decimal(row["equivalent_mg"]) if row["equivalent_mg"] else None, row["evidence"]
                    )
                    for row in rows
                    if row["tables"] == "all" or name in row["tables"].split(";")
                }
            )
            for name in sorted(names)
        }
    )


def find_equivalent(drug: str, table: str) -> Equivalent | None:
    """Equivalent of a drug in a named table; None when the drug is no glucocorticoid.

    A name that sounds like a glucocorticoid but is not in the table gets an equivalent without number, so that a
    misspelt drug leaves a bound behind and not a hole.

    Raises:
        CostimError: no table of that name.
    """
    known = _tables()[chosen(table, _tables(), "variants.steroid_table")]
    name = "_".join(drug.casefold().replace("-", " ").replace("_", " ").split())
    if name in known:
        return known[name]
    return Equivalent(None, "") if any(stem in name for stem in _STEMS) else None


def compute_equivalent(dose_mg: Decimal, equivalent_mg: Decimal) -> Decimal:
    """Prednisone equivalent (mg) of a dose.

    Args:
        dose_mg: dose in mg of the drug.
        equivalent_mg: mg of the drug equal to prednisolone 5 mg.
    """
    return dose_mg * _REFERENCE_MG / equivalent_mg


def _per_day(frequency: str, info: StudyInfo) -> tuple[Decimal, Decimal]:
    """Doses per so many days. A dose without frequency stands as printed; its flag says that it may not be daily."""
    one = Decimal(1)
    return {
        "twice daily": (Decimal(2), one),
        "three times daily": (Decimal(3), one),
        "alternate days": (one, Decimal(2)),
        "weekly": (one, Decimal(7)),
        "monthly": (one, info.days_per_month),
    }.get(frequency, (one, one))


@dataclass(frozen=True, slots=True)
class Share:
    """What one row adds to the prednisone equivalent (mg; per day unless a single pulse)."""

    mg: Reading
    flags: tuple[str, ...]
    cells: tuple[str, ...]


def share(row: Row, equivalent: Equivalent, person: Row | None, info: StudyInfo) -> Share:
    """Prednisone equivalent of a row of the comedications table.

    Args:
        row: the dose with unit and frequency.
        equivalent: of its drug, in the named table.
        person: the row of the subjects table, for a dose per kg.
        info: length of a month, for a monthly dose.
    """
    dose, flags, more = _in_mg(row, person)
    cells = joined(row.source("dose", "unit", "frequency"), more)
    if equivalent.mg is None and not dose.missing:
        dose, flags = absent("blank"), joined(flags, ("steroid_not_convertible",))
    if dose.missing or equivalent.mg is None:
        return Share(dose, flags, cells)
    unverified = ("unverified_rule",) if equivalent.evidence == "M" else ()
    unsaid = () if row.filled("frequency") else ("frequency_not_stated",)
    times, days = _per_day(row.text("frequency"), info)
    mg = equivalent.mg
    taken = dose.map(lambda d: compute_equivalent(d, mg) * times / days)
    return Share(taken.within(0, None), joined(flags, dose.flags, unsaid, unverified), cells)


def _in_mg(row: Row, person: Row | None) -> tuple[Reading, tuple[str, ...], tuple[str, ...]]:
    dose, unit = row.reading("dose"), row.text("unit")
    if dose.missing:
        return dose, (), ()
    if unit in _MG:
        return dose.map(lambda d: d * _MG[unit]), (), ()
    if unit == "mg/kg":
        weight = person.reading("weight_kg") if person else absent("not_recorded")
        cells = person.cells("weight_kg") if person else ()
        kilograms = weight.value
        if kilograms is None:
            return absent(weight.missing or "blank"), ("weight_unknown",), cells
        return dose.map(lambda d: d * kilograms), (), cells
    return absent(row.missing("unit") or "blank"), ("unit_not_stated",), ()
