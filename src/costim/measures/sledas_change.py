"""Meaningful change of SLE-DAS between two assessments."""

from __future__ import annotations

from costim.measures import sledas
from costim.measures.criteria import change, compare, criterion_of
from costim.measures.facts import Facts, Visit
from costim.measures.result import Quantity, Result, weakest
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice

_ASSESSMENT = {"against_previous": "previous", "against_baseline": "baseline"}


def rise(now: Facts, before: Facts, assessment: str = "previous") -> Quantity:
    """Rise of the typed SLE-DAS since an earlier assessment, in points, exactly; negative for a fall.

    Args:
        now: facts of the visit.
        before: facts of the earlier assessment.
        assessment: `previous` or `baseline`, for the names of missing facts.
    """
    return change(sledas.typed(now), sledas.typed(before), assessment)


def score(choice: Choice, visit: Visit) -> Result:
    """The change class of SLE-DAS: improved, unchanged or worse (Jesus 2019: 1.72 points in either direction)."""
    assessment = _ASSESSMENT[choice.options["against"]]
    moved = rise(visit.now, visit.previous if assessment == "previous" else visit.baseline, assessment)
    checks = tuple(compare(criterion_of(choice, name), moved) for name in ("improved", "worse"))
    improved, worse = (check.state for check in checks)
    # A change that may be on either side of the band may also lie in it: the numbers between are possible too.
    admitted = {
        "improved": improved is not Truth.NO,
        "unchanged": improved is not Truth.YES and worse is not Truth.YES,
        "worse": worse is not Truth.NO,
    }
    possible = tuple(outcome for outcome in choice.measure.outcomes if admitted[outcome])
    settled = len(possible) == 1
    return Result(
        measure="sledas_change",
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
        evidence=weakest((choice.variant.evidence, moved.evidence)),
        flags=moved.flags,
    )
