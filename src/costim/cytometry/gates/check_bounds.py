"""Bounds of rectangles and dividers: numbers, and in the right order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from costim.cytometry.gates.errors import GateProblem
from costim.cytometry.gates.model import Bound, Gate, Quadrants, Range, Rectangle


def turned_bounds(gate: Gate) -> Iterator[GateProblem]:
    """Bounds that are not finite, missing, or not in increasing order; names of thresholds are passed over."""
    if isinstance(gate, Rectangle):
        for index, side in enumerate(gate.ranges, start=1):
            yield from _range_problems(f"gate {gate.name}", f"bounds[{index}]", side)
    if isinstance(gate, Quadrants):
        for index, divider in enumerate(gate.dividers, start=1):
            yield from _divider_problems(f"gate {gate.name}", f"dividers[{index}].at", divider.values)


def _range_problems(where: str, key: str, side: Range) -> Iterator[GateProblem]:
    lower, upper = side.lower, side.upper
    if lower is None and upper is None:
        found = f"no bound on {side.axis.source!r}"
        yield GateProblem(where, found, "at least one of from and below", key=key)
    odd = [bound for bound in (lower, upper) if is_odd(bound)]
    for bound in odd:
        action = "leave the bound out where there is none"
        yield GateProblem(where, str(bound), "a finite number", action, key=key)
    if isinstance(lower, float | int) and isinstance(upper, float | int) and not odd and not lower < upper:
        found = f"from {lower:.6g} to below {upper:.6g} on {side.axis.source!r}, which holds no value"
        yield GateProblem(where, found, "the smaller number first", key=key)
    if isinstance(lower, str) and lower == upper:
        found = f"the threshold {lower!r} at both ends, which holds no value"
        yield GateProblem(where, found, "two different bounds", key=key)


def _divider_problems(where: str, key: str, values: tuple[Bound, ...]) -> Iterator[GateProblem]:
    if not values:
        yield GateProblem(where, "a divider without a value", "at least one value", key=key)
    if any(value is None or is_odd(value) for value in values):
        yield GateProblem(where, "a divider value that is not a finite number", "finite numbers", key=key)
        return
    numbers = [value for value in values if isinstance(value, float | int)]
    if any(not low < high for low, high in pairwise(numbers)):
        found = "values " + ", ".join(f"{value:.6g}" for value in numbers)
        yield GateProblem(where, found, "values that increase", key=key)


def is_odd(bound: Bound) -> bool:
    """A number that is not finite."""
    return isinstance(bound, float | int) and not math.isfinite(bound)
