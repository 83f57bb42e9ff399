"""Whether every time and every censoring is known, so that one curve can be drawn."""

from __future__ import annotations

from collections.abc import Sequence

from costim.inference.survival.scenarios import FollowUp


def known_times(subjects: Sequence[FollowUp]) -> tuple[list[float], list[bool]] | None:
    """Times and events; None when a time is a range or a status is unknown."""
    if any(s.lower != s.upper or s.event is None for s in subjects):
        return None
    return [s.lower for s in subjects], [s.event is True for s in subjects]
