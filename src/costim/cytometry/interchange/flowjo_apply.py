"""The gates of a workspace for the FCS files at hand, with everything that has to be said about both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from costim.cytometry.gates.model import StrategySet
from costim.cytometry.interchange.flowjo_common import common_strategy
from costim.cytometry.interchange.flowjo_files import KnownFile, match_files
from costim.cytometry.interchange.flowjo_workspace import Workspace, WorkspaceSample
from costim.registry.findings import Finding, sort_findings


@dataclass(frozen=True, slots=True)
class GatesForFiles:
    """Strategies whose exceptions bear the names of the files given."""

    strategies: StrategySet
    findings: tuple[Finding, ...]
    """Of the workspace, of what its samples share, and of the match of samples and files."""
    samples: Mapping[str, WorkspaceSample]
    """Name of a file -> its sample."""


def gates_for_files(workspace: Workspace, files: Sequence[KnownFile], group: str | None = None) -> GatesForFiles:
    """Gates for files that may bear other names than in FlowJo.

    Args:
        workspace: As read.
        files: FCS files that were opened. Those without a sample of their own get the shared gates, which is a finding.
        group: Samples that are looked at; all of them without one.

    Raises:
        FlowJoError: there is no such group.
    """
    samples = workspace.of_group(group)
    matches = match_files(replace(workspace, samples=samples), files)
    names = {key: files[place].path.name for key, place in matches.files.items()}
    return _named(replace(workspace, samples=samples), names, matches.findings, group)


@dataclass(frozen=True, slots=True)
class PanelFile:
    """One file of a panel, as `costim.cytometry.interchange.flowjo_files.KnownFile`."""

    name: str
    """What the file is called where gates of its own are looked up; other than any other name."""
    file: KnownFile
    stained: bool = True
    """Is it a fully stained tube? Controls are gated as those are: what a control lacks in the workspace takes nothing
    from the samples."""
    aliases: tuple[str, ...] = ()
    """Other names under which gates of its own may be given: that of the tube."""

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.file.path

    @property
    def keywords(self) -> Mapping[str, str]:
        """Keywords in upper case."""
        return self.file.keywords

    @property
    def events(self) -> int:
        """Events."""
        return self.file.events


def gates_for_panels(workspace: Workspace, panels: Mapping[str, Sequence[PanelFile]]) -> Mapping[str, GatesForFiles]:
    """Gates for each of several panels from one workspace: what the samples of its own files share.

    Samples are matched to the files of all panels together, so that a sample that no file of any panel belongs to is
    said once. A panel none of whose stained files has a sample gets what all samples share; each such file is said.

    Args:
        workspace: As read.
        panels: Panel -> its files.

    Returns:
        Panel -> strategies whose exceptions bear the names given, and findings; those of the match stand with each.
    """
    files = [file for given in panels.values() for file in given]
    matches = match_files(workspace, files)
    homes = {name: {id(file) for file in given if file.stained} for name, given in panels.items()}
    found = {}
    for panel, own in homes.items():
        names = {key: files[place].name for key, place in matches.files.items() if id(files[place]) in own}
        samples = tuple(sample for sample in workspace.samples if sample.key in names) or workspace.samples
        found[panel] = _named(replace(workspace, samples=samples), names, matches.findings)
    return found


def _named(
    workspace: Workspace, names: Mapping[str, str], said: Sequence[Finding], group: str | None = None
) -> GatesForFiles:
    """What the samples share, exceptions under the names of files (key of the sample -> name)."""
    common = common_strategy(workspace, group)
    strategies = StrategySet(
        common.strategies.shared,
        MappingProxyType({names[key]: gates for key, gates in common.strategies.exceptions.items() if key in names}),
        MappingProxyType(
            {(names[key], gate): why for (key, gate), why in common.strategies.reasons.items() if key in names}
        ),
    )
    keys = {sample.key for sample in workspace.samples}
    own = [finding for finding in workspace.findings if finding.sheet in keys]
    samples = {names[sample.key]: sample for sample in workspace.samples if sample.key in names}
    findings = tuple(sort_findings([*own, *common.findings, *said]))
    return GatesForFiles(strategies, findings, MappingProxyType(samples))
