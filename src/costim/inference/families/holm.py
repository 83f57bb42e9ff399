"""Holm's correction for several tests of one family."""

from __future__ import annotations

from collections.abc import Sequence


def compute_holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Step-down Bonferroni (Holm 1979): adjusted p-values in the order given.

    Args:
        p_values: each in [0, 1].

    Raises:
        ValueError: a p-value lies outside [0, 1].
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("p-values must lie between 0 and 1")
    order = sorted(range(len(p_values)), key=lambda i: (p_values[i], i))
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for step, i in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - step) * p_values[i]))
        adjusted[i] = largest
    return tuple(adjusted)
