"""Size, granularity and time of every event."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.synthetic.cells import cell_kinds
from costim.cytometry.synthetic.instrument import TIMESTEP
from costim.cytometry.synthetic.roster import Roster
from costim.cytometry.synthetic.spec import SampleSpec

DEBRIS = ((11_000.0, 0.35), (9_000.0, 0.40))
BEADS = ((30_000.0, 0.03), (175_000.0, 0.04))
MARGIN = ((420_000.0, 0.25), (300_000.0, 0.30))
DEAD_FSC, DEAD_SSC = 0.62, 1.35
"""Dead cells are smaller and more granular."""
WIDTH_OF_A_SINGLET = 65_536.0


def draw_scatter(roster: Roster, draw: np.random.Generator) -> NDArray[np.float64]:
    """FSC-A, FSC-H, FSC-W, SSC-A in linear units, shape (n, 4), before the range of the instrument cuts them.

    Two cells that pass together add their areas, while their height is little more than that of one, so that height
    over area of a doublet lies between 0.5 and 0.7.
    """
    n = roster.kind.size
    first = _one(roster, roster.kind, draw)
    second = np.where((roster.partner >= 0)[:, None], _one(roster, roster.partner, draw), 0.0)
    area = first[:, 0] + second[:, 0]
    side = first[:, 1] + second[:, 1]
    wobble = np.exp(0.025 * draw.standard_normal(n))
    overlap = 1.0 + 0.22 * draw.random(n)
    height = np.where(roster.partner >= 0, np.maximum(first[:, 0], second[:, 0]) * overlap, area) * wobble
    width = WIDTH_OF_A_SINGLET * area / height
    return np.column_stack([area, height, width, side])


def _one(roster: Roster, kinds: NDArray[np.int8], draw: np.random.Generator) -> NDArray[np.float64]:
    cells = [*((kind.fsc, kind.ssc) for kind in cell_kinds().values()), DEBRIS]
    median = np.array([[fsc[0], ssc[0]] for fsc, ssc in cells])[kinds]
    spread = np.array([[fsc[1], ssc[1]] for fsc, ssc in cells])[kinds]
    for name, shape in (("margin", MARGIN), ("counting_bead", BEADS)):
        here = roster.of_type(name)
        median[here] = [shape[0][0], shape[1][0]]
        spread[here] = [shape[0][1], shape[1][1]]
    median[roster.of_type("dead")] *= [DEAD_FSC, DEAD_SSC]
    values: NDArray[np.float64] = median * np.exp(spread * draw.standard_normal(median.shape))
    return values


def draw_times(spec: SampleSpec, draw: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """When each event was recorded, and whether the flow was settling.

    Returns:
        Seconds from the start in rising order, on the grid of the Time channel, and unsteady events, each shape (n,).
    """
    n = spec.events
    seconds = np.cumsum(draw.standard_exponential(n)) / spec.rate
    unsteady = np.zeros(n, dtype=bool)
    if spec.clog is not None and n:
        start = round(spec.clog.at * n)
        seconds[start:] += spec.clog.gap_s
        if start < n:
            unsteady[start:] = seconds[start:] <= seconds[start] + spec.clog.settle_s
            unsteady[start:] &= spec.clog.settle_s > 0
    return np.floor(seconds / TIMESTEP) * TIMESTEP, unsteady
