"""What gating one subject and panel gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from costim.instruments.cytometry.tubes import Placed
from costim.registry.findings import Finding

if TYPE_CHECKING:
    from costim.cytometry.engine.result import Gated
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy
    from costim.cytometry.phenotypes.phenotype import Phenotype
    from costim.cytometry.strategies.thresholds import ThresholdFound


@dataclass(frozen=True)
class GatedTube:
    """One stained tube after gating."""

    placed: Placed
    file: FcsFile
    strategy: Strategy
    """As applied: thresholds are numbers, exceptions of this tube are in."""
    gated: Gated
    phenotypes: tuple[Phenotype, ...]


@dataclass(frozen=True)
class GatedPanel:
    """All tubes of one subject and panel, in order of visits."""

    subject: str
    panel: str
    tubes: tuple[GatedTube, ...]
    """Stained tubes."""
    others: tuple[tuple[Placed, FcsFile], ...]
    """Controls and beads."""
    thresholds: tuple[ThresholdFound, ...]
    notes: tuple[Finding, ...] = ()
    """What could not be used on the way."""
    changes: tuple[Finding, ...] = ()
    """What differs in the acquisition of tubes that are compared with each other; `file` is the name of the file."""
