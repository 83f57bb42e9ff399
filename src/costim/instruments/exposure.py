"""Exposure: infusions of the study drug, as given and in mg."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from costim.instruments.body import surface
from costim.instruments.rows import Reading, Row, absent, joined, point, rows_of, to_bounds, to_reading
from costim.instruments.times import when_of
from costim.measures.bsa import dose_of_body
from costim.registry.measurements import Measurement
from costim.study.study import Study

_PER_BODY = {"mg/m2": "bsa_unknown", "mg/kg": "weight_unknown"}
_CELL_PRODUCTS = ("cells", "cells/kg")


def measure(study: Study) -> list[Measurement]:
    """Rows of `exposure.dose_as_given`, `exposure.dose_mg`, `exposure.infusion_hours` and `exposure.infusions`.

    A dose per m2 or per kg becomes mg only with a known area (by `plan.variants.bsa`) or weight; otherwise the row in
    mg is missing and flagged. A cell product has no dose in mg. The infusion time has a row where something was typed.

    Args:
        study: the checked study.

    Returns:
        Doses per infusion (item = running number, variant = drug) and one number of infusions per subject.
    """
    people = {row.subject: row for row in rows_of(study, "subjects")}
    infusions = rows_of(study, "infusions")
    by_subject: dict[str, list[Row]] = defaultdict(list)
    for row in infusions:
        by_subject[row.subject].append(row)
    doses = [entry for row in infusions for entry in _doses(study, row, people.get(row.subject))]
    doses += [_hours(study, row) for row in infusions if row.spoken("duration_h")]
    return doses + [_number(study, subject, rows) for subject, rows in sorted(by_subject.items())]


def _doses(study: Study, row: Row, person: Row | None) -> list[Measurement]:
    amount, when = row.reading("amount"), when_of(row, study.plan.study)
    cells = row.source("amount", "unit")
    unit = row.text("unit")
    in_mg, flags, more = _in_mg(amount, row, person, study.plan.variants.bsa)
    unstated = ("unit_not_stated",) if not unit and not amount.missing else ()
    given = _row(
        study, row, "exposure.dose_as_given", amount, unit=unit, flags=unstated, cells=joined(cells, when.cells)
    )
    if unit in _CELL_PRODUCTS:
        return [given]
    cells = joined(cells, more, when.cells)
    return [given, _row(study, row, "exposure.dose_mg", in_mg, unit="mg", flags=flags, cells=cells)]


def _hours(study: Study, row: Row) -> Measurement:
    cells = joined(row.cells("duration_h"), when_of(row, study.plan.study).cells)
    return _row(study, row, "exposure.infusion_hours", row.reading("duration_h"), unit="h", flags=(), cells=cells)


def _row(
    study: Study, row: Row, code: str, amount: Reading, *, unit: str, flags: tuple[str, ...], cells: tuple[str, ...]
) -> Measurement:
    when = when_of(row, study.plan.study)
    return Measurement(
        subject=row.subject,
        parameter=code,
        item=row.text("infusion"),
        variant=row.text("drug"),
        unit=unit,
        flags=joined(flags, when.flags),
        source="infusions",
        cells=cells,
        reading=study.reading,
        **amount.fields(),
        **when.fields(),
    )


def _in_mg(
    amount: Reading, row: Row, person: Row | None, variant: str
) -> tuple[Reading, tuple[str, ...], tuple[str, ...]]:
    """The dose in mg, its flags, and the cells of the body measure it needed."""
    unit = row.text("unit")
    if amount.missing or unit == "mg":
        return amount, (), ()
    if unit not in _PER_BODY:
        return absent(row.missing("unit") or "blank"), ("unit_not_stated",), ()
    body, cells = _body(person, unit, variant)
    if body.missing:
        return absent(body.missing), (_PER_BODY[unit],), cells
    return to_reading(dose_of_body(to_bounds(amount), to_bounds(body))), (), cells


def _body(person: Row | None, unit: str, variant: str) -> tuple[Reading, tuple[str, ...]]:
    if person is None:
        return absent("not_recorded"), ()
    if unit == "mg/kg":
        return person.reading("weight_kg"), person.source("weight_kg")
    area = surface(person, variant)
    return area.m2, area.cells


def _number(study: Study, subject: str, rows: list[Row]) -> Measurement:
    return Measurement(
        subject=subject,
        parameter="exposure.infusions",
        unit="infusions",
        source="infusions",
        cells=joined(*((row.source("amount")) for row in rows)),
        reading=study.reading,
        **point(Decimal(len(rows))).fields(),
    )
