"""Mean level of a population as it would be with the mixture of another visit: composition or expression, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping

from numpy.typing import ArrayLike

from costim.cytometry.phenotypes.phenotype import Phenotype
from costim.inference.cells.reweighted_mean import compute_reweighted_mean


def reweighted_row(
    population: str, marker: str, levels: ArrayLike, subsets: ArrayLike, wanted: Mapping[str, float]
) -> Phenotype:
    """One row `mean_reweighted`, without limits; its events are the effective number of cells, rounded down.

    Args:
        population: the population that the subsets divide.
        marker: name of the marker.
        levels: shape (cells,), linear levels of the cells of the population that lie in one of the subsets.
        subsets: shape (cells,), number of the subset of each cell, in the order of `wanted`.
        wanted: subset -> share in the other visit, together 1.

    Raises:
        ValueError: see `compute_reweighted_mean`.
    """
    found = compute_reweighted_mean(levels, subsets, list(wanted.values()))
    flags = {"limits_not_calibrated": True, "subset_unreachable": 0 < found.unreachable < 1}
    flags["no_cell_in_wanted_subsets"] = found.reweighted is None
    return Phenotype(
        population=population,
        marker=marker,
        statistic="mean_reweighted",
        value=found.reweighted,
        events=int(found.effective),
        parent_events=found.cells,
        unit="a.u.",
        flags=tuple(sorted(name for name, holds in flags.items() if holds)),
        assumption="Cells stand for the others of their subset.",
    )
