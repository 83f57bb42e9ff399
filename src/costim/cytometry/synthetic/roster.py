"""Which events are in a tube, before anything is measured on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.synthetic.cells import cell_kinds
from costim.cytometry.synthetic.spec import SampleSpec
from costim.cytometry.synthetic.truth import EVENT_TYPES


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """One entry per event; see `Truth`."""

    event_type: NDArray[np.int8]
    kind: NDArray[np.int8]
    partner: NDArray[np.int8]
    sticky: NDArray[np.bool_]

    def of_type(self, name: str) -> NDArray[np.bool_]:
        """Events of one type."""
        found: NDArray[np.bool_] = self.event_type == EVENT_TYPES.index(name)
        return found


def draw_roster(spec: SampleSpec, draw: np.random.Generator) -> Roster:
    """All events of a tube in random order; the numbers are those of the specification exactly."""
    kinds = tuple(cell_kinds())
    living = np.repeat(np.array([kinds.index(name) for name in spec.cells], dtype=np.int8), list(spec.cells.values()))
    nothing = np.int8(-1)
    parts = [
        ("cell", living),
        ("false_b", np.full(spec.false_b, kinds.index("nk"), dtype=np.int8)),
        ("dead", draw.choice(living, spec.dead) if spec.dead else living[:0]),
        ("doublet", draw.choice(living, spec.doublets) if spec.doublets else living[:0]),
        ("debris", np.full(spec.debris, nothing)),
        ("margin", np.full(spec.margins, nothing)),
        ("counting_bead", np.full(spec.counting_beads, nothing)),
    ]
    event_type = np.concatenate([np.full(part.size, EVENT_TYPES.index(name), np.int8) for name, part in parts])
    kind = np.concatenate([part for _, part in parts])
    partner = np.full(kind.size, nothing)
    is_doublet = event_type == EVENT_TYPES.index("doublet")
    if spec.doublets:
        partner[is_doublet] = draw.choice(living, spec.doublets)
    sticky = event_type == EVENT_TYPES.index("false_b")
    dead = np.flatnonzero(event_type == EVENT_TYPES.index("dead"))
    sticky[dead[: round(spec.sticky * dead.size)]] = True
    order = draw.permutation(kind.size)
    return Roster(event_type[order], kind[order], partner[order], sticky[order])
