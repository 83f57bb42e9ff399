"""Where labels go so that none covers another."""

from __future__ import annotations

from collections.abc import Hashable, Sequence


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions at least `gap` apart, as near to the wanted ones as least squares allows, within [low, high].

    Labels keep the order of their wanted positions (equal ones the order given). When there is no room for all, they
    are spaced evenly over [low, high]; the caller makes figures tall enough that this does not happen.

    Args:
        wanted: positions along one axis, in any unit.
        gap: least distance of two neighbours, same unit.
        low: lowest position allowed.
        high: highest position allowed.

    Returns:
        One position per wanted one, in the order given.
    """
    n = len(wanted)
    if n == 0:
        return []
    if n > 1 and gap * (n - 1) > high - low:
        gap = (high - low) / (n - 1)
    order = sorted(range(n), key=lambda i: (wanted[i], i))
    # Taking i * gap off turns "at least gap apart" into "non-decreasing": isotonic regression, pooled from the left.
    blocks: list[tuple[float, int]] = []
    for rank, i in enumerate(order):
        mean, size = wanted[i] - rank * gap, 1
        while blocks and blocks[-1][0] >= mean:
            other, count = blocks.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        blocks.append((mean, size))
    ceiling = high - (n - 1) * gap
    settled = [min(max(mean, low), max(ceiling, low)) for mean, size in blocks for _ in range(size)]
    placed = [0.0] * n
    for rank, i in enumerate(order):
        placed[i] = settled[rank] + rank * gap
    return placed


def dodge(places: Sequence[Hashable], values: Sequence[float], near: float) -> list[int]:
    """Sideways steps (0, 1, -1, 2, …) that keep symbols of nearly equal value from hiding each other.

    Each symbol, from the lowest value up, takes the step nearest the middle that no symbol closer than `near` has.

    Args:
        places: what must not mix, e.g. `before` and `after`; one per value.
        values: heights, in any unit.
        near: least distance at which two symbols are seen apart, same unit.

    Returns:
        One step per value; equal values of one place never share a step.
    """
    steps = [0] * len(values)
    placed: dict[Hashable, list[tuple[float, int]]] = {}
    for i in sorted(range(len(values)), key=lambda i: (values[i], i)):
        close = placed.setdefault(places[i], [])
        close[:] = [(value, step) for value, step in close if values[i] - value < near or value == values[i]]
        taken = {step for _, step in close}
        step = 0
        while step in taken:
            step = -step if step > 0 else 1 - step
        steps[i] = step
        close.append((values[i], step))
    return steps


def stack(spans: Sequence[tuple[float, float]], gap: float) -> list[int]:
    """Levels (0, 1, 2, …) so that no two spans of one level come closer than `gap`.

    Points come first and so lie lowest; longer spans lie above them.

    Args:
        spans: low and high end of each.
        gap: least distance between neighbours of one level, same unit.

    Returns:
        One level per span, in the order given.
    """
    levels = [0] * len(spans)
    placed: list[list[tuple[float, float]]] = []
    for i in sorted(range(len(spans)), key=lambda i: (spans[i][1] - spans[i][0], spans[i][0], i)):
        low, high = spans[i]
        level = next(
            (k for k, row in enumerate(placed) if all(low - b >= gap or a - high >= gap for a, b in row)), len(placed)
        )
        if level == len(placed):
            placed.append([])
        placed[level].append((low, high))
        levels[i] = level
    return levels
