"""A number of events in a time of observation: rate with limits."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np

from costim.inference.binary.share import check_level
from costim.inference.binary.tails import Floats, find_crossings


@dataclass(frozen=True, slots=True)
class Rate:
    """`events` in `exposure` units of time (or volume), and the rate per unit with limits."""

    events: int
    exposure: float
    estimate: float
    lower: float
    upper: float
    level: float


def compute_garwood(events: int, exposure: float = 1.0, *, level: float = 0.95) -> Rate:
    """Exact interval of a Poisson rate: the rates that neither one-sided test rejects at half of 1 - level.

    Args:
        events: number of events, 0 or more.
        exposure: time of observation summed over subjects, above 0; 1 gives limits of the number itself.
        level: confidence level.

    Returns:
        Limits as quantiles of gamma distributions; the lower one is 0 without any event.

    Raises:
        ValueError: events negative or not whole, exposure not above 0, or the level not between 0 and 1.

    Source: Garwood, Biometrika 1936;28:437-442.
    """
    from scipy.special import gammainccinv, gammaincinv

    check_events(events, exposure, level)
    tail = (1 - level) / 2
    lower = 0.0 if events == 0 else float(gammaincinv(events, tail))
    upper = float(gammainccinv(events + 1, tail))
    return Rate(events, exposure, events / exposure, lower / exposure, upper / exposure, level)


def compute_poisson_mid_p(events: int, exposure: float = 1.0, *, level: float = 0.95) -> Rate:
    """As `compute_garwood` with half the probability of the number observed on each side: shorter, right on average.

    Raises:
        ValueError: as `compute_garwood`.

    Source: Lancaster, J Am Stat Assoc 1961;56:223-234.
    """
    from scipy.special import gammainc, gammaincc

    outer = compute_garwood(events, exposure, level=level)
    tail = (1 - level) / 2

    def too_many(mean: Floats) -> Floats:
        tails = [gammainc(k, mean) if k else np.ones_like(mean) for k in (events, events + 1)]
        return np.asarray((tails[0] + tails[1]) / 2 - tail)

    def too_few(mean: Floats) -> Floats:
        tails = [gammaincc(k, mean) if k else np.zeros_like(mean) for k in (events, events + 1)]
        return np.asarray(tail - (tails[0] + tails[1]) / 2)

    span = [outer.lower * exposure], [outer.upper * exposure]
    lower = 0.0 if events == 0 else float(find_crossings(too_many, *span)[0])
    upper = float(find_crossings(too_few, *span)[0])
    return Rate(events, exposure, events / exposure, lower / exposure, upper / exposure, level)


def check_events(events: int, exposure: float, level: float) -> None:
    """Refuse what is not a number of events in a time.

    Raises:
        ValueError: events negative or not whole, exposure not above 0, or the level not between 0 and 1.
    """
    if not isfinite(events) or events < 0 or events != int(events):
        raise ValueError(f"a number of events must be whole and not negative, found {events}")
    if not (isfinite(exposure) and exposure > 0):
        raise ValueError(f"the time of observation must be above 0, found {exposure}")
    check_level(level)
