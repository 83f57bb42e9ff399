"""Scales typed as totals or categories; the Glasgow Coma Scale also from its components."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from costim.instruments.gcs import COMPONENTS, compute_gcs
from costim.instruments.rows import Reading, Row, joined, rows_of
from costim.instruments.times import UNDATED, When, visit_days
from costim.registry.datafiles import read_rows
from costim.registry.measurements import Measurement
from costim.registry.parameters import parameter
from costim.study.study import Study

_TOTAL = "gcs"


@cache
def _codings() -> MappingProxyType[str, tuple[tuple[str, str], ...]]:
    """Scale whose coding the name leaves open -> (coding, scale with that coding)."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in read_rows("measures/scale_codings.csv"):
        found[row["scale"]].append((row["coding"], row["coded_as"]))
    return MappingProxyType({scale: tuple(entries) for scale, entries in found.items()})


def possible_codings(scale: str, readings: Iterable[Reading]) -> tuple[str, ...]:
    """Codings of a scale under which every reading is possible.

    Args:
        scale: a scale whose name leaves the coding open, e.g. `bprs` (18 or 16 items, 0 to 6 or 1 to 7).
        readings: all readings of one subject, which share one coding.

    Returns:
        Names of codings, e.g. `("0-6",)` as soon as one total lies below the floor of 1 to 7.
    """
    listed = [r for r in readings if r.relation]
    fitting = [coding for coding, coded_as in _codings().get(scale, ()) if all(_fits(r, coded_as) for r in listed)]
    return tuple(dict.fromkeys(fitting))


def _fits(reading: Reading, scale: str) -> bool:
    limits = parameter(f"scale.{scale}")
    too_low = limits.minimum is not None and reading.upper is not None and reading.upper < limits.minimum
    too_high = limits.maximum is not None and reading.lower is not None and reading.lower > limits.maximum
    return not (too_low or too_high)


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
    codings = _coding_flags(rows)
    found = [_row(study, row, days.get((row.subject, row.text("visit")), UNDATED), codings) for row in rows]
    return found + _coma_totals(study, rows, days)


def _coding_flags(rows: list[Row]) -> dict[tuple[str, str], tuple[str, ...]]:
    grouped: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for row in rows:
        if row.text("scale") in _codings():
            grouped[row.subject, row.text("scale")].append(row.reading("value"))
    return {
        (subject, scale): ("coding_inferred" if len(possible_codings(scale, readings)) == 1 else "coding_not_stated",)
        for (subject, scale), readings in grouped.items()
    }


def _row(study: Study, row: Row, when: When, codings: dict[tuple[str, str], tuple[str, ...]]) -> Measurement:
    scale = row.text("scale")
    known = parameter(f"scale.{scale}")
    reading = row.reading("value")
    number = reading.within(known.minimum, known.maximum)
    fields = number.fields()
    if row.filled("category"):
        fields["missing"] = ""
    elif not row.filled("value") and row.missing("value") == "blank":
        fields["missing"] = row.missing("category")
    coding = codings.get((row.subject, scale), ()) if reading.relation else ()
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
    total = compute_gcs({row.text("scale"): row.reading("value") for row in rows})
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
