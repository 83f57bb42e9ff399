"""Order in time: infusions, courses, manifestations, events, last contact."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from costim.registry.findings import Finding
from costim.study.cells import render_number
from costim.study.fields import Row
from costim.study.rules.context import Context, both_given

_ORDERED = (
    ("comedications", "start_day", "end_day"),
    ("manifestations", "onset_day", "resolution_day"),
)


def check_times(context: Context) -> list[Finding]:
    """All rules about the order of days."""
    findings = [*_infusions(context), *_first_infusion(context), *_courses(context), *_after_last_contact(context)]
    for row in context.rows("events"):
        findings += both_given(context, "events", row, "day", "time") if not row.get("day__converted") else []
    return findings


def _infusions(context: Context) -> Iterator[Finding]:
    for subject, rows in context.per_subject("infusions"):
        dated = sorted((r for r in rows if r["day__lower"] is not None or r["day__upper"] is not None), key=_number)
        for before, after in pairwise(dated):
            low, high = before["day__lower"], after["day__upper"]
            if low is not None and high is not None and high < low:
                days = f"{context.found('infusions', before, 'day')} and {context.found('infusions', after, 'day')}"
                yield context.place("infusions", after, "day").finding(
                    "error",
                    "infusion_order",
                    found=f"subject {subject}: infusions {before['infusion']} and {after['infusion']} on days {days}",
                    expected="days that do not fall as the number of the infusion rises",
                    action="correct the days or the numbers of the infusions",
                )


def _number(row: Row) -> int:
    return int(row["infusion"])


def _first_infusion(context: Context) -> Iterator[Finding]:
    convention = context.plan.study.day_convention
    day = "0" if convention == "first_infusion_is_day_0" else "1"
    for row in context.rows("infusions"):
        low, high = row["day__lower"], row["day__upper"]
        possible = (low is None or low <= 0) and (high is None or high >= 0)
        if row["infusion"] == 1 and row["day__missing"] is None and not possible:
            yield context.place("infusions", row, "day").finding(
                "error",
                "first_infusion_day",
                found=f"subject {row['subject']}: first infusion on day {context.found('infusions', row, 'day')}",
                expected=f"day {day}, because study.day_convention is {convention}",
                action="count days from the first infusion, or correct study.day_convention",
            )


def _courses(context: Context) -> Iterator[Finding]:
    for table, first, last in _ORDERED:
        for row in context.rows(table):
            start, end = row[f"{first}__lower"], row[f"{last}__upper"]
            if start is not None and end is not None and end < start:
                yield context.place(table, row, last).finding(
                    "error",
                    "days_reversed",
                    found=f"{first} {context.found(table, row, first)}, {last} {context.found(table, row, last)}",
                    expected=f"{last} not before {first}",
                    action="correct one of the days",
                )
    for row in context.rows("labs"):
        low, high = row["lower_limit"], row["upper_limit"]
        if low is not None and high is not None and high < low:
            yield context.place("labs", row, "upper_limit").finding(
                "error",
                "range_reversed",
                found=f"lower_limit {render_number(low)}, upper_limit {render_number(high)}",
                expected="upper_limit not below lower_limit",
                action="correct the limits",
            )


def _after_last_contact(context: Context) -> Iterator[Finding]:
    last: dict[str, Row] = {}
    for row in context.rows("events"):
        if row["event"] == "last_contact" and row.get("day__upper") is not None:
            before = last.setdefault(row["subject"], row)
            if row["day__upper"] > before["day__upper"]:
                last[row["subject"]] = row
    for table in ("infusions", "visits", "events"):
        for row in context.rows(table):
            end = last.get(row["subject"])
            low = row["day__lower"]
            if end is None or low is None or low <= end["day__upper"]:
                continue
            column = "time" if row.get("day__converted") else "day"
            limit = render_number(end["day__upper"])
            died = table == "events" and row["event"] == "death"
            yield context.place(table, row, column).finding(
                "warning" if died else "error",
                "after_last_contact",
                found=f"subject {row['subject']}: day {render_number(low)} after the first infusion",
                expected=f"no later than day {limit}, the last contact (events, row {end['_row']})",
                action="correct the day here or the day of last contact",
            )
