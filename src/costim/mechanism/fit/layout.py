"""Where everything stands in the vector that the sampler moves.

Every element is standard normal beforehand: values in standard deviations of their prior, deviations of patients in
standard deviations between patients (non-centred: Papaspiliopoulos, Roberts, Skold 2007, Stat Sci 22:59), levels in
standard deviations of theirs. A standard deviation between patients is the size of a normal number, which makes it
half-normal; its sign turns the deviations round and says nothing. So the posterior is smooth through a standard
deviation of 0, where a logarithm would run away to minus infinity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.priors import Priors
from costim.mechanism.observed.data import FitData

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layout:
    """Slices of the vector, in this order."""

    values: slice
    """Typical values, as `Priors.values`."""
    between: slice
    """Standard deviations between patients, as `Priors.between`, with a sign; see `folded`."""
    scatter: slice
    """Of each output of the data."""
    deviations: slice
    """Patient by patient, as `Priors.between`."""
    levels: slice
    """Levels that are sampled; see `Blocks.level`."""

    @property
    def size(self) -> int:
        """Length of the vector."""
        return int(self.levels.stop)


def layout(data: FitData, priors: Priors, levels: int) -> Layout:
    """The layout for so many sampled levels."""
    sizes = (
        len(priors.values),
        len(priors.between),
        len(data.outputs),
        len(data.subjects) * len(priors.between),
        levels,
    )
    ends = np.cumsum(sizes)
    return Layout(*(slice(int(end - size), int(end)) for end, size in zip(ends, sizes, strict=True)))


def folded(at: Layout, sampled: Floats, patients: int) -> Floats:
    """Vectors (..., elements) with standard deviations not below 0, deviations turned round with them."""
    found = sampled.copy()
    sign = np.where(sampled[..., at.between] < 0, -1.0, 1.0)
    found[..., at.between] *= sign
    found[..., at.deviations] *= np.tile(sign, patients)
    return found
