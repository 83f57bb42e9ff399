"""Change classes of SLEDAI: flare, improvement, persistently active disease, remission."""

from __future__ import annotations

from dataclasses import replace

from costim.measures import sledai
from costim.measures.bounds import Bounds, known
from costim.measures.criteria import change, compare, criterion_of, verdict
from costim.measures.facts import NO_FACTS, Facts, Visit
from costim.measures.result import Quantity, Result, marked, weakest
from costim.measures.sledai_findings import weights
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, choose

_REMISSION_FIRST = "remission_first"
_ASSESSMENT = {"against_previous": "previous", "against_baseline": "baseline"}


def rise(index: str, visit: Visit, against: str = "previous") -> Quantity:
    """Rise of the index since an earlier assessment, -105 to 105 points, as bounds; negative for a fall.

    Args:
        index: variant of `sledai`, options included; blank takes the default.
        visit: the visit with the earlier assessment.
        against: `previous` or `baseline`.

    Raises:
        ValueError: no variant or option of that name.
    """
    return change(sledai.index(index, visit), sledai.index(index, Visit(earlier(visit, against))), against)


def earlier(visit: Visit, against: str) -> Facts:
    """Facts of the assessment it is compared with, `previous` or `baseline`."""
    return {"previous": visit.previous, "baseline": visit.baseline}.get(against, NO_FACTS)


def score(choice: Choice, visit: Visit) -> Result:
    """The change class (Gladman 2000): remission at 0 points; else flare above +3, improvement below -3.

    Which goes first where the score fell to 0 by more than 3 points is an option.
    """
    against = _ASSESSMENT[choice.options["against"]]
    index = choose("sledai", choice.options["index"])
    now = sledai.index_of(index, visit)
    before = sledai.index_of(index, Visit(earlier(visit, against)))
    moved = change(now, before, against)
    remission = compare(criterion_of(choice, "remission"), now)
    checks = (remission, *(compare(criterion_of(choice, name), moved) for name in ("improvement", "flare")))
    possible = {*_classes_at_0(choice, now, before), *_active_classes(choice, now, before)}
    first = possible == {"remission"} and choice.options["precedence"] == _REMISSION_FIRST
    settled_by = ("remission",) if first else moved.decided_by
    found = verdict(choice, possible, checks, window_days=index.variant.window_days, decided_by=settled_by)
    # Once the score is 0 the change no longer matters, and what is not known of it is not missed.
    used = checks if remission.state is not Truth.NO else checks[1:]
    evidence = weakest((choice.variant.evidence, *(check.evidence for check in used)))
    flags = marked(evidence, (flag for flag in found.flags if flag != "unverified_rule"))
    return replace(found, bounds=moved.bounds, unit=choice.measure.unit, evidence=evidence, flags=flags)


def _classes_at_0(choice: Choice, now: Quantity, before: Quantity) -> tuple[str, ...]:
    """Classes that are possible where the score is 0; none where it is not."""
    if now.bounds.at_most(0) is Truth.NO:
        return ()
    if choice.options["precedence"] == _REMISSION_FIRST:
        return ("remission",)
    return _by_change(choice, known(0).minus(before.bounds), "remission")


def _active_classes(choice: Choice, now: Quantity, before: Quantity) -> tuple[str, ...]:
    """Classes that the change admits where the score is not 0: at least as large as the lightest item."""
    lightest = min(weights().values())
    if now.bounds.at_least(lightest) is Truth.NO:
        return ()
    return _by_change(choice, now.bounds.within(lightest, None).minus(before.bounds), "persistently_active")


def _by_change(choice: Choice, moved: Bounds, unchanged: str) -> tuple[str, ...]:
    """Classes that a change admits; `unchanged` is the one between the limits."""
    rise = Quantity(bounds=moved)
    improvement, flare = (compare(criterion_of(choice, name), rise).state for name in ("improvement", "flare"))
    return (
        *(("improvement",) if improvement is not Truth.NO else ()),
        *((unchanged,) if improvement is not Truth.YES and flare is not Truth.YES else ()),
        *(("flare",) if flare is not Truth.NO else ()),
    )
