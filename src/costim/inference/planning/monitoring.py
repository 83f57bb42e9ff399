"""Look after each patient: stop as soon as the posterior probability says that going on is not worth it.

The share may be one of responses or of harms; `high` is the boundary at which the share is credibly above the
reference, `low` the one at which it credibly is not. Operating characteristics are exact: every path is followed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.inference.planning.binomial import Floats
from costim.inference.shrinkage.beta_binomial import JEFFREYS, BetaPrior

LARGEST = 2000


@dataclass(frozen=True, slots=True)
class Boundary:
    """After `n` patients: stop with `low` counted or fewer, or with `high` or more; None = no such number."""

    n: int
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Characteristics:
    """What the boundaries do when the true share is `share`.

    `stop_low` and `stop_high` are the chances to stop at either boundary before or at the last patient, `neither` to
    reach the end without; `expected_n` is the mean number of patients.
    """

    share: float
    stop_low: float
    stop_high: float
    neither: float
    expected_n: float


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Boundaries at every look, and what they do."""

    reference: float
    low_probability: float | None
    high_probability: float | None
    prior: BetaPrior
    boundaries: tuple[Boundary, ...]
    characteristics: tuple[Characteristics, ...]


def compute_monitoring(
    reference: float,
    n: int,
    *,
    low_probability: float | None = 0.05,
    high_probability: float | None = 0.95,
    first_look: int = 1,
    every: int = 1,
    prior: BetaPrior = JEFFREYS,
    shares: tuple[float, ...] = (),
) -> Monitoring:
    """Boundaries after every `every` patients from `first_look` on, and exact operating characteristics.

    Args:
        reference: share with which the true one is compared, in (0, 1).
        n: most patients; the last look is always after all of them.
        low_probability: stop when P(share > reference | data) is below this; None = never.
        high_probability: stop when it is above this; None = never.
        first_look: patients before the first look.
        every: patients between looks.
        prior: belief about the share.
        shares: true shares for which the characteristics are wanted; that of the reference is always given.

    Raises:
        ValueError: a share or probability out of range, or looks that do not fit into n.
    """
    low, high = low_probability, high_probability
    _check(reference, n, (low, high), (first_look, every), shares)
    looks = sorted({*range(first_look, n + 1, every), n})
    boundaries = tuple(_boundary(look, reference, low, high, prior) for look in looks)
    wanted = dict.fromkeys((reference, *shares))
    characteristics = tuple(follow_paths(boundaries, share) for share in wanted)
    return Monitoring(reference, low, high, prior, boundaries, characteristics)


def follow_paths(boundaries: tuple[Boundary, ...], share: float) -> Characteristics:
    """Exact chances of every end, by carrying the distribution of the count from look to look."""
    chance = np.ones(1)
    low = high = expected = 0.0
    seen = 0
    step = np.array([1 - share, share])
    for boundary in boundaries:
        for _ in range(boundary.n - seen):
            chance = np.convolve(chance, step)
        seen = boundary.n
        stops_low, stops_high = _stops(boundary)
        here_low, here_high = float(chance[stops_low].sum()), float(chance[stops_high].sum())
        low, high = low + here_low, high + here_high
        expected += seen * (here_low + here_high)
        chance = np.where(stops_low | stops_high, 0.0, chance)
    neither = float(chance.sum())
    return Characteristics(share, low, high, neither, expected + seen * neither)


def _stops(boundary: Boundary) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    counts = np.arange(boundary.n + 1)
    low = counts <= boundary.low if boundary.low is not None else np.zeros(counts.size, dtype=bool)
    high = counts >= boundary.high if boundary.high is not None else np.zeros(counts.size, dtype=bool)
    return low, high


def _boundary(n: int, reference: float, low: float | None, high: float | None, prior: BetaPrior) -> Boundary:
    beyond = _probability_beyond(n, reference, prior)
    below = np.flatnonzero(beyond < low) if low is not None else np.array([], dtype=np.int64)
    above = np.flatnonzero(beyond > high) if high is not None else np.array([], dtype=np.int64)
    return Boundary(n, int(below[-1]) if below.size else None, int(above[0]) if above.size else None)


def _probability_beyond(n: int, reference: float, prior: BetaPrior) -> Floats:
    """P(share > reference) after 0..n counted; rises with the count."""
    from scipy.special import betaincc

    count = np.arange(n + 1)
    return np.asarray(betaincc(prior.successes + count, prior.failures + n - count, reference))


def _check(
    reference: float,
    n: int,
    probabilities: tuple[float | None, float | None],
    looks: tuple[int, int],
    shares: tuple[float, ...],
) -> None:
    low, high = probabilities
    if not 0 < reference < 1:
        raise ValueError(f"the reference share must lie between 0 and 1, found {reference!r}")
    for share in shares:
        if not 0 <= share <= 1:
            raise ValueError(f"a true share lies between 0 and 1, found {share!r}")
    for probability in probabilities:
        if probability is not None and not 0 < probability < 1:
            raise ValueError(f"a posterior probability lies between 0 and 1, found {probability!r}")
    if low is None and high is None:
        raise ValueError("give a probability at which to stop, for too low a share, for a high one, or both")
    if low is not None and high is not None and low >= high:
        raise ValueError(f"the lower probability ({low!r}) must be below the upper one ({high!r})")
    if not 1 <= n <= LARGEST:
        raise ValueError(f"the number of patients must lie between 1 and {LARGEST}, found {n!r}")
    if not 1 <= looks[0] <= n or looks[1] < 1:
        raise ValueError(
            f"the first look must come after 1 to {n} patients and looks at least one apart, found {looks}"
        )
