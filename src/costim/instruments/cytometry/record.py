"""How tubes were acquired and gated, for the report: quality, proof that gates are the same, MIFlowCyt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from costim.instruments.cytometry.gate_panel import exception_name
from costim.instruments.cytometry.gated import GatedPanel, GatedTube
from costim.instruments.cytometry.run import run
from costim.registry.cytometry_record import (
    BinnedCount,
    CytometryRecord,
    GateDifferenceRecord,
    MiflowcytItem,
    PopulationLimits,
    ThresholdRecord,
    TubeRecord,
)
from costim.study.study import Study

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy, Threshold
    from costim.cytometry.interchange.flowjo_workspace import WorkspaceSample
    from costim.cytometry.strategies.thresholds import ThresholdFound
    from costim.cytometry.tube import Tube
    from costim.instruments.cytometry.tubes import Placed


def record(study: Study) -> CytometryRecord | None:
    """The record of the study as recorded; None without gates."""
    if not study.gates:
        return None
    panels = run(study)
    return CytometryRecord(
        tubes=tuple(tube for panel in panels for tube in _tubes(study, panel)),
        thresholds=tuple(found for panel in panels for found in _thresholds(panel)),
        differences=tuple(found for panel in panels for found in _differences(panel)),
        changes=tuple(found for panel in panels for found in (*panel.notes, *panel.changes)),
        miflowcyt=_checklist(study, panels),
        binned=_binned(study, panels),
    )


def _binned(study: Study, panels: Sequence[GatedPanel]) -> tuple[BinnedCount, ...]:
    """Counts as FlowJo makes and stored them, of tubes that have a sample in a workspace."""
    from costim.fleet.spread import spread

    tubes = [entry for panel in panels for entry in panel.tubes if entry.placed.file in study.flowjo]
    found = spread(_beside, [(entry, study.flowjo[entry.placed.file]) for entry in tubes])
    return tuple(count for counts in found for count in counts)


def _beside(task: tuple[GatedTube, WorkspaceSample]) -> tuple[BinnedCount, ...]:
    from costim.cytometry.events import Events
    from costim.cytometry.interchange.flowjo_bins import binned_counts

    entry, sample = task
    binned = binned_counts(sample.strategy, Events(entry.file, sample.strategy), sample.displays)
    return tuple(
        BinnedCount(
            tube=entry.placed.tube.name,
            population=population,
            exact=count,
            binned=binned[population],
            stated=sample.counts.get(population),
        )
        for population, count in entry.gated.counts.items()
        if population in binned
    )


def _tubes(study: Study, panel: GatedPanel) -> Iterator[TubeRecord]:
    from costim.cytometry.gates.digest import digest
    from costim.cytometry.quality.assess import assess

    gates = study.gates[panel.panel]
    for entry in panel.tubes:
        own = exception_name(gates, entry.placed)
        yield replace(
            _file_record(entry.placed, entry.file),
            strategy=entry.strategy.name,
            digest=digest(entry.strategy),
            exceptions=tuple(gate.name for gate in gates.exceptions.get(own, ())),
            quality=assess(entry.file, entry.strategy, entry.gated.counts),
            limits=tuple(_limits(entry)),
        )
    for placed, file in panel.others:
        yield replace(_file_record(placed, file), quality=assess(file))


def _file_record(placed: Placed, file: FcsFile) -> TubeRecord:
    """What is known of a tube before anything is gated."""
    tube = placed.tube
    return TubeRecord(
        name=tube.name,
        subject=tube.subject,
        visit=tube.visit,
        timepoint=tube.timepoint,
        panel=tube.panel,
        stain=tube.stain,
        marker=tube.marker,
        file=placed.file,
        events=file.events,
        instrument=_instrument(file),
    )


def _limits(entry: GatedTube) -> Iterator[PopulationLimits]:
    """LOB, LOD and LLOQ of each population; the LOD also as a concentration where the tube has one."""
    from costim.cytometry.phenotypes.per_event import per_ul_of_an_event

    for row in entry.phenotypes:
        if row.statistic == "count":
            each = per_ul_of_an_event(entry.gated, entry.strategy, entry.placed.tube, row.population)
            yield PopulationLimits(
                population=row.population,
                lob=row.lob,
                lod=row.lod,
                lloq=row.lloq,
                lod_per_ul=None if each is None or row.lod is None else row.lod * each,
            )


def _instrument(file: FcsFile) -> tuple[tuple[str, str], ...]:
    """Make and model, serial number and software, as far as the file states them and they name no person."""
    from costim.cytometry.quality.keywords import INSTRUMENT, SOFTWARE, first_stated, printable

    stated = [(fact, *first_stated(file.keywords, names)) for fact, names in (*INSTRUMENT, *SOFTWARE)]
    return tuple((fact, printable(keyword, value)) for fact, keyword, value in stated if value)


def _thresholds(panel: GatedPanel) -> Iterator[ThresholdRecord]:
    if not panel.tubes:
        return
    strategy = panel.tubes[0].strategy
    declared = {threshold.name: threshold for threshold in strategy.thresholds}
    for found in panel.thresholds:
        threshold = declared.get(found.name)
        yield ThresholdRecord(
            subject=panel.subject,
            panel=panel.panel,
            name=found.name,
            axis=_axis_words(threshold, strategy),
            value=_linear(found, threshold, strategy),
            source=found.source,
            events=found.events or None,
            note=found.note,
        )


def _axis_words(threshold: Threshold | None, strategy: Strategy) -> str:
    if threshold is None:
        return ""
    axis = threshold.axis
    kind = type(strategy.transforms[axis.transform]).__name__.lower() if axis.transform else "linear"
    return f"{axis.source}, {kind}"


def _linear(found: ThresholdFound, threshold: Threshold | None, strategy: Strategy) -> float | None:
    """The number in linear units, in which levels are given."""
    if found.value is None or threshold is None or not threshold.axis.transform:
        return found.value
    return float(strategy.transforms[threshold.axis.transform].invert(found.value))


def _differences(panel: GatedPanel) -> Iterator[GateDifferenceRecord]:
    from costim.cytometry.gates.difference import differences

    for other in panel.tubes[1:]:
        first = panel.tubes[0]
        for found in differences(first.strategy, other.strategy):
            yield GateDifferenceRecord(
                tube=other.placed.tube.name, against=first.placed.tube.name, gate=found.part, text=str(found)
            )


def _acquired(panel: GatedPanel) -> list[tuple[Tube, FcsFile]]:
    own = [(entry.placed.tube, entry.file) for entry in panel.tubes]
    return [*own, *((placed.tube, file) for placed, file in panel.others)]


def _checklist(study: Study, panels: Sequence[GatedPanel]) -> tuple[MiflowcytItem, ...]:
    from costim.cytometry.quality.miflowcyt import PlanFacts, checklist

    acquired = [pair for panel in panels for pair in _acquired(panel)]
    strategies = {name: gates.shared for name, gates in study.gates.items()}
    tubes: list[GatedTube] = [tube for panel in panels for tube in panel.tubes]
    counts = {tube.placed.tube.name: tube.gated.counts for tube in tubes}
    info = study.plan.study
    facts = PlanFacts(
        purpose=info.title,
        sample=info.population,
        treatment=info.intervention,
        visits=tuple(visit.label or visit.name for visit in study.plan.visits),
    )
    return checklist(acquired, strategies, facts, counts)
