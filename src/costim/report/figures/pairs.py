"""Readings before and after, paired by patient as the effects paired them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.registry.parameters import Parameter, parameter
from costim.registry.plan import Endpoint
from costim.report.figures.view import View


@dataclass(frozen=True, slots=True)
class Span:
    """What is known of a number: `low` and `high` (equal when exact); infinite where nothing bounds it."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Known to a point?"""
        return self.low == self.high

    @property
    def known(self) -> tuple[float, ...]:
        """The finite ends, once each."""
        return tuple(sorted({x for x in (self.low, self.high) if math.isfinite(x)}))

    def minus(self, other: Span) -> Span:
        """Every difference the two spans admit."""
        return Span(self.low - other.high, self.high - other.low)


@dataclass(frozen=True, slots=True)
class Pair:
    """One patient: the reading before and the reading after, either may be absent."""

    subject: str
    before: Measurement | None
    after: Measurement | None


def span_of(reading: Measurement | None, known: Parameter) -> Span | None:
    """What a reading says of its number; None when it says nothing.

    Missing ends are closed by the range of the instrument, e.g. 0 for a concentration below a limit.
    """
    if reading is None:
        return None
    if reading.value is not None:
        return Span(reading.value, reading.value) if math.isfinite(reading.value) else None
    if reading.lower is None and reading.upper is None:
        return None
    floor = -math.inf if known.minimum is None else known.minimum
    ceiling = math.inf if known.maximum is None else known.maximum
    low = floor if reading.lower is None else reading.lower
    high = ceiling if reading.upper is None else reading.upper
    return Span(low, high) if low <= high else None


def anchors(reading: Measurement | None, known: Parameter) -> tuple[float, ...]:
    """Where symbols of a reading stand: the value, both ends of a range, or the limit it lies below or above."""
    span = span_of(reading, known)
    if span is None or reading is None:
        return ()
    if not span.exact and reading.relation in ("<", "<="):
        return span.known[-1:]
    if not span.exact and reading.relation in (">", ">="):
        return span.known[:1]
    return span.known


def _readings(view: View, rows: Iterable[Effect], wanted: str) -> dict[str, Measurement]:
    found: dict[str, Measurement] = {}
    for row in rows:
        for name in row.measurements:
            reading = view.by_id.get(name)
            if reading is not None and reading.parameter == wanted:
                found.setdefault(reading.subject, reading)
    return found


def find_pairs(view: View, endpoint: Endpoint) -> tuple[Pair, ...]:
    """Pairs of a paired-change endpoint, patients in natural order; a patient with one reading only is among them.

    The rows of stratum `baseline` and `post` name their readings (see the contract between the rooms).
    """
    fields = {"parameter": endpoint.parameter, "contrast": endpoint.contrast or ""}
    before = _readings(view, view.find(**fields, stratum="baseline"), endpoint.parameter)
    after = _readings(view, view.find(**fields, stratum="post"), endpoint.parameter)
    return tuple(
        Pair(s, before.get(s), after.get(s)) for s in view.subjects if before.get(s) is not None or after.get(s)
    )


def change_of(pair: Pair) -> Span | None:
    """Every change after - before that the two readings admit; None unless both say something."""
    reading = pair.before or pair.after
    if reading is None:
        return None
    known = parameter(reading.parameter)
    before, after = span_of(pair.before, known), span_of(pair.after, known)
    if before is None or after is None:
        return None
    change = after.minus(before)
    return None if math.isnan(change.low) or math.isnan(change.high) else change


def changes(view: View, endpoint: Endpoint) -> dict[str, Span]:
    """Change by patient, for the patients with both readings."""
    found = {pair.subject: change_of(pair) for pair in find_pairs(view, endpoint)}
    return {subject: change for subject, change in found.items() if change is not None}


def shared_endpoints(view: View) -> tuple[Endpoint, ...]:
    """Paired-change endpoints that have a patient with a change in common with another one."""
    with_changes = [(e, set(changes(view, e))) for e in view.endpoints("paired_change")]
    return tuple(e for e, who in with_changes if any(who & others for other, others in with_changes if other is not e))


def endpoint_of(view: View, parameter: str, contrast: str) -> Endpoint:
    """The paired-change endpoint of a figure."""
    return next(e for e in view.endpoints("paired_change") if (e.parameter, e.contrast or "") == (parameter, contrast))
