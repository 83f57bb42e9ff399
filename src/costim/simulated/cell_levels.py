"""What a cytometer without counting noise would report of the B cells of a tube: medians, and means of logarithms.

The signal of a cell is its log-normal amount of marker in the linear units of the detector, plus the medians of what
clings to it and of its own light. Gates are taken to be perfect.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.synthetic.cells import cell_kinds
from costim.cytometry.synthetic.instrument import detector
from costim.cytometry.synthetic.panels import PANELS
from costim.simulated.blood import MEMORY_SUBSETS

Floats = NDArray[np.float64]
KINDS = ("naive_b", *MEMORY_SUBSETS)
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)


def _light(marker: str) -> tuple[Floats, Floats, Floats]:
    """Usual median in linear units, spread of the logarithm, and other light; per kind of `KINDS`."""
    kinds = [cell_kinds()[name] for name in KINDS]
    conjugate = next(c for c in PANELS["b_cells"] if c.key == marker)
    eye = detector(conjugate.detector)
    median = np.array([k.levels[marker].median for k in kinds]) * eye.units_per_mesf
    spread = np.array([k.levels[marker].spread for k in kinds])
    other = np.array([k.nonspecific * eye.units_per_mesf + k.autofluorescence * eye.autofluorescence for k in kinds])
    return median, spread, other


def log_means(marker: str, factor: Floats) -> tuple[Floats, Floats]:
    """Mean natural logarithm of the signal of naive and of memory B cells, each of the shape of `factor`.

    Args:
        marker: `cd40` or `cd80`, carried by every B cell.
        factor: On the usual level.
    """
    median, spread, other = _light(marker)
    amount = median[:, None] * np.exp(spread[:, None] * _NODES)
    signal = amount * np.asarray(factor)[..., None, None] + other[:, None]
    means = (np.log(signal) * _WEIGHTS).sum(axis=-1) / _WEIGHTS.sum()
    memory = np.array(list(MEMORY_SUBSETS.values()))
    return means[..., 0], means[..., 1:] @ (memory / memory.sum())


def medians(marker: str, factor: Floats, naive: Floats) -> Floats:
    """Median signal of all B cells, linear units.

    Args:
        marker: `cd40` or `cd80`.
        factor: On the usual level.
        naive: Share of naive cells, same shape.
    """
    from scipy.special import ndtr

    median, spread, other = _light(marker)
    memory = np.array(list(MEMORY_SUBSETS.values()))
    shares = np.concatenate([naive[..., None], (1.0 - naive)[..., None] * (memory / memory.sum())], axis=-1)
    centre = median * np.asarray(factor)[..., None]
    low = np.full(naive.shape, np.log(other.min()) - 1.0)
    high = np.log(centre.max(axis=-1) + other.max()) + 3.0
    for _ in range(45):
        middle = (low + high) / 2
        above = np.maximum(np.exp(middle)[..., None] - other, 1e-300)
        below = (shares * ndtr(np.log(above / centre) / spread)).sum(axis=-1) < 0.5
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    result: Floats = np.exp((low + high) / 2)
    return result
