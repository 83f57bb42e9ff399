"""Percent fall of the Brief Psychiatric Rating Scale since baseline, with and without its floor subtracted."""

from __future__ import annotations

from costim.measures import bprs
from costim.measures.answer import number_answer
from costim.measures.bounds import Bounds, exact, known
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import hull
from costim.measures.products import quotient
from costim.measures.result import Quantity, Result, distinct
from costim.registry.measure_catalogue import Choice, measures


def percent_fall(baseline: Bounds, now: Bounds) -> Bounds:
    """`100 x (baseline - now) / baseline` of two numbers that are at least 0: 26 to 7 is 73.1 %.

    Returns:
        At most 100; unbounded below when the baseline may be 0, of which no percentage can be taken.
    """
    least = baseline.within(0, None)
    if least.lower == 0 and not least.lower_open:
        return Bounds(None, exact(100))
    return known(1).minus(quotient(now, baseline)).times(100)


def change(now: Facts, baseline: Facts, method: str) -> Quantity:
    """Percent fall of the total since baseline.

    Totals typed without their coding share one, and both visits have the same number of items; where several codings
    are possible, the bounds hold for each.

    Args:
        now: facts of the visit.
        baseline: facts at entry.
        method: `floor_corrected` or `naive`.
    """
    info = measures()["bprs_change"].variants[method]
    before, after = bprs.read(baseline), bprs.read(now)
    pairs = _pairs(before, after)
    falls = [_fall(before.totals[a], a, after.totals[b], b, method) for a, b in pairs]
    bounds = hull(falls) if falls else Bounds()
    at_floor = any(before.totals[a].value == bprs.floor(a) for a, _ in pairs)
    return Quantity(
        bounds=bounds,
        missing=() if bounds.value is not None else _open(before, after),
        decided_by=("bprs", "baseline.bprs") if pairs else (),
        flags=distinct(
            before.flags,
            after.flags,
            bprs.coding_flags(before, (a for a, _ in pairs)),
            bprs.coding_flags(after, (b for _, b in pairs)),
            ("baseline_at_floor",) if at_floor else (),
            ("codings_contradict",) if before.totals and after.totals and not pairs else (),
        ),
        evidence=info.evidence,
        references=info.references,
    )


def _open(before: bprs.Reading, after: bprs.Reading) -> tuple[str, ...]:
    """What would give a number: totals that are not there, else those whose coding or number is not certain.

    Where both are certain it is the total at baseline, of which no percentage can be taken.
    """
    readings = (("", after), ("baseline.", before))
    absent = tuple(f"{assessment}bprs" for assessment, reading in readings if not reading.totals)
    unclear = tuple(
        assessment + coding
        for assessment, reading in readings
        if [points.value is not None for points in reading.totals.values()] != [True]
        for coding in reading.totals
    )
    return absent or unclear or tuple(f"baseline.{coding}" for coding in before.totals)


def _pairs(before: bprs.Reading, after: bprs.Reading) -> list[tuple[str, str]]:
    """Codings (baseline, now) that are possible together."""
    shared = before.names_no_coding and after.names_no_coding
    return [
        (first, second)
        for first in before.totals
        for second in after.totals
        if (first == second if shared else bprs.items(first) == bprs.items(second))
    ]


def _fall(before: Bounds, first: str, after: Bounds, second: str, method: str) -> Bounds:
    now = bprs.recode(after, second, first)
    assert now is not None  # noqa: S101  # pairs have the same number of items
    if method == "floor_corrected":
        least = known(bprs.floor(first))
        return percent_fall(before.minus(least), now.minus(least))
    return percent_fall(before, now)


def score(choice: Choice, visit: Visit) -> Result:
    """Percent fall since baseline; negative when the total rose."""
    return number_answer(choice, change(visit.now, visit.baseline, choice.variant.name))
