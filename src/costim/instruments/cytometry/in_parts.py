"""A study gated part by part, one subject and panel each: on the cores of this machine or over a cluster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from costim.cytometry.fleet import FleetTube, Progress, sendable, spread
from costim.cytometry.gate_files import GatedFile
from costim.errors import CostimError
from costim.instruments.cytometry.gated import GatedPanel
from costim.instruments.cytometry.run import run
from costim.instruments.cytometry.tubes import tubes_by_panel
from costim.study.study import Study

if TYPE_CHECKING:
    from costim.cytometry.gates.model import StrategySet


def gate_study(
    study: Study, *, workers: int | None = None, cluster: str = "", progress: Progress | None = None
) -> tuple[GatedFile, ...]:
    """Every stained tube of a study, gated as the report gates it: the same controls, thresholds and numbers.

    Args:
        study: With gates for its panels.
        workers: How many subjects and panels at a time; the number of cores by default.
        cluster: Address of a Dask scheduler whose workers see the study under the same path; blank for this machine.
        progress: Told after each subject and panel.

    Raises:
        CostimError: everything that is wrong, over all tubes; no panel with gates and files.
    """
    groups = tubes_by_panel(study)
    if not groups:
        raise CostimError(
            "The study has no tube to gate: give panels their `gates` in study.toml, or --gates, and name FCS files "
            "in samples.csv."
        )
    parts = [_part(study, subject, panel) for subject, panel in groups]
    answers = spread(gate_part, parts, workers=workers, cluster=cluster, progress=progress)
    problems = [answer for answer in answers if isinstance(answer, str)]
    if problems:
        raise CostimError("\n".join(dict.fromkeys(problems)))
    return tuple(one for answer in answers if not isinstance(answer, str) for one in answer)


def with_gates(study: Study, strategies: StrategySet) -> Study:
    """The study with these gates for every panel that it declares."""
    return replace(study, gates=dict.fromkeys((panel.name for panel in study.plan.panels), strategies))


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
    )


def gate_part(study: Study) -> tuple[GatedFile, ...] | str:
    """Gate one part; in words what is wrong with it, where that cannot be."""
    try:
        return tuple(one for panel in run(study) for one in _files(panel))
    except (CostimError, OSError) as error:
        return str(error)


def _files(panel: GatedPanel) -> tuple[GatedFile, ...]:
    from costim.cytometry.events import matrix_findings

    found = []
    for one in panel.tubes:
        findings = (*one.file.findings, *matrix_findings(one.file, one.strategy))
        gated = FleetTube(one.placed.tube, one.gated, one.phenotypes, findings)
        found.append(GatedFile(one.placed.file, gated, sendable(one.strategy), panel.thresholds))
    return tuple(found)
