"""Levels from the values of a population themselves."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.engine.result import Levels, Want


def levels_of(values: NDArray[np.float64], want: Want) -> Levels:
    """Level of one population on one axis.

    Args:
        values: Linear values of the events of the population, shape (n,), in any order.
        want: What is asked of them.
    """
    finite = values[np.isfinite(values)]
    positive = finite[finite > 0.0]
    ranks = ranks_within(want, len(finite))
    with np.errstate(over="ignore"):
        total, logs = float(finite.sum()), float(np.log(positive).sum())
    return Levels(
        n=len(finite),
        ranks=ranks,
        values=tuple(np.partition(finite, ranks)[list(ranks)].tolist()) if ranks else (),
        mean=mean_of(total, len(finite)) if want.means else None,
        log_mean=mean_of(logs, len(positive)) if want.means else None,
        n_not_positive=len(finite) - len(positive),
        n_not_finite=len(values) - len(finite),
        above=tuple(int(np.count_nonzero(finite >= threshold)) for threshold in want.above),
    )


def mean_of(total: float, n: int) -> float | None:
    """Mean of n values; None of nothing, and where their sum leaves the range of doubles."""
    return total / n if n and isfinite(total) else None


def ranks_within(want: Want, n: int) -> tuple[int, ...]:
    """Wanted ranks that n values have, rising, each once."""
    return tuple(sorted({rank for rank in want.ranks(n) if 0 <= rank < n}))
