"""Pictures of the gates of one subject and panel: visits side by side on the same axes, counts with every region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.gates.model import Axis
from costim.cytometry.pictures.axes import axis_label, picture_axis, placed, rounded
from costim.cytometry.pictures.density import SPARSE, chosen, compute_density, compute_histogram
from costim.cytometry.pictures.gated_tube import UNNAMED, GatedTube, gate_tube
from costim.cytometry.pictures.outlines import View, bounds_on, outlines, views
from costim.registry.gate_pictures import GatePicture, PictureAxis, PictureFrame, PictureRegion

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy
    from costim.cytometry.tube import Tube

Values = NDArray[np.float64]


def gate_pictures(
    samples: Sequence[tuple[Tube, FcsFile, Strategy]], visits: Mapping[str, str] = UNNAMED
) -> tuple[GatePicture, ...]:
    """One picture for every pair of axes on which a population is gated (one axis: a histogram), in the hierarchy.

    Args:
        samples: tubes of one subject and panel in the order of visits, each with its file and the strategy as applied
            to it (every bound a number).
        visits: label of each visit, by name; a visit without one is called by its name.

    Returns:
        Pictures in the order of the gates; empty without samples. Gates that differ between samples are drawn as each
        sample has them; a picture shows the axes that the first sample has.
    """
    tubes = [gate_tube(tube, file, strategy, visits) for tube, file, strategy in samples]
    if not tubes:
        return ()
    return tuple(_picture(view, tubes) for view in views(tubes[0].strategy))


def _picture(view: View, tubes: Sequence[GatedTube]) -> GatePicture:
    own = [_own_view(view, tube) for tube in tubes]
    x = _axis(view.x, view, tubes, own)
    y = None if view.y is None else _axis(view.y, view, tubes, own)
    first = tubes[0].tube
    frames = tuple(_frame(tube, mine, x, y) for tube, mine in zip(tubes, own, strict=True))
    names = tuple(dict.fromkeys(region.name for frame in frames for region in frame.regions))
    return GatePicture(first.subject, first.panel, view.parent, names, x, y, frames)


def _own_view(view: View, tube: GatedTube) -> View:
    """The same gates as this tube has them."""
    names = {gate.name for gate in view.gates}
    return View(view.parent, view.x, view.y, tuple(g for g in tube.strategy.gates if g.name in names))


def _axis(axis: Axis, view: View, tubes: Sequence[GatedTube], own: Sequence[View]) -> PictureAxis:
    values = [tube.values(view.parent, axis) for tube in tubes]
    bounds = [bound for mine in own for gate in mine.gates for bound in bounds_on(gate, axis)]
    label = axis_label(axis, tubes[0].file, tubes[0].strategy)
    return picture_axis(axis, label, tubes[0].strategy, values, bounds)


def _frame(tube: GatedTube, view: View, x: PictureAxis, y: PictureAxis | None) -> PictureFrame:
    columns = [tube.values(view.parent, axis) for axis in (view.x, view.y) if axis is not None]
    known = np.logical_and.reduce([~np.isnan(column) for column in columns])
    shown = [placed(column[known], axis) for column, axis in zip(columns, (x, y), strict=False) if axis is not None]
    at = [position for position, _ in shown]
    n = int(known.sum())
    density, drawn = None, np.ones(n, dtype=np.bool_)
    histogram = None
    if n >= SPARSE and y is None:
        histogram, drawn = compute_histogram(_share(at[0], x)), np.zeros(n, dtype=np.bool_)
    elif n >= SPARSE and y is not None:
        density, drawn = compute_density(_share(at[0], x), _share(at[1], y))
    candidates = np.flatnonzero(drawn)
    picked = candidates[chosen(len(candidates))]
    across = rounded(at[0][picked], x)
    upwards = [0.0] * len(across) if y is None else rounded(at[1][picked], y)
    return PictureFrame(
        tube=tube.tube.name,
        visit=tube.tube.visit,
        label=tube.label,
        events=n,
        unplaced=len(known) - n,
        beyond=int(np.count_nonzero(np.logical_or.reduce([beyond for _, beyond in shown]))) if n else 0,
        points=tuple(zip(across, upwards, strict=True)),
        points_of=len(candidates),
        density=density,
        histogram=histogram,
        regions=tuple(_regions(tube, view, x, y)),
    )


def _regions(tube: GatedTube, view: View, x: PictureAxis, y: PictureAxis | None) -> list[PictureRegion]:
    of = tube.count(view.parent)
    return [
        PictureRegion(name, lines, tube.count(name), of)
        for gate in view.gates
        for name, lines in outlines(gate, view, x, y)
    ]


def _share(values: Values, axis: PictureAxis) -> Values:
    """Positions from 0 to 1 along an axis."""
    return (values - axis.lower) / (axis.upper - axis.lower)
