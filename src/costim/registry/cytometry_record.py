"""What the laboratory half of a study leaves behind besides measurement rows: how tubes were acquired and gated.

Plain data; the report words it. Text fields hold words of files and of strategies, never of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from costim.registry.findings import Finding

Status = Literal["good", "doubtful", "bad", "not_known"]
"""`doubtful` is worth a look; `bad` makes numbers of this tube doubtful; `not_known` when the file does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityNumber:
    """One number about the quality of an acquisition. `events` of `of` carry the defect, where it is one of events."""

    code: str
    """A name from `flags.csv`."""
    channel: str = ""
    """The channel it concerns; blank for the whole tube."""
    value: float | None
    unit: str = ""
    """`share`, `events`, `statistic`, blank for a yes or no (1 or 0)."""
    events: int | None = None
    of: int | None = None
    threshold: float | None = None
    """Beyond this the status is not `good`."""
    status: Status
    note: str = ""


@dataclass(frozen=True, slots=True)
class MiflowcytItem:
    """One item of MIFlowCyt 1.0 (Lee et al. 2008). A blank value means: not stated in the files."""

    number: str
    """Section of the standard, e.g. `3.2.1`."""
    item: str
    value: str = ""
    source: str = ""
    """Keyword, strategy or table from which the value is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationLimits:
    """How few cells of a population one tube can tell."""

    population: str
    lob: float | None = None
    """Limit of blank, in events of the population."""
    lod: float | None = None
    """Limit of detection, in events."""
    lloq: float | None = None
    """Lower limit of quantification, in events."""
    lod_per_ul: float | None = None
    """The limit of detection as a concentration, where the tube has one; for curves over time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TubeRecord:
    """One tube as acquired and gated."""

    name: str
    """`Tube.name`."""
    subject: str
    visit: str
    timepoint: str = ""
    panel: str
    stain: str = "sample"
    marker: str = ""
    file: str
    """Relative to the study folder."""
    events: int
    instrument: tuple[tuple[str, str], ...] = ()
    """Fact and value as the file states it: make and model, serial number, software."""
    strategy: str = ""
    digest: str = ""
    """Hash of the gates as applied to this tube, thresholds resolved."""
    exceptions: tuple[str, ...] = ()
    """Gates of this tube that stand for those of the shared strategy."""
    quality: tuple[QualityNumber, ...] = ()
    limits: tuple[PopulationLimits, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdRecord:
    """A bound that the data decided, one per subject and panel."""

    subject: str
    panel: str
    name: str
    axis: str
    """Channel or marker, and the scale in words."""
    value: float | None
    """In linear units; None when it could not be found."""
    source: str
    """`fmo`, `isotype`, `reference`, `valley`, `fixed`, or blank when none gave a number."""
    events: int | None = None
    """Events that it rests on."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateDifferenceRecord:
    """One thing in which the gates of a tube differ from those of the first tube of the same subject and panel."""

    tube: str
    against: str
    gate: str
    text: str
    """The difference in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BinnedCount:
    """Events of a population gated exactly and on binned data as FlowJo does."""

    tube: str
    population: str
    exact: int
    binned: int
    stated: int | None = None
    """The count that the workspace itself holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CytometryRecord:
    """Everything about the tubes of a study, in the order of subjects, panels and visits."""

    tubes: tuple[TubeRecord, ...] = ()
    thresholds: tuple[ThresholdRecord, ...] = ()
    differences: tuple[GateDifferenceRecord, ...] = ()
    """Blank when the gates of every subject and panel are the same at every visit."""
    changes: tuple[Finding, ...] = ()
    """Acquisition changes between visits of a subject, and between controls and samples."""
    miflowcyt: tuple[MiflowcytItem, ...] = ()
    binned: tuple[BinnedCount, ...] = ()
