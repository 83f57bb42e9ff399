"""Activity category by SLE-DAS, by named cut-offs."""

from __future__ import annotations

from costim.measures import sledas
from costim.measures.criteria import compare, criteria_of, verdict
from costim.measures.facts import Visit
from costim.measures.result import Quantity, Result
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, choose


def category(score: Quantity, variant: str = "") -> Result:
    """The category of a SLE-DAS score: remission, mild, moderate_severe, or the side of a single cut-off.

    Args:
        score: in points, as bounds; from `sledas.typed` or from `sledas_coefficients.compute_sledas(...).quantity`.
        variant: `sledas_categories_2021` (2.08 and 7.64, from memory), `lp118_lldas` (2.08) or `lp118_doris` (1.1).

    Raises:
        ValueError: no variant of that name.
    """
    return _place(choose("sledas_category", variant), score)


def _place(choice: Choice, number: Quantity) -> Result:
    ends = tuple(compare(criterion, number) for criterion in criteria_of(choice))
    bands: list[str] = choice.measure.extra["bands"][choice.variant.name]
    within = (*(end.state for end in ends), Truth.YES)
    below = (Truth.NO, *(end.state for end in ends))
    possible = tuple(
        band
        for band, here, lower in zip(bands, within, below, strict=True)
        if here is not Truth.NO and lower is not Truth.YES
    )
    return verdict(choice, possible, ends, decided_by=number.decided_by)


def score(choice: Choice, visit: Visit) -> Result:
    """The category of the typed score of the visit."""
    return _place(choice, sledas.typed(visit.now))
