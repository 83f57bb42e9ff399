"""Grades of adverse events: a ladder of conditions, the highest that is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from costim.measures.answer import outcome_answer, steps
from costim.measures.criteria import judge
from costim.measures.facts import Facts
from costim.measures.result import Quantity, Result
from costim.measures.truth import Truth, any_of
from costim.registry.measure_catalogue import Choice


@dataclass(frozen=True, slots=True)
class Step:
    """What makes a grade: its conditions, one of which is enough."""

    grade: str
    conditions: Mapping[str, Truth]
    """Fact -> is it met?"""

    @property
    def state(self) -> Truth:
        """Is one of the conditions met?"""
        return any_of(self.conditions.values())


def grade_answer(choice: Choice, facts: Facts, occurred: str, ladder: Sequence[Step], flags: tuple[str, ...]) -> Result:
    """The grade of an event.

    Args:
        choice: the variant.
        facts: of the assessment.
        occurred: the statement that there was an event at all; its step is the lowest one.
        ladder: steps from the lowest to the highest. One that is met shows that the event occurred.
        flags: more flags.
    """
    none, lowest, *_ = choice.measure.outcomes
    stated = facts.statement(occurred)
    happened = any_of(step.state for step in ladder)
    contradicted = stated is Truth.NO and happened is Truth.YES
    if stated is Truth.NO and not contradicted:
        # No event, so none of its consequences.
        ladder = [Step(step.grade, dict.fromkeys(step.conditions, Truth.NO)) for step in ladder]
        happened = Truth.NO
    first = Step(lowest, {occurred: Truth.YES if contradicted else any_of([stated, happened])})
    whole = [first, *ladder]
    checks = [
        judge(
            choice.measure.criterion(f"grade_{step.grade}"),
            step.state,
            [name for name, state in step.conditions.items() if state is Truth.UNKNOWN],
        )
        for step in whole
    ]
    possible = steps(none, ((step.grade, step.state) for step in whole))
    met = [step for step in whole if step.state is Truth.YES]
    decided = tuple(name for name, state in met[-1].conditions.items() if state is Truth.YES) if met else (occurred,)
    more = (*flags, "grade_contradicts_occurrence") if contradicted else flags
    above = [check.missing for check, step in zip(checks, whole, strict=True) if step.grade in possible]
    basis = Quantity(decided_by=decided, missing=tuple(name for names in above for name in names))
    return outcome_answer(choice, possible, basis, checks, more)
