"""Change classes of SLEDAI: flare, improvement, persistently active disease, remission."""

from __future__ import annotations

from dataclasses import replace

from costim.measures import sledai
from costim.measures.criteria import change, compare, criterion_of, verdict
from costim.measures.facts import NO_FACTS, Facts, Visit
from costim.measures.result import Quantity, Result
from costim.measures.sledai_findings import weights
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, choose

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
    """The change class (Gladman 2000): remission at 0 points; else flare above +3, improvement below -3."""
    against = _ASSESSMENT[choice.options["against"]]
    index = choose("sledai", choice.options["index"])
    now = sledai.index_of(index, visit)
    before = sledai.index_of(index, Visit(earlier(visit, against)))
    moved = change(now, before, against)
    remission = compare(criterion_of(choice, "remission"), now)
    checks = (remission, *(compare(criterion_of(choice, name), moved) for name in ("improvement", "flare")))
    possible = (*(("remission",) if remission.state is not Truth.NO else ()), *_active_classes(choice, now, before))
    settled_by = moved.decided_by if possible != ("remission",) else ("remission",)
    found = verdict(choice, possible, checks, window_days=index.variant.window_days, decided_by=settled_by)
    # Once the score is 0 the change no longer matters, and what is not known of it is not missed.
    return replace(found, bounds=moved.bounds, unit=choice.measure.unit)


def _active_classes(choice: Choice, now: Quantity, before: Quantity) -> tuple[str, ...]:
    """Classes that the change admits where the score is not 0: at least as large as the lightest item."""
    lightest = min(weights().values())
    if now.bounds.at_least(lightest) is Truth.NO:
        return ()
    active = now.bounds.within(lightest, None)
    moved = Quantity(bounds=active.minus(before.bounds))
    improvement, flare = (compare(criterion_of(choice, name), moved).state for name in ("improvement", "flare"))
    return (
        *(("improvement",) if improvement is not Truth.NO else ()),
        *(("persistently_active",) if improvement is not Truth.YES and flare is not Truth.YES else ()),
        *(("flare",) if flare is not Truth.NO else ()),
    )
