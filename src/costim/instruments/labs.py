"""Laboratory results: converted to the unit of the registry, censored results as bounds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from costim.instruments.rows import Reading, Row, absent, joined, rows_of, to_bounds, to_reading
from costim.instruments.times import UNDATED, When, visit_days
from costim.measures.igg_index import CONCENTRATIONS, compute_igg_index
from costim.registry.measurements import Measurement
from costim.registry.parameters import parameter
from costim.registry.units import UnitError, convert
from costim.study.study import Study

COUNT = "cd19_count"
_INDEX = "csf_igg_index"
_PURE_NUMBERS = ("index", "reciprocal dilution")
"""Units of numbers that need none: a blank unit loses nothing."""


@dataclass(frozen=True, slots=True)
class LabResult:
    """One result in the unit of the registry where it could be brought there."""

    subject: str
    visit: str
    timepoint: str
    test: str
    result: Reading
    printed: Reading
    """The result before the limit of quantification is applied, in `unit`."""
    unit: str
    when: When
    flags: tuple[str, ...]
    cells: tuple[str, ...]
    limit: Decimal | None = None
    """Lower limit of quantification in `unit`; None when it is not stated."""


def lab_results(study: Study) -> list[LabResult]:
    """Every row of the labs table as a result; see `measure`."""
    days = visit_days(study)
    return [_result(row, days.get((row.subject, row.text("visit")), UNDATED)) for row in rows_of(study, "labs")]


def _result(row: Row, when: When) -> LabResult:
    known = parameter(f"lab.{row.text('test')}")
    printed, limit = row.reading("value"), row.reading("lloq").value
    factor_flags: tuple[str, ...] = ()
    unit = row.text("unit") or (known.unit if known.unit in _PURE_NUMBERS else "")
    if not unit and not printed.missing:
        factor_flags = ("unit_not_stated",)
    elif unit and known.unit and unit != known.unit:
        printed, limit, unit, factor_flags = _converted(printed, limit, unit, known.unit)
    result = _quantified(printed, limit).within(known.minimum, known.maximum)
    return LabResult(
        subject=row.subject,
        visit=row.text("visit"),
        timepoint=row.text("timepoint"),
        test=row.text("test"),
        result=result,
        printed=printed,
        unit=unit,
        when=when,
        flags=joined(result.flags, factor_flags),
        cells=joined(row.source("value"), row.cells("unit") if row.filled("unit") else (), _limit_cells(row, result)),
        limit=limit,
    )


def _limit_cells(row: Row, result: Reading) -> tuple[str, ...]:
    """The limit of quantification is a source of the number only when it changed the number."""
    return row.cells("lloq") if result.relation != row.reading("value").relation else ()


def _converted(
    printed: Reading, limit: Decimal | None, unit: str, wanted: str
) -> tuple[Reading, Decimal | None, str, tuple[str, ...]]:
    try:
        moved = printed.map(lambda number: convert(number, unit, wanted))
        moved_limit = None if limit is None else convert(limit, unit, wanted)
    except UnitError:
        return printed, limit, unit, () if printed.missing else ("unit_not_convertible",)
    return moved, moved_limit, wanted, ("unit_converted",) if moved != printed else ()


def _quantified(printed: Reading, limit: Decimal | None) -> Reading:
    """A number below the limit of quantification says no more than that."""
    if limit is None or printed.value is None or printed.value >= limit:
        return printed
    return Reading(None, None, limit, "<")


def measure(study: Study) -> list[Measurement]:
    """Rows of `lab.<test>`, and `bcell.count` for counts of CD19+ cells.

    A result below the stated limit of quantification, and a result printed as `<x` or `>x`, are bounds. A result
    without unit is kept as printed, without unit. The IgG index is computed where the source gives none and its four
    concentrations were measured in one pair of samples.

    Args:
        study: the checked study.

    Returns:
        Results in the unit of `labs.csv`, by subject, visit and timepoint.
    """
    results = lab_results(study)
    computed = _igg_indices(results)
    rows = [_row(study, f"lab.{entry.test}", entry) for entry in (*results, *computed)]
    return rows + [_row(study, "bcell.count", entry) for entry in results if entry.test == COUNT]


def _row(study: Study, code: str, entry: LabResult) -> Measurement:
    return Measurement(
        subject=entry.subject,
        visit=entry.visit,
        timepoint=entry.timepoint,
        parameter=code,
        unit=entry.unit,
        flags=joined(entry.flags, entry.when.flags),
        source="labs",
        cells=joined(entry.cells, entry.when.cells),
        reading=study.reading,
        **entry.result.fields(),
        **entry.when.fields(),
    )


def _igg_indices(results: list[LabResult]) -> list[LabResult]:
    """IgG indices of the sample pairs that have all four concentrations and no typed index."""
    grouped: dict[tuple[str, str, str], dict[str, LabResult]] = defaultdict(dict)
    for entry in results:
        grouped[entry.subject, entry.visit, entry.timepoint][entry.test] = entry
    return [
        _igg_index([tests[name] for name in CONCENTRATIONS])
        for _, tests in sorted(grouped.items())
        if _INDEX not in tests and all(_usable(tests.get(name)) for name in CONCENTRATIONS)
    ]


def _usable(entry: LabResult | None) -> bool:
    return entry is not None and entry.unit == parameter(f"lab.{entry.test}").unit and not entry.result.missing


def _igg_index(parts: list[LabResult]) -> LabResult:
    index = compute_igg_index(*(to_bounds(part.result) for part in parts))
    bounded = index.upper is not None or bool(index.lower)
    return replace(
        parts[0],
        test=_INDEX,
        unit=parameter(f"lab.{_INDEX}").unit,
        result=to_reading(index) if bounded else absent("not_recorded"),
        flags=joined(("computed_from_components",), *(part.flags for part in parts)),
        cells=joined(*(part.cells for part in parts)),
    )
