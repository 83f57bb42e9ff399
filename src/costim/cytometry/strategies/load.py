"""Gates from where a person keeps them: our own file, GatingML 2.0, a FlowJo 10 workspace, or a ready strategy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import StrategySet
from costim.registry.findings import Finding

if TYPE_CHECKING:
    from costim.cytometry.interchange.flowjo_apply import PanelFile
    from costim.cytometry.interchange.flowjo_workspace import Workspace, WorkspaceSample

READY = "ready:"


@dataclass(frozen=True, slots=True)
class LoadedGates:
    """Strategies, and everything that was noticed when they were read."""

    strategies: StrategySet
    findings: tuple[Finding, ...] = ()
    """Of a document of another program: what was left out, differs between samples or is not as the standard has it."""
    workspace: Workspace | None = None
    """The FlowJo workspace they come from: its samples wait to be matched to files."""
    samples: Mapping[str, WorkspaceSample] = field(default_factory=lambda: MappingProxyType({}))
    """Name of a file -> its sample of the workspace, after `for_panels`."""
    file: str = ""
    """Name of the file they come from; blank for ready strategies."""
    ready: bool = False
    """Is it a ready strategy, whose gates may fall away where a file lacks their channel?"""

    def for_panels(self, panels: Mapping[str, Sequence[PanelFile]]) -> Mapping[str, LoadedGates]:
        """The gates of each panel, with the samples of a workspace matched to its files.

        Gates that belong to no workspace are the same for every panel; a sample with gates of its own that bears the
        name of no file is a finding.
        """
        if self.workspace is None:
            found = replace(self, findings=(*self.findings, *_of_nobody(self, panels)))
            return dict.fromkeys(panels, found)
        from costim.cytometry.interchange.flowjo_apply import gates_for_panels

        matched = gates_for_panels(self.workspace, panels)
        return {
            panel: replace(self, strategies=found.strategies, findings=found.findings, samples=found.samples)
            for panel, found in matched.items()
        }


def load_gates(source: str | Path) -> StrategySet:
    """The strategies of a file or of a name; see `load_gates_noting` for what was noticed.

    Raises:
        CostimError: as `load_gates_noting`.
    """
    return load_gates_noting(source).strategies


def load_gates_noting(source: str | Path, files: Sequence[PanelFile] = ()) -> LoadedGates:
    """The strategies of a file or of a name, with findings.

    Args:
        source: `ready:NAME`, or a path that ends in .toml (gates.toml), .xml (GatingML 2.0) or .wsp (FlowJo 10).
        files: Files of one panel, to which the samples of a workspace are matched; without them the strategies are what
            all its samples share, and exceptions bear the names of samples.

    Raises:
        CostimError: nothing is there, the ending is another, or what stands there cannot be used; everything that is
            wrong is said at once.
    """
    loaded = _load(source)
    return loaded.for_panels({"": files})[""] if files else loaded


def _load(source: str | Path) -> LoadedGates:
    text = str(source)
    if text.startswith(READY):
        from costim.cytometry.strategies.ready import ready

        return LoadedGates(ready(text.removeprefix(READY)), ready=True)
    path = Path(source)
    if not path.is_file():
        problem = GateProblem(path.name, "no such file", "a gates file, or ready:NAME", "check the path")
        raise GateError([problem])
    match path.suffix.casefold():
        case ".toml":
            from costim.cytometry.gates.read_toml import read_toml

            return LoadedGates(read_toml(path), file=path.name)
        case ".xml" | ".gatingml":
            from costim.cytometry.interchange.gatingml_read import read_gatingml_noting

            strategy, findings = read_gatingml_noting(path)
            return LoadedGates(StrategySet(strategy), findings, file=path.name)
        case ".wsp":
            return _of_workspace(path)
    expected = "a file that ends in .toml (gates.toml), .xml (GatingML 2.0) or .wsp (FlowJo 10), or ready:NAME"
    raise GateError([GateProblem(path.name, f"the ending {path.suffix or 'none'}", expected, "give such a file")])


def _of_workspace(path: Path) -> LoadedGates:
    from costim.cytometry.interchange.flowjo_common import common_strategy
    from costim.cytometry.interchange.flowjo_read import read_workspace
    from costim.registry.findings import sort_findings

    workspace = read_workspace(path)
    common = common_strategy(workspace)
    findings = tuple(sort_findings([*workspace.findings, *common.findings]))
    return LoadedGates(common.strategies, findings, workspace, file=path.name)


def _of_nobody(loaded: LoadedGates, panels: Mapping[str, Sequence[PanelFile]]) -> list[Finding]:
    """Samples with gates of their own that are not among the files: a name that was mistyped changes nothing."""
    from costim.registry.suggest import did_you_mean

    files = [file for given in panels.values() for file in given]
    known = {name for file in files for name in (file.name, file.path.name, *file.aliases)}
    return [
        Finding(
            "warning",
            "gates_of_no_sample",
            loaded.file,
            sample,
            found=f"gates of its own for {sample}, and no file of that name",
            expected=did_you_mean(sample, known) or "the name of a tube or file that is gated",
            action="correct the name; as it stands the shared gates are applied to every file",
        )
        for sample in loaded.strategies.exceptions
        if sample not in known
    ]
