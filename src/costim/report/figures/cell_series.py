"""Phenotypes of every patient over visits or days, with the interval of each reading and too few cells as such."""

from __future__ import annotations

from dataclasses import dataclass

from costim.registry.cytometry_parameters import PREFIX
from costim.registry.measurements import Measurement
from costim.registry.natural import natural_key
from costim.report.cell_numbers import FEW
from costim.report.figures.view import View

_TURNS = ("pre", "", "post")
LEVEL = ".median"
COUNTS = (".per_ul", ".count")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a patient."""

    x: float
    row: Measurement
    lod: float | None
    """Limit of detection of the tube in the unit of the reading."""


@dataclass(frozen=True, slots=True)
class Series:
    """One parameter: readings of every patient, at visits (`labels` at 0, 1, ...) or on study days."""

    parameter: str
    labels: tuple[str, ...]
    """Of visits; blank when x are days."""
    readings: tuple[tuple[str, tuple[Reading, ...]], ...]
    """Subject and readings in order of time, subjects in natural order."""


def level_series(view: View, parameter: str) -> Series | None:
    """Levels of a marker by visit; None unless two visits have a level of some patient."""
    rows = [row for row in view.rows(parameter) if row.value is not None or row.missing in FEW]
    visits = [v.name for v in view.plan.visits]
    order = {name: i for i, name in enumerate(visits)}
    places = sorted(
        {(r.visit, r.timepoint) for r in rows}, key=lambda p: (order.get(p[0], len(order)), p[0], _turn(p[1]))
    )
    if len({(r.visit, r.timepoint) for r in rows if r.value is not None}) < 2:
        return None
    words = {v.name: v.label or v.name for v in view.plan.visits}
    labels = tuple(", ".join(p for p in (words.get(visit, visit), timepoint) if p) for visit, timepoint in places)
    at = {place: float(i) for i, place in enumerate(places)}
    return Series(parameter, labels, _by_subject(view, [(at[(r.visit, r.timepoint)], r) for r in rows]))


def count_series(view: View, parameter: str) -> Series | None:
    """Counts of a population over study days; None unless two days have a count."""
    rows = [(r.day, r) for r in view.rows(parameter) if r.value is not None and r.day is not None]
    if len({day for day, _ in rows}) < 2:
        return None
    return Series(parameter, (), _by_subject(view, [(day, r) for day, r in rows if day is not None]))


def _turn(timepoint: str) -> int:
    return _TURNS.index(timepoint) if timepoint in _TURNS else len(_TURNS)


def _by_subject(view: View, found: list[tuple[float, Measurement]]) -> tuple[tuple[str, tuple[Reading, ...]], ...]:
    grouped: dict[str, list[Reading]] = {}
    for x, row in sorted(found, key=lambda f: (f[0], _turn(f[1].timepoint), f[1].item)):
        grouped.setdefault(row.subject, []).append(Reading(x, row, _lod(view, row)))
    return tuple((subject, tuple(grouped[subject])) for subject in sorted(grouped, key=natural_key))


def _lod(view: View, row: Measurement) -> float | None:
    """Limit of detection that the record holds for the tube and population of a count."""
    if view.cytometry is None or not row.parameter.endswith(COUNTS):
        return None
    population = row.parameter.removeprefix(PREFIX).split(".", 1)[0]
    for tube in view.cytometry.tubes:
        place = (tube.subject, tube.visit, tube.timepoint, tube.panel, tube.stain)
        if place == (row.subject, row.visit, row.timepoint, row.item, "sample"):
            for limits in tube.limits:
                if limits.population == population:
                    return limits.lod_per_ul if row.parameter.endswith(".per_ul") else limits.lod
    return None


def drawn_levels(view: View) -> tuple[str, ...]:
    """Medians that are drawn: those of endpoints, and of each outcome marker on its first population."""
    asked = {e.parameter for e in view.plan.endpoints}
    first = {(o.panel, o.marker): o.population for o in reversed(view.marker_overlays)}
    asked |= {f"{PREFIX}{population}.{marker}{LEVEL}" for (_, marker), population in first.items()}
    codes = [code for code in sorted(asked) if code.startswith(PREFIX) and code.endswith(LEVEL)]
    return tuple(code for code in codes if level_series(view, code) is not None)


def drawn_counts(view: View) -> tuple[str, ...]:
    """Counts that are drawn over days: B cells, and those of endpoints; a concentration rather than a number."""
    populations = dict.fromkeys(["b_cells"])
    for endpoint in view.plan.endpoints:
        if endpoint.parameter.startswith(PREFIX) and endpoint.parameter.endswith(COUNTS):
            populations.setdefault(endpoint.parameter.split(".")[1])
    found = []
    for population in populations:
        codes = [f"{PREFIX}{population}{name}" for name in COUNTS]
        found += [code for code in codes if count_series(view, code) is not None][:1]
    return tuple(found)
