"""Numbers of a population some of whose events are false, with limits that allow for not knowing how many.

The error is shared out: four fifths go to the events of the sample, one fifth to the false ones. By Boole's inequality
the interval then covers at least its level whatever the two have to do with each other.

A control without the marker of the population shows its members as if they did not belong to it. If false events come
from every kind of cell alike, the members in the control add to them, and in the sample only the others do: of N parent
events with T true ones, rate * (N - T) are false. If they come from cells of their own (dead, sticky ones), it is
rate * N. The estimate takes the first, which is what a control without the marker is made for; limits hold for both.
"""

from __future__ import annotations

from dataclasses import dataclass

from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.inference.binary.share import check_share
from costim.inference.cells.detection import Control, compute_limit_of_blank
from costim.inference.counts.garwood import compute_garwood

OWN_SHARE = 0.8
"""Part of the error that the events of the sample may use."""


@dataclass(frozen=True, slots=True)
class Net:
    """What is left after the false events, and its limits.

    Never below 0; the upper limit never below that of a sample without any event, lest fewer events than the control
    foretells look like a certain zero.
    """

    estimate: float
    lower: float
    upper: float
    level: float


@dataclass(frozen=True, slots=True)
class PositiveShare:
    """Share of the true cells that are positive; a limit is None where all cells may be false."""

    positive: int
    n: int
    estimate: float | None
    lower: float | None
    upper: float | None
    level: float
    false_cells: int


def own_level(level: float) -> float:
    """Level at which the events of the sample themselves are judged when some may be false."""
    return 1 - OWN_SHARE * (1 - level)


def compute_false_cells(parents: int, control: Control | None, *, level: float = 0.95) -> int:
    """How many events in the gate may be false: upper prediction limit at one fifth of the error, one-sided.

    0 without a control: nothing is known then, and who prints the number must say so.
    """
    if control is None:
        return 0
    return compute_limit_of_blank(parents, control, alpha=(1 - OWN_SHARE) * (1 - level))


def compute_net_count(
    events: int, parents: int, control: Control | None, *, at_most: bool = False, level: float = 0.95
) -> Net:
    """Expected number of true events in the gate: those found less the false ones.

    T = (n - rate * N) / (1 - rate) for n events of N; the lower limit is without the denominator.

    Args:
        events: events in the gate, 0 or more.
        parents: events of the parent gate.
        control: false events; None for plain limits of the number found.
        at_most: the control counts the false events of a larger gate, of which this one holds an unknown part: nothing
            is subtracted from the estimate, and only the lower limit gives way.
        level: confidence level.

    Raises:
        ValueError: see `compute_garwood` and `compute_limit_of_blank`.
    """
    if control is None:
        plain = compute_garwood(events, level=level)
        return Net(float(events), plain.lower, plain.upper, level)
    found = compute_garwood(events, level=own_level(level))
    false = compute_garwood(control.events, control.parents / control.times, level=_false_level(level))
    middle, least = (0.0, 0.0) if at_most else (false.estimate, false.lower)
    lower = max(found.lower - false.upper * parents, 0.0)
    upper = _without(found.upper, parents, least)
    none_found = compute_garwood(0, level=level).upper
    return Net(_without(events, parents, middle), lower, max(upper, none_found), level)


def compute_net_share(
    events: int,
    whole: int,
    control: Control | None,
    *,
    parents: int | None = None,
    at_most: bool = False,
    level: float = 0.95,
) -> Net:
    """Share of a whole that truly belongs to the population.

    As `compute_net_count`, with the limits of Clopper and Pearson for both counts.

    Args:
        events: events in the gate.
        whole: events of the population that is the whole.
        control: false events; None for the limits of Clopper and Pearson.
        parents: events of the parent gate, to which the rate of the control refers; the whole when not given.
        at_most: as in `compute_net_count`.
        level: confidence level.

    Raises:
        ValueError: see `compute_clopper_pearson` and `compute_limit_of_blank`.
    """
    if control is None:
        plain = compute_clopper_pearson(events, whole, level=level)
        return Net(plain.estimate, plain.lower, plain.upper, level)
    found = compute_clopper_pearson(events, whole, level=own_level(level))
    false = compute_clopper_pearson(control.events, control.parents, level=_false_level(level))
    per_whole = control.times * (whole if parents is None else parents) / whole
    middle, least = (0.0, 0.0) if at_most else (false.estimate, false.lower)
    lower = max(found.lower - false.upper * per_whole, 0.0)
    upper = min(_without(found.upper, per_whole, least), 1.0)
    none_found = compute_clopper_pearson(0, whole, level=level).upper
    return Net(min(_without(found.estimate, per_whole, middle), 1.0), lower, max(upper, none_found), level)


def _without(found: float, parents: float, rate: float) -> float:
    """What is left when the parent events that do not belong to the population are false at this rate."""
    return max(found - rate * parents, 0.0) / (1 - rate) if rate < 1 else 0.0


def compute_positive_share(
    positive: int, n: int, *, level: float = 0.95, false_cells: int = 0, falsely_positive: int = 0
) -> PositiveShare:
    """Share of positive cells when up to `false_cells` of the n may be false, each positive or not.

    The limits are those of Clopper and Pearson for the worst cases: all false cells positive, and as many negative ones
    counted as positive as can be (lower); none of either (upper).

    Args:
        positive: positive cells, 0 to n.
        n: cells in the gate.
        level: confidence level; where cells may be false pass `own_level` of the level wanted.
        false_cells: upper limit of the false cells among the n.
        falsely_positive: upper limit of the cells that belong to the n but were taken for positive.

    Raises:
        ValueError: not 0 <= positive <= n, or numbers are not whole.
    """
    if n == 0 and positive == 0:
        return PositiveShare(0, 0, None, None, None, level, false_cells)
    check_share(positive, n, level)
    true = n - false_cells
    if true < 1:
        return PositiveShare(positive, n, positive / n, None, None, level, false_cells)
    lower = compute_clopper_pearson(
        min(max(positive - false_cells - falsely_positive, 0), true), true, level=level
    ).lower
    upper = compute_clopper_pearson(min(positive, true), true, level=level).upper
    return PositiveShare(positive, n, positive / n, lower, upper, level, false_cells)


def _false_level(level: float) -> float:
    return 1 - (1 - OWN_SHARE) * (1 - level)
