"""Every tube of a study gated: files opened, thresholds fixed per subject and panel, phenotypes found."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from costim.instruments.cytometry.tubes import Placed, tubes_by_panel
from costim.registry.findings import Finding
from costim.registry.measurements import MOVED_GATES
from costim.registry.plan_cytometry import Cytometry, Panel
from costim.study.study import Study

if TYPE_CHECKING:
    from costim.cytometry.engine.result import Gated
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy, StrategySet
    from costim.cytometry.gates.shift import ShiftRule
    from costim.cytometry.phenotypes.phenotype import Phenotype
    from costim.cytometry.phenotypes.settings import Settings
    from costim.cytometry.strategies.thresholds import ThresholdFound

CONTROLS = ("fmo", "isotype", "unstained")
_KEPT = 1024
"""Subjects and panels whose result is kept for the other readings of the study."""


@dataclass(frozen=True)
class GatedTube:
    """One stained tube after gating."""

    placed: Placed
    file: FcsFile
    strategy: Strategy
    """As applied: thresholds are numbers, exceptions of this tube are in."""
    gated: Gated
    phenotypes: tuple[Phenotype, ...]


@dataclass(frozen=True)
class GatedPanel:
    """All tubes of one subject and panel, in order of visits."""

    subject: str
    panel: str
    tubes: tuple[GatedTube, ...]
    """Stained tubes."""
    others: tuple[tuple[Placed, FcsFile], ...]
    """Controls and beads."""
    thresholds: tuple[ThresholdFound, ...]
    notes: tuple[Finding, ...] = ()
    """What could not be used on the way."""


@dataclass(frozen=True)
class _Task:
    """What gating one subject and panel depends on; `gates` is their digest."""

    subject: str
    panel: Panel
    placed: tuple[tuple[Path, int, str], ...]
    gates: str
    settings: Cytometry
    level: float
    draw: str
    seed: int


_done: OrderedDict[_Task, GatedPanel] = OrderedDict()


def run(study: Study) -> tuple[GatedPanel, ...]:
    """Every subject and panel of the study, gated; readings that change nothing here take the tubes as gated before.

    Raises:
        CostimError: a file cannot be read, or gates cannot be applied to it.
    """
    from costim.cytometry.fleet import spread

    placed = list(tubes_by_panel(study).values())
    tasks = [_task(study, group) for group in placed]
    todo = [(task, group, study.gates[task.panel.name]) for task, group in zip(tasks, placed, strict=True)]
    todo = [entry for entry in todo if entry[0] not in _done]
    for (task, *_), found in zip(todo, spread(_gate, todo), strict=True):
        _done[task] = found
    while len(_done) > max(_KEPT, len(tasks)):
        _done.popitem(last=False)
    return tuple(_of_reading(_done[task], group) for task, group in zip(tasks, placed, strict=True))


def _task(study: Study, placed: tuple[Placed, ...]) -> _Task:
    first = placed[0].tube
    panel = next(p for p in study.plan.panels if p.name == first.panel)
    draw = study.reading if study.reading.startswith(MOVED_GATES) else ""
    files = tuple((p.tube.path, p.tube.path.stat().st_mtime_ns, repr(p.tube)) for p in placed)
    info, gates = study.plan.study, _digest(study.gates[first.panel])
    return _Task(first.subject, panel, files, gates, study.plan.cytometry, info.level, draw, info.seed)


def _of_reading(found: GatedPanel, placed: tuple[Placed, ...]) -> GatedPanel:
    """The rows of the samples table belong to the reading, the events do not."""
    tubes = {p.tube: p for p in placed}
    return replace(found, tubes=tuple(replace(t, placed=tubes[t.placed.tube]) for t in found.tubes))


def _digest(gates: StrategySet) -> str:
    from costim.cytometry.gates.digest import digest

    return "|".join([digest(gates.shared), *(f"{name}={digest(gates.for_sample(name))}" for name in gates.exceptions)])


def _gate(todo: tuple[_Task, tuple[Placed, ...], StrategySet]) -> GatedPanel:
    from costim.cytometry.engine.gate import gate_file
    from costim.cytometry.fcs.read import open_fcs
    from costim.cytometry.phenotypes.ask import wants
    from costim.cytometry.phenotypes.background import find_controls
    from costim.cytometry.phenotypes.bead_tubes import assigned_values, bead_lines
    from costim.cytometry.phenotypes.errors import PhenotypeError
    from costim.cytometry.phenotypes.settings import Settings
    from costim.cytometry.phenotypes.summarise import summarise
    from costim.cytometry.strategies.thresholds import resolve_thresholds

    task, placed, gates = todo
    strategy, thresholds = resolve_thresholds(gates.shared, [p.tube for p in placed])
    if task.draw:
        strategy = _moved(gates.shared, thresholds, _rule(task))
    chosen = task.settings
    settings = Settings(
        level=task.level, alpha=chosen.false_detection, beta=chosen.missed_detection, lloq_cv=chosen.lloq_cv
    )
    opened = [(p, open_fcs(p.tube.path, p.tube.data_set)) for p in placed]
    controls = [
        (p.tube, gate_file(file, strategy, threads=1))
        for p, file in opened
        if p.tube.stain in ("fmo", "isotype", "unstained")
    ]
    notes: list[Finding] = []
    tubes: list[GatedTube] = []
    for entry, file in opened:
        if entry.tube.stain != "sample":
            continue
        own = with_exceptions(strategy, gates, entry)
        false = find_controls(own, entry.tube.visit, controls, chosen.background_per_million)
        beads = [(p.tube, f) for p, f in opened if p.tube.stain == "beads" and p.tube.visit == entry.tube.visit]
        try:
            lines = bead_lines(assigned_values(task.panel.mesf), beads, own)
        except PhenotypeError as error:
            lines = {}
            notes.append(beads_unusable(entry.file, str(error)))
        found = gate_file(file, own, wants(own, controlled=tuple(false), settings=settings), threads=1)
        rows = summarise(found, own, entry.tube, controls=false, bead_lines=lines, settings=settings)
        tubes.append(GatedTube(entry, file, own, found, rows))
    others = tuple((entry, file) for entry, file in opened if entry.tube.stain != "sample")
    return GatedPanel(task.subject, task.panel.name, _reweighted(tubes, settings), others, thresholds, tuple(notes))


def _reweighted(tubes: list[GatedTube], settings: Settings) -> tuple[GatedTube, ...]:
    """The tubes with the rows that ask for composition or expression cell by cell."""
    from costim.cytometry.phenotypes.reweight import reweight

    if not tubes:
        return ()
    enough = ceil(1 / settings.lloq_cv**2)
    more: dict[int, list[Phenotype]] = {}
    for place, row in reweight([t.file for t in tubes], [t.strategy for t in tubes], enough):
        more.setdefault(place, []).append(row)
    return tuple(replace(t, phenotypes=(*t.phenotypes, *more.get(i, ()))) for i, t in enumerate(tubes))


def beads_unusable(file: str, why: str) -> Finding:
    """The finding about calibration beads that give no line, so that nothing is given in molecules."""
    return Finding("warning", "beads_unusable", file, found=why, action="nothing of this tube is given in molecules")


def _rule(task: _Task) -> ShiftRule:
    """One rule per draw, the same for every subject and panel: gates are moved alike, as by another hand."""
    from costim.cytometry.gates.shift import ShiftRule

    far = task.settings.jitter
    return ShiftRule(far, linear=far, seed=task.seed + int(task.draw.removeprefix(MOVED_GATES)))


def _moved(strategy: Strategy, found: tuple[ThresholdFound, ...], rule: ShiftRule) -> Strategy:
    """The strategy with its gates moved, and with the thresholds that were found moved likewise."""
    from costim.cytometry.gates.shift import shifted, shifted_numbers
    from costim.cytometry.strategies.thresholds import with_numbers

    numbers = {one.name: one.value for one in found if one.value is not None}
    return with_numbers(shifted(strategy, rule), shifted_numbers(strategy, numbers, rule))


def with_exceptions(strategy: Strategy, gates: StrategySet, placed: Placed) -> Strategy:
    """The resolved strategy of one tube: its own gates stand for those of the same name."""
    name = exception_name(gates, placed)
    if not name:
        return strategy
    own = {gate.name: gate for gate in gates.exceptions[name]}
    return replace(strategy, gates=tuple(own.get(gate.name, gate) for gate in strategy.gates))


def exception_name(gates: StrategySet, placed: Placed) -> str:
    """The name under which a tube has gates of its own: tube, path in the study folder or file name; blank if none."""
    names = (placed.tube.name, placed.file, placed.tube.path.name)
    return next((name for name in names if name in gates.exceptions), "")
