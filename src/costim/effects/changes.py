"""Pairs of readings as numbers: before, after, and their difference, each as a range (exact = equal ends)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import isfinite

from costim.effects.evidence import ids_of, unit_doubts, unit_of, units_of
from costim.effects.pairs import Pair
from costim.inference.lattice import choose_step, is_on_lattice
from costim.registry.flags import raised
from costim.registry.parameters import parameter as registered

Span = tuple[float, float]
COMPLETIONS = 500
"""Largest number of completions of ranged readings for which the exact test is repeated."""


@dataclass(frozen=True, slots=True)
class Change:
    """One subject: spans of the reading before, the reading after, and the difference after minus before."""

    subject: str
    baseline: Span
    post: Span
    change: Span

    @property
    def is_exact(self) -> bool:
        """Whether the difference is one number."""
        return self.change[0] == self.change[1]


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes of one parameter and contrast.

    `resolution` is the step to which differences are rounded (None = unknown); `scale` the largest reading.
    """

    rows: tuple[Change, ...]
    n_missing: int
    unit: str
    resolution: float | None
    scale: float
    flags: tuple[str, ...]
    measurements: tuple[str, ...]
    before_ids: tuple[str, ...]
    after_ids: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Whether every difference is one number."""
        return all(row.is_exact for row in self.rows)


def find_changes(parameter: str, pairs: Sequence[Pair]) -> Changes:
    """Numbers of the complete pairs.

    Pairs whose readings carry another unit than the rest, or none while others state one, are left out and flagged:
    they cannot be subtracted or pooled.
    A resolution of the registry that the readings themselves undercut is not used.
    """
    known = registered(parameter)
    complete = [
        (p.subject, p.baseline.reading, p.post.reading)
        for p in pairs
        if p.baseline.reading is not None and p.post.reading is not None
    ]
    numeric = [(s, a, b) for s, a, b in complete if a.is_number and b.is_number]
    readings = [r for _, a, b in numeric for r in (a, b)]
    unit = unit_of(parameter, readings)
    one_unit = len(units_of(readings)) <= 1
    kept = numeric if one_unit else [(s, a, b) for s, a, b in numeric if a.unit == b.unit == unit]
    spans = [(s, a.span(known.minimum, known.maximum), b.span(known.minimum, known.maximum)) for s, a, b in kept]
    ends = [e for _, *both in spans for span in both for e in span if isfinite(e)]
    coarse = known.resolution is not None and not is_on_lattice(ends, known.resolution)
    resolution, scale = None if coarse else known.resolution, max((abs(e) for e in ends), default=0.0)
    noise = float(choose_step(scale, resolution)) / 2
    rows = tuple(_change(s, before, after, noise) for s, before, after in spans)
    flags = {
        "ambiguous_reading": any(p.baseline.ambiguous or p.post.ambiguous for p in pairs),
        "units_differ": len(kept) < len(numeric),
        "finer_than_resolution": coarse,
    }
    return Changes(
        rows=rows,
        n_missing=len({p.subject for p in pairs}) - len(rows),
        unit=unit,
        resolution=resolution,
        scale=scale,
        flags=(*raised(flags), *unit_doubts(parameter, readings)),
        measurements=ids_of(r for _, a, b in kept for r in (a, b)),
        before_ids=ids_of(a for _, a, _ in kept),
        after_ids=ids_of(b for _, _, b in kept),
    )


def _change(subject: str, before: Span, after: Span, noise: float) -> Change:
    low, high = _minus(after[0], before[1], noise), _minus(after[1], before[0], noise)
    return Change(subject, before, after, (low, high))


def _minus(x: float, y: float, noise: float) -> float:
    """Difference of the decimal numbers that were typed, without the noise of binary fractions.

    A difference that the rank test rounds to zero is zero here too, else the sign test would give it a direction.
    """
    if not (isfinite(x) and isfinite(y)):
        return x - y
    difference = float(Decimal(repr(float(x))) - Decimal(repr(float(y))))
    return 0.0 if abs(difference) <= noise else difference


def enumerate_completions(changes: Changes) -> list[tuple[float, ...]] | None:
    """Every set of differences the ranges admit on the steps of the instrument.

    None when the instrument's step is unknown, a range is open, or there are more than `COMPLETIONS`.
    """
    choices: list[list[float]] = []
    total = 1
    for row in changes.rows:
        low, high = row.change
        if low == high:
            choices.append([low])
            continue
        if changes.resolution is None or not (isfinite(low) and isfinite(high)):
            return None
        step = Decimal(repr(changes.resolution))
        count = round((high - low) / changes.resolution) + 1
        total *= count
        if total > COMPLETIONS:
            return None
        choices.append([float(Decimal(repr(low)) + k * step) for k in range(count)])
    return list(product(*choices))
