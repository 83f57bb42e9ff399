"""Cells of phenotype tables: value with interval, or why there is none and on how many cells."""

from __future__ import annotations

from costim.registry.measurements import Measurement
from costim.report import format as shown
from costim.report.cell_numbers import FEW, cell_number, few_cells
from costim.report.context import Context
from costim.report.document import Inline, Inlines, Num, Quote
from costim.report.printer import known_fields, missing_words

SENSITIVITY = "mfi_floor=lod"
"""Reading in which levels between the limits of detection and of quantification are given."""


def _show(row: Measurement, value: float) -> str:
    if row.parameter.endswith(".count") and value == int(value):
        return shown.plain(value)
    return cell_number(value)


def value_inline(row: Measurement) -> Inline:
    """The value of a phenotype, or the reason why it is missing."""
    if row.value is None:
        return missing_words(row.missing)
    return Num(_show(row, row.value), row.measurement_id, "value")


def interval_inline(row: Measurement) -> Inline | None:
    """Limits of the measurement itself; None where it has none."""
    fields = known_fields(row, "interval_lower", "interval_upper")
    if not fields:
        return None
    text = shown.interval(row.interval_lower, row.interval_upper, lambda value: _show(row, value))
    return Num(text, row.measurement_id, "+".join(fields))


def phenotype_cell(context: Context, row: Measurement | None) -> Inlines:
    """`4210 (3100 to 5600)`; `below LOD (4 cells)`; `below LLOQ (12 cells); sensitivity 1795 (1277 to 2831)`."""
    if row is None:
        return ("–",)
    if row.value is None:
        few: Inlines = (FEW[row.missing],) if row.missing in FEW else (value_inline(row),)
        return (*few, *_on_cells(row), *_in_sensitivity(context, row))
    limits = interval_inline(row)
    below = few_cells(row) if _counts(row) else ""
    return (
        value_inline(row),
        *((" (", limits, ")") if limits is not None else ()),
        *((f", {below}",) if below else ()),
    )


def _counts(row: Measurement) -> bool:
    return row.parameter.count(".") == 2  # cyt.<population>.<statistic>: no marker


def _on_cells(row: Measurement) -> Inlines:
    if row.events is None or row.missing not in FEW:
        return ()
    word = " cell)" if row.events == 1 else " cells)"
    return (" (", Num(str(row.events), row.measurement_id, "events"), word)


def _in_sensitivity(context: Context, row: Measurement) -> Inlines:
    """The value that only the sensitivity analysis uses."""
    if row.missing != "below_lloq":
        return ()
    others = context.rows.measured(
        row.parameter,
        reading=SENSITIVITY,
        subject=row.subject,
        visit=row.visit,
        timepoint=row.timepoint,
        item=row.item,
    )
    found = next((other for other in others if other.value is not None), None)
    if found is None:
        return ()
    limits = interval_inline(found)
    return ("; sensitivity ", value_inline(found), *((" (", limits, ")") if limits is not None else ()))


def words_of_file(text: str) -> Inlines:
    """Words or numbers of a file or of the record of its acquisition; a dash where there is nothing."""
    return (Quote(shown.hide_dates(text)),) if text else ("–",)
