"""Times: the day of a visit, and elapsed times in days, months or years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from costim.instruments.rows import Reading, Row, absent, rows_of, to_float
from costim.registry.plan import StudyInfo
from costim.study.days import days_per
from costim.study.study import Study


@dataclass(frozen=True, slots=True)
class When:
    """A study day (day 0 = first infusion) with its bounds, and where it came from."""

    day: Reading = Reading()  # noqa: RUF009  # frozen, so one shared default does no harm
    flags: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        """The fields of a `Measurement` that carry the day."""
        return {
            "day": to_float(self.day.value),
            "day_lower": to_float(self.day.lower),
            "day_upper": to_float(self.day.upper),
        }


UNDATED = When()


def in_unit(time: Reading, unit: str, wanted: str, info: StudyInfo) -> Reading:
    """Elapsed time in another unit.

    Months to years, and days to weeks, go by their own whole-number ratio, so that 24 months are 2 years whatever the
    length of a month; everything else goes through days by the rule of study.toml.

    Args:
        time: the reading.
        unit: `days`, `weeks`, `months` or `years`.
        wanted: the unit wanted.
        info: rule of study.toml for the length of months and years.
    """
    if unit == wanted:
        return time
    if (unit, wanted) == ("months", "years"):
        return time.map(lambda t: t / 12)
    if (unit, wanted) == ("years", "months"):
        return time.map(lambda t: t * 12)
    ratio: tuple[Decimal, Decimal] = (days_per(unit, info), days_per(wanted, info))
    return time.map(lambda t: t * ratio[0] / ratio[1])


def elapsed(row: Row, wanted: str, info: StudyInfo) -> Reading:
    """Time since the first infusion of a row with `day`, or `time` and `time_unit`, in the unit wanted.

    A time printed in the unit wanted is kept to the last digit: it does not go through days.
    """
    if _given_as_time(row):
        return in_unit(row.reading("time"), row.text("time_unit"), wanted, info)
    if row.filled("day"):
        return in_unit(row.reading("day"), "days", wanted, info)
    return absent(row.missing("day") if row.missing("day") != "blank" else row.missing("time") or "blank")


def _given_as_time(row: Row) -> bool:
    """Is the time since infusion the source of the day? The study room may have filled `day` from it already."""
    from_time = not row.filled("day") or bool(row.values.get("day__converted"))
    return from_time and row.filled("time") and row.filled("time_unit")


def when_of(row: Row, info: StudyInfo) -> When:
    """The study day of a row with `day`, or `time` and `time_unit`."""
    converted = _given_as_time(row) and row.text("time_unit") != "days"
    flags = ("time_converted",) if converted else ()
    return When(elapsed(row, "days", info), flags, row.cells(*_columns_of_day(row)))


def _columns_of_day(row: Row) -> tuple[str, ...]:
    """The cells the day came from. A word such as `not reported` in `time` has become the reason of a blank `day`."""
    if _given_as_time(row):
        return ("time", "time_unit")
    return ("time",) if not row.filled("day") and row.spoken("time") else ("day",)


def visit_days(study: Study) -> Mapping[tuple[str, str], When]:
    """Day of every (subject, visit) of the visits table; a visit without a row has no known day."""
    return {(row.subject, row.text("visit")): when_of(row, study.plan.study) for row in rows_of(study, "visits")}
