"""The class of a change between two assessments: improved, unchanged or worse by two limits."""

from __future__ import annotations

from types import MappingProxyType

from costim.measures.criteria import compare, criterion_of
from costim.measures.facts import Facts, Visit
from costim.measures.result import Quantity, Result, marked, weakest
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice

_ASSESSMENT = MappingProxyType({"against_previous": "previous", "against_baseline": "baseline"})


def earlier(choice: Choice, visit: Visit) -> tuple[str, Facts]:
    """The assessment that the option `against` compares with: its name and its facts."""
    assessment = _ASSESSMENT[choice.options["against"]]
    return assessment, visit.previous if assessment == "previous" else visit.baseline


def change_answer(choice: Choice, moved: Quantity) -> Result:
    """The result of a measure with the criteria `improved` and `worse` on a rise.

    Args:
        choice: the variant that was applied.
        moved: rise since the earlier assessment, points.
    """
    checks = tuple(compare(criterion_of(choice, name), moved) for name in ("improved", "worse"))
    improved, worse = (check.state for check in checks)
    admitted = {
        "improved": improved is not Truth.NO,
        # A change that may be on either side of the band may also lie in it.
        "unchanged": improved is not Truth.YES and worse is not Truth.YES,
        "worse": worse is not Truth.NO,
    }
    possible = tuple(outcome for outcome in choice.measure.outcomes if admitted[outcome])
    settled = len(possible) == 1
    evidence = weakest((choice.variant.evidence, moved.evidence))
    return Result(
        measure=choice.measure.code,
        variant=choice.name,
        bounds=moved.bounds,
        unit=choice.measure.unit,
        state=possible[0] if settled else str(Truth.UNKNOWN),
        possible=possible,
        complete=settled,
        decided_by=moved.decided_by if settled else (),
        missing=() if settled else moved.missing,
        checks=checks,
        source=choice.variant.references,
        evidence=evidence,
        flags=marked(evidence, moved.flags),
    )
