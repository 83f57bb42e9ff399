"""Tubes of one subject and panel gated with the same gates at every visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from costim.cytometry.phenotypes.asked import EVERYTHING, Asked
from costim.instruments.cytometry.gated import GatedPanel, GatedTube
from costim.instruments.cytometry.spread_rows import find_spreading, spread_rows
from costim.instruments.cytometry.tubes import Placed
from costim.registry.findings import Finding
from costim.registry.plan_cytometry import Cytometry, Panel

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy, StrategySet
    from costim.cytometry.gates.shift import ShiftRule
    from costim.cytometry.phenotypes.phenotype import Phenotype
    from costim.cytometry.phenotypes.settings import Settings
    from costim.cytometry.strategies.thresholds import ThresholdFound

CONTROLS = ("fmo", "isotype", "unstained")
Opened = tuple[tuple[Placed, "FcsFile"], ...]


@dataclass(frozen=True)
class Work:
    """One subject and panel to be gated."""

    placed: tuple[Placed, ...]
    """In the order of visits."""
    gates: StrategySet
    panel: Panel
    settings: Cytometry
    level: float
    asked: Asked = EVERYTHING
    """Which phenotypes are wanted."""


def gate_panel(work: Work) -> GatedPanel:
    """Fix the thresholds once for all visits, gate every tube, find its phenotypes.

    Raises:
        CostimError: a file cannot be read, or gates cannot be applied to it.
    """
    from costim.cytometry.fcs.read import open_fcs
    from costim.cytometry.quality.changes import compare_acquisitions
    from costim.cytometry.strategies.thresholds import numbers_of, resolve_thresholds, with_numbers

    files = [open_fcs(p.tube.path, p.tube.data_set) for p in work.placed]
    asked = [p.tube for p in work.placed]
    own_gates = [gate for gates in work.gates.exceptions.values() for gate in gates]
    strategy, thresholds = resolve_thresholds(work.gates.shared, asked, files, own_gates=own_gates)
    numbers = numbers_of(thresholds)
    own = {name: with_numbers(work.gates.for_sample(name), numbers) for name in work.gates.exceptions}
    opened = tuple(zip(work.placed, files, strict=True))
    tubes, notes = _gate_tubes(work, opened, strategy, own)
    others = tuple((entry, file) for entry, file in opened if entry.tube.stain != "sample")
    tubes = _reweighted(tubes, work)
    first = work.placed[0].tube
    samples = [(p.tube, file) for p, file in opened if p.tube.stain == "sample"]
    changes = compare_acquisitions([*samples, *((entry.tube, file) for entry, file in others)])
    return GatedPanel(first.subject, first.panel, tubes, others, thresholds, notes, changes)


def gate_moved(task: tuple[Work, GatedPanel, ShiftRule]) -> GatedPanel:
    """The same with all gates moved, those of single tubes too, and thresholds that were found; none is sought anew.

    Only what is asked for is gated and found. The notes are those on the gates as they are.
    """
    work, found, rule = task
    strategy = _moved(work.gates.shared, found.thresholds, rule)
    own = {name: _moved(work.gates.for_sample(name), found.thresholds, rule) for name in work.gates.exceptions}
    if not work.gates.exceptions:
        # Gates of single tubes may rest on others than the shared ones do: then all are kept.
        strategy = work.asked.part_of(strategy)
    opened = (*((tube.placed, tube.file) for tube in found.tubes), *found.others)
    tubes, _ = _gate_tubes(work, opened, strategy, own)
    return replace(found, tubes=_reweighted(tubes, work))


def _settings(work: Work) -> Settings:
    from costim.cytometry.phenotypes.settings import Settings

    chosen = work.settings
    rates = {"alpha": chosen.false_detection, "beta": chosen.missed_detection, "lloq_cv": chosen.lloq_cv}
    return Settings(level=work.level, haematology_cv=chosen.haematology_cv, **rates)


def _gate_tubes(
    work: Work, opened: Opened, shared: Strategy, own_of: Mapping[str, Strategy]
) -> tuple[tuple[GatedTube, ...], tuple[Finding, ...]]:
    """Every stained tube by the shared strategy or its own; control tubes by the shared one."""
    from costim.cytometry.engine.gate import gate_file
    from costim.cytometry.phenotypes.ask import wants
    from costim.cytometry.phenotypes.background import find_controls
    from costim.cytometry.phenotypes.bead_tubes import assigned_values, bead_lines
    from costim.cytometry.phenotypes.errors import PhenotypeError
    from costim.cytometry.phenotypes.own_cells import count_false_b_cells
    from costim.cytometry.phenotypes.summarise import summarise

    settings, asked = _settings(work), work.asked
    assigned = assigned_values(work.panel.mesf if asked.has_any("mesf") else ())
    controls = [(p.tube, gate_file(f, shared, threads=1)) for p, f in opened if p.tube.stain in CONTROLS]
    notes: list[Finding] = []
    tubes: list[GatedTube] = []
    for place, (entry, file) in enumerate(opened):
        if entry.tube.stain != "sample":
            continue
        own = own_of.get(exception_name(work.gates, entry), shared)
        in_sample = count_false_b_cells(file, own)
        false = find_controls(own, entry.tube.visit, controls, work.settings.background_per_million, in_sample)
        beads = [(p.tube, f) for p, f in opened if p.tube.stain == "beads" and p.tube.visit == entry.tube.visit]
        try:
            lines = bead_lines(assigned, beads, own)
        except PhenotypeError as error:
            lines = {}
            notes.append(beads_unusable(entry.file, str(error)))
        wanted = wants(own, controlled=tuple(false), settings=settings, asked=asked)
        found = gate_file(file, own, wanted, threads=1)
        rows = summarise(found, own, entry.tube, controls=false, bead_lines=lines, settings=settings, asked=asked)
        if asked.has_any("percent_positive_spread"):
            spread, unusable = find_spreading(opened, own, place)
            notes += [finding for finding in unusable if finding not in notes]
            rows += tuple(spread_rows(spread, found, file, own, controls=false, settings=settings, asked=asked))
        tubes.append(GatedTube(entry, file, own, found, rows))
    return tuple(tubes), tuple(notes)


def _reweighted(tubes: tuple[GatedTube, ...], work: Work) -> tuple[GatedTube, ...]:
    """The tubes with the rows that ask for composition or expression cell by cell."""
    from costim.cytometry.phenotypes.reweight import reweight

    if not tubes:
        return ()
    enough = ceil(1 / work.settings.lloq_cv**2)
    more: dict[int, list[Phenotype]] = {}
    for place, row in reweight([t.file for t in tubes], [t.strategy for t in tubes], enough, work.asked):
        more.setdefault(place, []).append(row)
    return tuple(replace(t, phenotypes=(*t.phenotypes, *more.get(i, ()))) for i, t in enumerate(tubes))


def beads_unusable(file: str, why: str) -> Finding:
    """The finding about calibration beads that give no line, so that nothing is given in molecules."""
    return Finding("warning", "beads_unusable", file, found=why, action="nothing of this tube is given in molecules")


def _moved(strategy: Strategy, found: tuple[ThresholdFound, ...], rule: ShiftRule) -> Strategy:
    """The strategy with its gates moved, and with the thresholds that were found moved likewise."""
    from costim.cytometry.gates.shift import shifted, shifted_numbers
    from costim.cytometry.strategies.thresholds import numbers_of, with_numbers

    return with_numbers(shifted(strategy, rule), shifted_numbers(strategy, numbers_of(found), rule))


def exception_name(gates: StrategySet, placed: Placed) -> str:
    """The name under which a tube has gates of its own: tube, path in the study folder or file name; blank if none."""
    names = (placed.tube.name, placed.file, placed.tube.path.name)
    return next((name for name in names if name in gates.exceptions), "")
