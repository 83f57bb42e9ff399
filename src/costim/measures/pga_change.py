"""Meaningful change of the physician global assessment between two assessments."""

from __future__ import annotations

from costim.measures import pga
from costim.measures.criteria import change, compare, criterion_of
from costim.measures.facts import Facts, Visit
from costim.measures.result import Quantity, Result, weakest
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice

_ASSESSMENT = {"against_previous": "previous", "against_baseline": "baseline"}


def rise(now: Facts, before: Facts, assessment: str = "baseline") -> Quantity:
    """Rise of the PGA on 0 to 3 since an earlier assessment, from -3 to 3 points, exactly; negative for a fall.

    Args:
        now: facts of the visit.
        before: facts of the earlier assessment; its scale may be another one.
        assessment: `previous` or `baseline`, for the names of missing facts.

    Raises:
        ValueError: the scale of a reading is not known, or the reading lies outside it.
    """
    return change(_within_scale(now), _within_scale(before), assessment)


def _within_scale(facts: Facts) -> Quantity:
    """An unknown PGA still lies between 0 and 3."""
    found = pga.on_0_to_3(facts)
    return Quantity(
        bounds=found.bounds.within(0, pga.largest_reading("0-3")),
        missing=found.missing,
        decided_by=found.decided_by,
        flags=found.flags,
        evidence=found.evidence,
        references=found.references,
    )


def score(choice: Choice, visit: Visit) -> Result:
    """The change class of the PGA: improved, unchanged or worse (Jesus 2019: 0.3 points).

    Raises:
        ValueError: the scale of a reading is not known, or the reading lies outside it.
    """
    assessment = _ASSESSMENT[choice.options["against"]]
    before = visit.previous if assessment == "previous" else visit.baseline
    moved = rise(visit.now, before, assessment)
    checks = tuple(compare(criterion_of(choice, name), moved) for name in ("improved", "worse"))
    improved, worse = (check.state for check in checks)
    admitted = {
        "improved": improved is not Truth.NO,
        # Readings between the two limits are left over only where neither limit is met for sure.
        "unchanged": improved is not Truth.YES and worse is not Truth.YES,
        "worse": worse is not Truth.NO,
    }
    possible = tuple(outcome for outcome in choice.measure.outcomes if admitted[outcome])
    settled = len(possible) == 1
    return Result(
        measure="pga_change",
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
