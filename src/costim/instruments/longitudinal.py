"""Rows of states and flares over time: time in a state, first and sustained attainment, days of flares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from costim.instruments.assessed import Assessed, tables_of
from costim.instruments.rows import Reading, absent, between, joined
from costim.instruments.states_in_time import Onset, Seen, Span, first_onset, sustained_onset, time_in_state
from costim.instruments.visit_order import baseline_visit, named_baseline
from costim.measures.truth import Truth
from costim.registry.measure_choices import Asked
from costim.registry.measure_parameters import CONVENTIONS, is_followed, over_time
from costim.registry.measurements import Measurement
from costim.study.study import Study

_STATES = {str(truth): truth for truth in Truth}
_NO_ORDER = "visit_order_unknown"


def rows_over_time(study: Study, asked: Asked, assessed: Sequence[Assessed]) -> list[Measurement]:
    """What one measure makes of one patient over time; none when the measure is no state and no flare.

    Args:
        study: the checked study.
        asked: the measure.
        assessed: the measure at every visit of the patient, in time.

    Returns:
        For a state: `share_of_time` and `days` (one row per convention of counting), `first_day` and `sustained_day`
        as intervals, from the baseline on. For a flare index: `flares` (their number), and a `flare_day` for each.
    """
    info = asked.choice.measure
    there = [one for one in assessed if one.result is not None]
    if info.code in over_time().flares:
        return list(_flares(study, asked, there))
    states = [one for one in _from_baseline(study, there) if _truth(one) is not None]
    return list(_state_rows(study, asked, states)) if is_followed(info) and states else []


def _state(one: Assessed) -> str:
    return one.result.state if one.result else ""


def _truth(one: Assessed) -> Truth | None:
    """Was the state there? None where it cannot be judged; an open outcome that cannot be `yes` is a no."""
    result = one.result
    if result is None or _state(one) not in _STATES:
        return None
    if _state(one) == str(Truth.UNKNOWN) and result.possible and str(Truth.YES) not in result.possible:
        return Truth.NO
    return _STATES[_state(one)]


def _from_baseline(study: Study, there: Sequence[Assessed]) -> Sequence[Assessed]:
    """Without visits before the baseline, where there is one."""
    names = [one.visit for one in there]
    days = {one.visit: one.when.day for one in there}
    baseline = baseline_visit(names, days, names, named_baseline(study.plan))
    return there[names.index(baseline) :] if baseline else there


def _state_rows(study: Study, asked: Asked, there: Sequence[Assessed]) -> Iterator[Measurement]:
    if any(_NO_ORDER in one.flags for one in there):
        for name in (*_span_names(asked), *_onset_names(asked)):
            yield _row(study, there, name, absent("not_recorded"), flags=(_NO_ORDER,))
        return
    seen = [Seen(truth, one.when.day) for one in there if (truth := _truth(one)) is not None]
    spans = [time_in_state(seen, carried=convention == "carried_forward") for convention in CONVENTIONS]
    for name, span in zip(_span_names(asked), (span for span in spans for _ in range(2)), strict=True):
        number = absent("not_recorded") if span is None else span.days if name.unit else span.share
        open_ = _undecided(there) if number.relation == "range" else ""
        flags = (*_time_flags(seen, span), *(("state_undecided",) if open_ else ()))
        yield _row(study, there, name, number, flags=flags, undecided=open_)
    onsets = (first_onset(seen), sustained_onset(seen, asked.entry.sustained_days))
    for name, onset in zip(_onset_names(asked), onsets, strict=True):
        open_ = _undecided(there[onset.from_visit : onset.to_visit + 1])
        flags = _onset_flags(seen, onset, undecided=bool(open_))
        yield _row(study, there, name, onset.day, flags=flags, undecided=open_)


def _undecided(there: Sequence[Assessed]) -> str:
    return ", ".join(one.visit for one in there if _truth(one) is Truth.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Name:
    """What a row over time is called."""

    parameter: str
    variant: str
    unit: str = ""


def _span_names(asked: Asked) -> Iterator[_Name]:
    code, variant = asked.key
    for convention in CONVENTIONS:
        yield _Name(f"{code}.share_of_time", f"{variant}, {convention}")
        yield _Name(f"{code}.days", f"{variant}, {convention}", "days")


def _onset_names(asked: Asked) -> tuple[_Name, _Name]:
    code, variant = asked.key
    least = asked.entry.sustained_days
    lasting = f"{variant}, 2 visits" + (f" {least} days apart" if least else "")
    return _Name(f"{code}.first_day", variant, "days"), _Name(f"{code}.sustained_day", lasting, "days")


def _time_flags(seen: Sequence[Seen], span: Span | None) -> tuple[str, ...]:
    if span is not None:
        return ()
    first, last = seen[0].day, seen[-1].day
    alone = len(seen) == 1 or (first.value is not None and first.value == last.value)
    return ("one_assessment",) if alone else ("days_not_known",)


def _onset_flags(seen: Sequence[Seen], onset: Onset, *, undecided: bool) -> tuple[str, ...]:
    """Why the interval is open, or wider than two visits."""
    found = ["state_undecided"] if undecided else []
    if onset.to_visit == len(seen) and not undecided:
        # Beyond the last visit it may still begin; in a row that the last visit is part of, it may have begun.
        found.append("not_attained" if onset.from_visit == len(seen) else "not_yet_sustained")
    if onset.from_visit == 0:
        found.append("attained_at_start" if not undecided and onset.to_visit == 0 else "")
    ends = [seen[i].day for i in (onset.from_visit - 1, onset.to_visit) if 0 <= i < len(seen)]
    found += ["day_unknown"] if any(day.lower is None or day.upper is None for day in ends) else []
    return tuple(filter(None, found))


def _flares(study: Study, asked: Asked, there: Sequence[Assessed]) -> Iterator[Measurement]:
    """Days of flares: each after the visit before, up to the visit that found it; and how many there were."""
    followed = [one for one in there if one.before]
    if not followed:
        return
    code, variant = asked.key
    outcomes = set(over_time().flares[code])
    possible = [one for one in followed if not outcomes.isdisjoint(_open_outcomes(one))]
    certain = [one for one in possible if set(_open_outcomes(one)) <= outcomes]
    days = {one.visit: one for one in there}
    for number, one in enumerate(certain, start=1):
        yield _flare(study, _Name(f"{code}.flare_day", variant, "days"), one, days[one.before], number)
    undecided = ", ".join(one.visit for one in possible if one not in certain)
    yield _row(
        study,
        followed,
        _Name(f"{code}.flares", variant, "flares"),
        between(Decimal(len(certain)), Decimal(len(possible))),
        flags=("state_undecided",) if undecided else (),
        undecided=undecided,
    )


def _open_outcomes(one: Assessed) -> tuple[str, ...]:
    if one.result is None:
        return ()
    return one.result.possible or one.asked.choice.measure.outcomes


def _flare(study: Study, name: _Name, one: Assessed, before: Assessed, number: int) -> Measurement:
    day = first_onset([Seen(Truth.NO, before.when.day), Seen(Truth.YES, one.when.day)]).day
    severity = _state(one)
    unsure = severity == str(Truth.UNKNOWN)
    unplaced = any(end is None for end in (before.when.day.lower, one.when.day.upper))
    flags = (*(("state_undecided",) if unsure else ()), *(("day_unknown",) if unplaced else ()))
    missing = one.result.missing if one.result and unsure else ()
    row = _row(study, (before, one), name, day, flags=flags, undecided=", ".join(missing))
    return replace(row, item=str(number), text=severity, missing="")


def _row(
    study: Study,
    there: Sequence[Assessed],
    name: _Name,
    number: Reading,
    *,
    flags: tuple[str, ...],
    undecided: str = "",
) -> Measurement:
    """One row; its cells are the days of the visits, whose states stand in rows of their own with their cells."""
    cells = joined(*(one.when.cells for one in there)) or joined(*(one.cells for one in there))
    return Measurement(
        subject=there[0].subject,
        parameter=name.parameter,
        variant=name.variant,
        unit=name.unit,
        flags=flags,
        source=tables_of(cells),
        cells=cells,
        reading=study.reading,
        undecided=undecided,
        **number.fields(),
    )
