"""Glucocorticoids of the comedications table: what one row adds to the prednisone equivalent."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from costim.instruments.choices import chosen
from costim.instruments.rows import Reading, Row, absent, joined, to_bounds, to_reading
from costim.measures.bounds import UNBOUNDED, Bounds, exact
from costim.measures.steroids import Equivalent, doses_per_day, find_equivalent, in_mg, in_prednisone
from costim.registry.measure_catalogue import measures
from costim.registry.plan import StudyInfo


def equivalent_of(row: Row, table: str) -> Equivalent | None:
    """Equivalent of the drug of a row in the table that study.toml names; None when it is no glucocorticoid.

    Raises:
        CostimError: no table of that name.
    """
    return find_equivalent(row.text("drug"), chosen(table, measures()["steroids"].variants, "variants.steroid_table"))


@dataclass(frozen=True, slots=True)
class Share:
    """What one row adds to the prednisone equivalent (mg; per day unless a single pulse)."""

    mg: Reading
    flags: tuple[str, ...]
    cells: tuple[str, ...]


def share(row: Row, equivalent: Equivalent, person: Row | None, info: StudyInfo) -> Share:
    """Prednisone equivalent of a row of the comedications table.

    A dose without frequency stands as printed; its flag says that it may not be daily.

    Args:
        row: the dose with unit and frequency.
        equivalent: of its drug, in the named table.
        person: the row of the subjects table, for a dose per kg.
        info: length of a month, for a monthly dose.
    """
    printed = row.reading("dose")
    if printed.missing:
        return Share(printed, (), row.source("dose", "unit", "frequency"))
    dose, why, flags, more = _in_mg(row, person)
    cells = joined(row.source("dose", "unit", "frequency"), more)
    if equivalent.mg is None:
        return Share(absent("blank"), (*flags, "steroid_not_convertible"), cells)
    if dose is None:
        return Share(absent(why), flags, cells)
    unverified = ("unverified_rule",) if equivalent.evidence == "M" else ()
    unsaid = () if row.filled("frequency") else ("frequency_not_stated",)
    per_day = doses_per_day(row.text("frequency"), exact(info.days_per_month)) or Fraction(1)
    mg = to_reading(in_prednisone(dose, equivalent).times(per_day))
    return Share(mg, joined(printed.flags, unsaid, unverified), cells)


def _in_mg(row: Row, person: Row | None) -> tuple[Bounds | None, str, tuple[str, ...], tuple[str, ...]]:
    """The dose in mg; or why there is none and the flags that say so; and the cells of the weight it needed."""
    unit, dose = row.text("unit"), to_bounds(row.reading("dose"))
    weight = absent("not_recorded")
    cells: tuple[str, ...] = ()
    if unit == "mg/kg" and person is not None:
        weight, cells = person.reading("weight_kg"), person.cells("weight_kg")
    if unit == "mg/kg" and weight.missing:
        return None, weight.missing, ("weight_unknown",), cells
    found = in_mg(dose, unit, to_bounds(weight) if cells else UNBOUNDED)
    if found is None:
        return None, row.missing("unit") or "blank", ("unit_not_stated",), cells
    return found, "", (), cells
