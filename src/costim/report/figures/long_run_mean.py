"""Effect versus assumed long-run mean: what regression to the mean would leave of a change, and where it tips."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.effects import Effect
from costim.registry.parameters import parameter
from costim.report.figures import style
from costim.report.figures.identity import Identity
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.shade_key import Shade, draw_shade_key
from costim.report.figures.style import GREY, INK
from costim.report.figures.sweeps import Sweep, ends, limits_of, long_run_sweeps
from costim.report.figures.view import View
from costim.report.figures.words import axis_label, estimate_text, short
from costim.report.format import level, unit_text

_WIDTH, _LEFT, _RIGHT = 120.0, 17.0, 4.0
_INNER = _WIDTH - _LEFT - _RIGHT
_HEIGHT, _BOTTOM, _STRIP = 56.0, 10.0, 9.0
_COLOUR, _LINE = "#2F5D8A", "#A84700"


def draw_long_run_mean(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `long_run_mean`. It shows no single patient."""
    sweeps = [s for s in long_run_sweeps(view, planned.parameter, planned.contrast) if s.limited]
    figure = style.new_figure(_WIDTH, _HEIGHT + _BOTTOM + _STRIP + 9)
    axes = style.add_axes(figure, _LEFT, _BOTTOM + _STRIP, _INNER, _HEIGHT)
    before = [_described(view, planned, method) for method in ("minimum", "mean", "maximum")]
    known = [row.estimate for row in before if row is not None and row.estimate is not None]
    tips = [s.tipping.estimate for s in sweeps if s.tipping is not None and s.tipping.estimate is not None]
    first, last = min(sweeps[0].at), max(sweeps[0].at)
    seen = [t for t in tips if first - (last - first) <= t <= last + (last - first)]
    axes.set_xlim(*style.limits([first, last, *known, *seen], 0.03))
    numbers = [v for s in sweeps for row in s.rows for v in (*(ends(row) or ()), *limits_of(row))]
    axes.set_ylim(*style.limits([0.0, *numbers], 0.08))
    axes.axhline(0, color=INK, linewidth=0.8, zorder=2)
    for sweep, colour in zip(sweeps, (_COLOUR, _LINE), strict=False):
        _draw_sweep(axes, sweep, colour)
    for place, (sweep, colour) in enumerate(zip(sweeps, (_COLOUR, _LINE), strict=False)):
        _draw_tipping(axes, sweep, colour, place)
    _draw_key(axes, sweeps)
    unit = next((row.unit for row in sweeps[0].rows if row.unit), "")
    change = f"Change net of regression ({unit_text(unit)})" if unit else "Change net of regression"
    axes.set_ylabel(style.wrap(change, 42), parse_math=False)
    style.number_axis(axes.yaxis, steps=6)
    axes.tick_params(labelbottom=False)
    style.drop_spines(axes, "bottom")
    strip = style.add_axes(figure, _LEFT, _BOTTOM, _INNER, _STRIP, sharex=axes)
    _draw_baseline(strip, before)
    style.number_axis(strip.xaxis, steps=8)
    label = axis_label(parameter(planned.parameter), unit)
    strip.set_xlabel(
        style.wrap(f"Assumed long-run mean without treatment: {label}", 70), parse_math=False, labelpad=1.5
    )
    return figure


def _described(view: View, planned: PlannedFigure, method: str) -> Effect | None:
    fields = {"parameter": planned.parameter, "contrast": planned.contrast, "stratum": "baseline"}
    return view.one(**fields, method=method)


def _draw_sweep(axes: Axes, sweep: Sweep, colour: str) -> None:
    low, high = zip(*((ends(row) or (0.0, 0.0)) for row in sweep.rows), strict=True)
    below, above = zip(*(limits_of(row) for row in sweep.rows), strict=True)
    axes.fill_between(sweep.at, below, above, color=colour, alpha=0.14, linewidth=0, zorder=1, gid="band")
    if low == high:
        axes.plot(sweep.at, low, color=colour, linewidth=1.4, zorder=3, gid="curve")
        return
    axes.fill_between(sweep.at, low, high, color=colour, alpha=0.40, linewidth=0, zorder=1, gid="bounds")
    for edge, name in ((low, "lower"), (high, "upper")):
        axes.plot(sweep.at, edge, color=colour, linewidth=0.8, zorder=3, gid=f"curve-{name}")


def _draw_tipping(axes: Axes, sweep: Sweep, colour: str, place: int) -> None:
    """A dashed line where the interval first touches zero, with its value at the edge away from the curve.

    Labels of several sweeps stand below each other.
    """
    row = sweep.tipping
    if row is None or row.estimate is None:
        return
    left, right = axes.get_xlim()
    if not left <= row.estimate <= right:
        return
    axes.axvline(
        row.estimate, color=colour, linewidth=0.9, linestyle=(0, (4, 2)), zorder=2, gid=f"effect-{row.effect_id}"
    )
    axes.plot([row.estimate], [0], marker="D", markersize=4.5, color=colour, zorder=6, clip_on=False)
    inner = row.estimate > (left + right) / 2
    shift = (right - left) * 0.012 * (-1 if inner else 1)
    low, high = axes.get_ylim()
    lower_side = abs(high) < abs(low)
    style.write(
        axes,
        row.estimate + shift,
        low + (high - low) * (0.03 + 0.06 * place if not lower_side else 0.97 - 0.06 * place),
        f"tips at {estimate_text(row)}",
        ha="right" if inner else "left",
        va="bottom" if not lower_side else "top",
        color=colour,
        zorder=7,
    )


def _draw_key(axes: Axes, sweeps: list[Sweep]) -> None:
    """What the shades mean, above the axes."""
    shades: list[Shade] = []
    for sweep, colour in zip(sweeps, (_COLOUR, _LINE), strict=False):
        known = sweep.rows[0].estimate is not None
        shades.append(Shade("straight line" if known else "every degree of regression", colour, 1.0 if known else 0.40))
    row = sweeps[0].rows[0]
    shades.append(Shade(f"{level(row.level)} limits" if row.level is not None else "limits", _COLOUR, 0.14))
    draw_shade_key(axes, shades, (_INNER, _HEIGHT), 11)


def _draw_baseline(strip: Axes, rows: list[Effect | None]) -> None:
    """Below the curve, on the same axis: range and mean of the readings before treatment."""
    strip.set_ylim(0, 1)
    strip.set_yticks([])
    style.drop_spines(strip, "left")
    low, mean, high = (None if row is None else row.estimate for row in rows)
    if low is not None and high is not None:
        strip.plot([low, high], [0.62, 0.62], color=GREY, linewidth=1.2, solid_capstyle="butt", gid="baseline-range")
        strip.plot([low, high], [0.62, 0.62], marker="|", markersize=5, color=GREY, linestyle="none")
    if mean is None:
        return
    strip.plot([mean], [0.62], marker="o", markersize=4.2, color=INK, zorder=4, gid="baseline-mean")
    left, right = strip.get_xlim()
    inner = mean > (left + right) / 2
    style.write(
        strip,
        mean,
        0.36,
        f"before treatment: mean {short(mean)}, with range" if high is not None else "mean before treatment",
        ha="right" if inner else "left",
        va="top",
        color=GREY,
    )
