"""Events up to a time against events after it, per time observed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isfinite

from costim.effects.completions import Step, reachable_counts
from costim.effects.observation import Observation, Seen, Span
from costim.inference.binary.tails import lower_tail, upper_tail
from costim.inference.counts.rate_ratio import RateRatio, Variant, compute_rate_ratio
from costim.inference.lattice import exceeds
from costim.registry.effects import Effect
from costim.registry.flags import raised

TEXT = "rate up to this time over rate after it"
EARLY, LATE, NONE = (1, 0), (0, 1), (0, 0)


def ratio_rows(base: Effect, rows: Sequence[Observation], horizon: float, variants: Sequence[Variant]) -> list[Effect]:
    """One row per variant at one horizon (in the unit of the event)."""
    early = _sum((min(low, horizon), min(high, horizon)) for low, high in (o.time for o in rows))
    late = _sum((max(low - horizon, 0.0), max(high - horizon, 0.0)) for low, high in (o.time for o in rows))
    counts = reachable_counts(_places(e, horizon) for o in rows for e in o.events)
    row = replace(base, at=float(horizon), text=TEXT)
    if min(early[0], late[0]) <= 0 or not isfinite(late[1]):
        return [replace(row, variant=v, flags=(*row.flags, "no_time_on_one_side")) for v in variants]
    return [_row(replace(row, variant=v), v, counts, early, late) for v in variants]


def _sum(spans: Iterable[Span]) -> Span:
    listed = list(spans)
    return sum(low for low, _ in listed), sum(high for _, high in listed)


def _places(event: Seen, horizon: float) -> frozenset[Step]:
    """Where an event may be counted: early, late, or not at all."""
    low, high = event.when
    places = set[Step]() if event.is_certain else {NONE}
    if not exceeds(low, horizon):
        places.add(EARLY)
    if exceeds(high, horizon):
        places.add(LATE)
    return frozenset(places)


def _row(row: Effect, variant: Variant, counts: Sequence[Step], early: Span, late: Span) -> Effect:
    """Limits united over every count and every time; the time is longest early and shortest late, and the reverse."""
    level = row.level or 0.95

    def ratio(count: Step, first: float, second: float) -> RateRatio:
        return compute_rate_ratio(count[0], first, count[1], second, variant=variant, level=level)

    smallest = [ratio(c, early[1], late[0]) for c in counts]
    largest = [ratio(c, early[0], late[1]) for c in counts]
    exact = len(counts) == 1 and early[0] == early[1] and late[0] == late[1]
    defined = all(f.ratio is not None for f in smallest)
    p_values = [_largest_p(c, a, b, early, late) for c, a, b in zip(counts, smallest, largest, strict=True)]
    uppers = [f.upper for f in largest]
    flags = {
        "no_events": not defined,
        "no_upper_limit": defined and None in uppers,
        "bounds_over_unknowns": not exact,
        "largest_p": len(set(p_values)) > 1 or (not exact and p_values[0] < 1),
    }
    row = replace(
        row,
        p=max(p_values),
        p_min=min(f.p_min for f in (*smallest, *largest)),
        flags=(*row.flags, *raised(flags)),
        count=counts[0][0] if len(counts) == 1 else None,
        denominator=sum(counts[0]) if len(counts) == 1 else None,
    )
    if not defined:
        return row
    row = replace(
        row,
        lower=min(f.lower for f in smallest if f.lower is not None),
        upper=None if None in uppers else max(u for u in uppers if u is not None),
    )
    low, high = min(_number(f) for f in smallest), max(_number(f) for f in largest)
    if exact:
        return replace(row, estimate=low if isfinite(low) else None)
    return replace(row, estimate_lower=low if isfinite(low) else None, estimate_upper=high if isfinite(high) else None)


def _number(found: RateRatio) -> float:
    return float("inf") if found.ratio is None else found.ratio


def _largest_p(count: Step, first: RateRatio, second: RateRatio, early: Span, late: Span) -> float:
    """Largest p over all times between: p has one peak, of 1, at the share of time where both tails are alike."""
    events = sum(count)
    shares = early[0] / (early[0] + late[1]), early[1] / (early[1] + late[0])
    rising = (
        [float(upper_tail(count[0], events, s) - lower_tail(count[0], events, s)) for s in shares] if events else []
    )
    if rising and rising[0] < 0 < rising[1]:
        return 1.0
    return max(first.p, second.p)
