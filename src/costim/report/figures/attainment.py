"""First attainment of a state: the share that had attained it, as far as visits tell (Turnbull's estimate)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from costim.registry.effects import Effect
from costim.registry.parameters import parameter
from costim.report.document import Inline, Inlines, Num
from costim.report.figures import style
from costim.report.figures.curves import by_time
from costim.report.figures.identity import Identity
from costim.report.figures.more_captions import subject_words
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.view import View
from costim.report.figures.words import axis_label, estimate_text, label_of, short
from costim.report.format import level

_WIDTH, _LEFT, _RIGHT, _HEIGHT, _BOTTOM = 120.0, 19.0, 5.0, 56.0, 10.5
_COLOUR = "#2F5D8A"


def attained_rows(view: View, code: str, contrast: str) -> tuple[Effect, ...]:
    """Share that had attained the state, by time; nothing when fewer than two times have an estimate."""
    found = by_time(view.find(parameter=code, contrast=contrast, method="turnbull", stratum="attained"))
    rows = tuple(row for row in found if row.estimate is not None)
    return rows if len(rows) > 1 else ()


def draw_attainment(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `attainment`. It shows no single patient."""
    rows = attained_rows(view, planned.parameter, planned.contrast)
    if not rows:
        raise ValueError("an attainment was planned without rows")
    figure = style.new_figure(_WIDTH, _HEIGHT + _BOTTOM + 4)
    axes = style.add_axes(figure, _LEFT, _BOTTOM, _WIDTH - _LEFT - _RIGHT, _HEIGHT)
    axes.set_xlim(0, (rows[-1].at or 0.0) * 1.02)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(FuncFormatter(style.tick_text))
    axes.set_ylabel("Share of patients who had attained it")
    _draw(axes, rows)
    style.number_axis(axes.xaxis, steps=8)
    label = style.wrap(axis_label(parameter(planned.parameter), rows[0].unit), 60).split("\n")[0]
    axes.set_xlabel(label, parse_math=False, labelpad=1.5)
    return figure


def _draw(axes: Axes, rows: tuple[Effect, ...]) -> None:
    """Between two times a share that only rises lies between the earlier value and the later one."""
    limited = [row for row in rows if row.lower is not None and row.upper is not None]
    look: dict[str, Any] = {"color": _COLOUR, "linewidth": 0, "zorder": 2}
    for before, after in pairwise(limited):
        ends = [before.at or 0.0, after.at or 0.0]
        axes.fill_between(ends, before.lower or 0.0, after.upper or 0.0, alpha=0.16, **look)
    for before, after in pairwise(rows):
        ends = [before.at or 0.0, after.at or 0.0]
        axes.fill_between(ends, before.estimate or 0.0, after.estimate or 0.0, alpha=0.42, **look)
    times, shares = [row.at or 0.0 for row in rows], [row.estimate or 0.0 for row in rows]
    line: dict[str, Any] = {"color": _COLOUR, "linewidth": 1.0, "zorder": 3, "clip_on": False}
    axes.step(times, shares, where="post", gid="attained-latest", **line)
    axes.step(times, shares, where="pre", gid="attained-earliest", **line)


def attainment_caption(view: View, code: str, contrast: str) -> Inlines:
    """What is drawn, how many patients, and why there are two edges."""
    first = attained_rows(view, code, contrast)[0]
    limits: list[Inline] = []
    if first.level is not None:
        limits = ["Pale area: ", Num(level(first.level), first.effect_id, "level"), " limits, pointwise. "]
    return (
        *subject_words(view, code, contrast),
        "Share of patients who had attained it (Turnbull). A visit finds what came before it, so the curve is known at "
        "its times only; between two of them it may run anywhere in the dark area. ",
        *limits,
        Num(str(first.n), first.effect_id, "n"),
        " patient." if first.n == 1 else " patients.",
    )


def attainment_alternative(view: View, code: str, contrast: str) -> str:
    """Text alternative: the share at each time, at most five of them."""
    rows = attained_rows(view, code, contrast)
    step = max(1, -(-(len(rows) - 1) // 4))
    shown = [*rows[:-1:step], rows[-1]]
    said = " ".join(f"At {short(row.at or 0.0)} {row.unit}: {estimate_text(row)}." for row in shown)
    return f"Curve of the share of patients who had attained it, {label_of(code)}. {said}"
