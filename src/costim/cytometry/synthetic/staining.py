"""How much of each conjugate is on every event: bound to its antigen, or clinging to the cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.synthetic.cells import CellKind, Level, cell_kinds
from costim.cytometry.synthetic.panels import Conjugate
from costim.cytometry.synthetic.roster import Roster
from costim.cytometry.synthetic.spec import SampleSpec

Control = Literal["fmo", "isotype", "single", "unstained"]
NOT_CARRIED = Level(0.0, 0.0)
DEAD_CELLS_TAKE_UP = Level(24_000.0, 0.35)
"""The viability dye in dead cells."""
LIVING_CELLS_TAKE_UP = Level(90.0, 0.40)
STICKY_CELLS_BIND = {"cd19": Level(7_000.0, 0.50), "cd20": Level(25_000.0, 0.60)}
BEADS_CARRY = Level(60_000.0, 0.04)
MARGIN_EVENTS_CARRY = Level(6_000.0, 1.0)
DEAD_CELLS_KEEP = 0.6
"""Part of the antigen that is still bound by dead cells."""
CLINGS_MORE = {"dead": 6.0, "false_b": 4.0}
"""Factor on what clings to a cell without antigen."""


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """Conjugate on every event, in MESF, shape (n, conjugates)."""

    specific: NDArray[np.float64]
    clinging: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Left:
    """What is left out of a tube: nothing, one conjugate, or all."""

    control: Control | None = None
    marker: str = ""

    def out(self, conjugate: Conjugate) -> bool:
        """Is the conjugate not in the tube at all?"""
        if self.control == "fmo":
            return self.marker == conjugate.key
        return self.control == "unstained" or (self.control == "single" and self.marker != conjugate.key)

    def replaced(self, conjugate: Conjugate) -> bool:
        """Does an isotype control stand in its place, which clings but binds nothing?"""
        return self.control == "isotype" and self.marker == conjugate.key


def stain(
    spec: SampleSpec, roster: Roster, panel: tuple[Conjugate, ...], left: Left, draws: list[np.random.Generator]
) -> Bound:
    """Conjugate on every event.

    Args:
        spec: The tube.
        roster: Its events.
        panel: Conjugates of the panel.
        left: What a control leaves out.
        draws: One source of random numbers per conjugate: another level of one marker changes no other marker.
    """
    specific = np.zeros((roster.kind.size, len(panel)))
    clinging = np.zeros_like(specific)
    for column, (conjugate, draw) in enumerate(zip(panel, draws, strict=True)):
        bound = _on_cells(spec, roster, roster.kind, conjugate, draw) + _on_cells(
            spec, roster, roster.partner, conjugate, draw
        )
        held = _clinging(roster, conjugate, draw)
        strength = spec.staining.get(conjugate.key, 1.0)
        if not left.out(conjugate):
            clinging[:, column] = held * strength
            specific[:, column] = 0.0 if left.replaced(conjugate) else bound * strength
    return Bound(specific, clinging)


def _on_cells(
    spec: SampleSpec, roster: Roster, kinds: NDArray[np.int8], conjugate: Conjugate, draw: np.random.Generator
) -> NDArray[np.float64]:
    """Conjugate bound to the antigen of the cells of these kinds; 0 where there is no cell."""
    size = draw.standard_normal(kinds.size)
    carries = draw.random(kinds.size)
    amount = np.zeros(kinds.size)
    dead = roster.of_type("dead")
    if conjugate.key == "viability":
        amount[dead] = _drawn(DEAD_CELLS_TAKE_UP, size[dead], carries[dead])
        return np.where(kinds >= 0, amount, 0.0)
    for place, kind in enumerate(cell_kinds().values()):
        here = (kinds == place) & ~roster.of_type("false_b")
        amount[here] = _drawn(level_in(spec, kind, conjugate.key), size[here], carries[here])
    amount[dead] *= DEAD_CELLS_KEEP
    return amount * (1.0 - spec.masked.get(conjugate.key, 0.0))


def level_in(spec: SampleSpec, kind: CellKind, marker: str) -> Level:
    """Level of a marker on a kind of cell after the shifts and shares of a specification, masking apart."""
    usual = kind.levels.get(marker, NOT_CARRIED)
    shift = spec.shifts.get(f"{kind.name}.{marker}", spec.shifts.get(marker, 1.0))
    share = spec.shares.get(f"{kind.name}.{marker}", spec.shares.get(marker, usual.share))
    return Level(usual.median * shift, usual.spread, share)


def _drawn(level: Level, size: NDArray[np.float64], carries: NDArray[np.float64]) -> NDArray[np.float64]:
    amounts: NDArray[np.float64] = np.where(carries < level.share, level.median * np.exp(level.spread * size), 0.0)
    return amounts


def _clinging(roster: Roster, conjugate: Conjugate, draw: np.random.Generator) -> NDArray[np.float64]:
    size = draw.standard_normal(roster.kind.size)
    always = np.zeros(size.size)
    usual = np.array([*(kind.nonspecific for kind in cell_kinds().values()), 30.0])  # the last: what is no cell
    median = usual[roster.kind]
    for name, factor in CLINGS_MORE.items():
        median = np.where(roster.of_type(name), median * factor, median)
    amount = median * np.exp(0.5 * size)
    if conjugate.key == "viability":
        amount = _drawn(LIVING_CELLS_TAKE_UP, size, always)
    sticks = STICKY_CELLS_BIND.get(conjugate.key)
    if sticks:
        amount = np.where(roster.sticky, amount + _drawn(sticks, size, always), amount)
    amount = np.where(roster.of_type("margin"), _drawn(MARGIN_EVENTS_CARRY, size, always), amount)
    return np.where(roster.of_type("counting_bead"), 0.0, amount)
