"""Clinical SLEDAI-2K: the index without serology."""

from __future__ import annotations

from costim.measures.facts import Visit
from costim.measures.result import Quantity, Result
from costim.measures.sledai import findings
from costim.measures.sledai_findings import family_of
from costim.measures.sledai_total import add_up, as_result, reconcile, resting_on
from costim.registry.measure_catalogue import Choice, choose


def index(variant: str, visit: Visit) -> Quantity:
    """The total without low complement and increased DNA binding, 0 to 101 points, as bounds.

    From items, or from a typed `csledai_total` by the rules of `sledai.index`; a typed total of the full index does
    not tell it (van Vollenhoven 2021).

    Args:
        variant: of `csledai`, options included; blank takes the default.
        visit: the visit.

    Raises:
        ValueError: no variant or option of that name.
    """
    return index_of(choose("csledai", variant), visit)


def index_of(choice: Choice, visit: Visit) -> Quantity:
    """The total under a chosen variant: see `index`."""
    extra = choice.measure.extra
    full = choose("sledai", f"{extra['indexes'][choice.variant.name]}+{choice.options['arthritis']}")
    summed = add_up(findings(full, visit, extra["leave_out"]))
    total = reconcile(summed, visit.now, "csledai_total", family_of(full), choice.measure.maximum or 0)
    return resting_on(choice, total)


def score(choice: Choice, visit: Visit) -> Result:
    """The clinical index of the visit under one variant, 0 to 101 points."""
    return as_result(choice, index_of(choice, visit))
