"""The list of drugs at a visit, from the comedications table and from what the study says about its completeness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from costim.instruments.courses import Cover, covers
from costim.instruments.recorded import MOST_POSSIBLE, DrugList, Taken
from costim.instruments.rows import Row, rows_of, to_bounds
from costim.instruments.times import When
from costim.measures.facts import Drug
from costim.registry.fact_homes import DRUG_LIST, OWN_TABLE
from costim.study.study import Study

Place = tuple[str, str]


def drug_lists(study: Study, days: Mapping[Place, When]) -> dict[Place, DrugList]:
    """The drugs of every visit at which anything is known of them.

    A dose typed at a visit stands in the place of courses of the same drug. A course that may have ended (its last day
    is blank), and a dose without any time, may or may not have been taken. Drugs of the infusions table are not in
    the list.

    Args:
        study: the checked study.
        days: day of every visit.

    Returns:
        Lists by subject and visit. A list counts as whole when `assessments` says so (`drugs` = complete or none), and
        also, flagged `drug_list_assumed`, when it says nothing and drugs with a time were recorded there.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(study, "comedications"):
        rows[row.subject].append(row)
    said = {
        (row.subject, row.text("visit")): row
        for row in rows_of(study, OWN_TABLE)
        if row.text("fact") == DRUG_LIST and row.filled("value")
    }
    typed = {(row.subject, row.text("visit")) for listed in rows.values() for row in listed if row.text("visit")}
    places = sorted({*days, *said, *typed})
    lists = {place: _list_at(place, rows[place[0]], days.get(place, When()), said.get(place)) for place in places}
    return {place: entry for place, entry in lists.items() if entry is not None}


def _list_at(place: Place, rows: Sequence[Row], when: When, said: Row | None) -> DrugList | None:
    visit = place[1]
    typed = [row for row in rows if row.text("visit") == visit]
    names = {row.text("drug") for row in typed}
    others = [row for row in rows if not row.text("visit") and row.text("drug") not in names]
    undated = [row for row in others if not row.filled("start_day") and not row.filled("end_day")]
    courses = {row.values["_key"]: covers(row, when.day) for row in others if row not in undated}
    certain = [*typed, *(row for row in others if courses.get(row.values["_key"]) is Cover.YES)]
    possible = [row for row in others if courses.get(row.values["_key"]) is Cover.MAYBE]
    if said is None and not certain and not possible:
        return None
    word = said.text("value") if said is not None else ""
    possible = [] if word == "none" else possible + undated
    many = ("too_many_courses",) if len(possible) > MOST_POSSIBLE else ()
    return DrugList(
        certain=tuple(_taken(row) for row in certain) if word != "none" else (),
        possible=tuple(_taken(row) for row in possible),
        known=word != "incomplete" and not many,
        at_visit=bool(typed) or said is not None,
        cells=said.source("value") if said is not None else (),
        flags=("drug_list_assumed", *many) if not word else many,
    )


def _taken(row: Row) -> Taken:
    drug = Drug(
        drug=" ".join(row.text("drug").casefold().split()),
        dose=to_bounds(row.reading("dose").within(0, None)),
        unit=row.text("unit"),
        frequency=row.text("frequency"),
        route=row.text("route"),
    )
    return Taken(drug, (*row.source("drug"), *row.cells("dose", "unit", "frequency", "start_day", "end_day")))
