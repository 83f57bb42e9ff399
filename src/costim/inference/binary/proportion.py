"""Intervals of a share, by name."""

from __future__ import annotations

from typing import Protocol

from costim.inference.binary.blaker import compute_blaker
from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.inference.binary.jeffreys import compute_jeffreys
from costim.inference.binary.mid_p import compute_mid_p
from costim.inference.binary.share import Proportion
from costim.inference.binary.wilson import compute_wilson


class Interval(Protocol):
    """A function from a count to limits."""

    def __call__(self, count: int, n: int, *, level: float = 0.95) -> Proportion:
        """Limits of `count` of `n` at `level`."""
        ...


INTERVALS: dict[str, Interval] = {
    "clopper_pearson": compute_clopper_pearson,
    "blaker": compute_blaker,
    "mid_p": compute_mid_p,
    "wilson": compute_wilson,
    "jeffreys": compute_jeffreys,
}
"""The names that `share_interval` of a study may take."""
