"""Bounds moved from the scale of a gate into linear space, with the sliver where rounding decides.

Comparing linear values with a moved bound spares the transform of every event. Rounding may let the comparison differ
from that of scale values in the last digits; there, and only there, the event itself is transformed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from math import inf, nextafter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from costim.cytometry.transforms.scale import Scale

MAX = sys.float_info.max
SLIVER = 1e-12
"""Relative width of the sliver on the scale: hundreds of times the rounding error of a transform."""


@dataclass(frozen=True, slots=True)
class Zone:
    """Where a linear value stands towards a bound: surely below up to `below`, surely at or above from `reached` on."""

    below: float
    reached: float


@lru_cache(maxsize=4096)
def zone_of(scale: Scale | None, bound: float) -> Zone:
    """The zone of a bound given on a scale; without a scale the comparison is exact and nothing lies between."""
    if scale is None:
        return Zone(nextafter(bound, -inf), bound)
    if scale.least is not None and bound <= scale.least:
        return Zone(-inf, -inf)
    if scale.greatest is not None and bound > scale.greatest:
        return Zone(MAX, inf)
    sliver = SLIVER * (1.0 + abs(bound))
    guess, lower, upper = (float(x) for x in scale.invert([bound, bound - sliver, bound + sliver]))
    step = abs(guess) * 1e-9 + 1e-300
    candidates = [lower, guess - step, upper, guess + step]
    reached = [float(y) for y in scale.apply(candidates)]
    below = [x for x, y in zip(candidates[:2], reached[:2], strict=True) if y <= bound - sliver / 2 or y == scale.least]
    above = [
        x for x, y in zip(candidates[2:], reached[2:], strict=True) if y >= bound + sliver / 2 or y == scale.greatest
    ]
    return Zone(max(below, default=-inf), min(above, default=inf))
