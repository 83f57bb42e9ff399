"""Items of SLEDAI as states read them: recorded states, made sharper by a total that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from costim.measures import sledai
from costim.measures.bounds import Bounds
from costim.measures.facts import Item, Visit
from costim.measures.result import Quantity
from costim.measures.truth import Truth, all_of
from costim.registry.measure_catalogue import choose

_ATTRIBUTED = MappingProxyType({"not_sle": Truth.NO, "uncertain": Truth.UNKNOWN})


def sharpened(states: Mapping[str, Truth], total: Bounds, weights: Mapping[str, int]) -> Mapping[str, Truth]:
    """Item states with what the total of the index says of the unknown ones.

    A total of 3 leaves no room for an item of 4 points, so that it is absent; a total that is reached only with an item
    makes it present. A total that contradicts the items says nothing.

    Args:
        states: item -> yes, no, unknown.
        total: total as bounds; that of the items themselves changes nothing.
        weights: item -> points, more than 0.
    """
    least = sum(weights[name] for name, state in states.items() if state is Truth.YES)
    most = sum(weights[name] for name, state in states.items() if state is not Truth.NO)
    if total.at_least(least) is Truth.NO or total.at_most(most) is Truth.NO:
        return states

    def settle(name: str, state: Truth) -> Truth:
        if state is not Truth.UNKNOWN:
            return state
        if total.at_least(least + weights[name]) is Truth.NO:
            return Truth.NO
        return Truth.YES if total.at_most(most - weights[name]) is Truth.NO else Truth.UNKNOWN

    return MappingProxyType({name: settle(name, state) for name, state in states.items()})


def index_with_states(variant: str, visit: Visit) -> tuple[Quantity, Mapping[str, Truth]]:
    """The total under a variant of `sledai`, and each of the 24 items made sharper by it."""
    choice = choose("sledai", variant)
    found = sledai.findings(choice, visit)
    total = sledai.total_of(choice, visit, found)
    return total, sharpened({entry.name: entry.state for entry in found}, total.bounds, sledai.weights())


def counts(item: Item, window_days: int) -> Truth:
    """Does a finding outside the index count, by the window and the attribution gate of the index?

    Args:
        item: the finding; without a day it counts as recorded, without an attribution too.
        window_days: days before the visit, both ends included.
    """
    within = Truth.YES if item.day.unknown else all_of((item.day.at_least(-window_days), item.day.at_most(0)))
    return all_of((item.state, within, _ATTRIBUTED.get(item.attribution, Truth.YES)))
