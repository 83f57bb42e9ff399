"""Events and ends of observation: time since the first infusion in months, and whether it was observed."""

from __future__ import annotations

from costim.instruments.rows import Row, joined, rows_of
from costim.instruments.times import elapsed, when_of
from costim.registry.measurements import Measurement
from costim.study.study import Study


def measure(study: Study) -> list[Measurement]:
    """One row of `event.<event>` per row of the events table.

    A time printed in months is kept exactly as printed; days are divided by `study.days_per_month`. Facts that the
    plan states about missing times are applied where effects are estimated, not here.

    Args:
        study: the checked study.

    Returns:
        Months since the first infusion as a number or an interval; `variant` is the type of the event. `text` is
        `observed`, `censored` or `unknown`; it is kept even when the time is missing, because the status alone still
        bounds a curve.
    """
    return [_row(study, row) for row in rows_of(study, "events")]


def _row(study: Study, row: Row) -> Measurement:
    info = study.plan.study
    when = when_of(row, info)
    time = elapsed(row, "months", info)
    status = row.text("status") or "unknown"
    return Measurement(
        subject=row.subject,
        parameter=f"event.{row.text('event')}",
        item=row.text("number"),
        variant=row.text("type"),
        text=status,
        unit="months",
        flags=joined(time.flags, ("status_unknown",) if status == "unknown" else (), when.flags),
        source="events",
        cells=joined(when.cells, row.cells("status", "type")) or row.source("status"),
        reading=study.reading,
        **time.within(0, None).fields(),
        **when.fields(),
    )
