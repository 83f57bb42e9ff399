"""Composition or expression, looked at cell by cell: levels as they would be with the mixture of the first visit.

The cells of a population are sorted into small boxes on the axes that tell its subsets apart (CD27 and IgD, say), finer
than the subsets and without their gates. Each later tube is weighed so that its boxes are filled as those of the first.
What is left of a change is expression. It is a check beside the split by subsets, and shares no gate with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.engine.values import values_in
from costim.cytometry.gates.model import Axis, Quadrants, Rectangle, Strategy
from costim.cytometry.phenotypes.asked import EVERYTHING, Asked
from costim.cytometry.phenotypes.phenotype import Phenotype, Statistic
from costim.cytometry.phenotypes.reweighted import reweighted_row

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile

MOST_BINS = 4
"""Boxes along one axis at most."""
STATISTICS: tuple[Statistic, ...] = ("mean_reweighted", "log_mean_reweighted")
CELLS_PER_BOX = 5
"""Boxes are made so wide that the smallest sample has so many cells in each on average."""


def reweight(
    files: Sequence[FcsFile], strategies: Sequence[Strategy], enough: int, asked: Asked = EVERYTHING
) -> Iterator[tuple[int, Phenotype]]:
    """Number of the tube, and rows `mean_reweighted` and `log_mean_reweighted` of every population with subsets.

    Args:
        files: sample tubes of one subject and panel, in order of time; the first is the mixture wanted.
        strategies: the gates of each, resolved.
        enough: tubes with fewer cells of a population are left out; without the first there is no mixture to want.
        asked: which rows to give.
    """
    shared = strategies[0]
    for population, subsets in shared.subsets.items():
        axes = subset_axes(shared, subsets)
        # Cells without a finite value of any marker are left out, so all are read whichever is asked for.
        markers = {name: m.axis for name, m in shared.markers.items() if population in m.populations}
        wanted_rows = [
            (column, marker, statistic == "log_mean_reweighted")
            for column, marker in enumerate(markers, start=len(axes))
            for statistic in STATISTICS
            if asked.has(population, statistic, marker)
        ]
        if not axes or not wanted_rows:
            continue
        linear = [replace(axis, transform="") for axis in markers.values()]
        values = [values_in(f, s, population, [*axes, *linear]) for f, s in zip(files, strategies, strict=True)]
        values = [found[np.isfinite(found).all(axis=1)] for found in values]
        used = [place for place, found in enumerate(values) if len(found) >= enough]
        if 0 not in used:
            continue
        boxes = _boxes({place: values[place][:, : len(axes)] for place in used})
        n_boxes = 1 + max(int(found.max()) for found in boxes.values())
        filled = np.bincount(boxes[0], minlength=n_boxes) / len(boxes[0])
        wanted = {str(box): float(share) for box, share in enumerate(filled)}
        for place in used:
            for column, marker, logarithms in wanted_rows:
                cells = population, marker, values[place][:, column], boxes[place]
                yield place, reweighted_row(*cells, wanted=wanted, logarithms=logarithms)


def subset_axes(strategy: Strategy, subsets: Sequence[str]) -> tuple[Axis, ...]:
    """The axes on which the gates of the subsets lie, each once."""
    axes: dict[Axis, None] = {}
    for gate in strategy.gates:
        if isinstance(gate, Quadrants) and any(q.name in subsets for q in gate.quadrants):
            axes |= {divider.axis: None for divider in gate.dividers}
        elif isinstance(gate, Rectangle) and gate.name in subsets:
            axes |= {r.axis: None for r in gate.ranges}
    return tuple(axes)


def _boxes(values: Mapping[int, NDArray[np.float64]]) -> dict[int, NDArray[np.int64]]:
    """Number of the box of every cell; edges are quantiles of the first tube."""
    first = values[0]
    smallest = min(len(found) for found in values.values())
    bins = max(1, min(MOST_BINS, int((smallest / CELLS_PER_BOX) ** (1 / first.shape[1]))))
    edges = [np.quantile(first[:, k], np.arange(1, bins) / bins) for k in range(first.shape[1])]
    numbered = {}
    for place, found in values.items():
        box = np.zeros(len(found), dtype=np.int64)
        for k, cuts in enumerate(edges):
            box = box * bins + np.searchsorted(cuts, found[:, k], side="right")
        numbered[place] = box
    return numbered
