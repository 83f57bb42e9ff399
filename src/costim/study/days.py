"""Days of the source -> days of ours, where day 0 is the first infusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from costim.registry.plan import Plan, StudyInfo
from costim.study.cells import CellProblem, Interval

TABLES_WITH_TIME = ("visits", "events")
"""Tables whose `day` may be given as `time` and `time_unit` instead."""


def days_per(unit: str, info: StudyInfo) -> Decimal:
    """Days in one `days`, `weeks`, `months` or `years`, by the rule of study.toml."""
    return {
        "days": Decimal(1),
        "weeks": Decimal(7),
        "months": info.days_per_month,
        "years": info.days_per_year,
    }[unit]


def _shift(day: float | None) -> float | None:
    if day is None:
        return None
    if -1 < day < 1:
        raise CellProblem(
            "day_zero",
            "no day 0, because study.day_convention is first_infusion_is_day_1 (the day before it is day -1)",
            "write 1 for the day of the first infusion, or change study.day_convention",
        )
    return day - 1 if day >= 1 else day


def source_day_to_ours(day: Interval, convention: str) -> Interval:
    """A day as the source counts it, counted from day 0.

    With `first_infusion_is_day_1` day 1 becomes 0, day -1 stays -1, and there is no day 0.

    Raises:
        CellProblem: a day 0 in a source that has none.
    """
    if convention == "first_infusion_is_day_0":
        return day
    return replace(day, value=_shift(day.value), lower=_shift(day.lower), upper=_shift(day.upper))


def _in_days(time: float | None, per: Decimal) -> float | None:
    return None if time is None else float(Decimal(repr(time)) * per)


def fill_day(row: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """The row with `day` filled from `time` and `time_unit` where it is blank; `day__converted` says so.

    A missing word in `time` becomes the missing reason of a blank `day`. Elapsed time is not shifted: it counts from
    the first infusion in every convention.
    """
    filled = {**row, "day__converted": False}
    if row["day__missing"] != "blank":
        return filled
    if row["time__missing"] is not None:
        filled["day__missing"] = row["time__missing"]
    elif row["time_unit"] is not None:
        per = days_per(row["time_unit"], plan.study)
        filled |= {
            "day": _in_days(row["time"], per),
            "day__lower": _in_days(row["time__lower"], per),
            "day__upper": _in_days(row["time__upper"], per),
            "day__relation": row["time__relation"],
            "day__missing": None,
            "day__converted": True,
        }
    return filled
