"""FCS files and gates in, one table out: the Python side of `costim gate`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from costim.cytometry.fleet import FleetTube, gate_many, said_of, sendable
from costim.cytometry.tube import Tube
from costim.errors import CostimError
from costim.fleet.spread import Progress, spread

if TYPE_CHECKING:
    import polars as pl

    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy, StrategySet
    from costim.cytometry.interchange.flowjo_counts import CountBeside
    from costim.cytometry.strategies.fit import LeftOut
    from costim.cytometry.strategies.load import LoadedGates
    from costim.cytometry.strategies.thresholds import ThresholdFound
    from costim.registry.findings import Finding

ENDINGS = (".fcs", ".lmd")
"""Endings of FCS files, looked for in folders without regard to case."""


@dataclass(frozen=True, slots=True)
class GatedFile:
    """One file after gating, and how its gates came about."""

    name: str
    """Path below what was asked for, with forward slashes."""
    found: FleetTube
    strategy: Strategy
    """As applied, every bound a number."""
    thresholds: tuple[ThresholdFound, ...] = ()
    left_out: tuple[str, ...] = ()
    """Gates of a ready strategy that the file does not allow, in words."""
    own_gates: tuple[str, ...] = ()
    """Gates of this file that stand for those of the shared strategy."""
    gate_findings: tuple[Finding, ...] = ()
    """What was noticed about the gates, the same for all files gated by them: what a workspace holds that cannot be
    applied, where its samples differ, samples and files that do not find each other."""
    flowjo: tuple[CountBeside, ...] = ()
    """Counts that FlowJo stored and as it makes them, where asked for."""


class How(NamedTuple):
    """How files are gated; the words are those of `gate`."""

    one_subject: bool = False
    data_set: int = 0
    workers: int | None = None
    cluster: str = ""
    progress: Progress | None = None
    flowjo_counts: bool = False


def gate(
    files: Sequence[str | os.PathLike[str]] | str | os.PathLike[str],
    *,
    gates: str | os.PathLike[str] | StrategySet | LoadedGates,
    one_subject: bool = False,
    data_set: int = 0,
    workers: int | None = None,
    cluster: str = "",
    progress: Progress | None = None,
    flowjo_counts: bool = False,
) -> pl.DataFrame:
    """Count every population of FCS files, with intervals, and find the levels of markers on them.

    Args:
        files: FCS files, or folders with such files.
        gates: gates.toml, GatingML 2.0 (.xml), a FlowJo 10 workspace (.wsp), `ready:NAME`, or strategies as read.
        one_subject: Are the files tubes of one subject and panel? Then thresholds that the data decide are found once
            for all of them; otherwise in each file by itself.
        data_set: Which data set of each file, from 0.
        workers: How many files at a time; the number of cores by default.
        cluster: Address of a Dask scheduler; blank for this machine. The table is the same.
        progress: Called after each file with how many are done and of how many.
        flowjo_counts: Beside the exact counts those that FlowJo stored and as it makes them, and why they differ; the
            gates must be a FlowJo workspace.

    Returns:
        One row per file and population, then one per marker and population on which it is measured; columns as in
        `costim gate`.

    Raises:
        CostimError: everything that is wrong with the files, the gates or the cluster; no table then.
    """
    from costim.cytometry.gate_table import as_frame, rows_of

    how = How(one_subject, data_set, workers, cluster, progress, flowjo_counts)
    return as_frame([row for one in gate_files(files, gates, how) for row in rows_of(one)])


def gate_files(
    files: Sequence[str | os.PathLike[str]] | str | os.PathLike[str],
    gates: str | os.PathLike[str] | StrategySet | LoadedGates,
    how: How = How(),  # noqa: B008 -- immutable
) -> tuple[GatedFile, ...]:
    """As `gate`, with findings, thresholds and the strategies applied."""
    from costim.cytometry.flowjo_beside import check_flowjo, with_flowjo_counts

    named = find_files([files] if isinstance(files, str | os.PathLike) else files)
    # Workers of a cluster stand in other folders.
    tubes = {name: Tube(path=path.resolve(), data_set=how.data_set) for name, path in named.items()}
    loaded = _matched(_loaded(gates), tubes)
    if how.flowjo_counts:
        check_flowjo(loaded.samples)
    names = {tube: name for name, tube in tubes.items()}
    groups = [tuple(tubes.values())] if how.one_subject else [(tube,) for tube in tubes.values()]
    todo = [TubeGroup(group, tuple(names[t] for t in group), loaded.strategies, loaded.ready) for group in groups]
    prepared = prepare(todo, workers=how.workers, cluster=how.cluster)
    of_tube = {tube: one for group, one in zip(groups, prepared, strict=True) for tube in group}
    found = gate_many(
        list(tubes.values()),
        lambda tube: of_tube[tube].strategy_of(tube),
        workers=how.workers,
        cluster=how.cluster,
        progress=how.progress,
    )
    gated = tuple(
        of_tube[tube].gated(name, one, loaded.findings) for (name, tube), one in zip(tubes.items(), found, strict=True)
    )
    return with_flowjo_counts(gated, loaded.samples, workers=how.workers) if how.flowjo_counts else gated


def find_files(paths: Sequence[str | os.PathLike[str]]) -> Mapping[str, Path]:
    """Name in the table -> file, in the order given; files of a folder by name, those of its folders too.

    Raises:
        CostimError: no such file or folder, a folder without FCS files, or a file given twice; all of them.
    """
    problems: list[str] = []
    found: list[tuple[str, Path]] = []
    for given in map(Path, paths):
        if given.is_dir():
            inside = sorted(path for path in given.rglob("*") if path.suffix.casefold() in ENDINGS and path.is_file())
            found += [(path.relative_to(given).as_posix(), path) for path in inside]
            if not inside:
                problems.append(f"{given} holds no FCS file ({', '.join(ENDINGS)}). Name a file or another folder.")
        elif given.is_file():
            found.append((given.name, given))
        else:
            problems.append(f"{given} is not there. Name an FCS file, or a folder with FCS files.")
    if not paths:
        problems.append("No files. Name FCS files, or a folder with FCS files.")
    problems += _twice(found)
    if problems:
        raise CostimError("\n".join(problems))
    return MappingProxyType(dict(_told_apart(found)))


def _twice(found: Sequence[tuple[str, Path]]) -> Iterator[str]:
    seen: set[Path] = set()
    for _, path in found:
        if path.resolve() in seen:
            yield f"{path} was given twice. Leave one out."
        seen.add(path.resolve())


def _told_apart(found: Sequence[tuple[str, Path]]) -> Sequence[tuple[str, Path]]:
    """Names as they are, or below the folder that all files share where two would be the same."""
    names = [name for name, _ in found]
    if len(set(names)) == len(names):
        return found
    shared = os.path.commonpath([path.resolve().parent for _, path in found])
    return [(path.resolve().relative_to(shared).as_posix(), path) for _, path in found]


def _loaded(gates: str | os.PathLike[str] | StrategySet | LoadedGates) -> LoadedGates:
    from costim.cytometry.gates.model import StrategySet
    from costim.cytometry.strategies.load import LoadedGates, load_gates_noting

    if isinstance(gates, str | os.PathLike):
        return load_gates_noting(os.fspath(gates))
    return LoadedGates(gates) if isinstance(gates, StrategySet) else gates


def _matched(loaded: LoadedGates, tubes: Mapping[str, Tube]) -> LoadedGates:
    """Samples that the gates name, found among the files; a file that cannot be opened is said when it is gated."""
    from costim.cytometry.fcs.read import open_fcs
    from costim.cytometry.interchange.flowjo_apply import PanelFile

    if loaded.workspace is None and not loaded.strategies.exceptions:
        return loaded
    files = []
    for name, tube in tubes.items():
        with suppress(CostimError, OSError):
            files.append(PanelFile(name, open_fcs(tube.path, tube.data_set), aliases=(tube.name,)))
    return loaded.for_panels({"": files})[""] if files else loaded


@dataclass(frozen=True, slots=True)
class TubeGroup:
    """Tubes of one subject and panel, controls included, and the gates they share."""

    tubes: tuple[Tube, ...]
    names: tuple[str, ...]
    """What each tube is called, as gates of its own may be given under this name."""
    strategies: StrategySet
    may_fall_away: bool = False
    """May gates be left out whose channels the files lack? So it is with ready strategies."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Strategies of a group with a number for each bound."""

    shared: Strategy
    own: Mapping[Tube, tuple[Strategy, tuple[str, ...]]] = field(default_factory=dict)
    """Tube -> its strategy and the names of its own gates, where it has any."""
    thresholds: tuple[ThresholdFound, ...] = ()
    left_out: tuple[str, ...] = ()
    problem: str = ""

    def strategy_of(self, tube: Tube) -> Strategy:
        """The strategy of one tube."""
        return self.own[tube][0] if tube in self.own else self.shared

    def gated(self, name: str, found: FleetTube, noticed: tuple[Finding, ...]) -> GatedFile:
        """A tube after gating, with how its gates came about."""
        own = self.own[found.tube][1] if found.tube in self.own else ()
        return GatedFile(name, found, self.strategy_of(found.tube), self.thresholds, self.left_out, own, noticed)


def prepare(groups: Sequence[TubeGroup], *, workers: int | None = None, cluster: str = "") -> tuple[Prepared, ...]:
    """Fit strategies to files and find the thresholds that the data decide, group by group.

    Raises:
        CostimError: everything that is wrong, over all groups.
    """
    sent = [replace(group, strategies=_sendable(group.strategies)) for group in groups]
    answers = spread(prepare_group, sent, workers=workers, cluster=cluster)
    problems = [answer.problem for answer in answers if answer.problem]
    if problems:
        raise CostimError("\n".join(dict.fromkeys(problems)))
    return tuple(answers)


def _sendable(strategies: StrategySet) -> StrategySet:
    return replace(strategies, shared=sendable(strategies.shared), exceptions=dict(strategies.exceptions))


def prepare_group(group: TubeGroup) -> Prepared:
    """Fit one group's strategies and find their thresholds; `problem` says why where that cannot be.

    Files are opened only where a threshold or a gate that may fall away depends on them.
    """
    from costim.cytometry.strategies.fit import fit_to_files
    from costim.cytometry.strategies.thresholds import resolve_thresholds

    strategies = group.strategies
    left_out: tuple[LeftOut, ...] = ()
    tubes = group.tubes if group.may_fall_away or strategies.shared.thresholds else ()
    try:
        files = _opened(tubes)
        if group.may_fall_away:
            strategies, left_out = fit_to_files(strategies, files)
        own_gates = [gate for gates in strategies.exceptions.values() for gate in gates]
        shared, thresholds = resolve_thresholds(strategies.shared, tubes, own_gates=own_gates)
        own = dict(_own(group, strategies, thresholds))
    except CostimError as error:
        # With several files the message names those concerned; of one file it may speak without its name.
        said = said_of(group.tubes[0].path.name, error) if len(group.tubes) == 1 else str(error)
        return Prepared(group.strategies.shared, problem=said)
    return Prepared(sendable(shared), own, thresholds, tuple(one.words for one in left_out))


def _opened(tubes: Sequence[Tube]) -> list[FcsFile]:
    """Every file opened, or everything that is wrong with any of them."""
    from costim.cytometry.fcs.read import open_fcs

    files: list[FcsFile] = []
    problems: list[str] = []
    for tube in tubes:
        try:
            files.append(open_fcs(tube.path, tube.data_set))
        except CostimError as error:
            problems.append(str(error))
    if problems:
        raise CostimError("\n".join(problems))
    return files


def _own(
    group: TubeGroup, strategies: StrategySet, thresholds: Sequence[ThresholdFound]
) -> Iterator[tuple[Tube, tuple[Strategy, tuple[str, ...]]]]:
    from costim.cytometry.strategies.thresholds import numbers_of, with_numbers

    for tube, name in zip(group.tubes, group.names, strict=True):
        sample = next((one for one in (name, tube.name) if one in strategies.exceptions), None)
        if sample is not None:
            gates = tuple(gate.name for gate in strategies.exceptions[sample])
            yield tube, (sendable(with_numbers(strategies.for_sample(sample), numbers_of(thresholds))), gates)
