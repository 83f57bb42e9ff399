"""The time channel: whether it runs forward, how steadily events came, and the longest pause."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.registry.cytometry_record import QualityNumber, Status

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile

PER_BIN = 100
"""Events that a time bin holds on average at least: half of that is five standard deviations away under Poisson."""
MOST_BINS = 200
TICKS_PER_BIN = 20
"""Ticks of the clock in a bin at least: a bin gets at most one tick more than its neighbour."""
BINS_NEEDED = 10
SLOW, FAST = 0.5, 2.0
"""A bin with less than half or more than twice the median rate is unsteady."""
UNSTEADY_BAD = 0.1
GAP_FACTOR = 10.0
"""A pause so many times longer than the longest one that a steady stream would have (with probability 0.99)."""
_LONGEST_ALLOWED = -math.log(-math.log(0.99))


def time_index(file: FcsFile) -> int | None:
    """Index of the time channel; None when there is none."""
    return next((i for i, channel in enumerate(file.channels) if channel.is_time), None)


def time_of(file: FcsFile) -> NDArray[np.float64] | None:
    """Time of every event in the order of the file, shape (events,), in seconds where $TIMESTEP is stated.

    None when there is no time channel, or when it says nothing (constant, or not numbers).
    """
    index = time_index(file)
    if index is None or file.events < 2:
        return None
    times = file.read([index])[:, 0]
    return times if np.isfinite(times).all() and times.max() > times.min() else None


def judge_time(times: NDArray[np.float64], *, unit: str) -> tuple[QualityNumber, ...]:
    """Order, rate and pauses.

    Args:
        times: shape (n,), in the order of the file.
        unit: unit of the times; blank when the file states no $TIMESTEP.
    """
    backwards = int(np.count_nonzero(np.diff(times) < 0))
    order: Status = "good" if not backwards else "doubtful"
    note = "the time of the next event is earlier than that of the one before it" if backwards else ""
    found = [
        QualityNumber(
            code="time_not_monotone",
            value=float(backwards),
            unit="events",
            events=backwards,
            of=len(times),
            threshold=0.0,
            status=order,
            note=note,
        )
    ]
    ordered = times if not backwards else np.sort(times)
    return (*found, _rate(ordered), _gap(ordered, unit))


def _rate(times: NDArray[np.float64]) -> QualityNumber:
    n = len(times)
    by_clock = int((times[-1] - times[0]) / (TICKS_PER_BIN * _resolution(times)))
    bins = min(MOST_BINS, n // PER_BIN, by_clock)
    if bins < BINS_NEEDED:
        note = "too few events" if by_clock >= BINS_NEEDED else "the clock is too coarse to judge the rate"
        return QualityNumber(code="flow_rate_unsteady", value=None, unit="share", status="not_known", note=note)
    counts = np.histogram(times, bins=bins, range=(times[0], times[-1]))[0]
    usual = float(np.median(counts))
    odd = (counts < SLOW * usual) | (counts > FAST * usual)
    share = float(odd.mean())
    status: Status = "good" if not odd.any() else "doubtful" if share <= UNSTEADY_BAD else "bad"
    return QualityNumber(
        code="flow_rate_unsteady",
        value=share,
        unit="share",
        events=int(counts[odd].sum()),
        of=n,
        threshold=0.0,
        status=status,
        note=f"{int(odd.sum())} of {bins} time bins",
    )


def _resolution(times: NDArray[np.float64]) -> float:
    """Smallest step of the clock; times ascend and are not all equal."""
    steps = np.diff(times)
    return float(steps[steps > 0].min())


def _gap(times: NDArray[np.float64], unit: str) -> QualityNumber:
    """The longest pause against the longest one of a Poisson stream: (ln n + g) / rate, g the 0.99 Gumbel quantile.

    The rate is that of the time without the longest pause, so that a long one does not hide itself.
    """
    n = len(times)
    steps = np.diff(times)
    longest = float(steps.max())
    running = max(float(times[-1] - times[0]) - longest, _resolution(times) * n / 1e6)
    allowed = GAP_FACTOR * (math.log(n) + _LONGEST_ALLOWED) * running / n + 2 * _resolution(times)
    place = float(times[int(steps.argmax())] - times[0]) / float(times[-1] - times[0])
    return QualityNumber(
        code="acquisition_gap",
        value=longest,
        unit=unit,
        threshold=allowed,
        status="good" if longest <= allowed else "doubtful",
        note="" if longest <= allowed else f"after {place:.0%} of the acquisition",
    )
