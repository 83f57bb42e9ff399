"""Sizes, inks and the few drawing verbs that every figure shares. Lengths are in millimetres, text in points."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import count
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from costim.registry import inks
from costim.report.figures.identity import HIDDEN, Identity, distinct, visible

SINGLE, DOUBLE, TEXT, MM = inks.SINGLE, inks.DOUBLE, inks.TEXT, inks.MM
TALLEST = 600.0
LINE_HEIGHT = 2.9
"""Least distance of two lines of text."""
DPI = 300

INK, GREY, PALE, FAINT = inks.INK, inks.GREY, inks.PALE, inks.FAINT
BETTER, WORSE, NEITHER = inks.BETTER, inks.WORSE, inks.NEITHER

_FONT = "DejaVu Sans"


def settings(salt: str) -> dict[str, Any]:
    """Settings in force while a figure is drawn and saved; nothing is changed for anybody else.

    SVG text is drawn as paths: the same picture in every browser and in the PDF whatever fonts are installed, and no
    word of an input file stands in the file as markup. Text alternatives carry the words.
    """
    return {
        "svg.hashsalt": salt,
        "svg.fonttype": "path",
        "font.family": [_FONT],
        "font.size": TEXT,
        "text.parse_math": False,
        "text.hinting": "none",
        "axes.linewidth": 0.6,
        "axes.edgecolor": INK,
        "axes.labelsize": TEXT,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": True,
        "xtick.labelsize": TEXT,
        "ytick.labelsize": TEXT,
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "lines.linewidth": 0.9,
        "lines.markersize": 4.2,
        "savefig.facecolor": "white",
        "path.simplify": False,
        "figure.autolayout": False,
        "figure.constrained_layout.use": False,
    }


@contextmanager
def house_style(salt: str) -> Iterator[None]:
    """Draw inside this: matplotlib's own defaults plus our settings, restored afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(cast("Any", settings(salt)))
        yield


def new_figure(width: float, height: float) -> Figure:
    """An empty white card."""
    figure = Figure(figsize=(width / MM, height / MM), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def add_axes(figure: Figure, left: float, bottom: float, width: float, height: float, **options: Any) -> Axes:
    """Axes at a place given in millimetres from the lower left corner of the figure."""
    w, h = figure.get_figwidth() * MM, figure.get_figheight() * MM
    return figure.add_axes((left / w, bottom / h, width / w, height / h), **options)


def sheet_of(axes: Axes) -> Figure:
    """The figure that axes belong to."""
    figure = axes.get_figure(root=True)
    if not isinstance(figure, Figure):
        raise ValueError("these axes belong to no figure")
    return figure


def size_of(axes: Axes) -> tuple[float, float]:
    """Width and height of axes in millimetres."""
    box, dpi = axes.get_window_extent(), sheet_of(axes).dpi
    return box.width / dpi * MM, box.height / dpi * MM


def drop_spines(axes: Axes, *names: str) -> None:
    """Take away spines, with the ticks that stand on them."""
    for name in names:
        axes.spines[name].set_visible(False)
    if "left" in names:
        axes.tick_params(left=False)
    if "bottom" in names:
        axes.tick_params(bottom=False)


@cache
def _font() -> FT2Font:
    return FT2Font(fontManager.findfont(FontProperties(family=_FONT)))


def literal(text: str) -> str:
    """The text as it can be drawn: one line, characters without a glyph as a box."""
    font = _font()
    return "".join(c if font.get_char_index(ord(c)) else HIDDEN for c in visible(text))


def drawable(people: Mapping[str, Identity]) -> dict[str, Identity]:
    """Identities whose labels the font can draw, still all different."""
    labels = distinct(literal(person.label) for person in people.values())
    return {subject: replace(people[subject], label=label) for subject, label in zip(people, labels, strict=True)}


def wrap(text: str, characters: int) -> str:
    """The literal text on lines of at most so many characters, three lines at most."""
    lines = textwrap.wrap(literal(text), max(characters, 4), break_long_words=True)
    if len(lines) > 3:
        lines = [*lines[:2], lines[2][: max(characters - 1, 3)] + "…"]
    return "\n".join(lines)


def write(axes: Axes | Figure, x: float, y: float, text: str, **options: Any) -> Any:
    """Text drawn literally: no mathtext, no clipping. `options` are those of matplotlib's `text`."""
    look: dict[str, Any] = {"fontsize": TEXT, "color": INK, "parse_math": False} | options
    return axes.text(x, y, text, **look)


def text_width(figure: Figure, text: str, size: float = TEXT) -> float:
    """Width of a text in millimetres."""
    probe = figure.text(0, 0, text, fontsize=size, parse_math=False)
    width = probe.get_window_extent(figure.canvas.get_renderer()).width  # type: ignore[attr-defined]
    probe.remove()
    return float(width) / figure.dpi * MM


def widest(figure: Figure, texts: Iterable[str], size: float = TEXT) -> float:
    """Width of the widest text in millimetres; 0 for none."""
    return max((text_width(figure, t, size) for t in sorted(set(texts), key=lambda t: (-len(t), t))[:60]), default=0.0)


def tick_text(x: float, _position: int | None = None) -> str:
    """A number on an axis: short, with a true minus sign."""
    return f"{x:.6g}".replace("-", "−") if x else "0"


def number_axis(axis: Any, *, steps: int = 5, whole: bool = False) -> None:
    """Few round ticks, plain numbers, no offset text."""
    axis.set_major_locator(MaxNLocator(nbins=steps, steps=[1, 2, 2.5, 5, 10], integer=whole))
    axis.set_major_formatter(FuncFormatter(tick_text))
    axis.set_minor_locator(NullLocator())


def no_minor_text(axis: Any) -> None:
    """Numbers at the major ticks only."""
    axis.set_major_formatter(FuncFormatter(tick_text))
    axis.set_minor_formatter(NullFormatter())


def ticks_clear_of_zero(axes: Axes, linear: float) -> None:
    """On an upright axis that is linear up to `linear` and logarithmic beyond, no tick but zero within."""
    places = axes.yaxis.get_major_locator().tick_values(*axes.get_ylim())
    axes.yaxis.set_major_locator(FixedLocator([y for y in places if y == 0 or abs(y) >= linear]))


def limits(values: Iterable[float], margin: float = 0.06) -> tuple[float, float]:
    """Axis limits around the finite values: a margin each side, never empty."""
    finite = [v for v in values if math.isfinite(v)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    room = (high - low) * margin if high > low else max(abs(high) * 0.1, 0.5)
    return low - room, high + room


class Tags:
    """Running names for the artists of patients in one figure."""

    def __init__(self, figure: str) -> None:
        self._figure = figure
        self._numbers = count(1)

    def next(self, person: Identity) -> str:
        """A name no other artist has: `subject-<hex>--<figure>--<n>`."""
        return f"{person.token}--{self._figure}--{next(self._numbers)}"
