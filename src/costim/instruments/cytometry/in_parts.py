"""A study gated part by part, one subject and panel each: on the cores of this machine or over a cluster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from costim.cytometry.fleet import FleetTube, sendable
from costim.cytometry.flowjo_beside import check_flowjo, with_flowjo_counts
from costim.cytometry.gate_files import GatedFile
from costim.errors import CostimError
from costim.fleet.spread import Progress, spread
from costim.instruments.cytometry.gate_panel import exception_name
from costim.instruments.cytometry.gated import GatedPanel
from costim.instruments.cytometry.run import run
from costim.instruments.cytometry.tubes import Placed, tubes_by_panel
from costim.registry.findings import Finding
from costim.study.study import Study

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import StrategySet
    from costim.cytometry.interchange.flowjo_apply import PanelFile
    from costim.cytometry.strategies.load import LoadedGates


GATE_CODES = ("flowjo_", "gatingml_", "gate")
"""Begin the codes of findings about gates."""


def gate_study(
    study: Study,
    *,
    workers: int | None = None,
    cluster: str = "",
    progress: Progress | None = None,
    flowjo_counts: bool = False,
) -> tuple[GatedFile, ...]:
    """Every stained tube of a study, gated as the report gates it: the same controls, thresholds and numbers.

    Args:
        study: With gates for its panels.
        workers: How many subjects and panels at a time; the number of cores by default.
        cluster: Address of a Dask scheduler whose workers see the study under the same path; blank for this machine.
        progress: Told after each subject and panel.
        flowjo_counts: Counts of the FlowJo workspace beside, for tubes that have a sample in it.

    Raises:
        CostimError: everything that is wrong, over all tubes; no panel with gates and files.
    """
    groups = tubes_by_panel(study)
    if not groups:
        raise CostimError(
            "The study has no tube to gate: give panels their `gates` in study.toml, or --gates, and name FCS files "
            "in samples.csv."
        )
    if flowjo_counts:
        check_flowjo(study.flowjo)
    parts = [_part(study, subject, panel) for subject, panel in groups]
    answers = spread(gate_part, parts, workers=workers, cluster=cluster, progress=progress)
    problems = [answer for answer in answers if isinstance(answer, str)]
    if problems:
        raise CostimError("\n".join(dict.fromkeys(problems)))
    noticed = tuple(finding for finding in study.findings if finding.code.startswith(GATE_CODES))
    gated = tuple(
        replace(one, gate_findings=noticed) for answer in answers if not isinstance(answer, str) for one in answer
    )
    return with_flowjo_counts(gated, study.flowjo, workers=workers) if flowjo_counts else gated


def with_gates(study: Study, gates: StrategySet | LoadedGates) -> Study:
    """The study with these gates for every panel that it declares, and with what is noticed about them.

    Samples of a FlowJo workspace are matched to the files of each panel; ready strategies are made to fit them.

    Raises:
        CostimError: a file cannot be read, or a ready strategy would lose what it is for.
    """
    from costim.cytometry.strategies.fit import fit_to_files
    from costim.cytometry.strategies.load import LoadedGates

    loaded = gates if isinstance(gates, LoadedGates) else LoadedGates(gates)
    panels = [panel.name for panel in study.plan.panels]
    bare = replace(study, gates=dict.fromkeys(panels, loaded.strategies), flowjo={})
    tubes: dict[str, list[tuple[PanelFile, FcsFile]]] = {panel: [] for panel in panels}
    for (_, panel), group in tubes_by_panel(bare).items():
        tubes[panel] += [_known(placed) for placed in group if placed.tube.stain not in ("beads", "single")]
    matched = loaded.for_panels({panel: [known for known, _ in given] for panel, given in tubes.items()})
    strategies = {panel: found.strategies for panel, found in matched.items()}
    findings = [f for f in study.findings if not f.code.startswith(GATE_CODES)]
    findings += [finding for found in matched.values() for finding in found.findings]
    for panel, given in tubes.items() if loaded.ready else ():
        strategies[panel], gone = fit_to_files(strategies[panel], [file for _, file in given])
        findings += [Finding("note", "gate_left_out", f"panel {panel}", found=one.words) for one in gone]
    samples = {name: sample for found in matched.values() for name, sample in found.samples.items()}
    return replace(bare, gates=strategies, flowjo=samples, findings=tuple(dict.fromkeys(findings)))


def _known(placed: Placed) -> tuple[PanelFile, FcsFile]:
    from costim.cytometry.fcs.read import open_fcs
    from costim.cytometry.interchange.flowjo_apply import PanelFile

    tube = placed.tube
    file = open_fcs(tube.path, tube.data_set)
    return PanelFile(placed.file, file, tube.stain == "sample", (tube.name,)), file


def _part(study: Study, subject: str, panel: str) -> Study:
    import polars as pl

    samples = study.tables["samples"].filter((pl.col("subject") == subject) & (pl.col("panel") == panel))
    gates = study.gates[panel]
    plain = replace(gates, shared=sendable(gates.shared), exceptions=dict(gates.exceptions))
    # Read-only views of mappings do not travel between processes; plain ones do.
    return replace(
        study,
        root=Path(study.root).resolve(),
        tables={"samples": samples},  # type: ignore[arg-type]
        addresses={},  # type: ignore[arg-type]
        findings=(),
        inputs=(),
        gates={panel: plain},
        flowjo={},
    )


def gate_part(study: Study) -> tuple[GatedFile, ...] | str:
    """Gate one part; in words what is wrong with it, where that cannot be."""
    try:
        return tuple(one for panel in run(study) for one in _files(study.gates[panel.panel], panel))
    except (CostimError, OSError) as error:
        return str(error)


def _files(gates: StrategySet, panel: GatedPanel) -> tuple[GatedFile, ...]:
    from costim.cytometry.events import matrix_findings

    found = []
    for one in panel.tubes:
        findings = (*one.file.findings, *matrix_findings(one.file, one.strategy))
        gated = FleetTube(one.placed.tube, one.gated, one.phenotypes, findings)
        own = tuple(gate.name for gate in gates.exceptions.get(exception_name(gates, one.placed), ()))
        found.append(GatedFile(one.placed.file, gated, sendable(one.strategy), panel.thresholds, own_gates=own))
    return tuple(found)
