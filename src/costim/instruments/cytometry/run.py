"""Every tube of a study gated: files opened, thresholds fixed per subject and panel, phenotypes found."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from costim.cytometry.phenotypes.asked import EVERYTHING, Asked
from costim.instruments.cytometry.gate_panel import Work, gate_moved, gate_panel
from costim.instruments.cytometry.gated import GatedPanel
from costim.instruments.cytometry.tubes import Placed, tubes_by_panel
from costim.registry.cytometry_parameters import PREFIX
from costim.registry.moved_gates import asked_parameters, draw_number
from costim.registry.plan_cytometry import Cytometry, Panel
from costim.study.study import Study

if TYPE_CHECKING:
    from costim.cytometry.gates.model import StrategySet
    from costim.cytometry.gates.shift import ShiftRule

_KEPT = 1024
"""Subjects and panels whose result is kept for the other readings of the study."""


@dataclass(frozen=True)
class _Task:
    """What gating one subject and panel depends on; `gates` is their digest."""

    subject: str
    panel: Panel
    placed: tuple[tuple[Path, int, str], ...]
    gates: str
    settings: Cytometry
    level: float
    draw: int | None
    """Which draw of moved gates; None for the gates as they are."""
    seed: int
    asked: Asked
    """Under moved gates only what the plan asks for; otherwise everything."""

    @property
    def base(self) -> _Task:
        """The same with the gates as they are."""
        return replace(self, draw=None, asked=EVERYTHING)


_done: OrderedDict[_Task, GatedPanel] = OrderedDict()


def run(study: Study) -> tuple[GatedPanel, ...]:
    """Every subject and panel of the study, gated; readings that change nothing here take the tubes as gated before.

    Raises:
        CostimError: a file cannot be read, or gates cannot be applied to it.
    """
    from costim.fleet.spread import spread

    placed = list(tubes_by_panel(study).values())
    digests = {panel: _digest(study.gates[panel]) for panel in {group[0].tube.panel for group in placed}}
    tasks = [_task(study, group, digests) for group in placed]
    work = {
        task: Work(group, study.gates[task.panel.name], task.panel, task.settings, task.level, task.asked)
        for task, group in zip(tasks, placed, strict=True)
    }
    plain = {task.base: replace(todo, asked=EVERYTHING) for task, todo in work.items()}
    _finish(plain, lambda todo: spread(gate_panel, [plain[task] for task in todo]))
    moved = [task for task in tasks if task.draw is not None]
    bases = {task: _done[task.base] for task in moved}
    _finish(moved, lambda todo: spread(gate_moved, [(work[task], bases[task], _rule(task)) for task in todo]))
    found = [_of_reading(_done[task], group) for task, group in zip(tasks, placed, strict=True)]
    while len(_done) > _KEPT:
        _done.popitem(last=False)
    return tuple(found)


def _finish(tasks: Iterable[_Task], gate: Callable[[list[_Task]], list[GatedPanel]]) -> None:
    """Gate what has not been gated yet."""
    todo = [task for task in tasks if task not in _done]
    _done.update(zip(todo, gate(todo), strict=True))


def _task(study: Study, placed: tuple[Placed, ...], digests: Mapping[str, str]) -> _Task:
    first = placed[0].tube
    panel = next(p for p in study.plan.panels if p.name == first.panel)
    draw = draw_number(study.reading)
    files = tuple((p.tube.path, p.tube.path.stat().st_mtime_ns, repr(p.tube)) for p in placed)
    info, gates = study.plan.study, digests[first.panel]
    names = frozenset(name.removeprefix(PREFIX) for name in asked_parameters(study.plan))
    asked = EVERYTHING if draw is None else Asked(names)
    return _Task(first.subject, panel, files, gates, study.plan.cytometry, info.level, draw, info.seed, asked)


def _of_reading(found: GatedPanel, placed: tuple[Placed, ...]) -> GatedPanel:
    """The rows of the samples table belong to the reading, the events do not."""
    tubes = {p.tube: p for p in placed}
    return replace(found, tubes=tuple(replace(t, placed=tubes[t.placed.tube]) for t in found.tubes))


def _digest(gates: StrategySet) -> str:
    from costim.cytometry.gates.digest import digest

    return "|".join([digest(gates.shared), *(f"{name}={digest(gates.for_sample(name))}" for name in gates.exceptions)])


def _rule(task: _Task) -> ShiftRule:
    """One rule per draw, the same for every subject and panel: gates are moved alike, as by another hand."""
    from costim.cytometry.gates.shift import ShiftRule

    far = task.settings.jitter
    return ShiftRule(far, linear=far, seed=task.seed + (task.draw or 0))
