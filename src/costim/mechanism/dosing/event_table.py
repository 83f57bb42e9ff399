"""Event tables as NONMEM, Monolix, nlmixr2 and Torsten read them: in, out, and from infusions of the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from costim.mechanism.dosing.event_cells import Problems, read_lines
from costim.mechanism.dosing.event_order import check_order
from costim.mechanism.dosing.event_parse import names_of, parse_row, read_covariates
from costim.mechanism.dosing.event_rows import DOSE, DOSES, OBSERVATION, EventRow, EventTable
from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.model import Model

DAYS = {"d": 1.0, "h": 1 / 24}


def read_events(path: Path, model: Model, *, time_unit: Literal["d", "h"] = "d") -> EventTable:
    """Read an event table and check all of it.

    Columns: ID, TIME, EVID (0 reading, 1 dose, 2 other, 3 reset, 4 reset and dose), AMT, RATE or DUR, CMT (number or
    name of a state), DV, MDV, DVID (number or name of an output), ADDL, II, LLOQ, CENS; `.` and blank say nothing.
    Other columns are covariates, carried forward. Without EVID, rows with an amount are doses. After a reset the
    subject starts again from baseline (an occasion of its own), and TIME may count anew.

    Args:
        path: CSV with comma, semicolon or tab.
        model: Whose states, outputs and ranges the table must fit.
        time_unit: Of TIME, II and DUR, and of RATE per time.

    Returns:
        Times in days, amounts in mg (cells).

    Raises:
        EventError: everything that is wrong, with file, row and column: times that fall, readings or doses repeated,
            amounts not above 0, DV on a dose, AMT on a reading, unknown compartments and outputs, covariates and
            parameters out of range, ADDL without II, steady-state doses and estimated rates (not supported).
    """
    problems = Problems(path.name)
    lines, columns = read_lines(path, problems)
    names = names_of(model)
    rows: list[EventRow] = []
    forward: dict[str, float] = {}
    subject = ""
    for line in lines:
        if line.cells.get("ID", "") != subject:
            subject, forward = line.cells.get("ID", ""), {}
        forward = read_covariates(line, columns, forward, names, problems)
        row = parse_row(line, names, forward, DAYS[time_unit], problems)
        if row is not None:
            rows.append(row)
    check_order(rows, problems)
    problems.stop()
    return EventTable(tuple(rows), columns)


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation to be written."""

    subject: str
    day: float
    output: str
    value: float
    lloq: float | None = None
    censored: int = 0


def events_of(
    model: Model,
    subjects: Sequence[str],
    infusions: Schedule,
    readings: Sequence[Reading] = (),
    covariates: Mapping[str, Sequence[float]] | None = None,
) -> EventTable:
    """An event table of infusions and readings; a reading at the time of a dose comes before it.

    Args:
        model: Whose first infused state takes the doses.
        subjects: (subjects,) in the order of `infusions`.
        infusions: (subjects, infusions); amounts of 0 are none.
        readings: In any order.
        covariates: Name -> (subjects,), the same at all times.
    """
    names = tuple(covariates or {})
    infused = names_of(model).infused[0]
    rows: list[EventRow] = []
    for place, subject in enumerate(subjects):
        own = {name: float((covariates or {})[name][place]) for name in names}
        numbers = zip(infusions.start[place], infusions.amount[place], infusions.duration[place], strict=True)
        doses = [
            EventRow(subject, float(start), DOSE, float(amount), None, float(days), infused, covariates=own)
            for start, amount, days in numbers
            if amount > 0
        ]
        seen = [
            EventRow(
                subject,
                r.day,
                OBSERVATION,
                value=r.value,
                missing=False,
                output=r.output,
                lloq=r.lloq,
                censored=r.censored,
                covariates=own,
            )
            for r in readings
            if r.subject == subject
        ]
        rows += sorted([*seen, *doses], key=lambda row: (row.time, row.evid))
    return EventTable(tuple(rows), names)


def render_events(table: EventTable, model: Model) -> str:
    """The table as CSV text, in days, numbers written so that they read back the same; `.` for nothing."""
    states = {name: place for place, name in enumerate(model.states, start=1)}
    outputs = {name: place for place, name in enumerate(model.outputs, start=1)}
    header = ["ID", "TIME", "EVID", "AMT", "RATE", "DUR", "CMT", "DV", "MDV", "DVID", "ADDL", "II", "LLOQ", "CENS"]
    lines = [",".join([*header, *table.covariates])]
    for row in table.rows:
        dose, seen = row.evid in DOSES, row.evid == OBSERVATION
        cells = [
            row.subject,
            _number(row.time),
            str(row.evid),
            _number(row.amount) if dose else ".",
            _number(row.rate),
            _number(row.duration),
            str(states[row.compartment]) if row.compartment else ".",
            _number(row.value),
            str(int(row.missing)),
            str(outputs[row.output]) if row.output else ".",
            str(row.additional) if row.additional else ".",
            _number(row.interval) if row.interval else ".",
            _number(row.lloq),
            str(row.censored) if seen and not row.missing else ".",
            *(_number(row.covariates[name]) for name in table.covariates),
        ]
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def write_events(table: EventTable, path: Path, model: Model) -> None:
    """Write `render_events` to a file."""
    path.write_text(render_events(table, model), encoding="utf-8", newline="\n")


def _number(value: float | None) -> str:
    if value is None:
        return "."
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
