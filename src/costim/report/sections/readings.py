"""Which measurement of a patient stands for a visit or a contrast, and tables with one row per patient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.registry.plan_questions import Selector
from costim.report.cell_numbers import few_cells
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Quote
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import in_brackets, label_with_unit, listed, visit_label, visit_place

AMBIGUOUS: Inlines = ("more than one reading, none taken",)
ABSENT: Inlines = ("not recorded",)
MAX_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a patient table: header, and the cell of a subject."""

    header: Inlines
    cell: Callable[[str], Inlines]
    numeric: bool = True


def qualifies(row: Measurement, selector: Selector) -> bool:
    """Does the selector of a contrast admit this row?"""
    if selector.visits and row.visit not in selector.visits:
        return False
    if selector.timepoint is not None and row.timepoint != selector.timepoint:
        return False
    if selector.from_day is None and selector.to_day is None:
        return True
    if row.day is None:
        return False
    low = float("-inf") if selector.from_day is None else selector.from_day
    high = float("inf") if selector.to_day is None else selector.to_day
    return low <= row.day <= high


def reading_cell(
    context: Context, rows: Sequence[Measurement], taken: frozenset[str], *, name_visit: bool = False
) -> Inlines:
    """The reading that the effects rest on; else the only one; else why there is none.

    Where a contrast admits several visits, the cell names the visit of the reading.
    """
    used = [row for row in rows if row.measurement_id in taken]
    present = used or [row for row in rows if not row.missing]
    if len(present) > 1 and not used:
        return AMBIGUOUS
    if present:
        visit = present[0].visit
        at: Inlines = in_brackets(visit_label(context.plan, visit)) if name_visit and visit else ()
        return (*printed_reading(context, present[0]), *at)
    return (context.printer.value(rows[0]),) if rows else ABSENT


def printed_reading(context: Context, row: Measurement) -> Inlines:
    """The value; a count of cells below the limit of detection or of quantification says so."""
    few = few_cells(row) if not row.missing else ""
    return (context.printer.value(row), *((f", {few}",) if few else ()))


def contrast_column(
    context: Context, code: str, selector: Selector, header: Inlines, rests_on: Iterable[Effect]
) -> Column:
    """The reading of each patient that a contrast selects."""
    taken = frozenset(m for effect in rests_on for m in effect.measurements)

    def cell(subject: str) -> Inlines:
        rows = [r for r in context.rows.measured(code, subject=subject) if qualifies(r, selector)]
        return reading_cell(context, rows, taken, name_visit=len(selector.visits) != 1)

    return Column(header, cell)


def value_column(context: Context, code: str, header: Inlines, *, numeric: bool = True, **wanted: str) -> Column:
    """Every value of a parameter of each patient, joined; `wanted` narrows the rows."""

    def cell(subject: str) -> Inlines:
        rows = [
            row
            for row in context.rows.measured(code, subject=subject)
            if all(getattr(row, name) == value for name, value in wanted.items())
        ]
        parts: list[Inlines] = []
        for row in rows:
            part = printed_reading(context, row)
            if part not in parts:
                parts.append(part)
        found: Inlines = ()
        for part in parts:
            found = (*found, "; ", *part) if found else part
        return found or ABSENT

    return Column(header, cell, numeric)


def patient_grids(
    context: Context,
    name: str,
    caption: Inlines,
    columns: Sequence[Column],
    *,
    notes: tuple[Inlines, ...] = (),
    last: Sequence[Inlines] | None = None,
    at_most: int = MAX_COLUMNS,
) -> list[Grid]:
    """Tables with one row per patient, in pieces of at most so many columns.

    `last` is a summary row; only a table with one lists patients of whom it says nothing.
    """
    everybody = context.rows.subjects()
    silent = [] if last is not None else [s for s in everybody if all(c.cell(s) == ABSENT for c in columns)]
    subjects = [s for s in everybody if s not in silent]
    notes = (*notes, *_nothing_recorded(silent))
    kind: Literal["result", "rows"] = "result" if len(subjects) <= 20 else "rows"
    grids = []
    for start in range(0, len(columns), at_most):
        piece = columns[start : start + at_most]
        rows = [((Quote(s),), *(c.cell(s) for c in piece)) for s in subjects]
        if last is not None:
            rows.append((last[0], *last[start + 1 : start + 1 + len(piece)]))
        grids.append(
            Grid(
                id=name if start == 0 else f"{name}-part-{start // at_most + 1}",
                caption=caption if start == 0 else (*caption, " (continued)"),
                header=(("Patient",), *(c.header for c in piece)),
                rows=tuple(rows),
                notes=notes if start + at_most >= len(columns) else (),
                numeric=(False, *(c.numeric for c in piece)),
                kind=kind,
            )
        )
    return grids


def _nothing_recorded(subjects: Sequence[str]) -> tuple[Inlines, ...]:
    """Names the patients that a table leaves out because it would have no word about them."""
    if not subjects:
        return ()
    word = "patient " if len(subjects) == 1 else "patients "
    return (("Nothing was recorded for ", word, *listed([Quote(s) for s in subjects]), "."),)


def value_tables(context: Context, codes: list[str], name: str, caption: str) -> list[Block]:
    """Values of every patient, one column for each parameter, visit and time point."""
    columns: list[Column] = []
    shown = []
    for code in codes:
        rows = context.rows.measured(code)
        shown += rows
        units = {row.unit for row in rows if not row.missing}
        found = dict.fromkeys((row.visit, row.timepoint) for row in rows)
        for visit, timepoint in sorted(
            found, key=lambda v: (visit_place(context.plan, v[0]), v[0], v[1] != "pre", v[1])
        ):
            header: Inlines = label_with_unit(code, units)
            if visit:
                header = (*header, ", ", visit_label(context.plan, visit))
            if timepoint:
                header = (*header, f", {timepoint}-infusion")
            columns.append(value_column(context, code, header, visit=visit, timepoint=timepoint))
    if not columns:
        return []
    return list(patient_grids(context, name, (caption,), columns, notes=flag_notes(context, shown)))
