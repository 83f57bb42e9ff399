"""Scales typed as totals or categories; the Glasgow Coma Scale also from its components."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from costim.instruments.rows import Row, joined, rows_of, to_bounds, to_reading
from costim.instruments.times import UNDATED, When, visit_days
from costim.measures.bounds import Bounds
from costim.measures.codings import codings, possible_codings
from costim.measures.gcs import COMPONENTS, sum_of_components
from costim.registry.measurements import Measurement
from costim.registry.parameters import parameter
from costim.study.study import Study

_TOTAL = "gcs"


def measure(study: Study) -> list[Measurement]:
    """One row of `scale.<scale>` per reading: a number with bounds, or a category in `text`.

    Args:
        study: the checked study.

    Returns:
        Readings in the unit of `scales.csv`. Where the name leaves the item coding open, the reading is flagged
        `coding_inferred` (other codings are impossible for this subject) or `coding_not_stated`.
    """
    days = visit_days(study)
    rows = rows_of(study, "scales")
    coding_flags = _coding_flags(rows)
    found = [_row(study, row, days.get((row.subject, row.text("visit")), UNDATED), coding_flags) for row in rows]
    return found + _coma_totals(study, rows, days)


def _coding_flags(rows: list[Row]) -> dict[tuple[str, str], tuple[str, ...]]:
    grouped: dict[tuple[str, str], list[Bounds]] = defaultdict(list)
    for row in rows:
        if row.text("scale") in codings():
            grouped[row.subject, row.text("scale")].append(to_bounds(row.reading("value")))
    return {
        (subject, scale): ("coding_inferred" if len(possible_codings(scale, readings)) == 1 else "coding_not_stated",)
        for (subject, scale), readings in grouped.items()
    }


def _row(study: Study, row: Row, when: When, coding_flags: dict[tuple[str, str], tuple[str, ...]]) -> Measurement:
    scale = row.text("scale")
    known = parameter(f"scale.{scale}")
    reading = row.reading("value")
    number = reading.within(known.minimum, known.maximum)
    fields = number.fields()
    if row.filled("category"):
        fields["missing"] = ""
    elif not row.filled("value") and row.missing("value") == "blank":
        fields["missing"] = row.missing("category")
    coding = coding_flags.get((row.subject, scale), ()) if reading.relation else ()
    return Measurement(
        subject=row.subject,
        visit=row.text("visit"),
        parameter=f"scale.{scale}",
        text=row.text("category") or None,
        unit=known.unit,
        flags=joined(reading.flags, coding, when.flags),
        source="scales",
        cells=joined(row.source("value", "category"), when.cells),
        reading=study.reading,
        **fields,
        **when.fields(),
    )


def _coma_totals(study: Study, rows: list[Row], days: Mapping[tuple[str, str], When]) -> list[Measurement]:
    grouped: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in rows:
        grouped[row.subject, row.text("visit")][row.text("scale")] = row
    return [
        _coma_total(study, [scales[name] for name in COMPONENTS if name in scales], days.get(place, UNDATED))
        for place, scales in sorted(grouped.items())
        if _TOTAL not in scales and any(name in scales for name in COMPONENTS)
    ]


def _coma_total(study: Study, rows: list[Row], when: When) -> Measurement:
    total = to_reading(sum_of_components({row.text("scale"): to_bounds(row.reading("value")) for row in rows}))
    incomplete = ("items_incomplete",) if total.value is None else ()
    return Measurement(
        subject=rows[0].subject,
        visit=rows[0].text("visit"),
        parameter=f"scale.{_TOTAL}",
        unit="points",
        flags=joined(("computed_from_components",), incomplete, when.flags),
        source="scales",
        cells=joined(*(row.source("value") for row in rows), when.cells),
        reading=study.reading,
        **total.fields(),
        **when.fields(),
    )
