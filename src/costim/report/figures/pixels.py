"""Figures of thousands of cells as one small picture of pixels, the same for screen, Word and PDF.

As vectors a page of gate plots is hundreds of kilobytes in each format, and nobody takes single dots out of it. The
inks of these figures are few and known, so the picture names them in a palette of its own: a palette made from the
counts of pixels would drop the thin lines.
"""

from __future__ import annotations

import io
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from costim.report.figures.picture_looks import CELL, GATE, NAME, SHADES
from costim.report.figures.style import GREY, INK, PALE, WORSE

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

PIXELS_PER_INCH = 150
_BITS = 5
_WHITE = "#FFFFFF"
_STEPS = (1 / 3, 2 / 3, 1.0)
"""How much of an ink a pixel at the edge of a letter or line may hold."""


def palette_png(figure: Figure) -> bytes:
    """The figure as PNG with a palette, `PIXELS_PER_INCH` fine; the same figure gives the same bytes."""
    from PIL import Image

    figure.set_dpi(PIXELS_PER_INCH)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    colours, nearest = _palette()
    drawn = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    fine = drawn[:, :, :3].astype(np.uint16) >> (8 - _BITS)
    named = nearest[(fine[:, :, 0] << 2 * _BITS) | (fine[:, :, 1] << _BITS) | fine[:, :, 2]]
    picture = Image.fromarray(named)
    picture.putpalette(colours.tobytes())
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True, dpi=(PIXELS_PER_INCH, PIXELS_PER_INCH))
    return target.getvalue()


@cache
def _palette() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Colours, shape (n, 3), and for each colour of `_BITS` bits a channel the place of the nearest of them."""
    found = {_mix(_WHITE, _WHITE, 1.0): None}
    for ink in (INK, GREY, PALE, CELL, GATE, NAME, WORSE):
        found |= {_mix(ink, _WHITE, step): None for step in _STEPS}
    found |= {_mix(shade, _WHITE, 1.0): None for shade in SHADES}
    found |= {_mix(deep, light, 0.5): None for light, deep in pairwise(SHADES)}
    for ink in (CELL, GATE, NAME, INK):
        found |= {_mix(ink, shade, step): None for shade in SHADES for step in _STEPS[1:2]}
    colours = np.array(list(found), dtype=np.uint8)
    steps = np.arange(1 << _BITS)
    levels = (steps << (8 - _BITS)) | (steps >> (2 * _BITS - 8))  # the last one is 255: white stays white
    cube = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 1, 3)
    away = ((cube - colours.astype(np.int64)) ** 2).sum(axis=2)
    return colours, away.argmin(axis=1).astype(np.uint8)


def _mix(ink: str, ground: str, share: float) -> tuple[int, int, int]:
    red, green, blue = (
        round(255 * (share * a + (1 - share) * b)) for a, b in zip(to_rgb(ink), to_rgb(ground), strict=True)
    )
    return red, green, blue
