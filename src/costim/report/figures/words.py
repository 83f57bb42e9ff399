"""Short texts that stand inside figures: numbers of rows as printed, labels of axes."""

from __future__ import annotations

import math

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.registry.parameters import Parameter, parameter
from costim.report.format import (
    bounds,
    decimals_of,
    fixed,
    interval,
    level,
    missing_words,
    plain,
    significant,
    unit_text,
)


def short(value: float) -> str:
    """A number as written when it is short, else with three significant digits (whole numbers stay whole)."""
    if decimals_of(value) <= 2 and abs(value) < 1e6:
        return plain(value)
    return fixed(value, 0) if 100 <= abs(value) < 1e6 else significant(value, 3) if abs(value) < 1e6 else plain(value)


def axis_label(known: Parameter, unit: str) -> str:
    """Label of an axis: parameter and the unit of what is drawn (blank = the source states none)."""
    return f"{known.label} ({unit_text(unit)})" if unit else known.label


def label_of(code: str) -> str:
    """The registry's words for a parameter."""
    return parameter(code).label


def interval_text(row: Effect) -> str:
    """The confidence interval of a row in words."""
    return interval(row.lower, row.upper, short, lower_open=row.lower_open, upper_open=row.upper_open)


def interval_name(row: Effect) -> str:
    """`95% interval`, by the level of the row."""
    return f"{level(row.level)} interval" if row.level is not None else "interval"


def estimate_text(row: Effect) -> str:
    """The point estimate, or the bounds the data admit."""
    if row.estimate is not None:
        return short(row.estimate)
    return bounds(row.estimate_lower, row.estimate_upper, short)


def reading_text(reading: Measurement) -> str:
    """A measurement as the source gives it: `22`, `7–11`, `≤12`, or why it is missing."""
    if reading.value is not None:
        return short(reading.value)
    low, high = reading.lower, reading.upper
    if low is not None and high is not None and math.isfinite(high) and reading.relation not in ("<", "<=", ">", ">="):
        return f"{short(low)}–{short(high)}"
    if high is not None and math.isfinite(high):
        return f"{'<' if reading.relation == '<' else '≤'}{short(high)}"
    if low is not None and math.isfinite(low):
        return f"{'>' if reading.relation == '>' else '≥'}{short(low)}"
    return missing_words(reading.missing) if reading.missing else "not known"


def counted(n: int, one: str, many: str = "") -> str:
    """`1 patient`, `10 patients`."""
    return f"{n} {one if n == 1 else many or one + 's'}"
