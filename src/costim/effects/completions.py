"""Which pairs of counts the data admit, where some subjects or events may add this or that."""

from __future__ import annotations

from collections.abc import Iterable

Step = tuple[int, int]
"""What one subject or event adds to two counts."""


def reachable_counts(steps: Iterable[frozenset[Step]]) -> list[Step]:
    """Every pair of sums, in order.

    Args:
        steps: for each subject or event, everything it may add; a certain one has one entry.
    """
    sums = {(0, 0)}
    for choices in steps:
        sums = {(a + x, b + y) for a, b in sums for x, y in choices}
    return sorted(sums)
