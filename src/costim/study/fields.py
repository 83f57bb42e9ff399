"""One cell of a study table -> the columns of the frame it fills."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from costim.registry.suggest import did_you_mean
from costim.registry.tables import Column, Table
from costim.study.cells import (
    CellProblem,
    Interval,
    clean,
    missing_reason,
    parse_integer,
    parse_interval,
    parse_number,
    refuse_sheet_error,
    render_interval,
)
from costim.study.days import source_day_to_ours
from costim.study.files import check_inside

Row = dict[str, Any]
NUMERIC = ("integer", "number", "interval", "day")
LONGEST = {"id": 500, "category": 500, "path": 500, "text": 20_000}


@dataclass(frozen=True, slots=True)
class Reader:
    """How the cells of one table are read."""

    table: Table
    root: Path
    convention: str
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """One cell: the columns it fills, its text in the key, and repairs made."""

    fields: Row
    key: str
    repair: str = ""
    warning: str = ""


def blank_fields(column: Column, reason: str = "blank") -> Row:
    """The columns of a cell without value."""
    fields: Row = {column.name: None}
    if column.kind in ("interval", "day"):
        fields |= {f"{column.name}__{end}": None for end in ("lower", "upper", "relation")}
    if not column.key:
        fields[f"{column.name}__missing"] = reason
    return fields


def parse_cell(column: Column, text: str, reader: Reader) -> Parsed:
    """Text of a cell to the columns it fills.

    Raises:
        CellProblem: what was expected and what to do.
    """
    text = clean(text)
    reason = missing_reason(text)
    if reason is not None:
        _refuse_missing(column, reason)
        return Parsed(blank_fields(column, reason), "")
    refuse_sheet_error(text)
    parsed = _PARSERS[column.kind](column, text, reader)
    if not column.key:
        parsed.fields[f"{column.name}__missing"] = None
    return parsed


def _refuse_missing(column: Column, reason: str) -> None:
    if column.key and reason == "blank" and not column.optional:
        raise CellProblem(
            "key_blank", f"{column.name}: {column.prose}", "fill in the cell; it tells rows of this table apart"
        )
    if column.key and reason != "blank":
        raise CellProblem(
            "key_missing_word", f"{column.name}: {column.prose}", "fill in the cell, or delete the row if there is none"
        )
    if column.required and reason == "blank":
        raise CellProblem(
            "required_blank",
            column.prose.rstrip("."),
            "fill in the cell, or write not done, not reported or not recovered",
        )


def _parse_words(column: Column, text: str, _reader: Reader) -> Parsed:
    most = LONGEST[column.kind]
    if len(text) > most:
        raise CellProblem("text_too_long", f"at most {most:,} characters", "shorten the text")
    if column.kind == "id" and "\n" in text:
        raise CellProblem("id_character", "one line of text", "delete the line break")
    if column.key and "|" in text and column.name != "item":
        raise CellProblem("id_character", "a name without the sign |", "choose another sign")
    return Parsed({column.name: text}, text)


def _parse_category(column: Column, text: str, _reader: Reader) -> Parsed:
    if text in column.values:
        return Parsed({column.name: text}, text)
    plain = re.sub(r"[\s_]+", "_", text.casefold())
    for value in column.values:
        if re.sub(r"[\s_]+", "_", value.casefold()) == plain:
            return Parsed({column.name: value}, value, repair="spelling_repaired")
    guess = did_you_mean(text, column.values)
    raise CellProblem(
        "unknown_category",
        f"one of {', '.join(column.values)}" + (f"; {guess}" if guess else ""),
        "correct the cell; put other words in the note column",
    )


def _parse_path(column: Column, text: str, reader: Reader) -> Parsed:
    there = check_inside(reader.root, text)
    clean_path = text.replace("\\", "/")
    return Parsed({column.name: clean_path}, clean_path, warning="" if there else "path_not_there")


def _parse_integer(column: Column, text: str, reader: Reader) -> Parsed:
    number = parse_integer(text, decimal_comma=reader.decimal_comma)
    refuse_out_of_range(column, Interval(number, number, number, "="))
    return Parsed({column.name: number}, str(number))


def _parse_number(column: Column, text: str, reader: Reader) -> Parsed:
    number = parse_number(text, decimal_comma=reader.decimal_comma, expected=_expected_number(column, text))
    refuse_out_of_range(column, Interval(number, number, number, "="))
    return Parsed({column.name: number}, text, repair="decimal_comma" if "," in text else "")


def _expected_number(column: Column, text: str) -> str:
    unit = f" in {column.unit}" if column.unit else ""
    return (
        f"one number{unit}, no range and no limit"
        if text[:1] in "<>≤≥" or text[1:-1].count("-") == 1
        else f"a number{unit}"
    )


def _parse_interval(column: Column, text: str, reader: Reader) -> Parsed:
    source = parse_interval(text, decimal_comma=reader.decimal_comma)
    refuse_out_of_range(column, source)
    ours = source_day_to_ours(source, reader.convention) if column.kind == "day" else source
    name = column.name
    fields = {
        name: ours.value,
        f"{name}__lower": ours.lower,
        f"{name}__upper": ours.upper,
        f"{name}__relation": ours.relation,
    }
    return Parsed(fields, render_interval(source), repair="decimal_comma" if source.comma else "")


_PARSERS: dict[str, Callable[[Column, str, Reader], Parsed]] = {
    "id": _parse_words,
    "text": _parse_words,
    "category": _parse_category,
    "path": _parse_path,
    "integer": _parse_integer,
    "number": _parse_number,
    "interval": _parse_interval,
    "day": _parse_interval,
}


def refuse_out_of_range(column: Column, interval: Interval) -> None:
    """Raise CellProblem when no value, or not every value, of the interval is possible in the column."""
    ends = [end for end in (interval.lower, interval.upper) if end is not None]
    low, high, above = column.min, column.max, column.above
    impossible = (
        (low is not None and any(end < low for end in ends))
        or (high is not None and any(end > high for end in ends))
        or (above is not None and any(end <= above for end in ends))
        or (low is not None and interval.relation == "<" and ends[0] <= low)
        or (high is not None and interval.relation == ">" and ends[0] >= high)
    )
    if impossible:
        raise CellProblem(
            "value_out_of_range",
            f"{column.name} {_limits(column)}",
            "check the value and its unit against the source; if it is printed so, leave the cell blank "
            "and write the printed value in the note column",
        )
    if column.integer and any(not end.is_integer() for end in ends):
        raise CellProblem("not_whole", "a whole number", "correct the number")


def _limits(column: Column) -> str:
    unit = f" {column.unit}" if column.unit else ""
    if column.above is not None and column.max is not None:
        return f"above {column.above:g} and at most {column.max:g}{unit}"
    if column.min is not None and column.max is not None:
        return f"from {column.min:g} to {column.max:g}{unit}"
    if column.min is not None:
        return f"of {column.min:g}{unit} or more"
    return f"above {column.above:g}{unit}" if column.above is not None else f"of at most {column.max:g}{unit}"
