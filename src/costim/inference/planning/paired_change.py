"""Power of the exact signed-rank test for the change of one group, by simulation of whole studies."""

from __future__ import annotations

from math import ceil, log2

import numpy as np
from numpy.typing import NDArray

from costim.inference.lattice import Integers, choose_step
from costim.inference.paired.sign_sums import null_chances
from costim.inference.paired.signed_rank import Zeros
from costim.inference.planning.binomial import check_errors
from costim.inference.planning.change_models import ChangeModel, Floats, draw_changes
from costim.inference.planning.simulated import (
    LARGEST,
    REPETITIONS,
    SKETCH,
    SimulatedPlan,
    SimulatedPower,
    Watch,
    check_size,
    find_smallest,
    summarise,
)


def compute_change_power(
    model: ChangeModel,
    n: int,
    *,
    alpha: float = 0.05,
    zeros: Zeros = "pratt",
    repetitions: int = REPETITIONS,
    seed: int = 1,
) -> SimulatedPower:
    """Share of simulated studies of n patients in which the exact two-sided signed-rank test gives p <= alpha.

    The share counts rejections in either direction, as the test does.

    Raises:
        ValueError: n or repetitions below 1 or too large together, or alpha out of range.
    """
    check_errors(alpha, (1 + alpha) / 2)
    check_size(n, repetitions)
    changes = draw_changes(model, repetitions, n, seed)
    return summarise(rejects(changes, alpha=alpha, zeros=zeros, resolution=model.step), n, seed)


def compute_change_size(
    model: ChangeModel,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    zeros: Zeros = "pratt",
    repetitions: int = REPETITIONS,
    seed: int = 1,
    largest: int = LARGEST,
    watch: Watch | None = None,
) -> SimulatedPlan:
    """Smallest number of patients whose simulated power reaches `power`.

    Raises:
        ValueError: power, alpha or a number out of range.
    """
    check_errors(alpha, power)
    check_size(largest, repetitions)
    least = max(1, ceil(1 - log2(alpha)))
    if largest < least:
        raise ValueError(f"with alpha {alpha!r} at least {least} patients are needed, found a limit of {largest}")

    def simulate(n: int, size: int = repetitions) -> SimulatedPower:
        return compute_change_power(model, n, alpha=alpha, zeros=zeros, repetitions=size, seed=seed)

    return find_smallest(simulate, lambda n: simulate(n, min(SKETCH, repetitions)), power, (least, largest), watch)


def rejects(
    changes: Floats, *, alpha: float = 0.05, zeros: Zeros = "pratt", resolution: float | None = None
) -> NDArray[np.bool_]:
    """Whether the exact conditional signed-rank test rejects, for many studies at once.

    Equal to `compute_signed_rank(...).p <= alpha` of each row, with the largest change of all as scale.

    Args:
        changes: shape (r, n).
        alpha: level of the test.
        zeros: rule for zeros, `pratt` or `wilcoxon`.
        resolution: step of the instrument.
    """
    if changes.shape[1] == 0:
        return np.zeros(len(changes), dtype=bool)
    step = float(choose_step(float(np.abs(changes).max(initial=0.0)), resolution))
    units = np.rint(changes / step).astype(np.int64)
    ranks, positive = _doubled_ranks(units, zeros)
    plus = np.where(positive, ranks, 0).sum(axis=1)
    smaller = np.minimum(plus, ranks.sum(axis=1) - plus)
    patterns, which = np.unique(ranks, axis=0, return_inverse=True)
    critical = np.array([_critical(pattern[pattern > 0], alpha) for pattern in patterns])
    return np.asarray(smaller <= critical[which.ravel()])


def _doubled_ranks(units: Integers, zeros: Zeros) -> tuple[Integers, NDArray[np.bool_]]:
    """Doubled mid-ranks in the order of size, 0 for zeros; and which are positive. Both of the shape of `units`."""
    size = np.abs(units)
    order = np.argsort(size, axis=1, kind="stable")
    size = np.take_along_axis(size, order, axis=1)
    positive = np.take_along_axis(units, order, axis=1) > 0
    n = units.shape[1]
    place = np.broadcast_to(np.arange(n), size.shape)
    starts = np.ones(size.shape, dtype=bool)
    starts[:, 1:] = size[:, 1:] != size[:, :-1]
    ends = np.ones(size.shape, dtype=bool)
    ends[:, :-1] = starts[:, 1:]
    first = np.maximum.accumulate(np.where(starts, place, 0), axis=1)
    last = np.minimum.accumulate(np.where(ends, place, n)[:, ::-1], axis=1)[:, ::-1]
    doubled = first + last + 2
    if zeros == "wilcoxon":
        doubled = doubled - 2 * (size == 0).sum(axis=1, keepdims=True)
    return np.where(size == 0, 0, doubled), positive


def _critical(ranks: Integers, alpha: float) -> int:
    """The largest smaller rank sum with p <= alpha; -1 when there is none."""
    if ranks.size == 0:
        return -1
    chances = np.cumsum(null_chances(ranks.astype(np.int64), (int(ranks.sum()) - 1) // 2))
    return int(np.searchsorted(2 * chances, alpha, side="right")) - 1
