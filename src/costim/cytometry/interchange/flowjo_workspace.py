"""A FlowJo 10 workspace (.wsp) as data: samples, their gates, stored counts, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from costim.cytometry.gates.model import Axis, Strategy, StrategySet
from costim.cytometry.interchange.flowjo_errors import FlowJoError
from costim.cytometry.interchange.flowjo_scales import Display
from costim.cytometry.interchange.flowjo_tree import LeftOut
from costim.registry.findings import Finding

IDENTIFYING = ("$FIL", "GUID", "$TOT", "$DATE", "$BTIM", "$ETIM", "$CYT", "TUBE NAME", "EXPERIMENT NAME")
"""Keywords that tell one file from another."""


@dataclass(frozen=True, slots=True)
class WorkspaceSample:
    """One sample of a workspace: one FCS file with its tree of gates."""

    name: str
    """As FlowJo shows it."""
    file: str
    """Name of the FCS file, without folders."""
    key: str
    """What this sample is called in `StrategySet.exceptions`: the file name; with the sample's number where two samples
    have files of the same name."""
    sample_id: str
    keywords: Mapping[str, str]
    """Those of `IDENTIFYING` that the workspace holds."""
    strategy: Strategy
    """Populations are named by their path (`Lymphocytes/CD19+`)."""
    events: int | None
    """Events of the file as FlowJo counted them."""
    counts: Mapping[str, int]
    """Population -> count that FlowJo stored; a population whose count it had not computed is not there."""
    displays: Mapping[Axis, Display]
    """What FlowJo shows of the axes of gates; needed for its binned counts."""
    left_out: tuple[LeftOut, ...]
    """Populations that cannot be applied here."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """What was read from one .wsp file."""

    file: str
    flowjo_version: str
    samples: tuple[WorkspaceSample, ...]
    groups: Mapping[str, tuple[str, ...]]
    """Group -> keys of its samples."""
    findings: tuple[Finding, ...] = field(default=())

    def of_group(self, group: str | None = None) -> tuple[WorkspaceSample, ...]:
        """Samples of a group, all of them without one.

        Raises:
            FlowJoError: there is no such group.
        """
        if group is None:
            return self.samples
        if group not in self.groups:
            names = ", ".join(repr(name) for name in self.groups) or "none"
            raise FlowJoError([f"{self.file}: found no group {group!r}; expected one of these groups: {names}."])
        return tuple(sample for sample in self.samples if sample.key in self.groups[group])

    def strategy_set(self, group: str | None = None) -> StrategySet:
        """What the samples of a group have in common, and the gates in which single samples differ.

        See `costim.cytometry.interchange.flowjo_common.common_strategy`, which also says what could not be shared.
        """
        from costim.cytometry.interchange.flowjo_common import common_strategy

        return common_strategy(self, group).strategies
