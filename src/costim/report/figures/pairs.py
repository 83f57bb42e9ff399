"""Readings before and after, paired by patient as the effects paired them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from costim.registry.measurements import Measurement
from costim.registry.parameters import Parameter, parameter
from costim.registry.plan_questions import Endpoint, Selector
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


def find_pairs(view: View, endpoint: Endpoint) -> tuple[Pair, ...]:
    """Pairs of a paired-change endpoint, patients in natural order; a patient with one reading only is among them.

    Which readings belong together was decided by the effects: their rows name them. The strata `baseline` and `post`
    say which came first; where a row names both readings of a patient, the selectors of the plan tell them apart.
    """
    named: dict[str, dict[str, Measurement]] = {}
    for row in view.find(parameter=endpoint.parameter, contrast=endpoint.contrast or ""):
        for name in row.measurements:
            reading = view.by_id.get(name)
            if reading is not None and reading.parameter == endpoint.parameter:
                named.setdefault(reading.subject, {})[name] = reading
    apart = _named_apart(view, endpoint)
    return tuple(
        _pair(view, endpoint, s, [named[s][name] for name in sorted(named[s])], apart)
        for s in view.subjects
        if s in named
    )


def _named_apart(view: View, endpoint: Endpoint) -> dict[str, int]:
    """Side of every reading that rows of one stratum only name."""
    fields = {"parameter": endpoint.parameter, "contrast": endpoint.contrast or ""}
    names = [
        {
            name
            for stratum in (side, f"{side}_all")
            for row in view.find(**fields, stratum=stratum)
            for name in row.measurements
        }
        for side in ("baseline", "post")
    ]
    return dict.fromkeys(names[0] - names[1], 0) | dict.fromkeys(names[1] - names[0], 1)


def _pair(view: View, endpoint: Endpoint, subject: str, named: list[Measurement], apart: dict[str, int]) -> Pair:
    contrast = next((c for c in view.plan.contrasts if c.name == endpoint.contrast), None)
    order = {visit.name: i for i, visit in enumerate(view.plan.visits)}

    def side(reading: Measurement) -> float:
        """0 = before, 1 = after, between when both selectors would take it."""
        if reading.measurement_id in apart:
            return apart[reading.measurement_id]
        if contrast is None:
            return 0.5
        return 0.5 + (_selects(contrast.post, reading) - _selects(contrast.baseline, reading)) / 2

    def place(reading: Measurement) -> tuple[float, float, int]:
        day = reading.day if reading.day is not None else math.inf
        return side(reading), day, order.get(reading.visit, len(order))

    ordered = sorted(named, key=place)
    if len(ordered) == 1:
        return Pair(subject, *(ordered[0], None) if side(ordered[0]) < 1 else (None, ordered[0]))
    return Pair(subject, ordered[0], ordered[-1])


def _selects(selector: Selector, reading: Measurement) -> bool:
    if selector.visits and reading.visit not in selector.visits:
        return False
    if selector.timepoint is not None and reading.timepoint not in ("", selector.timepoint):
        return False
    low = reading.day if reading.day is not None else reading.day_lower
    high = reading.day if reading.day is not None else reading.day_upper
    early = selector.from_day is not None and (low is None or low < selector.from_day)
    late = selector.to_day is not None and (high is None or high > selector.to_day)
    return not (early or late)


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
    """Paired-change endpoints that share two or more patients with a change with another one."""
    with_changes = [(e, set(changes(view, e))) for e in view.endpoints("paired_change")]
    return tuple(
        e for e, who in with_changes if any(len(who & others) > 1 for other, others in with_changes if other is not e)
    )


def endpoint_of(view: View, parameter: str, contrast: str) -> Endpoint:
    """The paired-change endpoint of a figure."""
    return next(e for e in view.endpoints("paired_change") if (e.parameter, e.contrast or "") == (parameter, contrast))
