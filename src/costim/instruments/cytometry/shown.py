"""What the report shows of cytometry beside the rows: the record of tubes and gates, and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from costim.instruments.cytometry.gated import GatedPanel
from costim.instruments.cytometry.record import record
from costim.instruments.cytometry.run import run
from costim.registry.cytometry_record import CytometryRecord
from costim.registry.gate_pictures import GatePicture, MarkerOverlay
from costim.study.study import Study


@dataclass(frozen=True)
class Shown:
    """Nothing, for a study without FCS files."""

    record: CytometryRecord | None = None
    gates: tuple[GatePicture, ...] = ()
    markers: tuple[MarkerOverlay, ...] = ()


def picture_cells(study: Study) -> Shown:
    """Record and pictures of the study as recorded: each subject and panel, visits side by side."""
    if not study.gates:
        return Shown()
    from costim.fleet.spread import spread

    level = study.plan.study.level
    labels = {visit.name: visit.label for visit in study.plan.visits if visit.label}
    drawn = spread(_draw, [(panel, level, labels) for panel in run(study)])
    gates = tuple(picture for found, _ in drawn for picture in found)
    return Shown(record(study), gates, tuple(overlay for _, found in drawn for overlay in found))


def _draw(
    task: tuple[GatedPanel, float, Mapping[str, str]],
) -> tuple[tuple[GatePicture, ...], tuple[MarkerOverlay, ...]]:
    from costim.cytometry.pictures.gate_pictures import gate_pictures
    from costim.cytometry.pictures.marker_overlays import marker_overlays

    panel, level, labels = task
    samples = [(tube.placed.tube, tube.file, tube.strategy) for tube in panel.tubes]
    medians = {
        (tube.placed.tube.name, row.population, row.marker): (row.value, row.lower, row.upper)
        for tube in panel.tubes
        for row in tube.phenotypes
        if row.statistic == "median" and row.status != "below_lod"
    }
    return gate_pictures(samples, labels), marker_overlays(samples, medians, labels, level=level)
