"""Limits of a survival probability that assume nothing about censoring: undecided subjects may have gone either way."""

from __future__ import annotations

from collections.abc import Sequence

from costim.inference.survival.beyond import Beyond, compute_proportion_beyond
from costim.inference.survival.follow_up_times import check_level


def compute_undecided_limits(spans: Sequence[tuple[float, float]], time: float, *, level: float = 0.95) -> Beyond:
    """Share of subjects whose event comes after a time, with exact limits united over all who are undecided.

    Whatever the visits and whoever dropped out, the number of subjects with an event after `time` lies between the
    certain ones and these with the undecided; the exact limits of the two ends therefore hold the true share at least
    as often as the level says.

    Args:
        spans: (lower, upper] that holds the time of the event of each subject, at least one; an infinite upper end
            where the event was not seen.
        time: the time.
        level: confidence level.

    Raises:
        ValueError: no subject, a range that ends below its beginning, or a level not between 0 and 1.
    """
    check_level(level)
    if not spans:
        raise ValueError("no subject")
    # (lower, upper] counts as beyond `lower` itself, which (lower, lower] as an exact time does not.
    decided = [(low, high) if low == high or low != time else (high, high) for low, high in spans]
    return compute_proportion_beyond(decided, time, level=level)
