"""SLEDAI family: typed totals kept, totals from items as bounds, and the one that is analysed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from costim.errors import CostimError
from costim.instruments.choices import chosen
from costim.instruments.rows import Reading, Row, absent, between, joined, rows_of
from costim.instruments.times import UNDATED, When, visit_days
from costim.registry.datafiles import read_rows
from costim.registry.measurements import Measurement
from costim.study.study import Study

TOTAL = "total"
UNSPECIFIED = "version_unspecified"


@cache
def weights() -> MappingProxyType[str, int]:
    """Weight of each of the 24 items (points); they sum to 105 in every version of the index."""
    return MappingProxyType({row["item"]: int(row["weight"]) for row in read_rows("measures/sledai_items.csv")})


@cache
def _windows() -> MappingProxyType[str, int | None]:
    rows = read_rows("measures/sledai_variants.csv")
    return MappingProxyType({r["variant"]: int(r["window_days"]) if r["window_days"] else None for r in rows})


def compute_bounds(states: Mapping[str, str]) -> tuple[int, int]:
    """Smallest and largest total that the item states admit.

    Args:
        states: item -> `present`, `absent` or `unknown`; an item that is not there is unknown.

    Returns:
        Lower bound (unknown items absent) and upper bound (unknown items present), 0 to 105 points. They meet when no
        item is unknown. Weights: Gladman 2002 (the same in SLEDAI, SLEDAI-2K and SELENA-SLEDAI).

    Raises:
        CostimError: an item is not one of the index.
    """
    foreign = sorted(set(states) - set(weights()))
    if foreign:
        raise CostimError(f"sledai: {foreign[0]!r} is no item of the index; write one of {', '.join(weights())}")
    state = {item: states.get(item, "unknown") for item in weights()}
    lower = sum(w for item, w in weights().items() if state[item] == "present")
    upper = sum(w for item, w in weights().items() if state[item] != "absent")
    return lower, upper


def is_inconsistent(typed: Reading, lower: int, upper: int) -> bool:
    """Does a typed total (or every total of a typed range) lie outside the bounds that the items force?"""
    below, above = typed.upper, typed.lower
    too_low = below is not None and (below < lower or (below == lower and typed.relation == "<"))
    too_high = above is not None and (above > upper or (above == upper and typed.relation == ">"))
    return too_low or too_high


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

    Items count as recorded: whether a finding is due to lupus was decided by who filled the table. A typed total is
    never overwritten; when the items contradict it, it is flagged `inconsistent_total`.

    Args:
        study: the checked study; `plan.variants.sledai` names version and window, `plan.variants.sledai_total` which
            total is analysed (the item total stands in, and is named, where no total was typed).

    Returns:
        Points, 0 to 105; a total from items is a pair of bounds when an item is unknown.

    Raises:
        CostimError: the version is not known, or an item is none of the index.
    """
    variant = chosen(study.plan.variants.sledai, _windows(), "variants.sledai")
    return [row for visit in _visits(study) for row in _measure_visit(study, visit, variant)]


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


def _measure_visit(study: Study, visit: _Visit, variant: str) -> list[Measurement]:
    typed = visit.total.reading("total") if visit.total else absent("not_recorded")
    typed_cells = visit.total.source("total") if visit.total else ()
    states = {row.text("item"): row.text("state") or "unknown" for row in visit.items}
    lower, upper = compute_bounds(states)
    summed = between(Decimal(lower), Decimal(upper))
    item_cells = joined(*(row.source("state") for row in visit.items))
    clash = ("inconsistent_total",) if visit.items and is_inconsistent(typed, lower, upper) else ()
    incomplete = ("items_incomplete",) if lower != upper else ()
    typed_closed = typed.within(0, sum(weights().values()))
    as_typed = (typed_closed, joined(typed.flags, clash))
    as_summed = (summed, joined(incomplete, clash))

    entries = []
    if visit.total:
        entries.append(_row(study, visit, "recorded_total", as_typed, variant=variant, cells=typed_cells))
    if visit.items:
        plain = (summed, incomplete)
        entries.append(_row(study, visit, "item_total", plain, variant=variant, cells=item_cells))
    if visit.items and (study.plan.variants.sledai_total == "items" or typed.missing):
        both = joined(item_cells, typed_cells if clash else ())
        entries.append(_row(study, visit, TOTAL, as_summed, variant=f"items, {variant}", cells=both))
    elif visit.total and study.plan.variants.sledai_total == "recorded":
        both = joined(typed_cells, item_cells if clash else ())
        entries.append(_row(study, visit, TOTAL, as_typed, variant=f"recorded, {variant}", cells=both))
    return entries


def _row(
    study: Study,
    visit: _Visit,
    what: str,
    number: tuple[Reading, Iterable[str]],
    *,
    variant: str,
    cells: tuple[str, ...],
) -> Measurement:
    total, flags = number
    version = variant.rsplit(", ", maxsplit=1)[-1]
    window = _windows()[version]
    early = ("window_reaches_before_infusion",) if reaches_before_infusion(visit.when.day, window) else ()
    unnamed = (UNSPECIFIED,) if version == UNSPECIFIED else ()
    return Measurement(
        subject=visit.subject,
        visit=visit.visit,
        parameter=f"sledai.{what}",
        variant=variant,
        window_days=window,
        unit="points",
        flags=joined(flags, unnamed, early, visit.when.flags),
        source="sledai",
        cells=joined(cells, visit.when.cells),
        reading=study.reading,
        **total.fields(),
        **visit.when.fields(),
    )
