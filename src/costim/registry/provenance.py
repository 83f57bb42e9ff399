"""Where numbers come from: input files, cells, versions."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from costim.registry.cytometry_record import CytometryRecord
from costim.registry.findings import Finding
from costim.registry.gate_pictures import GatePicture, MarkerOverlay
from costim.registry.plan import Plan
from costim.registry.simulation_record import SimulationRecord

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class CellAddress:
    """One cell of an input file. `row` is the line of the file (header = 1) or the Excel row."""

    file: str
    sheet: str
    row: int
    column: str
    found: str
    """The text of the cell as it stands in the file."""

    @property
    def place(self) -> str:
        """The address in words."""
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        return f"{self.file}{sheet}, row {self.row}, column {self.column}"


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that was read."""

    name: str
    """Relative to the study folder."""
    sha256: str
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Results:
    """All that a report is made of. The report computes nothing beyond it."""

    plan: Plan
    measurements: pl.DataFrame
    effects: pl.DataFrame
    findings: tuple[Finding, ...]
    cells: MappingProxyType[str, CellAddress]
    """Every cell that a measurement names."""
    inputs: tuple[InputFile, ...]
    versions: MappingProxyType[str, str]
    """costim, Python and the libraries that computed the numbers."""
    published: pl.DataFrame
    """The `published` table of the study, as parsed (may be empty)."""
    alternatives: pl.DataFrame | None = None
    """The `alternatives` table of the study, as parsed: why a reading was preferred; may be empty or None."""
    cytometry: CytometryRecord | None = None
    """How the tubes were acquired and gated; None without FCS files."""
    gate_pictures: tuple[GatePicture, ...] = ()
    """What gate plots are drawn from."""
    marker_overlays: tuple[MarkerOverlay, ...] = ()
    """What overlays of marker levels are drawn from."""
    simulation: SimulationRecord | None = None
    """The study's doses in virtual patients; None unless the plan asks for it."""
