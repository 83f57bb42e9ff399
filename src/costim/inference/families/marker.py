"""One marker of a family as the sign flips see it: whole-number weights, and sums turned into a statistic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from costim.inference.families.flips import Floats
from costim.inference.lattice import Integers, round_to_lattice
from costim.inference.paired.signed_rank import Zeros, doubled_ranks

Statistic = Literal["signed_rank", "t"]


@dataclass(frozen=True, slots=True, eq=False)
class Marker:
    """Weights of the patients (0 where a patient has no reading, or no change), and how many patients have one."""

    weights: Integers
    n: int
    statistic: Statistic

    def score(self, sums: Floats) -> Floats:
        """Size of the statistic for absolute sums of the weights; larger = further from no effect.

        For `signed_rank` |W+ - W-| over its standard deviation; for `t` the monotone t^2 / (1 + t^2), which has no
        infinity when all changes are equal. Both are 0 where the marker says nothing.
        """
        squares = float((self.weights.astype(np.float64) ** 2).sum())
        if squares == 0 or (self.statistic == "t" and self.n < 2):
            return np.zeros_like(sums)
        if self.statistic == "signed_rank":
            return np.asarray(sums / np.sqrt(squares))
        share = np.minimum(1.0, sums * sums / (self.n * squares))
        scaled = (self.n - 1) * share
        return np.asarray(scaled / (scaled + 1 - share))

    def value(self) -> float | None:
        """The observed statistic with its sign; None where it is not defined (no change; t: all changes equal)."""
        total = float(self.weights.sum())
        score = float(self.score(np.array([abs(total)]))[0])
        if not self.weights.any() or (self.statistic == "t" and (self.n < 2 or score >= 1)):
            return None
        size = score if self.statistic == "signed_rank" else (score / (1 - score)) ** 0.5
        return size if total >= 0 else -size


def build_marker(
    changes: Floats, statistic: Statistic, zeros: Zeros, resolution: float | None, scale: float | None
) -> Marker:
    """Weights of one marker: whole steps of the instrument for `t`, signed doubled mid-ranks for `signed_rank`.

    Args:
        changes: shape (n,), NaN where the patient has no reading; ranks are among those who have one.
        statistic: which of the two.
        zeros: how zeros are ranked.
        resolution: step of the instrument.
        scale: size of the operands, see `round_to_lattice`.

    Raises:
        ValueError: a change is infinite.
    """
    there = ~np.isnan(changes)
    units = round_to_lattice(changes[there], resolution=resolution, scale=scale).units
    if statistic == "signed_rank":
        ranks, positive = doubled_ranks(units, zeros)
        units = units.copy()
        units[units != 0] = np.where(positive, ranks, -ranks)
    weights = np.zeros(changes.size, dtype=np.int64)
    weights[there] = units
    return Marker(weights, int(there.sum()), statistic)
