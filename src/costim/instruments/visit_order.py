"""The visits of one patient in time: which came before which, and which is the baseline."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from costim.instruments.rows import Reading
from costim.registry.plan import Plan


def ordered_visits(days: Mapping[str, Reading], declared: Sequence[str]) -> tuple[str, ...] | None:
    """Visits in time.

    The order of study.toml holds unless known days contradict it; then the days decide, when every two visits have
    days that tell them apart or that are the same.

    Args:
        days: study day of each visit, with bounds; a visit without known day has an empty reading.
        declared: visits in the order of study.toml; others come last, by name.

    Returns:
        The visits, earliest first; None when neither days nor study.toml give an order.
    """
    planned = sorted(days, key=lambda name: (_rank(name, declared), name))
    if not any(_certainly_before(days[later], days[earlier]) for earlier, later in combinations(planned, 2)):
        return tuple(planned)
    if all(_told_apart(days[one], days[other]) for one, other in combinations(planned, 2)):
        return tuple(sorted(planned, key=lambda name: days[name].lower or Decimal(0)))
    return None


def _rank(name: str, declared: Sequence[str]) -> int:
    return declared.index(name) if name in declared else len(declared)


def _certainly_before(earlier: Reading, later: Reading) -> bool:
    return earlier.upper is not None and later.lower is not None and earlier.upper < later.lower


def _told_apart(one: Reading, other: Reading) -> bool:
    same = one.value is not None and one.value == other.value
    return same or _certainly_before(one, other) or _certainly_before(other, one)


def named_baseline(plan: Plan) -> str:
    """The visit that every contrast of the plan names alone as its baseline; blank when they do not name one."""
    sides = [contrast.baseline for contrast in plan.contrasts]
    names = {side.visits for side in sides}
    by_days = any(side.from_day is not None or side.to_day is not None for side in sides)
    return next(iter(names))[0] if len(names) == 1 and len(sides[0].visits) == 1 and not by_days else ""


def baseline_visit(order: Sequence[str], days: Mapping[str, Reading], assessed: Collection[str], named: str) -> str:
    """The baseline of one patient: the visit named, else the last assessed one at or before the first infusion.

    Args:
        order: visits, earliest first.
        days: study day of each (day 0 = first infusion).
        assessed: visits at which anything was recorded that could be compared with.
        named: see `named_baseline`.

    Returns:
        Name of the visit; blank when there is none.
    """
    if named:
        return named if named in assessed else ""
    before = [name for name in order if name in assessed and _at_most_0(days[name])]
    return before[-1] if before else ""


def _at_most_0(day: Reading) -> bool:
    return day.upper is not None and day.upper <= 0


def visit_before(order: Sequence[str], visit: str, assessed: Collection[str]) -> str:
    """The last assessed visit before one; blank when there is none."""
    earlier = [name for name in order[: order.index(visit)] if name in assessed]
    return earlier[-1] if earlier else ""
