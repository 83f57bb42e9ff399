"""Times to relapse as bounds: after which day, by which day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.observed.observed import Notes

Row = Mapping[str, Any]
UnknownStatus = Literal["lower_bound", "observed"]

EVENTS = ("event.relapse", "event.end_of_response")
"""The first of them that a study records is taken as relapse."""
HALF_MONTH = 365.25 / 24
"""A time printed in months is known to within half a month."""


def read_relapses(
    rows: Iterable[Row], subjects: Sequence[str], unknown_status: UnknownStatus, notes: Notes
) -> NDArray[np.float64]:
    """Bounds of the day of relapse of every subject.

    Args:
        rows: measurements as recorded.
        subjects: those of the fit.
        unknown_status: what a time means of which the study does not say whether the relapse was observed:
            `lower_bound`, free of relapse up to it (true either way); `observed`, relapse at it.
        notes: is told what is assumed and what is left out.

    Returns:
        (subjects, 2): relapsed after the first and by the second; the second inf where free of it; nan: unknown.
    """
    found: dict[str, list[Row]] = {code: [] for code in EVENTS}
    for row in rows:
        if row["parameter"] in found:
            found[row["parameter"]].append(row)
    taken = next((code for code in EVENTS if found[code]), EVENTS[0])
    for code in EVENTS[EVENTS.index(taken) + 1 :]:
        for row in found[code]:
            notes.leave_out(code, f"{taken} is taken as relapse", row["subject"])
    bounds = np.full((len(subjects), 2), np.nan)
    place = {subject: i for i, subject in enumerate(subjects)}
    for row in found[taken]:
        subject = row["subject"]
        one = _bounds(row, unknown_status, notes) if subject in place else None
        if one is None:
            why = "no time" if subject in place else "the subject has no infusion the model can use"
            notes.leave_out(taken, why, subject)
            continue
        before = bounds[place[subject]]
        if not np.isnan(before).all():
            notes.leave_out(taken, "a later event; the first one counts", subject)
        if np.isnan(before).all() or one < tuple(before):
            bounds[place[subject]] = one
    return bounds


def _bounds(row: Row, unknown_status: UnknownStatus, notes: Notes) -> tuple[float, float] | None:
    low, high = row["day_lower"], row["day_upper"]
    subject, status = row["subject"], row["text"]
    if low is None and high is None:
        return None
    slack = 0.5
    if row["day"] is not None and "time_converted" in row["flags"]:
        slack = HALF_MONTH
        notes.assume("a time printed in months is known to within half a month", subject)
    after = 0.0 if low is None else max(float(low) - slack, 0.0)
    by = math.inf if high is None else float(high) + slack
    if status == "observed":
        return after, by
    if status == "censored":
        return (after, math.inf) if low is not None else None
    if unknown_status == "observed":
        notes.assume("a time of which the study does not say whether a relapse was seen is that of a relapse", subject)
        return after, by
    if low is None:
        return None
    notes.assume(
        "a time of which the study does not say whether a relapse was seen is free of relapse up to it", subject
    )
    return after, math.inf
