"""Pictures of the record in groups: one figure for each patient and panel."""

from __future__ import annotations

from collections.abc import Iterable

from costim.registry.gate_pictures import GatePicture, MarkerOverlay
from costim.report.figures.view import View

_BETWEEN = "\x1f"
"""Between subject and panel in `PlannedFigure.variant`; in no name of a study."""


def group_name(picture: GatePicture | MarkerOverlay) -> str:
    """What pictures of one patient and panel share; goes into `PlannedFigure.variant`."""
    return f"{picture.subject}{_BETWEEN}{picture.panel}"


def group_words(name: str) -> tuple[str, str]:
    """Subject and panel of a group."""
    subject, _, panel = name.partition(_BETWEEN)
    return subject, panel


def groups(pictures: Iterable[GatePicture | MarkerOverlay]) -> tuple[str, ...]:
    """Names of the groups that have something to show, in the order of the record."""
    return tuple(dict.fromkeys(group_name(p) for p in pictures if p.frames))


def pictures_of(view: View, group: str) -> tuple[GatePicture, ...]:
    """Gate pictures of a group."""
    return tuple(p for p in view.gate_pictures if group_name(p) == group and p.frames)


def overlays_of(view: View, group: str) -> tuple[MarkerOverlay, ...]:
    """Overlays of a group."""
    return tuple(p for p in view.marker_overlays if group_name(p) == group and p.frames)
