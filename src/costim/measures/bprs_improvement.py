"""Minimally or much improved by the percent fall of the Brief Psychiatric Rating Scale."""

from __future__ import annotations

from costim.measures.answer import outcome_answer, steps
from costim.measures.bprs_change import change
from costim.measures.criteria import compare
from costim.measures.facts import Visit
from costim.measures.result import Check, Quantity, Result
from costim.registry.measure_catalogue import Choice


def score(choice: Choice, visit: Visit) -> Result:
    """Improvement since baseline by the thresholds of a week of treatment (Leucht 2005, schizophrenia)."""
    method = choice.options["floor"]
    found = change(visit.now, visit.baseline, method)
    limits = _limits(choice, found)
    possible = _possible(choice, limits)
    other = change(visit.now, visit.baseline, "naive" if method == "floor_corrected" else "floor_corrected")
    depends = _possible(choice, _limits(choice, other)) != possible
    return outcome_answer(
        choice,
        possible,
        found,
        limits,
        flags=(*choice.measure.extra["flags"], *(("depends_on_floor",) if depends else ())),
    )


def _limits(choice: Choice, found: Quantity) -> list[Check]:
    return [compare(c, found) for c in choice.measure.criteria if choice.variant.name in c.variants]


def _possible(choice: Choice, limits: list[Check]) -> tuple[str, ...]:
    lowest, *names = choice.measure.outcomes
    return steps(lowest, ((name, limit.state) for name, limit in zip(names, limits, strict=True)))
