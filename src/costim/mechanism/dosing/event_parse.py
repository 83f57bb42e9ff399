"""One line of an event table becomes a row: every rule that needs no other line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from costim.mechanism.dosing.event_cells import Line, Problems
from costim.mechanism.dosing.event_rows import DOSE, DOSES, OBSERVATION, OTHER, RESET, EventRow
from costim.mechanism.model.expression import names_in
from costim.mechanism.model.model import Model, Parameter
from costim.mechanism.model.system import system
from costim.mechanism.model.validation import problem_of

ONLY_DOSES = ("AMT", "RATE", "DUR", "ADDL", "II", "SS")


@dataclass(frozen=True, slots=True)
class Names:
    """What a table may name of a model."""

    states: tuple[str, ...]
    outputs: tuple[str, ...]
    infused: tuple[str, ...]
    """States that infusions enter."""
    ranges: Mapping[str, Parameter]
    """Covariates and values, for columns of the same name."""


def names_of(model: Model) -> Names:
    """Of a model."""
    rates = zip(model.states, system(model).rates, strict=True)
    infused = tuple(state for state, rate in rates if names_in(rate) & set(model.inputs))
    ranges = {**model.parameters, **model.scales, **model.covariates}
    return Names(tuple(model.states), tuple(model.outputs), infused, ranges)


def parse_row(
    line: Line, names: Names, covariates: Mapping[str, float], scale: float, problems: Problems
) -> EventRow | None:
    """A row, or None where it has no subject, time or kind.

    Args:
        line: Of the file.
        names: Of the model.
        covariates: Carried forward to this row.
        scale: Days per unit of TIME, II and DUR.
        problems: Gets what is wrong.
    """
    evid = _evid(line, problems)
    time = line.real("TIME", problems)
    subject = line.cells.get("ID", "")
    for column in ("ID", "TIME"):
        if column not in line.cells:
            problems.add(line.number, column, "nothing", "a value in every row", code="event_cell")
    if evid is None or time is None or not subject:
        return None
    dose = _dose(line, scale, problems) if evid in DOSES else _no_dose(line, evid, problems)
    value, missing = _reading(line, evid, problems)
    lloq, censored = _limit(line, value, missing, problems)
    return EventRow(
        subject=subject,
        time=time * scale,
        evid=evid,
        amount=dose.amount,
        rate=dose.rate,
        duration=dose.duration,
        additional=dose.additional,
        interval=dose.interval,
        compartment=_compartment(line, evid, names, problems),
        value=value,
        missing=missing,
        output=_output(line, not missing, names, problems),
        lloq=lloq,
        censored=censored,
        covariates=dict(covariates),
        line=line.number,
    )


def _evid(line: Line, problems: Problems) -> int | None:
    if "EVID" in line.cells:
        return line.whole("EVID", range(5), problems)
    # Without EVID: as NM-TRAN makes it up.
    if any(_number(line.cells.get(column)) for column in ONLY_DOSES):
        return DOSE
    return OTHER if _number(line.cells.get("MDV")) or "DV" not in line.cells else OBSERVATION


def _number(cell: str | None) -> bool:
    """Whether a cell says something other than zero."""
    try:
        return cell is not None and float(cell) != 0
    except ValueError:
        return True


@dataclass(frozen=True, slots=True)
class _Dose:
    amount: float = 0.0
    rate: float | None = None
    duration: float | None = None
    additional: int = 0
    interval: float = 0.0


def _no_dose(line: Line, evid: int, problems: Problems) -> _Dose:
    for column in ONLY_DOSES:
        if _number(line.cells.get(column)):
            problems.add(
                line.number, column, f"{line.cells[column]} with EVID {evid}", "nothing, or 0: the row is no dose",
                code="event_dose", action="A dose has EVID 1.",
            )  # fmt: skip
    return _Dose()


def _dose(line: Line, scale: float, problems: Problems) -> _Dose:
    amount = _positive(line, "AMT", problems, required=True)
    rate = line.real("RATE", problems)
    if rate in (-1.0, -2.0):
        problems.add(
            line.number, "RATE", f"{rate:g}, a rate or duration to be estimated", "the rate, or DUR", code="event_dose",
        )  # fmt: skip
    elif rate:
        rate = _positive(line, "RATE", problems)
    duration = _positive(line, "DUR", problems) if _number(line.cells.get("DUR")) else None
    rate = rate / scale if rate and rate > 0 else None
    duration = duration * scale if duration else None
    if amount and rate and duration and abs(amount / rate - duration) > 1e-6 * duration:
        problems.add(
            line.number, "DUR", f"{duration:g} d", f"AMT / RATE = {amount / rate:g} d, or one of the two alone",
            code="event_dose",
        )  # fmt: skip
    additional, interval = _additional(line, scale, problems)
    if line.whole("SS", (0,), Problems("")) is None and _number(line.cells.get("SS")):
        problems.add(
            line.number, "SS", f"SS {line.cells['SS']}", "nothing, or 0", code="event_unsupported",
            action="A course that depletes cells has no steady state: write the doses out, or use ADDL and II.",
        )  # fmt: skip
    return _Dose(amount or 0.0, rate, duration, additional, interval)


def _positive(line: Line, column: str, problems: Problems, *, required: bool = False) -> float | None:
    value = line.real(column, problems)
    if column not in line.cells and required:
        problems.add(line.number, column, "nothing on a dose", "an amount above 0", code="event_dose")
    elif value is not None and value <= 0:
        problems.add(line.number, column, line.cells[column], "above 0 on a dose", code="event_dose")
        return None
    return value


def _additional(line: Line, scale: float, problems: Problems) -> tuple[int, float]:
    additional = line.whole("ADDL", None, problems) or 0
    interval = line.real("II", problems) or 0.0
    if interval < 0:
        problems.add(line.number, "II", line.cells["II"], "above 0", code="event_dose")
        additional = 0
    elif additional and not interval:
        problems.add(line.number, "II", f"no interval for {additional} more doses", "above 0", code="event_dose")
        additional = 0
    elif interval and not additional and not _number(line.cells.get("ADDL")) and not _number(line.cells.get("SS")):
        problems.add(line.number, "ADDL", f"no number of doses every {interval:g}", "1 or more", code="event_dose")
    return additional, interval * scale


def _compartment(line: Line, evid: int, names: Names, problems: Problems) -> str:
    written = line.cells.get("CMT", "")
    if not written or (evid == RESET and not _number(written)):
        return ""
    numbered = {str(place): state for place, state in enumerate(names.states, start=1)}
    state = numbered.get(written.removesuffix(".0"), written)
    if state not in names.states:
        known = ", ".join(f"{place} = {name}" for place, name in numbered.items())
        problems.add(line.number, "CMT", f"compartment {written}", f"one of {known}", code="event_compartment")
    elif evid in DOSES and state not in names.infused:
        expected = " or ".join(f"{names.states.index(name) + 1} ({name})" for name in names.infused)
        problems.add(line.number, "CMT", f"a dose into {state}", expected, code="event_compartment")
    return state


def _reading(line: Line, evid: int, problems: Problems) -> tuple[float | None, bool]:
    value, mdv = line.real("DV", problems), line.whole("MDV", (0, 1), problems)
    if evid != OBSERVATION:
        if value:
            problems.add(
                line.number, "DV", f"{line.cells['DV']} with EVID {evid}", "nothing: readings have their own rows",
                code="event_reading",
            )  # fmt: skip
        if mdv == 0:
            problems.add(line.number, "MDV", f"0 with EVID {evid}", "1: the row is no reading", code="event_reading")
        return None, True
    if mdv == 1:
        return value, True
    if "DV" not in line.cells:
        problems.add(line.number, "DV", "nothing with EVID 0", "a reading, or MDV 1", code="event_reading")
        return None, True
    return value, False


def _output(line: Line, needed: bool, names: Names, problems: Problems) -> str:
    written = line.cells.get("DVID", "")
    if not _number(written or None):
        if needed:
            expected = ", ".join(f"{place} = {name}" for place, name in enumerate(names.outputs, start=1))
            problems.add(line.number, "DVID", "nothing", f"which reading it is: {expected}", code="event_reading")
        return ""
    numbered = {str(place): output for place, output in enumerate(names.outputs, start=1)}
    output = numbered.get(written.removesuffix(".0"), written)
    if output not in names.outputs:
        expected = ", ".join(f"{place} = {name}" for place, name in numbered.items())
        problems.add(line.number, "DVID", f"reading {written}", f"one of {expected}", code="event_reading")
    return output


def _limit(line: Line, value: float | None, missing: bool, problems: Problems) -> tuple[float | None, int]:
    lloq, cens = line.real("LLOQ", problems), line.whole("CENS", (-1, 0, 1), problems)
    if lloq is not None and lloq < 0:
        problems.add(line.number, "LLOQ", line.cells["LLOQ"], "not below 0", code="event_reading")
    if missing or value is None:
        if cens:
            problems.add(line.number, "CENS", f"{cens} without a reading", "the limit in DV", code="event_reading")
        return lloq, 0
    if lloq is None:
        return None, cens or 0
    if cens == 1 and value > lloq:
        problems.add(
            line.number, "CENS", f"a reading of {value:g} said to be below the limit {lloq:g}", "the limit in DV",
            code="event_reading",
        )  # fmt: skip
    if cens == 0 and value < lloq:
        problems.add(
            line.number, "CENS", f"a reading of {value:g} below the limit {lloq:g}, said not to be",
            "CENS 1 and the limit in DV", code="event_reading",
        )  # fmt: skip
    if cens is None:
        cens = int(value < lloq)
    return lloq, cens


def read_covariates(
    line: Line, columns: tuple[str, ...], before: Mapping[str, float], names: Names, problems: Problems
) -> dict[str, float]:
    """Covariates of a row: its own, else those of the subject's row before."""
    found = dict(before)
    for column in columns:
        value = line.real(column, problems)
        if value is not None:
            found[column] = value
            if column in names.ranges and (words := problem_of(names.ranges[column], value)):
                said, _, expected = words.partition(", expected ")
                problems.add(line.number, column, said.partition(": found ")[2], expected, code="event_range")
        elif column not in found and column not in line.cells:
            problems.add(
                line.number, column, "nothing in the first row of a subject", "a value to carry forward",
                code="event_cell",
            )  # fmt: skip
    return found
