"""Pictures of gates and of marker levels as plain data: made by the cytometry room, drawn by the report.

Positions are in display coordinates (what an axis shows after its scale), ticks say what stands there in linear units.
Nothing that a drawing needs is left to be computed.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]
Line = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick: where it stands, and the linear value it stands for as text; blank for a minor tick."""

    position: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class PictureAxis:
    """One axis, the same in every frame of a picture."""

    label: str
    lower: float
    upper: float
    ticks: tuple[Tick, ...] = ()


@dataclass(frozen=True, slots=True)
class DensityGrid:
    """Smoothed density on an even grid that spans both axes; drawn as contours at `levels`."""

    heights: tuple[tuple[float, ...], ...]
    """Rows from the lower to the upper end of y, columns along x; relative to the highest cell, from 0 to 1."""
    levels: tuple[float, ...]
    """Increasing heights; above `levels[i]` lie at least the share `shares[i]` of the events."""
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PictureRegion:
    """A gate as drawn: its outline, and how many of the events shown lie in it."""

    name: str
    outlines: tuple[Line, ...]
    """Closed where the first point is repeated; an interval on one axis is drawn by its bounds."""
    count: int
    of: int
    """Events of the population in which the gate is drawn."""


@dataclass(frozen=True, slots=True)
class PictureFrame:
    """One tube in a picture. `points` are events; with a density only those outside its outermost contour."""

    tube: str
    """`Tube.name`."""
    visit: str
    label: str
    """What stands above the frame: visit and time point."""
    events: int
    """Events of the population that could be placed on both axes."""
    unplaced: int = 0
    """Events whose values are not numbers; events beyond an end of an axis are drawn at that end."""
    beyond: int = 0
    """Events drawn at an end of an axis because they lie beyond it."""
    points: tuple[Point, ...] = ()
    points_of: int = 0
    """How many events might have been drawn as points; more than `points` when these are a sample."""
    density: DensityGrid | None = None
    histogram: tuple[float, ...] | None = None
    """For a picture of one axis: heights of even bins across x, the highest bin of this frame being 1."""
    regions: tuple[PictureRegion, ...] = ()


@dataclass(frozen=True, slots=True)
class GatePicture:
    """The gates of one parent population on one pair of axes, one frame per visit side by side."""

    subject: str
    panel: str
    population: str
    """The population whose events are shown; blank for all events."""
    gates: tuple[str, ...]
    """Populations that the picture's gates make."""
    x: PictureAxis
    y: PictureAxis | None
    """None for a histogram."""
    frames: tuple[PictureFrame, ...]


@dataclass(frozen=True, slots=True)
class LevelFrame:
    """Levels of one marker in one tube, every cell or a histogram; positions on the axis of the overlay."""

    tube: str
    visit: str
    label: str
    events: int
    cells: tuple[float, ...] = ()
    """Every cell as a tick when there are too few for a histogram (then `histogram` is None)."""
    histogram: tuple[float, ...] | None = None
    """Heights of even bins across the axis, the highest bin of this frame being 1."""
    median: float | None = None
    median_lower: float | None = None
    median_upper: float | None = None
    """Median and its interval as positions; None where there is none (no cell, or below the limit of detection)."""


@dataclass(frozen=True, slots=True)
class MarkerOverlay:
    """One marker on one population, visits above each other on one axis."""

    subject: str
    panel: str
    population: str
    marker: str
    """Name of the marker in the strategy, as in parameters."""
    x: PictureAxis
    threshold: float | None
    """Position above which a cell counts as positive."""
    level: float
    """Level of the intervals of the medians."""
    frames: tuple[LevelFrame, ...]
