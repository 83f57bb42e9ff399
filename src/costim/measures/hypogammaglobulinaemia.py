"""Low serum IgG by a named set of thresholds, reported with proteinuria."""

from __future__ import annotations

from costim.measures.answer import outcome_answer, steps
from costim.measures.bounds import exact
from costim.measures.criteria import compare, criteria_of
from costim.measures.facts import Facts, Visit
from costim.measures.result import Quantity, Result
from costim.measures.truth import Truth, any_of
from costim.registry.measure_catalogue import Choice, measures

_CODE = "hypogammaglobulinaemia"


def has_proteinuria(facts: Facts) -> Truth:
    """Is there proteinuria that may have lowered IgG: above 0.5 g in 24 hours, or 0.5 g per g of creatinine?"""
    limit = exact(measures()[_CODE].extra["proteinuria"]["above"])
    return any_of(facts.number(name).above(limit) for name in ("urine_protein", "upcr"))


def _with_proteinuria(facts: Facts) -> tuple[str, ...]:
    """One of the two measurements is enough to say that there was none."""
    state = has_proteinuria(facts)
    if state is Truth.YES:
        return ("low_igg_with_proteinuria",)
    recorded = any(not facts.number(name).unknown for name in ("urine_protein", "upcr"))
    return () if state is Truth.NO or recorded else ("proteinuria_not_recorded",)


def score(choice: Choice, visit: Visit) -> Result:
    """The grade of IgG (g/L) by the thresholds of the variant: below each limit, equality is not low."""
    igg = visit.now.number("igg")
    found = Quantity(bounds=igg, missing=("igg",) if igg.value is None else (), decided_by=("igg",))
    limits = [compare(criterion, found) for criterion in criteria_of(choice)]
    grades = [limit.name.removeprefix(f"{choice.variant.name}_") for limit in limits]
    normal = choice.measure.outcomes[0]
    possible = steps(normal, ((grade, limit.state) for grade, limit in zip(grades, limits, strict=True)))
    flags = _with_proteinuria(visit.now) if possible != (normal,) and not igg.unknown else ()
    return outcome_answer(choice, possible, found, limits, flags)
