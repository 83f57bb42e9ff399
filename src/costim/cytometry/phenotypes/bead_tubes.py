"""Calibration beads of a visit: one line per marker, from the tube of beads acquired with the samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from costim.cytometry.events import Events
from costim.cytometry.phenotypes.beads import calibrate_beads
from costim.cytometry.phenotypes.errors import PhenotypeError
from costim.inference.cells.bead_calibration import BeadLine

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy
    from costim.cytometry.tube import Tube


def bead_lines(
    assigned: Mapping[str, Sequence[float | None]],
    beads: Sequence[tuple[Tube, FcsFile]],
    strategy: Strategy,
) -> dict[str, BeadLine]:
    """Marker -> line through its beads; empty without a tube of beads.

    Args:
        assigned: marker of the strategy -> molecules of the peaks from dim to bright, None for a blank bead.
        beads: tubes of beads of one visit; the first that has the channel is used.
        strategy: gives the channels of the markers.

    Raises:
        PhenotypeError: a marker is not in the strategy, or its peaks cannot be found.
    """
    found = {}
    for marker, values in assigned.items():
        if marker not in strategy.markers:
            known = ", ".join(strategy.markers)
            raise PhenotypeError(f"mesf {marker!r}: the strategy has the markers {known}; give one of them")
        if beads:
            tube, file = beads[0]
            axis = replace(strategy.markers[marker].axis, transform="")
            levels = Events(file, strategy).values(axis)
            found[marker] = calibrate_beads(levels[np.isfinite(levels)], values, tube=tube.name, marker=marker)
    return found


def assigned_values(entries: Sequence[str]) -> dict[str, tuple[float | None, ...]]:
    """`cd40=0 2000 9000` as marker and values; a 0 is a blank bead, which the line leaves out."""
    pairs = (entry.split("=") for entry in entries)
    return {marker: tuple(float(text) or None for text in values.split()) for marker, values in pairs}
