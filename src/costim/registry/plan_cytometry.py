"""What the plan says of cytometry: panels with their gates, limits of what a few cells can tell, jitter of gates."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from costim.registry.plan_model import Model, Name

BEADS = r"^[A-Za-z0-9_.+-]+=[0-9.eE+-]+( +[0-9.eE+-]+)+$"


class Panel(Model):
    """A staining panel and how its events are gated."""

    name: Name
    """As used in the samples table."""
    markers: tuple[str, ...] = ()
    """Markers of the panel."""
    gates: str = Field(default="", max_length=500)
    """A file inside the study folder (gates.toml, GatingML 2.0 or a FlowJo 10 workspace), or `ready:` and the name of a
    ready strategy, e.g. "ready:costimulation_b". Without it the files of the panel are not measured."""
    mesf: tuple[Annotated[str, StringConstraints(pattern=BEADS)], ...] = ()
    """Calibration beads: for each marker the molecules of its peaks from dim to bright, e.g. "cd40=0 2000 9000 37000".
    They are looked for in the tubes with stain `beads` of the same visit."""


class Cytometry(Model):
    """Limits of what few cells can tell."""

    false_detection: float = Field(default=0.05, gt=0, le=0.2)
    """Probability that a population without any cell is called detected; it sets the limit of blank (LOB)."""
    missed_detection: float = Field(default=0.05, gt=0, le=0.2)
    """Probability that a population at the limit of detection (LOD) is missed."""
    lloq_cv: float = Field(default=0.2, gt=0, le=0.5)
    """Largest coefficient of variation of a count at the lower limit of quantification (LLOQ); 0.2 needs 25 cells."""
    background_per_million: float | None = Field(default=None, ge=0, le=1e6)
    """False events per million events of the parent population, where no control tube tells; assumed, and said so."""
    haematology_cv: float | None = Field(default=None, ge=0, le=0.5)
    """Coefficient of variation of the lymphocyte count by haematology, on which absolute counts rest where the tube has
    no volume and no beads. Without it the error of that count is left out, and those counts are flagged."""
    jitter: float = Field(default=0.02, ge=0, le=0.5)
    """How far gates are moved to see how far the effects move, in parts of the display scale; 0 = not at all."""
    jitter_draws: int = Field(default=8, ge=2, le=200)
    """How many times."""
