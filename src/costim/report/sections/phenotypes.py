"""Lymphocyte phenotypes: paired changes, then for every population its counts and the levels of its markers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from costim.registry.cytometry_parameters import OF_MARKERS, OF_POPULATIONS, PREFIX, speak
from costim.registry.measurements import Measurement
from costim.registry.natural import natural_key
from costim.report import format as shown
from costim.report.cell_numbers import FEW
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Num, Paragraph, Quote
from costim.report.printer import unit_inline
from costim.report.sections.changes import change_blocks
from costim.report.sections.counts import category_and_share_blocks
from costim.report.sections.notes import flag_notes
from costim.report.sections.phenotype_cells import phenotype_cell
from costim.report.sections.words import safe_id, visit_label, visit_place

COUNTED = ("count", "fraction_of_parent", "per_ul")
IN_SHORT = ("per_ul", "fraction_of_parent", "count")
"""The first that was measured is shown of populations that no endpoint is about."""
LEVELS = ("median", "percent_positive")
"""Statistics of markers that are shown; the files of tables have all."""
IF_ASKED = ("mesf",)
"""Shown where an endpoint is about them."""
_HEADS = {
    "count": "Cells",
    "fraction_of_parent": "Share of parent",
    "fraction_of_lymphocytes": "Share of lymphocytes",
    "per_ul": "Absolute count",
    "median": "median",
    "percent_positive": "positive",
    "mesf": "median, equivalent molecules",
}
_MOST_COLUMNS = 4
_POSITIVE = re.compile("_positive_")
"""Cells above the threshold of a marker: their share stands with the levels of the marker."""
_POPULATION = re.compile(re.escape(PREFIX) + r"([A-Za-z0-9_]+)\.")
_LONG = 40
"""Rows above which a table is a listing that renderers fold."""

Place = tuple[str, str, str, str]
"""Subject, visit, time point, panel."""


def write_phenotypes(context: Context) -> list[Block]:
    """Paired changes and composition of phenotypes, then tables of every population."""
    codes = context.rows.parameters(PREFIX)
    if not codes:
        return []
    blocks = [*change_blocks(context, "phenotypes"), *category_and_share_blocks(context, codes), _reading()]
    asked = _asked(context)
    told = [p for p in dict.fromkeys(code.split(".")[1] for code in codes) if _told(context, p)]
    for population in (p for p in told if not asked or p in asked):
        blocks += _population(context, population)
    return [*blocks, *_others(context, [p for p in told if asked and p not in asked])]


def _others(context: Context, populations: Sequence[str]) -> list[Block]:
    """One statistic of each population that no endpoint is about, those of the same panels side by side."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for population in populations:
        codes = [f"{PREFIX}{population}.{name}" for name in IN_SHORT]
        code = next((code for code in codes if context.rows.measured(code)), None)
        if code is not None and not _POSITIVE.search(population):
            panels = tuple(sorted({row.item for row in context.rows.measured(code)}))
            groups.setdefault(panels, []).append(code)
    grids: list[Block] = []
    for panels, codes in groups.items():
        whose: Inlines = (" of panel ", Quote(panels[0])) if len(panels) == 1 and panels[0] else ()
        name = ("other", "-".join(["populations", *panels]))
        grids += _grids(context, name, ("Other populations", *whose), codes)
    return grids


def _asked(context: Context) -> frozenset[str]:
    """Populations that endpoints are about, as a whole or as a part."""
    words = [word for e in context.plan.endpoints for word in (e.parameter, *(str(s) for s in e.subsets))]
    return frozenset(name for word in words for name in _POPULATION.findall(word))


def _told(context: Context, population: str) -> bool:
    """Lymphocytes and their parts, and what the plan asks for; gates that only clean up stand in the gate plots."""
    asked = any(e.parameter.startswith(f"{PREFIX}{population}.") for e in context.plan.endpoints)
    of_lymphocytes = bool(context.rows.measured(f"{PREFIX}{population}.fraction_of_lymphocytes"))
    any_part = any(code.endswith(".fraction_of_lymphocytes") for code in context.rows.parameters(PREFIX))
    return asked or of_lymphocytes or not any_part


def _reading() -> Paragraph:
    said = (
        "Limits in brackets are those of the measurement itself, from the cells it rests on; differences between "
        "patients and days come on top. On fewer cells than the limit of detection (LOD) no level of a marker is "
        "given; between that and the lower limit of quantification (LLOQ) it enters the sensitivity analysis only, and "
        "is printed after that word. Populations that endpoints are about come first, with cells, shares and levels of "
        "markers; of the others one number is shown. All else that was measured on them is in "
        "measurements.csv and in tables.xlsx."
    )
    return Paragraph((said,), role="note")


def _population(context: Context, population: str) -> list[Block]:
    counted = [f"{PREFIX}{population}.{name}" for name in COUNTED]
    counted = [code for code in counted if context.rows.measured(code)]
    prefix = f"{PREFIX}{population}."
    markers = dict.fromkeys(parts[2] for code in context.rows.parameters(prefix) if len(parts := code.split(".")) == 4)
    asked = {endpoint.parameter for endpoint in context.plan.endpoints}
    wanted = [f"{prefix}{marker}.{name}" for marker in markers for name in (*LEVELS, *IF_ASKED)]
    levels = [code for code in wanted if code in asked or not code.endswith(IF_ASKED)]
    levels = [code for code in levels if any(r.value is not None or r.events for r in context.rows.measured(code))]
    grids: list[Block] = []
    name = _capital(speak(population))
    if counted:
        caption: Inlines = (Quote(name), ": cells and shares")
        grids += _grids(context, ("cells", population), caption, counted)
    if levels:
        grids += _grids(context, ("levels", population), (Quote(name), ": levels of markers"), levels)
    return grids


def _grids(context: Context, name: tuple[str, str], caption: Inlines, codes: Sequence[str]) -> list[Block]:
    rows = {code: {_place(row): row for row in context.rows.measured(code)} for code in codes}
    places = sorted({place for found in rows.values() for place in found}, key=lambda p: _order(context, p))
    panels = {place[3] for place in places} - {""}
    grids: list[Block] = []
    for start in range(0, len(codes), _MOST_COLUMNS):
        piece = codes[start : start + _MOST_COLUMNS]
        shown_rows = [row for code in piece for row in rows[code].values()]
        last = start + _MOST_COLUMNS >= len(codes)
        grids.append(
            Grid(
                id=safe_id("phenotypes", *name, *([str(start // _MOST_COLUMNS + 1)] if start else [])),
                caption=(*caption, *(() if not start else (" (continued)",)), *_level(shown_rows)),
                header=(
                    ("Patient",),
                    ("Visit",),
                    *([("Panel",)] if len(panels) > 1 else []),
                    *(_head(code, shown_rows, named=name[0] == "other") for code in piece),
                ),
                rows=tuple(_line(context, place, [rows[code] for code in piece], len(panels) > 1) for place in places),
                notes=(
                    *([("A dash means that nothing was measured there.",)] if last else []),
                    *flag_notes(context, shown_rows, silent=tuple(FEW)),
                ),
                numeric=(False, False, *([False] if len(panels) > 1 else []), *(True for _ in piece)),
                kind="result" if len(places) <= _LONG else "rows",
            )
        )
    return grids


def _line(
    context: Context, place: Place, columns: Sequence[dict[Place, Measurement]], panelled: bool
) -> tuple[Inlines, ...]:
    subject, visit, timepoint, panel = place
    at: Inlines = (visit_label(context.plan, visit), *((", ", Quote(timepoint)) if timepoint else ()))
    cells = [phenotype_cell(context, column.get(place)) for column in columns]
    return ((Quote(subject),), at, *([(Quote(panel),)] if panelled else []), *cells)


def _place(row: Measurement) -> Place:
    return row.subject, row.visit, row.timepoint, row.item


def _order(context: Context, place: Place) -> tuple[object, ...]:
    subject, visit, timepoint, panel = place
    turn = ("pre", "", "post").index(timepoint) if timepoint in ("pre", "", "post") else 3
    return natural_key(subject), visit_place(context.plan, visit), visit, turn, timepoint, panel


def _head(code: str, rows: Iterable[Measurement], *, named: bool) -> Inlines:
    """`Absolute count (cells/µL)`, `CD40: median (AU)`, with the population where it is to be named."""
    parts = code.split(".")
    known = OF_POPULATIONS.get(parts[-1]) or OF_MARKERS[parts[-1]]
    units = {row.unit for row in rows if row.parameter == code and row.unit} or {known.unit}
    unit: Inlines = (" (", *unit_inline(min(units))[1:], ")") if known.unit not in ("", "cells") else ()
    marker: Inlines = (Quote(speak(parts[2])), ": ") if len(parts) == 4 else ()
    whose: Inlines = (Quote(_capital(speak(parts[1]))), ": ") if named else ()
    return (*whose, *marker, _HEADS[parts[-1]], *unit)


def _level(rows: Sequence[Measurement]) -> Inlines:
    """`, with 95% intervals`, where every row has the same level."""
    found = {row.interval_level: row for row in rows if row.interval_level is not None}
    if len(found) != 1:
        return (", with intervals",) if found else ()
    (level, row) = next(iter(found.items()))
    return (", with ", Num(shown.level(level or 0.0), row.measurement_id, "interval_level"), " intervals")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
