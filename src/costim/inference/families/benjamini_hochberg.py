"""Benjamini and Hochberg's correction: the share of false discoveries instead of the chance of any."""

from __future__ import annotations

from collections.abc import Sequence


def compute_benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Step-up false discovery rate (Benjamini and Hochberg 1995): adjusted p-values in the order given.

    The j-th smallest of m p-values becomes the least of m p / k over all k >= j. Calling everything up to q a discovery
    holds the expected share of false ones at q when the tests are independent or positively dependent.

    Args:
        p_values: each in [0, 1].

    Raises:
        ValueError: a p-value lies outside [0, 1].
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("p-values must lie between 0 and 1")
    order = sorted(range(len(p_values)), key=lambda i: (p_values[i], i))
    adjusted = [0.0] * len(p_values)
    smallest = 1.0
    for rank in range(len(order), 0, -1):
        i = order[rank - 1]
        smallest = min(smallest, len(order) / rank * p_values[i])
        adjusted[i] = smallest
    return tuple(adjusted)
