"""Items made sharper by a typed total, over many visits: as `index_items.index_with_states` for one."""

from __future__ import annotations

from functools import partial

from costim.measures.batch.apply import Batch
from costim.measures.batch.coded import combined, merged
from costim.measures.batch.sledai import index
from costim.measures.batch.totals import States, Summed, points, whole
from costim.measures.bounds import Bounds
from costim.measures.index_items import sharpened
from costim.measures.result import Quantity
from costim.measures.sledai_findings import weights
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice

_TYPED = "sledai_total"


def sharpened_states(choice: Choice, batch: Batch) -> States:
    """Each of the 24 items under a variant of `sledai`, with what a typed total says of the unknown ones."""
    return batch.once(("sharpened", choice.name), lambda: _sharpened(index(choice, batch)))


def _sharpened(total: Summed) -> States:
    """A total of the items themselves says nothing new of them: only typed ones are asked."""
    states = total.states
    bounds = merged(combined(_typed, total.rest, total.bounds))
    if not any(bounds.values):
        return states
    least = points(states.names, states.present)
    most = least + points(states.names, states.unknown)
    present, unknown = states.present, states.unknown
    for weight in sorted({weights()[name] for name in states.names}):
        same = sum(1 << bit for bit, name in enumerate(states.names) if weights()[name] == weight)
        verdict = combined(partial(_verdict, weight), bounds, whole(least), whole(most))
        settled = states.unknown & same
        present = present | settled * verdict.numbers(lambda state: state is Truth.YES)
        unknown = unknown & ~(settled * verdict.numbers(lambda state: state is not Truth.UNKNOWN))
    return States(states.names, present, unknown)


def _typed(rest: Quantity, bounds: Bounds) -> Bounds | None:
    return bounds if _TYPED in rest.decided_by else None


def _verdict(weight: int, total: Bounds | None, least: int, most: int) -> Truth:
    """What a total says of one unknown item of this weight, among others that are present and unknown."""
    others = most - least - weight
    if total is None or others < 0:
        return Truth.UNKNOWN
    states = {"present": Truth.YES, "asked": Truth.UNKNOWN, "unknown": Truth.UNKNOWN}
    return sharpened(states, total, {"present": least, "asked": weight, "unknown": others})["asked"]
