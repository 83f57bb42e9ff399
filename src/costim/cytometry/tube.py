"""One tube: a file of events and what is known of the blood it came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Stain = Literal["sample", "fmo", "isotype", "single", "unstained", "beads"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tube:
    """One tube of one subject and visit.

    A `sample` is fully stained. A control names the marker that is missing (`fmo`), replaced (`isotype`) or alone
    in the tube (`single`: how far its light spreads is seen there) in `marker`;
    `beads` are calibration beads acquired with the settings of that day.
    """

    path: Path
    subject: str = ""
    visit: str = ""
    timepoint: str = ""
    panel: str = ""
    stain: Stain = "sample"
    marker: str = ""
    data_set: int = 0
    """Which data set of the file, from 0."""
    blood_ul: float | None = None
    """Blood that went into the tube, in uL, all of which is assumed to be suspended in what was acquired."""
    acquired_fraction: float | None = None
    """Part of the suspension that was acquired, above 0 and at most 1."""
    beads_added: float | None = None
    """Counting beads put into the tube."""
    lymphocytes_per_ul: float | None = None
    """Absolute lymphocyte count of the same blood by haematology, in cells/uL."""

    @property
    def name(self) -> str:
        """Subject, visit, timepoint and panel; the file name where there is no study."""
        if not self.subject:
            return self.path.name
        control = (self.stain, self.marker) if self.stain != "sample" else ()
        return "/".join(part for part in (self.subject, self.visit, self.timepoint, self.panel, *control) if part)
