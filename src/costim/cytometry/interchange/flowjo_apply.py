"""The gates of a workspace for the FCS files at hand, with everything that has to be said about both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from costim.cytometry.gates.model import StrategySet
from costim.cytometry.interchange.flowjo_common import common_strategy
from costim.cytometry.interchange.flowjo_files import KnownFile, match_files
from costim.cytometry.interchange.flowjo_workspace import Workspace
from costim.registry.findings import Finding, sort_findings


@dataclass(frozen=True, slots=True)
class GatesForFiles:
    """Strategies whose exceptions bear the names of the files given."""

    strategies: StrategySet
    findings: tuple[Finding, ...]
    """Of the workspace, of what its samples share, and of the match of samples and files."""


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
    common = common_strategy(workspace, group)
    matches = match_files(replace(workspace, samples=samples), files)
    names = {key: files[place].path.name for key, place in matches.files.items()}
    strategies = StrategySet(
        common.strategies.shared,
        MappingProxyType({names[key]: gates for key, gates in common.strategies.exceptions.items() if key in names}),
        MappingProxyType(
            {(names[key], gate): why for (key, gate), why in common.strategies.reasons.items() if key in names}
        ),
    )
    keys = {sample.key for sample in samples}
    own = [finding for finding in workspace.findings if finding.sheet in keys]
    return GatesForFiles(strategies, tuple(sort_findings([*own, *common.findings, *matches.findings])))
