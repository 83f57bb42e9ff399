"""SLEDAI family: typed totals kept, totals from items as bounds, and the one that is analysed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from costim.errors import CostimError
from costim.instruments.assessed import assess_subject
from costim.instruments.choices import chosen
from costim.instruments.recorded import VisitFacts
from costim.instruments.rows import Reading, Row, absent, joined, rows_of, to_bounds, to_reading
from costim.instruments.times import UNDATED, When, visit_days
from costim.instruments.visit_facts import visit_facts
from costim.measures.bounds import Bounds, between
from costim.measures.overlap import overlap
from costim.measures.sledai_findings import weights
from costim.registry.measure_catalogue import Choice, choose, measures
from costim.registry.measure_choices import Asked
from costim.registry.measurements import Measurement
from costim.registry.plan import MeasureChoice
from costim.study.study import Study

TOTAL = "total"
UNSPECIFIED = "version_unspecified"
TYPED = "sledai_total"
_BY_OTHER_TABLES = {
    *("item_from_laboratory", "item_contradicts_laboratory", "absent_despite_laboratory"),
    *("item_contradicts_joints", "disputed_joint_count"),
}
"""Flags of totals in which facts of other tables had a say."""
_ITEM_COLUMNS = ("state", "day", "course", "detail", "attribution")


def reaches_before_infusion(day: Reading, window_days: int | None) -> bool:
    """Does the window of a visit after the first infusion certainly reach back before it?

    Windows count whole days and include both ends: a 10-day window at day 10 ends on day 0.
    """
    if window_days is None or day.lower is None or day.upper is None:
        return False
    return day.lower >= 0 and day.upper < window_days


@dataclass(frozen=True, slots=True)
class _Visit:
    """What the table holds on one subject and visit."""

    subject: str
    visit: str
    when: When
    total: Row | None
    items: tuple[Row, ...]


def measure(study: Study) -> list[Measurement]:
    """Rows of `sledai.recorded_total`, `sledai.item_total` and `sledai.total` for each subject and visit.

    Items count as recorded under the version the plan says they were recorded by: whether a finding fits its
    definition was decided by who filled the table. An item that was not recorded is taken from the laboratory where a
    result tells it. A present item whose day lies outside the window, or which is attributed to another cause, does
    not count. A typed total is never overwritten; when the items contradict it, it is flagged `inconsistent_total`.

    Args:
        study: the checked study; `plan.variants.sledai` names version and window, `plan.variants.sledai_total` which
            total is analysed (the item total stands in, and is named, where no total was typed).

    Returns:
        Points, 0 to 105; a total from items is a pair of bounds when an item is unknown.

    Raises:
        CostimError: the version is not known, or an item is none of the index.
    """
    variant = choose("sledai", chosen(study.plan.variants.sledai, measures()["sledai"].variants, "variants.sledai"))
    visits = _visits(study)
    for visit in visits:
        _refuse_foreign(visit)
    sums = _sums(study, variant) if any(visit.items for visit in visits) else {}
    nothing = _Sum(between(0, sum(weights().values())), ("items_incomplete",))
    return [
        row
        for visit in visits
        for row in _measure_visit(study, visit, variant, sums.get((visit.subject, visit.visit), nothing))
    ]


def _visits(study: Study) -> list[_Visit]:
    days = visit_days(study)
    grouped: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows_of(study, "sledai"):
        grouped[row.subject, row.text("visit")].append(row)
    return [
        _Visit(
            subject=subject,
            visit=visit,
            when=days.get((subject, visit), UNDATED),
            total=next((row for row in rows if row.text("item") == TOTAL), None),
            items=tuple(row for row in rows if row.text("item") != TOTAL),
        )
        for (subject, visit), rows in sorted(grouped.items())
    ]


@dataclass(frozen=True, slots=True)
class _Sum:
    """Total of the items of a visit, the flags it carries and the cells besides those of the items."""

    bounds: Bounds
    flags: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


def _sums(study: Study, variant: Choice) -> dict[tuple[str, str], _Sum]:
    """Totals from items by subject and visit; the typed total has no part in them.

    The rule sees the whole visit: laboratory results and the number of joints where an item was not recorded, and the
    visit before where a version asks for onset or rise.
    """
    asked = Asked(MeasureChoice(measure="sledai", variant=variant.name), variant)
    found = {}
    for subject, visits in visit_facts(study).items():
        items_only = {name: _without_total(facts) for name, facts in visits.items()}
        for one in assess_subject(study.plan, asked, items_only):
            if one.result is not None:
                flags, told = one.result.flags, not _BY_OTHER_TABLES.isdisjoint(one.result.flags)
                extra = (joined(flags, one.flags), one.cells) if told else (flags, ())
                found[subject, one.visit] = _Sum(one.result.bounds, *extra)
    return found


def _without_total(facts: VisitFacts) -> VisitFacts:
    return replace(facts, recorded={name: entry for name, entry in facts.recorded.items() if name != TYPED})


def _refuse_foreign(visit: _Visit) -> None:
    foreign = [row.text("item") for row in visit.items if row.text("item") not in weights()]
    if foreign:
        raise CostimError(f"sledai: {foreign[0]!r} is no item of the index; write one of {', '.join(weights())}")


def _measure_visit(study: Study, visit: _Visit, variant: Choice, added: _Sum) -> list[Measurement]:
    typed = visit.total.reading("total") if visit.total else absent("not_recorded")
    typed_cells = visit.total.source("total") if visit.total else ()
    summed = to_reading(added.bounds)
    item_cells = joined(*(row.source(*_ITEM_COLUMNS) for row in visit.items), added.cells)
    clash = ("inconsistent_total",) if visit.items and overlap(added.bounds, to_bounds(typed)) is None else ()
    typed_closed = typed.within(0, sum(weights().values()))
    as_typed = (typed_closed, joined(typed.flags, clash))
    as_summed = (summed, joined(added.flags, clash))

    entries = []
    if visit.total:
        entries.append(_row(study, visit, "recorded_total", as_typed, variant, cells=typed_cells))
    if visit.items:
        plain = (summed, added.flags)
        entries.append(_row(study, visit, "item_total", plain, variant, cells=item_cells))
    if visit.items and (study.plan.variants.sledai_total == "items" or typed.missing):
        both = joined(item_cells, typed_cells if clash else ())
        entries.append(_row(study, visit, TOTAL, as_summed, variant, origin="items", cells=both))
    elif visit.total and study.plan.variants.sledai_total == "recorded":
        both = joined(typed_cells, item_cells if clash else ())
        entries.append(_row(study, visit, TOTAL, as_typed, variant, origin="recorded", cells=both))
    return entries


def _row(
    study: Study,
    visit: _Visit,
    what: str,
    number: tuple[Reading, Iterable[str]],
    variant: Choice,
    *,
    cells: tuple[str, ...],
    origin: str = "",
) -> Measurement:
    total, flags = number
    window = variant.variant.window_days
    early = ("window_reaches_before_infusion",) if reaches_before_infusion(visit.when.day, window) else ()
    unnamed = (UNSPECIFIED,) if variant.variant.name == UNSPECIFIED else ()
    return Measurement(
        subject=visit.subject,
        visit=visit.visit,
        parameter=f"sledai.{what}",
        variant=f"{origin}, {variant.name}" if origin else variant.name,
        window_days=window,
        unit="points",
        flags=joined(flags, unnamed, early, visit.when.flags),
        source="sledai",
        cells=joined(cells, visit.when.cells),
        reading=study.reading,
        **total.fields(),
        **visit.when.fields(),
    )
