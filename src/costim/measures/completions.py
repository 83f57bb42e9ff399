"""Results of one measure over every way in which something unknown may be, as one result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from costim.measures.bounds import Bounds
from costim.measures.result import Result, distinct, weakest
from costim.registry.measure_catalogue import measures


def merged(results: Sequence[Result], fact: str) -> Result:
    """One result that holds whichever of several is the true one.

    Args:
        results: of one measure and variant, at least one.
        fact: the unknown fact over whose completions they were worked out; named in `missing` when they differ.

    Returns:
        Bounds around all bounds; the state when all agree, else `unknown`; every outcome that one of them admits.
    """
    first = results[0]
    if all(result == first for result in results):
        return first
    states = {result.state for result in results}
    numbers = {result.bounds for result in results}
    differ = len(states) > 1 or len(numbers) > 1
    found = {outcome for result in results for outcome in result.possible}
    known = measures()[first.measure].outcomes
    order = (*(outcome for outcome in known if outcome in found), *sorted(found - set(known)))
    complete = not differ and all(result.complete for result in results)
    return replace(
        first,
        bounds=hull([result.bounds for result in results]),
        state=first.state if len(states) == 1 else "unknown",
        possible=order,
        complete=complete,
        decided_by=distinct(*(result.decided_by for result in results)) if len(states) == 1 else (),
        missing=() if complete else distinct(*(result.missing for result in results), (fact,) if differ else ()),
        checks=first.checks if all(result.checks == first.checks for result in results) else (),
        source=distinct(*(result.source for result in results)),
        evidence=weakest(result.evidence for result in results),
        flags=distinct(*(result.flags for result in results)),
    )


def hull(bounds: Sequence[Bounds]) -> Bounds:
    """The narrowest bounds around several; an end is open only where no bounds include it."""
    lows = [entry.lower for entry in bounds if entry.lower is not None]
    highs = [entry.upper for entry in bounds if entry.upper is not None]
    low = min(lows) if len(lows) == len(bounds) else None
    high = max(highs) if len(highs) == len(bounds) else None
    return Bounds(
        low,
        high,
        low is not None and all(entry.lower_open for entry in bounds if entry.lower == low),
        high is not None and all(entry.upper_open for entry in bounds if entry.upper == high),
    )
