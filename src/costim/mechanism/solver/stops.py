"""Where integration must stop: starts and ends of infusions; and what runs in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from costim.mechanism.solver.jit import part

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]


@part
def stops_of(start: Array, amount: Array, duration: Array, times: Array, stops: Array) -> int:
    """Fill `stops` with the days between which nothing changes, ascending and different; give their number.

    The first is day 0, the first infusion or the first of `times`, whichever is earliest: there the baseline holds. The
    last is the last of `times`.

    Args:
        start: (infusions,) days.
        amount: (infusions,) mg; 0 is no infusion.
        duration: (infusions,) days.
        times: (times,) days, ascending.
        stops: Room for 2 + 2 x infusions.
    """
    begin, end = min(0.0, times[0]), times[-1]
    for i in range(len(start)):
        if amount[i] > 0.0:
            begin = min(begin, start[i])
    stops[0] = begin
    n = 1
    for i in range(len(start)):
        if amount[i] > 0.0:
            for day in (start[i], start[i] + duration[i]):
                if begin < day < end:
                    stops[n] = day
                    n += 1
    if end > begin:
        stops[n] = end
        n += 1
    stops[:n].sort()
    kept = 1
    for i in range(1, n):
        if stops[i] > stops[kept - 1]:
            stops[kept] = stops[i]
            kept += 1
    return kept


@part
def infusion_at(start: Array, amount: Array, duration: Array, day: float) -> float:
    """mg per day that run at a day; infusions that overlap add up."""
    total = 0.0
    for i in range(len(start)):
        if amount[i] > 0.0 and start[i] <= day < start[i] + duration[i]:
            total += amount[i] / duration[i]
    return total


@part
def infusion_starts(start: Array, amount: Array, day: float) -> bool:
    """Does an infusion start on this day exactly?"""
    for i in range(len(start)):
        if amount[i] > 0.0 and start[i] == day:
            return True
    return False
