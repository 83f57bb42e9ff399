"""Percent positive where the threshold comes from cells that are dim in the other colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from costim.cytometry.phenotypes.count_rows import assumption_of, base_flags
from costim.cytometry.phenotypes.phenotype import Phenotype
from costim.cytometry.phenotypes.sample import GatedSample
from costim.inference.cells.contamination import compute_positive_share, own_level
from costim.inference.cells.spreading import compute_positivity_thresholds


def spread_positive_row(
    sample: GatedSample,
    population: str,
    marker: str,
    levels: ArrayLike,
    *,
    brightness: ArrayLike,
    reference: ArrayLike,
    coefficients: ArrayLike,
    quantile: float = 0.99,
    without: Sequence[str] = (),
) -> Phenotype:
    """Percent of the cells above their own thresholds, which rise with their brightness in the other colours.

    Args:
        sample: counts and controls of the tube.
        population: the population looked at.
        marker: name of the marker.
        levels: shape (m,), compensated linear level of the marker on each cell.
        brightness: shape (m, c), compensated brightness of each cell in the other colours above that of the reference.
        reference: shape (n,), levels of cells without the marker that are dim in the other colours.
        coefficients: shape (c,), spreading coefficients of the other colours into the detector of the marker.
        quantile: share of negative cells that shall lie below the threshold.
        without: other colours whose coefficient is not known, for the assumption.

    Raises:
        ValueError: see `compute_positivity_thresholds`; levels and brightness differ in length.
    """
    unknown = (f"Spreading of {', '.join(without)} is not known and left out.",) if without else ()
    cells = np.asarray(levels, dtype=np.float64)
    bounds = compute_positivity_thresholds(reference, coefficients, brightness, quantile=quantile)
    if cells.shape != bounds.shape:
        raise ValueError("one brightness in each other colour is needed for each cell")
    level, limits = sample.settings.level, sample.limits(population)
    controlled = sample.false_events(population) is not None
    status = sample.status(population)
    share = compute_positive_share(
        int((cells >= bounds).sum()),
        cells.size,
        level=own_level(level) if controlled else level,
        false_cells=min(sample.false_cells(population, level), cells.size),
    )
    shown = (share.estimate, share.lower, share.upper) if status != "below_lod" else (None, None, None)
    value, lower, upper = (None if end is None else 100 * end for end in shown)
    return Phenotype(
        population=population,
        marker=marker,
        statistic="percent_positive_spread",
        value=value,
        lower=lower,
        upper=upper,
        level=level,
        interval_method="" if lower is None else "worst_share" if controlled else "clopper_pearson",
        events=cells.size,
        parent_events=sample.parent_events(population),
        unit="%",
        lob=limits.lob,
        lod=limits.lod,
        lloq=limits.lloq,
        status=status,
        flags=tuple(sorted({*base_flags(sample, population), "threshold_with_spreading"})),
        assumption=assumption_of(
            sample, population, "Spreading follows the coefficients of the single-stain controls.", *unknown
        ),
    )
