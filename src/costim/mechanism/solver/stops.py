"""Where integration must stop: starts and ends of infusions; and what runs in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from costim.mechanism.solver.jit import part

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from costim.mechanism.solver.room import Infusions

    Array = NDArray[float64]


@part
def stops_of(infusions: Infusions, times: Array, stops: Array) -> int:
    """Fill `stops` with the days between which nothing changes, ascending and different; give their number.

    The first is day 0, the first infusion or the first of `times`, whichever is earliest: there the baseline holds. The
    last is the last of `times`.

    Args:
        infusions: Of the patient; amount 0 is none.
        times: (times,) days, ascending.
        stops: Room for 2 + 2 x infusions.
    """
    begin, end = min(0.0, times[0]), times[-1]
    for i in range(len(infusions.start)):
        if infusions.amount[i] > 0.0:
            begin = min(begin, infusions.start[i])
    stops[0] = begin
    found = 1
    for i in range(len(infusions.start)):
        if infusions.amount[i] > 0.0:
            start = infusions.start[i]
            found = insert(stops, found, start, end)
            found = insert(stops, found, start + infusions.duration[i], end)
    if end > begin:
        stops[found] = end
        found += 1
    return found


@part
def insert(stops: Array, found: int, day: float, end: float) -> int:
    """Put a day into its place, unless it is there already or not before `end`; give the new number of stops."""
    if not day < end:
        return found
    place = found
    while stops[place - 1] > day:
        place -= 1
    if stops[place - 1] == day:
        return found
    for i in range(found, place, -1):
        stops[i] = stops[i - 1]
    stops[place] = day
    return found + 1


@part
def infusion_at(infusions: Infusions, day: float) -> float:
    """Amount per day that runs at a day; infusions that overlap add up."""
    total = 0.0
    for i in range(len(infusions.start)):
        start = infusions.start[i]
        stop = start + infusions.duration[i]
        if infusions.amount[i] > 0.0 and start <= day < stop:
            # Not `duration`: days are rounded, and the whole amount must enter between these two.
            total += infusions.amount[i] / (stop - start)
    return total


@part
def infusion_starts(infusions: Infusions, day: float) -> bool:
    """Does an infusion start on this day exactly?"""
    for i in range(len(infusions.start)):  # noqa: SIM110 - compiled code knows no generators
        if infusions.amount[i] > 0.0 and infusions.start[i] == day:
            return True
    return False
