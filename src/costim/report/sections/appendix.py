"""Appendix: every effect row and every measurement row, with the cells behind them."""

from __future__ import annotations

from collections.abc import Sequence

from costim.registry.cytometry_parameters import PREFIX
from costim.registry.effects import Effect
from costim.registry.measurements import AS_RECORDED, Measurement
from costim.report import format as shown
from costim.report.context import Context
from costim.report.document import Block, Grid, Inline, Inlines, Num, Paragraph, Quote, Term
from costim.report.listing import READINGS, listed_effects, listed_measurements
from costim.report.printer import known_fields, unit_inline
from costim.report.sections.words import flags_in_short

NOTHING: Inlines = ("–",)
EFFECT_HEADER = (
    "Row",
    "Parameter",
    "Contrast",
    "Method",
    "Variant",
    "Stratum",
    "At",
    "Unit",
    "n",
    "Missing",
    "Estimate",
    "Interval",
    "Level",
    "SE",
    "df",
    "Statistic",
    "p",
    "Smallest p",
    "Adjusted p",
    "Count",
    "Text",
    "Constraints",
    "Flags",
    "Reading",
    "Measurements",
)
EFFECT_NUMERIC = frozenset({6, *range(8, 20)})


def write_effects(context: Context) -> list[Block]:
    """Every effect row; numbers to six significant digits."""
    if not context.rows.effects:
        return [Paragraph(("No effect was estimated.",))]
    listed_rows = listed_effects(context.rows.effects, context.cited)
    return [
        *_elsewhere(len(context.rows.effects) - len(listed_rows), "effects"),
        Grid(
            id="effects",
            caption=("Every effect row",),
            header=tuple((name,) for name in EFFECT_HEADER),
            rows=tuple(_effect(row) for row in listed_rows),
            notes=(
                ("A dash means that the field does not apply. “Missing” counts patients without the readings needed.",),
            ),
            numeric=tuple(i in EFFECT_NUMERIC for i in range(len(EFFECT_HEADER))),
            kind="rows",
        ),
    ]


def _quoted(text: str | None) -> Inlines:
    return (Quote(text),) if text else NOTHING


def _number(row: Effect, field: str) -> Inlines:
    value = getattr(row, field)
    return NOTHING if value is None else (Num(shown.plain(value), row.effect_id, field),)


def _effect(row: Effect) -> tuple[Inlines, ...]:
    return (
        (Quote(row.effect_id),),
        _quoted(row.parameter),
        _quoted(row.contrast),
        _quoted(row.method),
        _quoted(row.variant),
        _quoted(row.stratum),
        _number(row, "at"),
        _quoted(row.unit),
        _number(row, "n"),
        _number(row, "n_missing"),
        _estimate(row),
        _interval(row),
        NOTHING if row.level is None else (Num(shown.level(row.level), row.effect_id, "level"),),
        _number(row, "se"),
        _number(row, "df"),
        _number(row, "statistic"),
        _number(row, "p"),
        _number(row, "p_min"),
        _number(row, "p_adjusted"),
        _count(row),
        _quoted(row.text),
        _ids(row.constraints),
        flags_in_short(row.flags) or NOTHING,
        _quoted(row.reading),
        _measurements(row),
    )


def _measurements(row: Effect) -> Inlines:
    of_cells = row.parameter.startswith(PREFIX)
    return _first(row.measurements, "effects", NAMED_FIRST) if of_cells else _ids(row.measurements)


def _estimate(row: Effect) -> Inlines:
    if row.estimate is not None:
        return _number(row, "estimate")
    fields = known_fields(row, "estimate_lower", "estimate_upper")
    if not fields:
        return NOTHING
    return (Num(shown.bounds(row.estimate_lower, row.estimate_upper, shown.plain), row.effect_id, "+".join(fields)),)


def _interval(row: Effect) -> Inlines:
    fields = known_fields(row, "lower", "upper")
    if not fields:
        return NOTHING if row.level is None else ("no limit in either direction",)
    text = shown.interval(row.lower, row.upper, shown.plain, lower_open=row.lower_open, upper_open=row.upper_open)
    return (Num(text, row.effect_id, "+".join(fields)),)


def _count(row: Effect) -> Inlines:
    if row.count is None:
        return _number(row, "denominator")
    if row.denominator is None:
        return _number(row, "count")
    return (Num(f"{row.count} of {row.denominator}", row.effect_id, "count+denominator"),)


OTHER_VARIANT = "under_other_variant"
"""Flag of rows that only say that a reading stands under another variant."""
MOST_CELLS = 12
"""Cells of one measurement that are listed in the appendix."""
NAMED_FIRST = 3
"""Measurements of one effect on phenotypes that are named; the panel of a number and the file have all."""


def _ids(ids: tuple[str, ...]) -> Inlines:
    found: list[Inline] = []
    for i in ids:
        found += [", ", Quote(i)] if found else [Quote(i)]
    return tuple(found) or NOTHING


def write_measurements(context: Context) -> list[Block]:
    """Every measurement row with its input cells."""
    if not context.rows.measurements:
        return [Paragraph(("Nothing was measured.",))]
    effects = listed_effects(context.rows.effects, context.cited)
    kept = listed_measurements(context.rows.measurements, effects, context.cited)
    of_tubes = [row for row in kept if row.parameter.startswith(PREFIX)]
    listed_rows = [row for row in kept if OTHER_VARIANT not in row.flags and not row.parameter.startswith(PREFIX)]
    apart = " but those of phenotypes" if of_tubes else ""
    header = (
        "Row",
        "Patient",
        "Parameter",
        "Visit",
        "Day",
        "Time point",
        "Item",
        "Variant",
        "Value",
        "Unit",
        "Text",
        "Missing",
        "Flags",
        "Reading",
        "Input cells",
    )
    return [
        *_elsewhere(len(context.rows.measurements) - len(kept), "measurements"),
        Grid(
            id="measurements",
            caption=(f"Every measurement row{apart}, with the input cells it was read from",),
            header=tuple((name,) for name in header),
            rows=tuple(_measurement(context, row) for row in listed_rows),
            notes=(("A dash means that the field does not apply.",),),
            numeric=tuple(name in ("Day", "Value") for name in header),
            kind="rows",
        ),
        *_readings(context, of_tubes),
    ]


def _readings(context: Context, rows: Sequence[Measurement]) -> list[Block]:
    """Rows of phenotypes behind the numbers of the report, one tube each."""
    if not rows:
        return []
    header = ("Row", "Patient", "Visit", "Panel", "Parameter", "Value", "Missing", "Flags", "Reading", "Tube")
    said = (
        "A dash means that the field does not apply; the reading is the preferred one where none is named. "
        "Limits, numbers of cells and further input cells stand in the file of measurements."
    )
    return [
        Grid(
            id=READINGS,
            caption=("Measurement rows of phenotypes, with the tube each was read from",),
            header=tuple((name,) for name in header),
            rows=tuple(_reading(context, row) for row in rows),
            notes=((said,),),
            numeric=tuple(name == "Value" for name in header),
            kind="rows",
        )
    ]


def _reading(context: Context, row: Measurement) -> tuple[Inlines, ...]:
    known = bool(known_fields(row, "value", "lower", "upper")) and not row.missing
    visit = (Quote(", ".join(part for part in (row.visit, row.timepoint) if part)),)
    return (
        (Quote(row.measurement_id),),
        _quoted(row.subject),
        visit,
        _quoted(row.item),
        _quoted(" ".join(part for part in (row.parameter, row.variant) if part)),
        (context.printer.value(row), *unit_inline(row.unit)) if known else NOTHING,
        (shown.missing_words(row.missing),) if row.missing in shown.MISSING else _quoted(row.missing),
        flags_in_short(row.flags) or NOTHING,
        NOTHING if row.reading == AS_RECORDED else (Quote(row.reading),),
        _ids(row.cells[:1]),
    )


def _measurement(context: Context, row: Measurement) -> tuple[Inlines, ...]:
    known = bool(known_fields(row, "value", "lower", "upper"))
    dated = bool(known_fields(row, "day", "day_lower", "day_upper"))
    return (
        (Quote(row.measurement_id),),
        _quoted(row.subject),
        _quoted(row.parameter),
        _quoted(row.visit),
        (context.printer.day(row),) if dated else NOTHING,
        _quoted(row.timepoint),
        _quoted(row.item),
        _quoted(row.variant),
        (context.printer.value(row),) if known and not row.missing else NOTHING,
        _quoted(row.unit),
        _quoted(row.text),
        (shown.missing_words(row.missing),) if row.missing in shown.MISSING else _quoted(row.missing),
        flags_in_short(row.flags) or NOTHING,
        _quoted(row.reading),
        _first(row.cells, "measurements"),
    )


def _first(ids: tuple[str, ...], file: str, most: int = MOST_CELLS) -> Inlines:
    """The first cells or rows behind a row; a score rests on dozens, which the file lists all."""
    shown_first = _ids(ids[:most])
    return (*shown_first, f" and others, listed in the file of {file}") if len(ids) > most else shown_first


def _elsewhere(rows: int, file: str) -> list[Block]:
    """How many rows stand only in the files of tables."""
    if not rows:
        return []
    are = "rows of phenotypes are" if rows > 1 else "row of phenotypes is"
    where = f"; every row is in {file}.csv and in the sheet “{file}” of tables.xlsx."
    return [Paragraph((Term(str(rows)), f" more {are} behind no number of this report", where))]
