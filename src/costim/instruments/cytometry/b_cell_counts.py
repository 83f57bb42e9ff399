"""B cells per uL counted in the study's own tubes, for visits at which no laboratory reports them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from costim.instruments.cytometry.gated import GatedPanel, GatedTube
from costim.instruments.cytometry.phenotype_rows import CELLS
from costim.instruments.cytometry.run import run
from costim.instruments.labs import COUNT, LabResult
from costim.instruments.rows import between, exact, joined
from costim.instruments.times import UNDATED, visit_days
from costim.study.study import Study

if TYPE_CHECKING:
    from costim.cytometry.phenotypes.phenotype import Phenotype

ROLE = "b_cells"
UNIT = "cells/uL"


@dataclass(frozen=True, slots=True)
class CellCount:
    """A count as the rules of depletion take it, with the estimate it is the interval of."""

    lab: LabResult
    """`result` is the interval: a handful of cells says no more than that."""
    estimate: float
    level: float
    method: str
    events: int


def b_cell_counts(study: Study, known: Collection[tuple[str, str, str]]) -> list[CellCount]:
    """Counts of the population with the role `b_cells`, by subject and visit.

    One at each time: where several panels count B cells, that of the panel which the plan declares first.

    Args:
        study: with gates.
        known: (subject, visit, timepoint) at which a laboratory count stands; there none is added.
    """
    if not study.gates:
        return []
    turn = {panel.name: place for place, panel in enumerate(study.plan.panels)}
    found: dict[tuple[str, str, str], CellCount] = {}
    for panel in sorted(run(study), key=lambda one: turn[one.panel]):
        for count in _of_panel(study, panel, known):
            found.setdefault((count.lab.subject, count.lab.visit, count.lab.timepoint), count)
    return [found[place] for place in sorted(found)]


def _of_panel(study: Study, panel: GatedPanel, known: Collection[tuple[str, str, str]]) -> Iterator[CellCount]:
    days = visit_days(study)
    for entry in panel.tubes:
        tube = entry.placed.tube
        place = (tube.subject, tube.visit, tube.timepoint)
        row = _per_ul(entry)
        if place in known or row is None or row.value is None or row.lower is None or row.upper is None:
            continue
        span = between(exact(row.lower), exact(row.upper))
        when = days.get(place[:2], UNDATED)
        cells = joined(entry.placed.row.source(*CELLS))
        lab = LabResult(*place, COUNT, span, span, UNIT, when, ("counted_in_tube", *_too_few(row)), cells)
        yield CellCount(lab, row.value, row.level, row.interval_method, row.events)


def _too_few(row: Phenotype) -> tuple[str, ...]:
    return () if row.status == "ok" else (row.status,)


def _per_ul(entry: GatedTube) -> Phenotype | None:
    population = entry.strategy.roles.get(ROLE)
    return next((p for p in entry.phenotypes if p.statistic == "per_ul" and p.population == population), None)
