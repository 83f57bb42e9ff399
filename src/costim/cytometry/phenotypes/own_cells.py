"""False B cells counted in the sample itself, among cells that cannot be B cells: T cells, dead cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from costim.cytometry.engine.gate import gate_file
from costim.cytometry.gates.check_roles import AMONG, FALSE_B_CELLS, false_cell_problems
from costim.cytometry.gates.model import Strategy
from costim.cytometry.strategies.prune import leading_to
from costim.inference.cells.detection import Control

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile


def count_false_b_cells(file: FcsFile, strategy: Strategy) -> dict[str, Control]:
    """The population with role `b_cells` -> its false events per cell that cannot be a B cell.

    The roles `false_b_cells_among` and `false_b_cells` name such cells, and those of them that carry the stain of B
    cells all the same. Their share is taken to hold for the events of the parent gate of the B cells.

    Args:
        file: a stained tube.
        strategy: with a number for each bound.

    Returns:
        Nothing where the strategy does not have these roles, or the tube none of these cells.

    Raises:
        FcsError, CompensationError: see `gate_file`.
    """
    roles = strategy.roles
    if FALSE_B_CELLS not in roles or any(false_cell_problems(strategy)):
        return {}
    false, among = roles[FALSE_B_CELLS], roles[AMONG]
    counts = gate_file(file, leading_to(strategy, (false, among)), threads=1).counts
    if not counts[among]:
        return {}
    return {roles["b_cells"]: Control(counts[false], counts[among], origin="own_cells")}
