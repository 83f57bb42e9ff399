"""What is known of every event of a synthetic sample because it was put there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.synthetic.cells import cell_kinds, kinds_of

EVENT_TYPES = ("cell", "false_b", "dead", "doublet", "debris", "margin", "counting_bead", "calibration_bead")


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """One entry per event, in the order of the file.

    Counts of cells are of single living cells: those that gates ought to find.
    """

    event_type: NDArray[np.int8]
    """Place in `EVENT_TYPES`, shape (n,)."""
    kind: NDArray[np.int8]
    """Place in `cell_kinds()`, -1 where the event is no cell; for calibration beads the number of the peak."""
    partner: NDArray[np.int8]
    """Kind of the second cell of a doublet, -1 otherwise."""
    sticky: NDArray[np.bool_]
    """Binds the conjugates of CD19 and CD20 without carrying them."""
    unsteady: NDArray[np.bool_]
    """Recorded while the flow was settling after a clog."""
    markers: tuple[str, ...]
    """Lower-case markers, in the order of the columns below."""
    detectors: tuple[str, ...]
    """$PnN of the same columns."""
    mesf: NDArray[np.float32]
    """Conjugate bound to its antigen, in MESF, shape (n, markers)."""
    unmixed: NDArray[np.float32]
    """What compensation would give on an instrument without noise: bound and clinging conjugate and autofluorescence,
    in linear units, shape (n, markers)."""

    def where(self, *names: str) -> NDArray[np.bool_]:
        """Single living cells of these kinds or lineages (`naive_b`, `b_cells`); all kinds when none is named."""
        kinds = tuple(cell_kinds())
        wanted = [kind for name in names for kind in (kinds_of(name) or (name,))] if names else list(kinds)
        places = [kinds.index(name) for name in wanted]
        found: NDArray[np.bool_] = (self.event_type == EVENT_TYPES.index("cell")) & np.isin(self.kind, places)
        return found

    def count(self, *names: str) -> int:
        """How many events `where` finds."""
        return int(np.count_nonzero(self.where(*names)))

    def count_type(self, event_type: str) -> int:
        """Events of one of `EVENT_TYPES`."""
        return int(np.count_nonzero(self.event_type == EVENT_TYPES.index(event_type)))

    def summary(self) -> dict[str, object]:
        """Counts by type and kind, and medians by kind and marker, as plain data for JSON.

        A median is given of the carriers' `mesf` and of all cells' `unmixed`; none where a kind is absent.
        """
        return {
            "label": "synthetic: made by costim, from no blood and no patient",
            "events": int(self.event_type.size),
            "event_types": {name: self.count_type(name) for name in EVENT_TYPES},
            "unsteady_events": int(np.count_nonzero(self.unsteady)),
            "cells": {name: self._summary_of(name) for name in cell_kinds() if self.count(name)},
        }

    def _summary_of(self, name: str) -> dict[str, object]:
        here = self.where(name)
        levels = {}
        for column, marker in enumerate(self.markers):
            bound = self.mesf[here, column]
            carriers = bound[bound > 0]
            levels[marker] = {
                "carriers": int(carriers.size),
                "median_mesf_of_carriers": round(float(np.median(carriers)), 1) if carriers.size else None,
                "median_linear": round(float(np.median(self.unmixed[here, column])), 1),
            }
        return {"count": int(np.count_nonzero(here)), "markers": levels}
