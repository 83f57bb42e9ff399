"""The line above a figure that says what its shades mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from costim.report.figures import style

_ABOVE = 3.3
_WIDE = 5.0


@dataclass(frozen=True, slots=True)
class Shade:
    """A shade or, with full opacity, a line."""

    text: str
    colour: str
    alpha: float


def draw_shade_key(axes: Axes, shades: Sequence[Shade], size: tuple[float, float], gap: float) -> None:
    """Patches with their words, side by side above the axes; `size` of the axes and `gap` in millimetres."""
    width, height = size
    x = 0.0
    for shade in shades:
        half = 0.9 if shade.alpha < 1 else 0.4
        axes.add_patch(
            Rectangle(
                (x / width, 1 + (_ABOVE - half) / height),
                _WIDE / width,
                2 * half / height,
                facecolor=shade.colour,
                alpha=shade.alpha,
                linewidth=0,
                transform=axes.transAxes,
                clip_on=False,
            )
        )
        place = (x + _WIDE + 1.2) / width, 1 + _ABOVE / height
        style.write(axes, *place, shade.text, va="center_baseline", transform=axes.transAxes)
        x += style.text_width(style.sheet_of(axes), shade.text) + gap
