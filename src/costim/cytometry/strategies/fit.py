"""A strategy made to fit the files of a panel: channels under their own names, gates on absent markers left out.

Bounds in linear units follow the range of the instrument. Every visit gets the same gates: a channel that one file
lacks is lacking for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import Axis, Ratio, Strategy, StrategySet
from costim.cytometry.gates.order import population_names
from costim.cytometry.gates.walk import axes_of_gate, parts_of
from costim.cytometry.strategies.aliases import find_by_any_name
from costim.cytometry.strategies.prune import with_axes, without
from costim.cytometry.strategies.range import on_range_of

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile

PASSED_OVER = ("steady", "within_range", "singlets", "live", "cd3_negative")
"""Gates of ready strategies that clean up: where their channel is absent, what follows hangs on the gate before."""
NEEDED = ("lymphocytes", "b_cells", "cd4_t_cells")
"""Populations without which a ready strategy says nothing."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A gate that the files do not allow."""

    gate: str
    channel: str
    """What it looks at, and no file, or not every file, has."""
    passed_over: bool
    """Are the populations below it still there, gated without it?"""

    @property
    def words(self) -> str:
        """For findings."""
        what = (
            "what it would have removed stays in" if self.passed_over else "it and what depends on it is not measured"
        )
        return f"no channel {self.channel}: gate {self.gate} left out, {what}"


def fit_to_files(strategies: StrategySet, files: Sequence[FcsFile]) -> tuple[StrategySet, tuple[LeftOut, ...]]:
    """The strategies of a panel as its files allow them.

    Args:
        strategies: A ready strategy, written for 18-bit instruments.
        files: Every file of the panel, controls included, calibration beads not. None leaves all as it is.

    Returns:
        Strategies whose axes bear names that every file knows, and the gates left out, in the order of the gates.

    Raises:
        GateError: A population without which the strategy says nothing would be lost, or files disagree on the name
            of a channel.
        FcsError: Several channels of one file carry the same name.
    """
    if not files:
        return strategies, ()
    names, absent, problems = _names(strategies.shared, files)
    gone = tuple(_left_out(strategies.shared, absent))
    fallen = [one.gate for one in gone if not one.passed_over]
    over = [one.gate for one in gone if one.passed_over]
    shared = without(_with_markers_of(strategies.shared, absent), fallen, passed_over=over)
    problems += _lost(strategies.shared, shared, gone)
    if problems:
        raise GateError(problems)
    left = {gate.name for gate in shared.gates}
    exceptions = {
        sample: tuple(with_axes(gate, names) for gate in gates if gate.name in left)
        for sample, gates in strategies.exceptions.items()
    }
    fitted = on_range_of(_renamed(shared, names), files)
    return replace(strategies, shared=fitted, exceptions=MappingProxyType(exceptions)), gone


def _names(strategy: Strategy, files: Sequence[FcsFile]) -> tuple[Mapping[str, str], frozenset[str], list[GateProblem]]:
    """Source -> name in the files; sources that some file lacks; disagreements."""
    names: dict[str, str] = {}
    absent: set[str] = set()
    problems: list[GateProblem] = []
    for source in _sources(strategy):
        found = {file.path.name: find_by_any_name(file, source) for file in files}
        if None in found.values():
            absent.add(source)
            continue
        known = sorted({name for name in found.values() if name is not None})
        common = [name for name in known if all(find_by_any_name(f, name) == name for f in files)]
        if common:
            names[source] = source if source in common else common[0]
        else:
            told = ", ".join(f"{name} in {next(f for f, n in found.items() if n == name)}" for name in known)
            action = "name the channel alike in all files, or give gates of your own"
            problems.append(GateProblem(f"channel {source}", told, "one name in all files of the panel", action))
    return names, frozenset(absent), problems


def _sources(strategy: Strategy) -> tuple[str, ...]:
    """Channels and markers that gates and markers look at, ratios by their parts, in order."""
    axes = [axis for gate in strategy.gates for _, axis in axes_of_gate(gate)]
    axes += [marker.axis for marker in strategy.markers.values()]
    found: dict[str, None] = {}
    for axis in axes:
        found.update((part.source, None) for part in parts_of(strategy, axis))
    return tuple(found)


def _with_markers_of(strategy: Strategy, absent: frozenset[str]) -> Strategy:
    """Only the markers whose channel is there."""
    kept = {
        name: m for name, m in strategy.markers.items() if not absent & {a.source for a in parts_of(strategy, m.axis)}
    }
    return replace(strategy, markers=MappingProxyType(kept))


def _left_out(strategy: Strategy, absent: frozenset[str]) -> list[LeftOut]:
    gone: list[LeftOut] = []
    for gate in strategy.gates:
        parts = [part.source for _, axis in axes_of_gate(gate) for part in parts_of(strategy, axis)]
        lacking = [source for source in parts if source in absent]
        if lacking:
            gone.append(LeftOut(gate.name, lacking[0], gate.name in PASSED_OVER))
    return gone


def _lost(before: Strategy, after: Strategy, gone: Sequence[LeftOut]) -> list[GateProblem]:
    had = {name for gate in before.gates for name in population_names(gate)}
    has = {name for gate in after.gates for name in population_names(gate)}
    lost = [name for name in NEEDED if name in had - has]
    why = "; ".join(f"no channel {one.channel}" for one in gone if not one.passed_over)
    action = "give gates of your own for this panel"
    return [
        GateProblem(f"population {name}", why, "channels that the strategy cannot do without", action) for name in lost
    ]


def _renamed(strategy: Strategy, names: Mapping[str, str]) -> Strategy:
    def axis(old: Axis) -> Axis:
        return replace(old, source=names.get(old.source, old.source))

    kept = {
        name: ratio for name, ratio in strategy.ratios.items() if ratio.x.source in names and ratio.y.source in names
    }
    return replace(
        strategy,
        gates=tuple(with_axes(gate, names) for gate in strategy.gates),
        ratios=MappingProxyType({n: Ratio(axis(r.x), axis(r.y), r.a, r.b, r.c) for n, r in kept.items()}),
        thresholds=tuple(replace(t, axis=axis(t.axis)) for t in strategy.thresholds),
        markers=MappingProxyType({n: replace(m, axis=axis(m.axis)) for n, m in strategy.markers.items()}),
    )
