"""How long each subject was observed for an event, and which events that time saw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from costim.effects.evidence import Evidence, Reading
from costim.effects.follow_up import CENSORED, ENDS, OBSERVED
from costim.inference.lattice import exceeds
from costim.registry.flags import raised

Span = tuple[float, float]
EVENTS = "event."


@dataclass(frozen=True, slots=True)
class Seen:
    """One event: when (a range), and whether it certainly happened during observation."""

    when: Span
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Observation:
    """One subject observed from the first infusion for a time within `time`, in the unit of the event."""

    subject: str
    time: Span
    events: tuple[Seen, ...]
    flags: tuple[str, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Observations:
    """Every subject with a time of observation. `is_recorded`: whether any row of the event exists at all."""

    rows: tuple[Observation, ...]
    n_missing: int
    is_recorded: bool
    flags: tuple[str, ...]


def find_observations(evidence: Evidence, parameter: str) -> Observations:
    """Time of observation and events of every subject.

    Observation ends at the first of these that the records give:

    1. a censored row of the event itself (the latest of them);
    2. the earlier of last contact and death;
    3. the latest time of any event of the subject.

    An event recorded after that end moves it to the time of the event and is flagged. A subject with none of these is
    left out together with its events. An event that is known to lie before the first infusion does not count; one that
    may, or of which it is not known whether it was observed, may count.
    """
    own = evidence.by_subject(parameter)
    ends = [evidence.by_subject(end) for end in ENDS]
    codes = sorted({c for c in evidence.measurements.get_column("parameter").to_list() if c.startswith(EVENTS)})
    every = [evidence.by_subject(code) for code in codes]
    rows, early, lost = [], False, False
    for subject, mine in own.items():
        early = early or any(r.is_number and r.span()[1] < 0 and r.text != CENSORED for r in mine)
        found = _observe(
            subject, mine, [r for end in ends for r in end[subject]], [r for e in every for r in e[subject]]
        )
        if found is not None:
            rows.append(found)
        lost = lost or found is None
    flags = {"before_first_infusion": early, "no_follow_up_time": lost}
    return Observations(
        rows=tuple(rows),
        n_missing=len(own) - len(rows),
        is_recorded=any(r.is_known for mine in own.values() for r in mine),
        flags=raised(flags),
    )


def _observe(
    subject: str, own: Sequence[Reading], ends: Sequence[Reading], every: Sequence[Reading]
) -> Observation | None:
    flags = []
    if stops := _timed(r for r in own if r.text == CENSORED):
        used, end = stops, _latest(stops)
    elif stops := _timed(ends):
        used, end = stops, _earliest(stops)
    elif stops := _timed(every):
        used, end = stops, _latest(stops)
        flags.append("observed_to_latest_time")
    else:
        return None
    told = [r for r in own if r.text != CENSORED and not (r.is_number and r.span()[1] < 0)]
    if not own:
        flags.append("censored_at_last_contact")
    events = []
    for reading in told:
        low, high = reading.span() if reading.is_number else (0.0, inf)
        if exceeds(low, end[1]):
            flags.append("event_after_end")
            end = (low, high)
        end = max(end[0], low), end[1]
        events.append((low, high, reading))
    seen = [Seen((max(lo, 0.0), min(hi, end[1])), r.text == OBSERVED and lo >= 0) for lo, hi, r in events]
    if any(r.text != OBSERVED for r in told):
        flags.append("status_unknown")
    readings = {r.measurement_id: r for r in (*used, *told)}
    return Observation(subject, end, tuple(seen), tuple(dict.fromkeys(flags)), tuple(readings.values()))


def _timed(readings: Iterable[Reading]) -> list[Reading]:
    """Rows with a time that is not before the first infusion."""
    return [r for r in readings if r.is_number and r.span()[1] >= 0]


def _latest(readings: Sequence[Reading]) -> Span:
    spans = [_from_zero(r) for r in readings]
    return max(low for low, _ in spans), max(high for _, high in spans)


def _earliest(readings: Sequence[Reading]) -> Span:
    spans = [_from_zero(r) for r in readings]
    return min(low for low, _ in spans), min(high for _, high in spans)


def _from_zero(reading: Reading) -> Span:
    low, high = reading.span(0.0)
    return max(low, 0.0), high
