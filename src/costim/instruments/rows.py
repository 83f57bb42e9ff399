"""Rows of a study table as every instrument reads them: cells, readings with bounds, missing reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from costim.measures.bounds import UNBOUNDED, Bounds, to_decimal
from costim.study.study import Study, cell_id

_LIMIT_FLAGS = {
    "range": "range_value",
    "<": "below_limit",
    "<=": "below_limit",
    ">": "above_limit",
    ">=": "above_limit",
}


def exact(number: float) -> Decimal:
    """The decimal number a coordinator typed: 0.3 is three tenths, not the nearest binary fraction."""
    return Decimal(repr(number))


def to_float(number: Decimal | None) -> float | None:
    """A decimal as the frames hold it."""
    return None if number is None else float(number)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number in a cell: exact, a range, a limit, or missing.

    `lower` and `upper` are equal to `value` when it is exact; None means unbounded. `relation` is as in `Measurement`.
    """

    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    relation: str = ""
    missing: str = ""

    @property
    def flags(self) -> tuple[str, ...]:
        """What the relation says about the reading, as quality flags."""
        return (_LIMIT_FLAGS[self.relation],) if self.relation in _LIMIT_FLAGS else ()

    def map(self, convert: Callable[[Decimal], Decimal]) -> Reading:
        """The reading under a conversion that keeps the order (an increasing function)."""
        return replace(
            self,
            value=None if self.value is None else convert(self.value),
            lower=None if self.lower is None else convert(self.lower),
            upper=None if self.upper is None else convert(self.upper),
        )

    def within(self, minimum: float | None, maximum: float | None) -> Reading:
        """An open end closed by the natural limit of the parameter: a count `<5` is at least 0.

        A limit that contradicts the reading is left out: the reading is kept as it stands.
        """
        if not self.relation:
            return self
        lower, upper = self.lower, self.upper
        if lower is None and minimum is not None and upper is not None and exact(minimum) <= upper:
            lower = exact(minimum)
        if upper is None and maximum is not None and lower is not None and exact(maximum) >= lower:
            upper = exact(maximum)
        return replace(self, lower=lower, upper=upper)

    def fields(self) -> dict[str, Any]:
        """The fields of a `Measurement` that carry the number."""
        return {
            "value": to_float(self.value),
            "lower": to_float(self.lower),
            "upper": to_float(self.upper),
            "relation": self.relation,
            "missing": self.missing,
        }


def point(value: Decimal) -> Reading:
    """An exact reading."""
    return Reading(value, value, value, "=")


def between(lower: Decimal | None, upper: Decimal | None) -> Reading:
    """A reading known only to lie between two bounds; exact when they meet.

    Args:
        lower: lower bound, or None when there is none.
        upper: upper bound, or None when there is none.
    """
    if lower is not None and lower == upper:
        return point(lower)
    relation = "range" if lower is not None and upper is not None else ">=" if lower is not None else "<="
    return Reading(None, lower, upper, relation)


def absent(reason: str) -> Reading:
    """No reading, and why."""
    return Reading(missing=reason)


def to_bounds(reading: Reading) -> Bounds:
    """The number of a cell as rules take it: exact fractions; a cell without number bounds nothing."""
    if not reading.relation:
        return UNBOUNDED
    lower, upper = (None if end is None else Fraction(end) for end in (reading.lower, reading.upper))
    return Bounds(lower, upper, lower_open=reading.relation == ">", upper_open=reading.relation == "<")


def to_reading(bounds: Bounds, reason: str = "") -> Reading:
    """The number of a rule as rows take it: decimals, exact to 28 digits.

    Args:
        bounds: what the rule found.
        reason: why there is no number, where nothing bounds it.
    """
    lower, upper = (None if end is None else to_decimal(end) for end in (bounds.lower, bounds.upper))
    if lower is None and upper is None:
        return absent(reason)
    found = between(lower, upper)
    if bounds.upper_open and not bounds.lower_open:
        return replace(found, relation="<")
    if bounds.lower_open and not bounds.upper_open:
        return replace(found, relation=">")
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a study table."""

    table: str
    values: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """The subject of the row."""
        return self.text("subject")

    def text(self, column: str) -> str:
        """Content of a text, id or category column; blank when there is none."""
        value = self.values.get(column)
        return "" if value is None else str(value)

    def filled(self, column: str) -> bool:
        """Does the cell hold a value?"""
        relation = f"{column}__relation"
        if relation in self.values:
            return self.values[relation] is not None
        return self.values.get(column) not in (None, "")

    def missing(self, column: str) -> str:
        """Why the cell holds no value; blank when it holds one."""
        return "" if self.filled(column) else (self.values.get(f"{column}__missing") or "blank")

    def spoken(self, column: str) -> bool:
        """Does the cell hold a value or a missing word? A blank cell says nothing."""
        return self.missing(column) != "blank"

    def reading(self, column: str) -> Reading:
        """Content of an integer, number, interval or day column."""
        if not self.filled(column):
            return absent(self.missing(column))
        if f"{column}__relation" not in self.values:
            return point(exact(self.values[column]))
        ends = (self.values[name] for name in (column, f"{column}__lower", f"{column}__upper"))
        value, lower, upper = (None if end is None else exact(end) for end in ends)
        return Reading(value, lower, upper, self.values[f"{column}__relation"])

    def cells(self, *columns: str) -> tuple[str, ...]:
        """Ids of those cells that hold a value or a missing word."""
        return tuple(cell_id(self.table, self.values["_key"], c) for c in columns if self.spoken(c))

    def source(self, *columns: str) -> tuple[str, ...]:
        """Ids of those cells, or of the subject cell when all are blank: a blank cell has no address, its row has."""
        return self.cells(*columns) or self.cells("subject")


def rows_of(study: Study, table: str) -> list[Row]:
    """All rows of a table, in the order of their keys whatever the order of the frame."""
    rows = (Row(table, values) for values in study.tables[table].iter_rows(named=True))
    return sorted(rows, key=lambda row: row.values["_key"])


def joined(*groups: Iterable[str]) -> tuple[str, ...]:
    """Flags or cells of several origins, each once, in the order they came."""
    return tuple(dict.fromkeys(entry for group in groups for entry in group))
