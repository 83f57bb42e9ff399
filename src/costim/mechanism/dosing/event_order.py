"""Rules of an event table that need several rows: order, repeats, doses that run into a reset."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from costim.mechanism.dosing.event_cells import Problems
from costim.mechanism.dosing.event_rows import DOSES, OBSERVATION, RESETS, EventRow, EventTable, Occasion


def check_order(rows: Sequence[EventRow], problems: Problems) -> None:
    """Report subjects in two places, times that fall, repeated rows, and doses that reach past a reset."""
    _check_blocks(rows, problems)
    for before, row in pairwise(rows):
        if row.subject == before.subject and row.time < before.time and row.evid not in RESETS:
            problems.add(
                row.line, "TIME", f"day {row.time:g} after day {before.time:g} in row {before.line}",
                "times of a subject that do not fall", code="event_order",
                action="Sort the rows; a new course that counts time anew begins with EVID 3 or 4.",
            )  # fmt: skip
    occasions = EventTable(tuple(rows)).occasions()
    for occasion in occasions:
        _check_readings(occasion, problems)
        _check_doses(occasion, problems)
    for first, second in pairwise(occasions):
        if first.subject == second.subject:
            _check_reset(first, second.rows[0], problems)


def _check_blocks(rows: Sequence[EventRow], problems: Problems) -> None:
    last: dict[str, int] = {}
    before = ""
    for row in rows:
        if row.subject != before and row.subject in last:
            problems.add(
                row.line, "ID", f"subject {row.subject} again, after row {last[row.subject]}",
                "all rows of a subject together", code="event_order",
            )  # fmt: skip
        last[row.subject], before = row.line, row.subject


def _check_readings(occasion: Occasion, problems: Problems) -> None:
    seen: dict[tuple[float, str], int] = {}
    for row in occasion.rows:
        if row.evid != OBSERVATION or not row.output:
            continue
        key = (row.time, row.output)
        if key in seen:
            problems.add(
                row.line, "TIME", f"{row.output} on day {row.time:g} as in row {seen[key]}",
                "one reading of a kind at a time", code="event_duplicate",
            )  # fmt: skip
        seen.setdefault(key, row.line)


def _check_doses(occasion: Occasion, problems: Problems) -> None:
    seen: dict[float, int] = {}
    for row in occasion.rows:
        for start in row.starts:
            if start in seen:
                whose = "a dose" if start == row.time else "an additional dose"
                problems.add(
                    row.line, "TIME", f"{whose} on day {start:g}, where row {seen[start]} gives one",
                    "one dose at a time", code="event_duplicate",
                )  # fmt: skip
            seen.setdefault(start, row.line)


def _check_reset(occasion: Occasion, reset: EventRow, problems: Problems) -> None:
    if reset.time < occasion.rows[-1].time:
        return  # time counts anew: nothing of before is compared with it
    for row in occasion.rows:
        if row.evid in DOSES and row.starts[-1] + row.infusion_days > reset.time:
            problems.add(
                row.line, "ADDL" if row.additional else "TIME",
                f"an infusion up to day {row.starts[-1] + row.infusion_days:g}, past the reset in row {reset.line}",
                "infusions that end before the reset", code="event_dose",
            )  # fmt: skip
