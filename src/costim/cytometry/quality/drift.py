"""Drift of the signal over time, by ranks.

Null hypothesis: the events of the population looked at are exchangeable over time. Under it the Kruskal-Wallis
statistic over stretches of equal numbers of events follows chi-square with (stretches - 1) degrees of freedom, ties
corrected. Large files make every trace of drift significant, so an alarm also needs a size: the mean rank of a stretch
lies more than `LARGE` (as a share of all ranks) from the middle. A normal signal that moves by 0.18 of its standard
deviation in one short stretch reaches 0.05. As both are needed, the rate of false alarms is at most `ALPHA` for all
channels together (Bonferroni).

Outcome markers are never looked at: a drug effect must not be able to look like drift, nor drift be judged on them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.registry.cytometry_record import QualityNumber, Status

STRETCHES = 20
PER_STRETCH = 250
FEWEST_STRETCHES = 4
MOST_EVENTS = 40_000
ALPHA = 0.05
LARGE = 0.05
VERY_LARGE = 0.10


@dataclass(frozen=True, slots=True)
class Drift:
    """Drift of one channel."""

    shift: float
    """Largest distance of the mean rank of a stretch from the middle, as a share of all ranks (0 to 0.5)."""
    p: float
    """Probability of so large a Kruskal-Wallis statistic without drift."""
    stretch: int
    """The stretch with the largest distance, from 0."""
    stretches: int


def evenly(n: int, most: int = MOST_EVENTS) -> NDArray[np.int64]:
    """Indices of at most `most` of n events, evenly spaced, the first included; the same at every call."""
    if n <= most:
        return np.arange(n, dtype=np.int64)
    return (np.arange(most, dtype=np.int64) * n) // most


def compute_drift(values: NDArray[np.float64]) -> Drift | None:
    """Drift of a signal.

    Args:
        values: shape (n,), in order of time, finite.

    Returns:
        None with fewer than `FEWEST_STRETCHES * PER_STRETCH` values, or when all are equal.
    """
    from scipy.special import chdtrc

    n = len(values)
    stretches = min(STRETCHES, n // PER_STRETCH)
    if stretches < FEWEST_STRETCHES:
        return None
    ranks, ties = _ranks(values)
    if ties >= 1.0:
        return None
    edges = (np.arange(stretches + 1) * n) // stretches
    sizes = np.diff(edges)
    means = np.add.reduceat(ranks, edges[:-1]) / sizes
    middle = (n + 1) / 2
    statistic = 12.0 / (n * (n + 1)) * float((sizes * (means - middle) ** 2).sum()) / (1.0 - ties)
    shifts = np.abs(means - middle) / n
    worst = int(shifts.argmax())
    return Drift(float(shifts[worst]), float(chdtrc(stretches - 1, statistic)), worst, stretches)


def _ranks(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Mid-ranks, and the share by which ties shrink their variance."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    starts = np.flatnonzero(new)
    sizes = np.diff(np.append(starts, len(values)))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(starts + (sizes + 1) / 2, sizes)
    n = float(len(values))
    return ranks, float((sizes.astype(np.float64) ** 3 - sizes).sum()) / (n**3 - n)


def judge_drift(names: tuple[str, ...], values: NDArray[np.float64], population: str) -> QualityNumber:
    """The channel that drifts most.

    Args:
        names: channels, none of them an outcome marker.
        values: shape (n, channels), in order of time.
        population: the population of the events, in words for the note.
    """
    kept = values[np.isfinite(values).all(axis=1)]
    kept = kept[evenly(len(kept))]
    found = {name: drift for i, name in enumerate(names) if (drift := compute_drift(kept[:, i])) is not None}
    if not found:
        note = "too few events" if names else "no channel that is not an outcome"
        return QualityNumber(code="acquisition_drift", value=None, unit="share", status="not_known", note=note)
    drifting = {name: d for name, d in found.items() if d.p < ALPHA / len(found) and d.shift > LARGE}
    worst = max(drifting or found, key=lambda name: found[name].shift)
    shift = found[worst].shift
    status: Status = "good" if not drifting else "doubtful" if shift <= VERY_LARGE else "bad"
    others = [name for name in drifting if name != worst]
    note = f"{len(found)} channels looked at, {population}"
    if drifting:
        note = f"stretch {found[worst].stretch + 1} of {found[worst].stretches}; {note}"
    if others:
        note += f"; also {', '.join(others)}"
    return QualityNumber(
        code="acquisition_drift",
        channel=worst,
        value=shift,
        unit="share",
        of=len(kept),
        threshold=LARGE,
        status=status,
        note=note,
    )
