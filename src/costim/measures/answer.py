"""Results of rules that find a number, or those outcomes that are still possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from costim.measures.result import Check, Quantity, Result, distinct, marked, weakest
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice


def number_answer(choice: Choice, found: Quantity, checks: Sequence[Check] = ()) -> Result:
    """The result of a rule that finds a number; limits it meets are its checks, and do not decide it."""
    evidence = found.evidence or choice.variant.evidence
    return Result(
        measure=choice.measure.code,
        variant=choice.name,
        window_days=choice.variant.window_days,
        bounds=found.bounds,
        unit=choice.measure.unit,
        complete=found.bounds.value is not None,
        decided_by=found.decided_by,
        missing=found.missing,
        checks=tuple(checks),
        source=distinct(choice.variant.references, found.references),
        evidence=evidence,
        flags=marked(evidence, found.flags),
    )


def outcome_answer(
    choice: Choice,
    possible: Iterable[str],
    basis: Quantity,
    checks: Sequence[Check] = (),
    flags: Iterable[str] = (),
) -> Result:
    """The result of a rule that finds one of the outcomes of its measure.

    Args:
        choice: the variant that was applied.
        possible: outcomes the facts still admit, at least one.
        basis: what the outcome rests on: facts that decide it or are missing (those of the checks, where it names
            none), evidence, references, flags.
        checks: limits and conditions that were applied.
        flags: more flags.
    """
    found = tuple(possible)
    admitted = tuple(name for name in choice.measure.outcomes if name in found)
    settled = len(admitted) == 1
    evidence = weakest((choice.variant.evidence, basis.evidence, *(check.evidence for check in checks)))
    return Result(
        measure=choice.measure.code,
        variant=choice.name,
        window_days=choice.variant.window_days,
        state=admitted[0] if settled else str(Truth.UNKNOWN),
        possible=admitted,
        complete=settled,
        decided_by=basis.decided_by if settled else (),
        missing=() if settled else basis.missing or distinct(*(check.missing for check in checks)),
        checks=tuple(checks),
        source=distinct(choice.variant.references, basis.references, *(check.references for check in checks)),
        evidence=evidence,
        flags=marked(evidence, basis.flags, flags),
    )


def steps(lowest: str, reached: Iterable[tuple[str, Truth]]) -> tuple[str, ...]:
    """Outcomes that are still possible on a ladder of steps.

    Args:
        lowest: the outcome below the first step.
        reached: the steps from the lowest to the highest, each with whether it is reached; a higher step that is
            reached settles the lower ones.
    """
    names = [lowest]
    possible = {lowest}
    for name, state in reached:
        if state is Truth.YES:
            possible = {name}
        elif state is Truth.UNKNOWN:
            possible.add(name)
        names.append(name)
    return tuple(name for name in names if name in possible)
