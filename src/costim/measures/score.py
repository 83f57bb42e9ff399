"""One door to every measure: code, variant and visit in, result out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import cast

from costim.measures.facts import Visit
from costim.measures.result import Result
from costim.measures.unassessed import without_unassessed
from costim.registry.measure_catalogue import Choice, choose, measures

Rule = Callable[[Choice, Visit], Result]


@cache
def _rule(code: str) -> Rule:
    return cast("Rule", import_module(f"costim.measures.{code}").score)


def score(measure: str, visit: Visit, variant: str = "") -> Result:
    """Apply one measure to one visit.

    Args:
        measure: code, e.g. `sledai`, `lldas`.
        visit: facts of the visit, and of the assessments it is compared with.
        variant: name with options, e.g. `sledai_2k_30d+arthritis_gt2`; blank takes the default of the catalogue.

    Returns:
        A frozen result that names measure, variant, window, evidence and source.

    Raises:
        KeyError: no measure of that code.
        ValueError: no variant or option of that name.
    """
    if measure not in measures():
        raise KeyError(f"no measure {measure!r}; there are {', '.join(measures())}")
    return without_unassessed(_rule(measure)(choose(measure, variant), visit), visit)
