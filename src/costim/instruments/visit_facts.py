"""What the tables of a study record about each visit, as the facts that measures ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from costim.instruments.drug_lists import drug_lists
from costim.instruments.labs import LabResult, lab_results
from costim.instruments.recorded import DrugList, Recorded, Unread, VisitFacts
from costim.instruments.rows import Row, joined, rows_of, to_bounds
from costim.instruments.times import UNDATED, When, visit_days
from costim.measures.bounds import UNBOUNDED, Bounds, known
from costim.measures.facts import Item, Scaled
from costim.measures.parse import STATES
from costim.measures.sledai_findings import family_of
from costim.registry.fact_homes import DRUG_LIST, OWN_TABLE, TOTAL, homes, pga_scale
from costim.registry.measure_catalogue import choose, facts
from costim.registry.parameters import parameter
from costim.registry.plan import FINDINGS
from costim.study.assessed import read_assessed
from costim.study.study import Study, cell_id

SCORED_AS = "sledai_scored_as"
Place = tuple[str, str]
Found = tuple[Place, str, Recorded | Unread]


def visit_facts(study: Study) -> dict[str, dict[str, VisitFacts]]:
    """Facts of every visit that has a row in any table.

    Items come from `sledai`, results from `labs` (in the unit of the registry; censored ones as bounds), readings from
    `scales`, drugs from `comedications`, weight and height from `subjects`, everything else from `assessments`.

    Args:
        study: the checked study.

    Returns:
        Subject -> visit -> its facts. What is not there is unknown.
    """
    days = visit_days(study)
    recorded: dict[Place, dict[str, Recorded]] = defaultdict(dict)
    unread: dict[Place, dict[str, Unread]] = defaultdict(dict)
    for place, name, entry in (*_items(study, days), *_results(study), *_scales(study), *_assessed(study, days)):
        if isinstance(entry, Recorded):
            recorded[place][name] = entry
        else:
            unread[place][name] = entry
    lists = drug_lists(study, days)
    everywhere = _scored_as(study)
    bodies = {row.subject: everywhere | dict(_body(row)) for row in rows_of(study, "subjects")}
    rows = {(row.subject, row.text("visit")): row.cells("visit") for row in rows_of(study, "visits")}
    found: dict[str, dict[str, VisitFacts]] = defaultdict(dict)
    for place in sorted({*recorded, *unread, *lists, *rows}):
        subject, visit = place
        found[subject][visit] = VisitFacts(
            subject=subject,
            visit=visit,
            when=days.get(place, UNDATED),
            recorded=MappingProxyType(recorded[place]),
            standing=MappingProxyType(bodies.get(subject, everywhere)),
            unread=MappingProxyType(unread[place]),
            drugs=lists.get(place, DrugList()),
            row=rows.get(place, ()),
        )
    return dict(found)


def _place(row: Row) -> Place:
    return row.subject, row.text("visit")


def _named(kind: str) -> dict[str, str]:
    """Name in a table -> the fact it records."""
    listed = ((fact, home) for fact, home in homes().items() if home.table == kind and not home.column)
    return {name: fact for fact, home in listed for name in home.names}


def _items(study: Study, days: Mapping[Place, When]) -> Iterator[Found]:
    names = _named("sledai")
    for row in rows_of(study, "sledai"):
        name = names.get(row.text("item"))
        if name is None:
            continue
        column = "total" if row.text("item") == TOTAL else "state"
        if not row.filled(column):
            yield _place(row), name, Unread(row.missing(column), row.source(column))
        elif column == "total":
            yield _place(row), name, Recorded(to_bounds(row.reading("total")), row.source("total"))
        else:
            item = Item(
                STATES[row.text("state")],
                _since_visit(row, days),
                row.text("course"),
                row.text("detail"),
                row.text("attribution"),
            )
            yield _place(row), name, Recorded(item, _item_cells(row, "state"))


def _scored_as(study: Study) -> dict[str, Recorded]:
    """The version by which the items of the table sledai were recorded; nothing where findings as such were."""
    variants = study.plan.variants
    if variants.sledai_recorded == FINDINGS:
        return {}
    family = family_of(choose("sledai", variants.sledai_recorded or variants.sledai))
    return {SCORED_AS: Recorded(family, ())} if family in facts()[SCORED_AS].values else {}


def _item_cells(row: Row, column: str) -> tuple[str, ...]:
    return joined(row.source(column), row.cells("day", "course", "detail", "attribution"))


def _since_visit(row: Row, days: Mapping[Place, When]) -> Bounds:
    """The last day of a finding counted from its visit: 0 is the visit, -2 two days before."""
    last, visit = row.reading("day"), days.get(_place(row), UNDATED).day
    if last.missing:
        return UNBOUNDED
    return to_bounds(last).minus(to_bounds(visit)).within(None, 0)


def _results(study: Study) -> Iterator[Found]:
    """Laboratory results: the only one of the visit, or the one before the infusion; else it is not known which."""
    names = _named("labs")
    grouped: dict[tuple[str, str, str], dict[str, LabResult]] = defaultdict(dict)
    for entry in lab_results(study):
        if entry.test in names:
            grouped[entry.subject, entry.visit, names[entry.test]][entry.timepoint] = entry
    for (subject, visit, name), samples in sorted(grouped.items()):
        readable = {timepoint: entry for timepoint, entry in samples.items() if not entry.result.missing}
        cells = joined(*(entry.cells for entry in (readable or samples).values()))
        place = (subject, visit)
        if not readable:
            yield place, name, Unread(_reason(entry.result.missing for entry in samples.values()), cells)
            continue
        chosen = next(iter(readable.values())) if len(readable) == 1 else readable.get("pre")
        if chosen is None:
            yield place, name, Recorded(UNBOUNDED, cells, ("ambiguous_reading",))
            continue
        limit = _limit_fact(chosen.test)
        yield place, name, _in_unit(chosen, name, as_printed=bool(limit))
        if limit and chosen.limit is not None and chosen.unit == facts()[limit].unit:
            key = "|".join((subject, visit, chosen.timepoint, chosen.test))
            yield place, limit, Recorded(known(Fraction(chosen.limit)), (cell_id("labs", key, "lloq"),))


def _limit_fact(test: str) -> str:
    """The fact that takes the limit of quantification of a test; blank where the result itself carries it."""
    return next((fact for fact, home in homes().items() if home.column == "lloq" and test in home.names), "")


def _in_unit(entry: LabResult, name: str, *, as_printed: bool) -> Recorded:
    """A result as the measures take it; in another unit than theirs it says nothing."""
    if entry.unit != facts()[name].unit:
        flags = tuple(flag for flag in entry.flags if flag in ("unit_not_stated", "unit_not_convertible"))
        return Recorded(UNBOUNDED, entry.cells, flags or ("unit_not_convertible",))
    return Recorded(to_bounds(entry.printed.within(0, None) if as_printed else entry.result), entry.cells)


def _reason(reasons: Iterable[str]) -> str:
    """One reason for several rows: theirs when they agree."""
    distinct = sorted(set(reasons))
    return distinct[0] if len(distinct) == 1 else "not_recorded"


def _scales(study: Study) -> Iterator[Found]:
    """Readings of scales; a PGA on several scales at one visit is ambiguous."""
    names = _named("scales")
    grouped: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows_of(study, "scales"):
        if row.text("scale") in names:
            grouped[row.subject, row.text("visit"), names[row.text("scale")]].append(row)
    for (subject, visit, name), rows in sorted(grouped.items()):
        filled = [row for row in rows if row.filled("value")]
        cells = joined(*(row.source("value") for row in filled or rows))
        place = (subject, visit)
        if not filled:
            yield place, name, Unread(_reason(row.missing("value") for row in rows), cells)
        elif len(filled) > 1:
            yield place, name, Recorded(Scaled(), cells, ("ambiguous_reading",))
        else:
            row = filled[0]
            limits = parameter(f"scale.{row.text('scale')}")
            reading = to_bounds(row.reading("value").within(limits.minimum, limits.maximum))
            scale = pga_scale(row.text("scale"))
            yield place, name, Recorded(Scaled(reading, scale) if scale else reading, cells)


def _assessed(study: Study, days: Mapping[Place, When]) -> Iterator[Found]:
    for row in rows_of(study, OWN_TABLE):
        name = row.text("fact")
        if name == DRUG_LIST or homes()[name].table != OWN_TABLE:
            continue
        if not row.filled("value"):
            yield _place(row), name, Unread(row.missing("value"), row.source("value"))
            continue
        value, _ = read_assessed(facts()[name], row.values)
        cells = joined(_item_cells(row, "value"), row.cells("unit"))
        if value is None:
            yield _place(row), name, Recorded(UNBOUNDED, cells, ("unit_not_stated",))
        elif isinstance(value, Item):
            item = Item(value.state, _since_visit(row, days), value.course, value.detail, value.attribution)
            yield _place(row), name, Recorded(item, cells)
        else:
            yield _place(row), name, Recorded(value, cells)


def _body(row: Row) -> Iterator[tuple[str, Recorded]]:
    for fact, home in homes().items():
        if home.table == "subjects" and row.filled(home.names[0]):
            yield fact, Recorded(to_bounds(row.reading(home.names[0])), row.source(home.names[0]))
