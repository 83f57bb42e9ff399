"""Readings: known names, possible values, units, cells that belong together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from costim.registry.datafiles import read_rows
from costim.registry.findings import Finding
from costim.registry.parameters import Parameter, parameters
from costim.registry.suggest import ENOUGH, did_you_mean
from costim.registry.units import UnitError, convert, find_unit, suggest_unit
from costim.study.cells import render_number
from costim.study.fields import Row
from costim.study.rules.context import Context

_NEEDS_UNIT = (
    ("subjects", "disease_duration", "disease_duration_unit"),
    ("prior_treatments", "duration", "duration_unit"),
    ("comedications", "dose", "unit"),
    ("visits", "time", "time_unit"),
    ("events", "time", "time_unit"),
)
_HEAD_ONLY = ("eeg",)


def check_readings(context: Context) -> list[Finding]:
    """All rules about single readings."""
    return [
        *_units_given(context),
        *_sledai(context),
        *_totals_without_items(context),
        *_scales(context),
        *_labs(context),
        *_imaging(context),
    ]


def _units_given(context: Context) -> Iterator[Finding]:
    for table, value, unit in _NEEDS_UNIT:
        for row in context.rows(table):
            if row[f"{value}__missing"] is None and row[f"{unit}__missing"] == "blank":
                yield context.place(table, row, unit).finding(
                    "error",
                    "unit_missing",
                    found=f"{value} {context.found(table, row, value)} without a unit",
                    expected=f"a unit in the column {unit}",
                    action=f"fill in {unit}; if the source states none, write not reported",
                )


def _sledai(context: Context) -> Iterator[Finding]:
    names = [row["item"] for row in read_rows("measures/sledai_items.csv")]
    for row in context.rows("sledai"):
        item = row["item"]
        is_total = item == "total"
        if not is_total and item not in names:
            guess = did_you_mean(item, [*names, "total"])
            yield context.place("sledai", row, "item").finding(
                "error",
                "unknown_item",
                found=item,
                expected=guess or f"total, or one of {', '.join(names)}",
                action="correct the item; put the words of the source in the note column",
            )
        wrong = "state" if is_total else "total"
        if row[f"{wrong}__missing"] is None:
            yield context.place("sledai", row, wrong).finding(
                "error",
                "cell_not_for_row",
                found=f"item {item} with {wrong} {context.found('sledai', row, wrong)}",
                expected="a total only in rows with item = total"
                if wrong == "total"
                else "a state only in rows of an item",
                action=f"clear {wrong}, or correct the item",
            )


def _totals_without_items(context: Context) -> Iterator[Finding]:
    """Typed totals that are not analysed, because the settings ask for the total of items; said once."""
    if context.plan.variants.sledai_total != "items":
        return
    with_items = {(r["subject"], r["visit"]) for r in context.rows("sledai") if r["item"] != "total"}
    alone = [
        row
        for row in context.in_file_order("sledai")
        if row["item"] == "total" and row["total__missing"] is None and (row["subject"], row["visit"]) not in with_items
    ]
    if alone:
        more = f" and {len(alone) - 1} more such row{'s' * (len(alone) > 2)}" if len(alone) > 1 else ""
        yield context.place("sledai", alone[0], "total").finding(
            "warning",
            "total_without_items",
            found=f"total {context.found('sledai', alone[0], 'total')} without items{more}",
            expected='items of the same visit, because variants.sledai_total is "items"',
            action='add the items, or set variants.sledai_total to "recorded"; now these totals are not analysed',
        )


def _scales(context: Context) -> Iterator[Finding]:
    yield from _unknown_names(context, "scales", "scale")
    for row in context.rows("scales"):
        if (known := parameters().get(f"scale.{row['scale']}")) and _impossible(row, known, None):
            yield _out_of_range(context, "scales", row, known)


def _labs(context: Context) -> Iterator[Finding]:
    yield from _unknown_names(context, "labs", "test")
    for row in context.rows("labs"):
        known = parameters().get(f"lab.{row['test']}")
        unit = row["unit"]
        if unit is not None:
            problem = _unit_problem(context, row, unit, known)
            if problem:
                yield problem
                continue
        stated = unit is not None or (known is not None and known.unit == "")
        if known and stated and _impossible(row, known, unit):
            yield _out_of_range(context, "labs", row, known)


def _unknown_names(context: Context, table: str, column: str) -> Iterator[Finding]:
    prefix = "scale." if table == "scales" else "lab."
    names = [code.removeprefix(prefix) for code in parameters() if code.startswith(prefix)]
    told: set[str] = set()
    for row in context.in_file_order(table):
        name = row[column]
        if name in names or name in told:
            continue
        told.add(name)
        yield context.place(table, row, column).finding(
            "warning",
            f"unknown_{column}",
            found=name,
            expected=(len(told) <= ENOUGH and did_you_mean(name, names)) or f"a {column} that the registry knows",
            action="correct the name if it is misspelt; otherwise it is kept, without limits, direction or conversion",
        )


def _unit_problem(context: Context, row: Row, unit: str, known: Parameter | None) -> Finding | None:
    place = context.place("labs", row, "unit")
    if known is None:
        if find_unit(unit) is not None:
            return None
        expected = suggest_unit(unit) or "a unit of the table of units"
        return place.finding(
            "warning", "unknown_unit", found=unit, expected=expected, action="check the unit; it is kept"
        )
    if known.unit == "":
        if find_unit(unit) is not None and find_unit(unit) in (
            find_unit("index"),
            find_unit("ratio"),
            find_unit("titre"),
        ):
            return None
        expected = f"no unit, because {known.label} has none"
        return place.finding("error", "unit_not_convertible", found=unit, expected=expected, action="clear the unit")
    try:
        convert(Decimal(1), unit, known.unit)
    except UnitError:
        source = find_unit(unit)
        if source is None:
            guess = suggest_unit(unit, known.unit)
            expected = guess or f"a unit that can be converted to {known.unit}"
            code = "unknown_unit"
        else:
            code, expected = "unit_not_convertible", f"a unit that can be converted to {known.unit} for {row['test']}"
        action = "correct the unit against the source; if the source states none, leave it blank"
        return place.finding("error", code, found=unit, expected=expected, action=action)
    return None


def _impossible(row: Row, known: Parameter, unit: str | None) -> bool:
    """Does the reading, in the unit of the registry, leave the limits of its parameter?"""
    low, high = (_converted(row[f"value__{end}"], unit, known) for end in ("lower", "upper"))
    least = None if known.minimum is None else Decimal(repr(known.minimum))
    most = None if known.maximum is None else Decimal(repr(known.maximum))
    open_low, open_high = row["value__relation"] == "<", row["value__relation"] == ">"
    ends = [end for end in (low, high) if end is not None]
    if least is not None and any(end < least or (open_low and end <= least) for end in ends):
        return True
    return most is not None and any(end > most or (open_high and end >= most) for end in ends)


def _converted(value: float | None, unit: str | None, known: Parameter) -> Decimal | None:
    if value is None:
        return None
    exact = Decimal(repr(value))
    return convert(exact, unit, known.unit) if unit and known.unit else exact


def _out_of_range(context: Context, table: str, row: Row, known: Parameter) -> Finding:
    unit = f" {known.unit}" if known.unit else ""
    if known.minimum is not None and known.maximum is not None:
        limits = f"from {render_number(known.minimum)} to {render_number(known.maximum)}{unit}"
    elif known.minimum is not None:
        limits = f"of {render_number(known.minimum)}{unit} or more"
    else:
        limits = f"of at most {render_number(known.maximum or 0.0)}{unit}"
    return context.place(table, row, "value").finding(
        "error",
        "value_out_of_range",
        found=context.found(table, row, "value"),
        expected=f"{known.label} {limits}",
        action="check the value and its unit against the source; if it is printed so, leave the cell blank "
        "and write the printed value in the note column",
    )


def _imaging(context: Context) -> Iterator[Finding]:
    for row in context.rows("imaging"):
        if row["modality"] in _HEAD_ONLY and row["region"] not in (None, "brain"):
            yield context.place("imaging", row, "region").finding(
                "warning",
                "region_for_modality",
                found=f"{row['modality']} of region {row['region']}",
                expected="brain or a blank region",
                action="check modality and region; the row is kept",
            )
