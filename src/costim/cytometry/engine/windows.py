"""Where the wanted ranks will lie, foretold from a pilot, and what was found there."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from costim.cytometry.engine.kernel import Values, Windows
from costim.cytometry.engine.levels import ranks_within
from costim.cytometry.engine.order import Window, order_statistics, windows_for
from costim.cytometry.engine.result import Want


def foretold(pilot: Values, want: Want, n: int) -> list[Window]:
    """Windows that very probably hold the ranks wanted of n values.

    Args:
        pilot: Some of the values, shape (m,); those that are not finite are left out.
        want: Which ranks.
        n: How many finite values there will be, about.
    """
    values = pilot[np.isfinite(pilot)]
    return windows_for(values, ranks_within(want, n), n) if len(values) else [(-inf, inf)]


def found_in(windows: Windows, place: int, ranks: Sequence[int]) -> dict[int, float]:
    """Values at those of the rising ranks that one window holds."""
    low, high = float(windows.low[place]), float(windows.high[place])
    begin = int(windows.below[place])
    inside = begin + int(windows.at_low[place])
    end = inside + int(windows.filled[place])
    found = {rank: low for rank in ranks if begin <= rank < inside}
    found |= {rank: high for rank in ranks if end <= rank < end + int(windows.at_high[place])}
    own = [rank for rank in ranks if inside <= rank < end]
    values = windows.kept[place, : windows.filled[place]]
    return found | dict(zip(own, order_statistics(values, [rank - inside for rank in own]), strict=True))


def around_missed(windows: Windows, places: Sequence[int], ranks: Sequence[int]) -> list[Window]:
    """Windows for ranks that no window held: the gaps between windows, in which they must lie."""
    held = sorted(
        (int(windows.below[place]), float(windows.low[place]), float(windows.high[place])) for place in places
    )
    gaps = set()
    for rank in ranks:
        lower = [high for below, _, high in held if below <= rank]
        upper = [low for below, low, _ in held if below > rank]
        gaps.add((max(lower, default=-inf), min(upper, default=inf)))
    return sorted(gaps)
