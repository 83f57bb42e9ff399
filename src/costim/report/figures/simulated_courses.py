"""Simulated courses: what virtual patients show over time under each regimen and each form of the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from costim.registry.simulation_record import Band, SimulatedArm, SimulationRecord
from costim.report.figures import style
from costim.report.figures.identity import COLOURS, LINES, Identity
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import DOUBLE, GREY
from costim.report.figures.view import View

_LEFT, _RIGHT, _GAP = 15.0, 4.0, 17.0
_WIDE = (DOUBLE - _LEFT - _RIGHT - _GAP) / 2
_HIGH, _BETWEEN = 38.0, 14.0
_KEY_LINE = 4.0
_ON_LOG = frozenset({"cd19", "naive", "memory", "drug", "anti_dsdna"})
_FLOOR = 0.1
"""Counts and levels below are drawn here: an assay would call them nothing."""


@dataclass(frozen=True, slots=True)
class _Look:
    colour: str
    line: str | tuple[int, tuple[float, ...]]


def draw_simulated_courses(view: View, _planned: PlannedFigure, _people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `simulated_courses`."""
    if view.simulation is None:
        raise ValueError("simulated courses were planned without a simulation")
    return draw_courses(view.simulation)


def draw_courses(record: SimulationRecord, outputs: Sequence[str] = ()) -> Figure:
    """One panel for each output and one for relapse. Call inside `style.house_style`.

    Lines are medians over patients, areas hold the middle `share_of_patients` of them under the first form of the
    model. Colours are regimens, dashes forms of the model.

    Args:
        record: at least one arm with a band.
        outputs: which, in this order; all of the first arm if empty.
    """
    names = list(outputs) or [band.output for band in record.arms[0].bands]
    looks = _looks(record)
    rows = (len(names) + 2) // 2
    key = _key_lines(record)
    height = rows * (_HIGH + _BETWEEN) + len(key) * _KEY_LINE + 3
    figure = style.new_figure(DOUBLE, height)
    for number, name in enumerate([*names, ""]):
        row, column = divmod(number, 2)
        bottom = (rows - 1 - row) * (_HIGH + _BETWEEN) + _BETWEEN - 3
        axes = style.add_axes(figure, _LEFT + column * (_WIDE + _GAP), bottom, _WIDE, _HIGH)
        if name:
            _draw_output(axes, record, name, looks)
        else:
            _draw_relapse(axes, record, looks)
        style.number_axis(axes.xaxis, steps=6)
        axes.set_xlabel("Days from the first dose", labelpad=1.5)
    _draw_key(figure, key, looks, height)
    return figure


def _looks(record: SimulationRecord) -> dict[tuple[str, str], _Look]:
    regimens = list(dict.fromkeys(arm.regimen for arm in record.arms))
    models = list(dict.fromkeys(arm.model for arm in record.arms))
    return {
        (arm.regimen, arm.model): _Look(
            COLOURS[regimens.index(arm.regimen) % len(COLOURS)], LINES[models.index(arm.model) % len(LINES)]
        )
        for arm in record.arms
    }


def _draw_output(axes: Axes, record: SimulationRecord, name: str, looks: dict[tuple[str, str], _Look]) -> None:
    first = record.arms[0].model
    shown: Band | None = None
    for arm in record.arms:
        band = next((b for b in arm.bands if b.output == name), None)
        if band is None:
            continue
        shown = shown or band
        look = looks[arm.regimen, arm.model]
        if arm.model == first:
            axes.fill_between(
                band.days, _floored(name, band.lower), _floored(name, band.upper), color=look.colour, alpha=0.13, lw=0
            )
        axes.plot(band.days, _floored(name, band.median), color=look.colour, linestyle=look.line, lw=1.1)
    if shown is None:
        raise ValueError(f"no arm shows {name}")
    axes.set_xlim(min(shown.days), max(shown.days))
    if name in _ON_LOG:
        axes.set_yscale("log")
        style.no_minor_text(axes.yaxis)
    else:
        axes.set_ylim(bottom=0)
        style.number_axis(axes.yaxis)
    unit = f" ({shown.unit})" if shown.unit else ""
    axes.set_ylabel(style.wrap(f"{shown.label}{unit}", 40), parse_math=False)


def _floored(name: str, values: Sequence[float]) -> list[float]:
    return [max(v, _FLOOR) for v in values] if name in _ON_LOG else list(values)


def _draw_relapse(axes: Axes, record: SimulationRecord, looks: dict[tuple[str, str], _Look]) -> None:
    for arm in record.arms:
        look = looks[arm.regimen, arm.model]
        if arm.relapse_free_lower:
            axes.fill_between(
                arm.relapse_free_days,
                arm.relapse_free_lower,
                arm.relapse_free_upper,
                color=look.colour,
                alpha=0.10,
                lw=0,
            )
        axes.plot(arm.relapse_free_days, arm.relapse_free, color=look.colour, linestyle=look.line, lw=1.1)
    axes.set_xlim(0, max(record.arms[0].relapse_free_days))
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(FuncFormatter(style.tick_text))
    axes.set_ylabel("Share without simulated relapse")


def _key_lines(record: SimulationRecord) -> list[SimulatedArm]:
    return list(record.arms)


def _draw_key(figure: Figure, arms: Sequence[SimulatedArm], looks: dict[tuple[str, str], _Look], height: float) -> None:
    for number, arm in enumerate(arms):
        y = height - 2.5 - number * _KEY_LINE
        look = looks[arm.regimen, arm.model]
        line = Line2D(
            [_LEFT / DOUBLE, (_LEFT + 9) / DOUBLE],
            [y / height, y / height],
            color=look.colour,
            linestyle=cast("Any", look.line),
            lw=1.3,
            transform=figure.transFigure,
        )
        figure.add_artist(line)
        words = style.literal(f"{arm.regimen} · {arm.model_title}")
        style.write(figure, (_LEFT + 11) / DOUBLE, y / height, words, va="center", ha="left")
    style.write(figure, 1 - _RIGHT / DOUBLE, (height - 2.5) / height, "SIMULATED", va="center", ha="right", color=GREY)
