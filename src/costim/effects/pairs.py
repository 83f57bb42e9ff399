"""One reading before and one after, per subject, by the selectors of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from costim.effects.evidence import Evidence, Reading
from costim.registry.cytometry_parameters import PREFIX
from costim.registry.plan import Plan
from costim.registry.plan_questions import Contrast, Endpoint, Selector


@dataclass(frozen=True, slots=True)
class Choice:
    """What a selector found: a reading, or the reason why there is none."""

    reading: Reading | None
    missing: str = ""
    """Reason of the missing row, `not_recorded` when there is no row at all; blank when there is a reading."""
    ambiguous: bool = False
    """More than one reading qualified and none was taken."""
    gaps: tuple[Reading, ...] = ()
    """The rows that say why there is none: the missing ones, or those among which none was chosen."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two readings of one subject (and, where asked, of one item)."""

    subject: str
    baseline: Choice
    post: Choice

    @property
    def is_complete(self) -> bool:
        """Whether both readings are there."""
        return self.baseline.reading is not None and self.post.reading is not None


def contrasts_of(endpoint: Endpoint, plan: Plan) -> tuple[Contrast, ...]:
    """The contrast an endpoint names; every declared contrast when it names none."""
    return tuple(c for c in plan.contrasts if endpoint.contrast in (None, c.name))


def choose_reading(readings: Sequence[Reading], selector: Selector, plan: Plan) -> Choice:
    """Apply a selector to the readings of one subject.

    A reading without a time point qualifies for `pre` or `post` when no reading with that time point does: most
    measures are taken once a day and carry none. Readings with a value go before missing ones.

    Args:
        readings: all rows of one parameter and subject.
        selector: visits, window, time point and which of several to pick.
        plan: gives planned days of visits, to order readings without an actual day.
    """
    candidates = [r for r in readings if _qualifies(r, selector)]
    if selector.timepoint is not None:
        stated = [r for r in candidates if r.timepoint == selector.timepoint]
        candidates = stated or [r for r in candidates if not r.timepoint]
    known = [r for r in candidates if r.is_known]
    if not known:
        reasons = sorted({r.missing for r in candidates if r.missing})
        return Choice(None, reasons[0] if reasons else "not_recorded", gaps=tuple(candidates))
    if len(known) > 1 and selector.pick != "only":
        known = _end_of_order(known, selector, plan)
    if len(known) > 1:
        return Choice(None, "not_recorded", ambiguous=True, gaps=tuple(known))
    return Choice(known[0])


def of_one_panel(parameter: str, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices of one subject at several times; none of them where cells were counted in different panels.

    Gates and colours differ between panels: a change from one to the other is not one of the cells.
    """
    panels = {c.reading.item for c in choices if c.reading is not None}
    if not parameter.startswith(PREFIX) or len(panels) < 2:
        return tuple(choices)
    return tuple(
        c if c.reading is None else Choice(None, "not_recorded", ambiguous=True, gaps=(c.reading,)) for c in choices
    )


def _qualifies(reading: Reading, selector: Selector) -> bool:
    if selector.visits and reading.visit not in selector.visits:
        return False
    if selector.from_day is None and selector.to_day is None:
        return True
    low = reading.day if reading.day is not None else reading.day_lower
    high = reading.day if reading.day is not None else reading.day_upper
    if low is None or high is None:
        return False  # a reading that may lie outside the window is not taken
    after = selector.from_day is None or low >= selector.from_day
    return after and (selector.to_day is None or high <= selector.to_day)


def _end_of_order(known: list[Reading], selector: Selector, plan: Plan) -> list[Reading]:
    """The first or last readings; several when the order cannot tell them apart."""
    planned = {v.name: v.day for v in plan.visits}
    days = [r.day if r.day is not None else planned.get(r.visit) for r in known]
    if any(day is None for day in days):
        # Without days the order of visits in the plan decides.
        names = [v.name for v in plan.visits]
        days = [float(names.index(r.visit)) if r.visit in names else None for r in known]
    if any(day is None for day in days):
        return known
    wanted = (
        min(d for d in days if d is not None) if selector.pick == "first" else max(d for d in days if d is not None)
    )
    return [r for r, day in zip(known, days, strict=True) if day == wanted]


def find_pairs(evidence: Evidence, parameter: str, contrast: Contrast, *, by_item: bool = False) -> tuple[Pair, ...]:
    """A pair for every subject of the study, complete or not.

    Args:
        evidence: measurements of one reading of the source.
        parameter: parameter code.
        contrast: the two selectors.
        by_item: make one pair per subject and item (region, reader, term) instead of one per subject; subjects without
            any row then have one pair with blank item.
    """
    pairs = []
    for subject, rows in evidence.by_subject(parameter).items():
        items = sorted({r.item for r in rows}) or [""]
        groups = [[r for r in rows if r.item == item] for item in items] if by_item else [list(rows)]
        for group in groups:
            baseline = choose_reading(group, contrast.baseline, evidence.plan)
            post = choose_reading(group, contrast.post, evidence.plan)
            baseline, post = of_one_panel(parameter, (baseline, post))
            pairs.append(Pair(subject, baseline, post))
    return tuple(pairs)
