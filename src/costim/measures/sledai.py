"""SLEDAI family: 24 weighted findings within a window before the visit, under a named version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from costim.measures.facts import Visit
from costim.measures.result import Quantity, Result
from costim.measures.sledai_findings import Finding, family_of, find, item_names, weights
from costim.measures.sledai_total import add_up, as_result, reconcile, resting_on
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, choose

__all__ = ["findings", "index", "index_of", "item_states", "score", "total_of", "weights"]


def item_states(variant: str, visit: Visit) -> Mapping[str, Truth]:
    """Each of the 24 items: does it count under this version and window?

    Args:
        variant: of `sledai`, options included; blank takes the default.
        visit: the visit; the assessment before it tells a rise of proteinuria.

    Returns:
        Item -> yes, no or unknown, in the order of the index.

    Raises:
        ValueError: no variant or option of that name.
    """
    return MappingProxyType({found.name: found.state for found in findings(choose("sledai", variant), visit)})


def findings(choice: Choice, visit: Visit, leave_out: Iterable[str] = ()) -> tuple[Finding, ...]:
    """The items with what their states rest on; `leave_out` names items that are not asked."""
    left = set(leave_out)
    return tuple(find(choice, visit, name) for name in item_names() if name not in left)


def index(variant: str, visit: Visit) -> Quantity:
    """The total, 0 to 105 points, as bounds.

    Unknown items are counted as absent for the lower and as present for the upper bound. A typed `sledai_total` stands
    in where no item was recorded (flag `typed_total`), and where the items are incomplete and agree with it (flag
    `typed_total_decides`: more may have been known to its author than was written down). Where the items force another
    total they count, and the flag `inconsistent_total` says so.

    Args:
        variant: of `sledai`, options included; blank takes the default.
        visit: the visit.

    Raises:
        ValueError: no variant or option of that name.
    """
    return index_of(choose("sledai", variant), visit)


def index_of(choice: Choice, visit: Visit) -> Quantity:
    """The total under a chosen variant: see `index`."""
    return total_of(choice, visit, findings(choice, visit))


def total_of(choice: Choice, visit: Visit, found: Iterable[Finding]) -> Quantity:
    """The total of items that were judged already: see `index`."""
    total = reconcile(add_up(found), visit.now, "sledai_total", family_of(choice), choice.measure.maximum or 0)
    return resting_on(choice, total)


def score(choice: Choice, visit: Visit) -> Result:
    """The index of the visit under one variant, 0 to 105 points."""
    return as_result(choice, index_of(choice, visit))
