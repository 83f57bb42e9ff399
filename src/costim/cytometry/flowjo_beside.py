"""FlowJo's counts beside those of gated files: the stored ones, and the binned ones as FlowJo makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from costim.errors import CostimError
from costim.fleet.spread import spread

if TYPE_CHECKING:
    from costim.cytometry.gate_files import GatedFile
    from costim.cytometry.interchange.flowjo_counts import CountBeside
    from costim.cytometry.interchange.flowjo_workspace import WorkspaceSample
    from costim.cytometry.tube import Tube


def check_flowjo(samples: Mapping[str, WorkspaceSample]) -> None:
    """Raise a CostimError where no file has a sample in a FlowJo workspace."""
    if not samples:
        raise CostimError(
            "There are no counts of FlowJo: none of the files has a sample in a FlowJo workspace. Give the workspace "
            "as gates (.wsp), and the files under the names they had in FlowJo, or leave --flowjo-counts out."
        )


def with_flowjo_counts(
    gated: Sequence[GatedFile], samples: Mapping[str, WorkspaceSample], *, workers: int | None = None
) -> tuple[GatedFile, ...]:
    """Gated files with the counts of FlowJo; files without a sample stay without.

    Args:
        gated: Files after gating.
        samples: Name of a file -> its sample.
        workers: How many files at a time; the number of cores by default.
    """
    tasks = [(one.found.tube, samples[one.name]) for one in gated if one.name in samples]
    counts = iter(spread(_counts, tasks, workers=workers))
    return tuple(replace(one, flowjo=next(counts)) if one.name in samples else one for one in gated)


def _counts(task: tuple[Tube, WorkspaceSample]) -> tuple[CountBeside, ...]:
    from costim.cytometry.events import Events
    from costim.cytometry.fcs.read import open_fcs
    from costim.cytometry.interchange.flowjo_counts import counts_beside

    tube, sample = task
    return counts_beside(sample, Events(open_fcs(tube.path, tube.data_set), sample.strategy))
