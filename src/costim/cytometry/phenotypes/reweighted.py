"""Mean level of a population as it would be with the mixture of another visit: composition or expression by cells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from costim.cytometry.phenotypes.phenotype import Phenotype
from costim.inference.cells.reweighted_mean import compute_reweighted_mean


def reweighted_row(
    population: str,
    marker: str,
    levels: ArrayLike,
    subsets: ArrayLike,
    *,
    wanted: Mapping[str, float],
    logarithms: bool = False,
) -> Phenotype:
    """One row `mean_reweighted` or `log_mean_reweighted`, without limits.

    Its events are the effective number of cells, rounded down; its parent events all cells that were weighted.

    Args:
        population: the population that the subsets divide.
        marker: name of the marker.
        levels: shape (cells,), linear levels of the cells of the population that lie in one of the subsets.
        subsets: shape (cells,), number of the subset of each cell, in the order of `wanted`.
        wanted: subset -> share in the other visit, together 1.
        logarithms: average natural logarithms, which a few very bright cells move less; None where a level is not
            above 0.

    Raises:
        ValueError: see `compute_reweighted_mean`.
    """
    cells = np.asarray(levels, dtype=np.float64)
    dark = logarithms and bool(np.any(cells <= 0))
    used = np.log(cells) if logarithms and not dark else cells
    found = compute_reweighted_mean(used, subsets, list(wanted.values()))
    flags = {
        "limits_not_calibrated": True,
        "subset_unreachable": 0 < found.unreachable < 1,
        "no_cell_in_wanted_subsets": found.reweighted is None,
        "levels_not_positive": dark,
    }
    return Phenotype(
        population=population,
        marker=marker,
        statistic="log_mean_reweighted" if logarithms else "mean_reweighted",
        value=None if dark else found.reweighted,
        events=int(found.effective),
        parent_events=found.cells,
        unit="" if logarithms else "AU",
        flags=tuple(sorted(name for name, holds in flags.items() if holds)),
        assumption="Cells stand for the others of their subset.",
    )
