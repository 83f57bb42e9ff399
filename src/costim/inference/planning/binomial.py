"""Exact binomial chances that the plans of yes/no endpoints share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def check_shares(reference: float, hoped: float, alpha: float, power: float) -> None:
    """Refuse what is no question about two shares.

    Raises:
        ValueError: a share outside (0, 1), two equal shares, or chances of error outside (0, 1).
    """
    for name, share in (("reference share", reference), ("share hoped for", hoped)):
        if not 0 < share < 1:
            raise ValueError(f"the {name} must lie between 0 and 1, found {share!r}")
    if reference == hoped:
        raise ValueError(f"the share hoped for must differ from the reference share, found {hoped!r} for both")
    check_errors(alpha, power)


def check_errors(alpha: float, power: float) -> None:
    """Refuse chances that are none.

    Raises:
        ValueError: alpha or power outside (0, 1), or a power not above alpha.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie between 0 and 1, found {alpha!r}")
    if not alpha < power < 1:
        raise ValueError(f"the power must lie between alpha ({alpha!r}) and 1, found {power!r}")


def chance_of_at_least(count: Counts | int, n: Counts | int, share: float) -> Floats:
    """P(X >= count) of a binomial; 1 for counts of zero and below, 0 above n. Shapes broadcast."""
    from scipy.special import betainc

    count, n = np.broadcast_arrays(np.asarray(count, dtype=np.int64), np.asarray(n, dtype=np.int64))
    inside = (count > 0) & (count <= n)
    safe = np.where(inside, count, 1).astype(np.float64)
    rest = np.where(inside, n - count + 1, 1).astype(np.float64)
    return np.where(inside, betainc(safe, rest, share), (count <= 0).astype(np.float64))


def chance_of_each(n: int, share: float) -> Floats:
    """P(X = 0) ... P(X = n), shape (n + 1,)."""
    from scipy.special import gammaln, xlog1py, xlogy

    k = np.arange(n + 1, dtype=np.float64)
    log_chance = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + xlogy(k, share) + xlog1py(n - k, -share)
    return np.asarray(np.exp(log_chance))
