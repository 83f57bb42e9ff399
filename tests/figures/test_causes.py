"""Figures about other causes, visits, composition and competing events: what is drawn is what the rows say."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.text import Text

from costim.registry.effects import Effect, effects_frame
from costim.registry.plan import Plan
from costim.registry.provenance import Results
from costim.report.figures import draw_figures, planned_figures
from costim.report.rows import read_rows
from tests.figures.cases import curve, durations, paired, reading, results
from tests.figures.test_draw import artists, figure_of, hashes

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))
from factory import methods_like

KINDS = ("long_run_mean", "tipping_map", "repeated_change", "composition", "cumulative_incidence")


def texts(figure: object) -> list[str]:
    return [t.get_text() for t in figure.findobj(Text)]  # type: ignore[attr-defined]


def by_gid(axes: object, gid: str) -> list[object]:
    return [a for a in axes.get_children() if a.get_gid() == gid]  # type: ignore[attr-defined]


def points_of(artist: object) -> int:
    """Points of a line; 0 of what is none."""
    return len(artist.get_xdata()) if isinstance(artist, Line2D) else 0


def test_every_kind_is_planned_once_for_a_study_with_all_methods() -> None:
    kinds = [planned.kind for planned in planned_figures(methods_like())]
    assert {kind: kinds.count(kind) for kind in KINDS} == dict.fromkeys(KINDS, 1)
    assert kinds.count("kaplan_meier") == 2


def test_they_are_the_same_bytes_twice(tmp_path: Path) -> None:
    draw_figures(methods_like(), tmp_path / "one")
    draw_figures(methods_like(), tmp_path / "two")
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_the_long_run_mean_draws_bounds_limits_zero_and_both_tipping_points() -> None:
    axes, strip = figure_of(methods_like(), "long_run_mean").axes
    (lower,), (upper,) = by_gid(axes, "curve-lower"), by_gid(axes, "curve-upper")
    assert list(lower.get_xdata()) == [4, 6, 8, 10, 12, 14, 16]  # type: ignore[attr-defined]
    assert list(upper.get_ydata()) == [-2, -3, -4, -5, -6, -7, -8]  # type: ignore[attr-defined]
    (line,) = by_gid(axes, "curve")
    assert list(line.get_ydata()) == [-3, -5, -7, -9, -11, -13, -15]  # type: ignore[attr-defined]
    assert [0.0, 0.0] in [list(a.get_ydata()) for a in axes.lines]
    said = texts(axes)
    assert "tips at 5" in said
    assert "tips at 6" in said
    (mean,) = by_gid(strip, "baseline-mean")
    assert list(mean.get_xdata()) == [17.875]  # type: ignore[attr-defined]
    (span,) = by_gid(strip, "baseline-range")
    assert list(span.get_xdata()) == [12, 26]  # type: ignore[attr-defined]


def test_the_tipping_map_shades_the_side_on_which_the_limits_leave_out_zero() -> None:
    (axes,) = figure_of(methods_like(), "tipping_map").axes
    (line,) = by_gid(axes, "tipping-line")
    assert np.allclose(line.get_ydata(), [-13, -10.5, -8, -5.5, -3])  # type: ignore[attr-defined]
    (shade,) = by_gid(axes, "excluded")
    corners = shade.get_paths()[0].vertices  # type: ignore[attr-defined]
    assert corners[:, 1].max() == pytest.approx(axes.get_ylim()[1])
    assert corners[:, 1].min() == pytest.approx(-13)
    (frame,) = by_gid(axes, "assumed")
    assert np.allclose(frame.get_bbox().bounds, (-0.2, -6, 0.4, 6))  # type: ignore[attr-defined]
    assert {"interval still leaves out zero", "steroids and time could explain it"} <= set(texts(axes))


def test_a_rise_is_shaded_below_the_line() -> None:
    study = methods_like()
    rows = []
    for record in study.effects.to_dicts():
        record.pop("effect_id")
        row = Effect(**{k: tuple(v) if isinstance(v, list) else v for k, v in record.items()})
        if row.method == "change_net_of_steroid" and row.estimate is not None:
            row = replace(row, estimate=-row.estimate, lower=-(row.upper or 0), upper=-(row.lower or 0))
        rows.append(row)
    (axes,) = figure_of(replace(study, effects=effects_frame(rows)), "tipping_map").axes
    (shade,) = by_gid(axes, "excluded")
    corners = shade.get_paths()[0].vertices  # type: ignore[attr-defined]
    assert corners[:, 1].min() == pytest.approx(axes.get_ylim()[0])
    (line,) = by_gid(axes, "tipping-line")
    assert np.allclose(line.get_ydata(), [13, 10.5, 8, 5.5, 3])  # type: ignore[attr-defined]


def test_visits_draw_every_patient_and_the_mean_with_its_interval() -> None:
    figure = figure_of(methods_like(), "repeated_change")
    upper, lower = figure.axes
    for i, values in enumerate(zip((18, 14), (8, 6), (4, 6), strict=True), start=1):
        found = artists(figure, f"P{i}")
        ends = {tuple(a.get_ydata()) for a in found if points_of(a) == 2}
        assert (values[0], values[1]) in ends
        assert (values[1], values[2]) in ends
    points = {(float(a.get_xdata()[0]), float(a.get_ydata()[0])) for a in lower.lines if len(a.get_xdata()) == 1}
    assert {(0.0, 0.0), (1.0, -8.5), (2.0, -11.875)} <= points
    whiskers = {tuple(a.get_ydata()) for a in lower.lines if len(a.get_xdata()) == 2}
    assert (-11.5, -5.5) in whiskers
    assert {"Day 0", "day28", "Month 6"} <= set(texts(lower))
    assert "P8" in texts(upper)


def test_a_line_stops_at_a_missing_visit_and_a_range_is_a_bar() -> None:
    code = "scale.gcs"
    rows = [
        reading("1", code, 9.0, visit="before"),
        reading("1", code, None, visit="mid"),
        reading("1", code, 15.0, visit="after"),
        reading("2", code, 8.0, visit="before"),
        reading("2", code, ("range", 10.0, 12.0), visit="mid"),
        reading("2", code, 15.0, visit="after"),
    ]
    effects = [
        Effect(parameter=code, method="mixed_model", stratum=v, n=2, estimate=e, lower=e - 1, upper=None, level=0.95)
        for v, e in (("mid", 2.5), ("after", 6.5))
    ]
    endpoint = {"parameter": code, "kind": "repeated_change", "visits": ["before", "mid", "after"]}
    visits = [{"name": "before"}, {"name": "mid"}, {"name": "after"}]
    figure = figure_of(results([endpoint], rows, effects, visits=visits), "repeated_change")
    lines = {tuple(a.get_ydata()) for a in artists(figure, "2") if points_of(a) == 2}
    assert (10.0, 12.0) in lines
    assert not {(8.0, 15.0), (8.0, 10.0)} & lines
    assert (9.0, 15.0) in {tuple(a.get_ydata()) for a in artists(figure, "1") if points_of(a) == 2}


def test_the_parts_of_a_composition_end_where_the_whole_ends() -> None:
    (axes,) = figure_of(methods_like(), "composition").axes
    bars = {p.get_gid(): (p.get_x(), p.get_x() + p.get_width()) for p in axes.patches if p.get_gid()}
    assert bars["part-total"] == pytest.approx((0.0, -17.15))
    assert bars["part-composition"] == pytest.approx((0.0, -10.875))
    assert bars["part-expression"] == pytest.approx((-10.875, -17.15))
    whiskers = [tuple(a.get_xdata()) for a in axes.lines if str(a.get_gid() or "").startswith("effect-")]
    assert any(np.allclose(w, (-10.875 - 11.0, -10.875 - 1.5)) for w in whiskers if len(w) == 2)


def test_cumulative_incidence_rises_from_zero_with_its_band() -> None:
    axes = figure_of(methods_like(), "cumulative_incidence").axes[0]
    (line,) = by_gid(axes, "curve")
    assert list(line.get_ydata()) == [0, 0.125, 0.25]  # type: ignore[attr-defined]
    assert axes.get_ylabel() == "Share of patients with the event"
    assert len(by_gid(axes, "band")) == 1


def test_turnbull_is_dashed_on_both_edges() -> None:
    endpoints, rows = durations({"1": (5.0, "observed"), "2": (7.0, "censored"), "3": (9.0, "observed")})
    code = "event.end_of_response"
    more = [Effect(parameter=code, method="turnbull", at=at, n=3, estimate=e) for at, e in ((0.0, 1.0), (4.0, 0.6))]
    axes = figure_of(
        results(endpoints, rows, [*curve([(0, 1, 1), (5, 0.5, 0.5), (9, 0, 0)]), *more]), "kaplan_meier"
    ).axes[0]
    (upper,), (lower,) = by_gid(axes, "turnbull-upper"), by_gid(axes, "turnbull-lower")
    assert (upper.get_drawstyle(), lower.get_drawstyle()) == ("steps-post", "steps-pre")  # type: ignore[attr-defined]
    assert list(upper.get_ydata()) == [1.0, 0.6]  # type: ignore[attr-defined]


def test_rows_of_other_variants_do_not_enter_the_curve() -> None:
    endpoints, rows = durations({"1": (5.0, "observed"), "2": (9.0, "observed")})
    code = "event.end_of_response"
    guess = [Effect(parameter=code, method="kaplan_meier", variant="at_upper", at=3.0, n=2, estimate=0.1)]
    axes = figure_of(results(endpoints, rows, [*curve([(0, 1, 1), (5, 0.5, 0.5)]), *guess]), "kaplan_meier").axes[0]
    (line,) = by_gid(axes, "curve")
    assert list(line.get_xdata()) == [0, 5]  # type: ignore[attr-defined]


def test_secondary_endpoints_without_stated_causes_have_no_sweep_figures() -> None:
    endpoints, rows, effects = paired({"1": (9.0, 1.0), "2": (8.0, 3.0)})
    endpoints[0]["primary"] = False
    sweep = [
        Effect(
            parameter="sledai.total",
            contrast="c",
            method="change_net_of_regression",
            variant="any_regression",
            at=float(at),
            n=2,
            estimate_lower=-5.0,
            estimate_upper=-1.0,
            lower=-8.0,
            upper=1.0,
            level=0.95,
        )
        for at in range(4)
    ]
    assert "long_run_mean" not in [p.kind for p in planned_figures(results(endpoints, rows, [*effects, *sweep]))]
    endpoints[0]["primary"] = True
    assert "long_run_mean" in [p.kind for p in planned_figures(results(endpoints, rows, [*effects, *sweep]))]


def test_a_sweep_without_limits_is_not_drawn() -> None:
    study: Results = methods_like()
    assert isinstance(study.plan, Plan)
    rows = []
    for record in study.effects.to_dicts():
        record.pop("effect_id")
        row = {k: tuple(v) if isinstance(v, list) else v for k, v in record.items()}
        if row["method"] == "change_net_of_regression":
            row |= {"lower": None, "upper": None, "level": None}
        rows.append(Effect(**row))
    bare = replace(study, effects=effects_frame(rows))
    assert "long_run_mean" not in [p.kind for p in planned_figures(bare)]


def test_the_words_of_the_tipping_map_stand_clear_of_line_and_frame() -> None:
    figure = figure_of(methods_like(), "tipping_map")
    figure.canvas.draw()
    (axes,) = figure.axes
    words = [text.get_window_extent() for text in axes.texts]
    assert len(words) == 2
    (line,) = [one for one in axes.lines if one.get_gid() == "tipping-line"]
    points = axes.transData.transform(line.get_xydata())
    (frame,) = [one for one in axes.patches if one.get_gid() == "assumed"]
    edges = frame.get_window_extent()
    for box in words:
        assert not any(_crosses(box, a, b) for a, b in pairwise(points))
        assert box.y0 > edges.y1 or box.y1 < edges.y0 or (edges.y0 < box.y0 and box.y1 < edges.y1)


def attained() -> Results:
    """A state attained between day 30 and day 90 by half of the patients, by the others between 90 and 180."""
    study = methods_like()
    endpoint = study.plan.endpoints[0].model_copy(
        update={"parameter": "lldas.first_day", "kind": "time_to_event", "contrast": None, "primary": False}
    )
    rows = [
        Effect(
            parameter="lldas.first_day",
            method="turnbull",
            stratum="attained",
            unit="days",
            at=at,
            n=8,
            estimate=share,
            lower=low,
            upper=high,
            level=0.95,
        )
        for at, share, low, high in (
            (0.0, 0.0, 0.0, 0.37),
            (30.0, 0.0, 0.0, 0.40),
            (90.0, 0.5, 0.15, 0.85),
            (180.0, 1.0, 0.63, 1.0),
        )
    ]
    plan = study.plan.model_copy(update={"endpoints": (*study.plan.endpoints, endpoint)})
    return replace(study, plan=plan, effects=effects_frame([*read_rows(study).effects, *rows]))


def test_attainment_may_run_anywhere_between_two_of_its_times() -> None:
    (axes,) = figure_of(attained(), "attainment").axes
    lines = {one.get_gid(): one for one in axes.lines}
    times, shares = [0, 30, 90, 180], [0, 0, 0.5, 1]
    for gid, style in (("attained-latest", "steps-post"), ("attained-earliest", "steps-pre")):
        assert lines[gid].get_drawstyle() == style
        assert lines[gid].get_xydata().tolist() == [[t, s] for t, s in zip(times, shares, strict=True)]
    areas = [one.get_paths()[0].get_extents() for one in axes.collections]
    assert len(areas) == 6
    between = [(box.x0, box.x1, box.y0, box.y1) for box in areas]
    assert (30, 90, 0, 0.85) in between, "pale: the limit below of day 30, the limit above of day 90"
    assert (30, 90, 0, 0.5) in between, "dark: any share from that of day 30 to that of day 90"


def test_attainment_is_told_in_words() -> None:
    (planned,) = [one for one in planned_figures(attained()) if one.kind == "attainment"]
    said = "".join(part if isinstance(part, str) else part.text for part in planned.caption)
    assert "may run anywhere in the dark area. Pale area: 95% limits, pointwise. 8 patients." in said
    assert planned.alt.endswith("At 30 days: 0. At 90 days: 0.5. At 180 days: 1.")
    assert not [one for one in planned_figures(methods_like()) if one.kind == "attainment"]


def _crosses(box: Any, start: Any, end: Any) -> bool:
    """Does a straight piece of a line run through a box? Sampled finely."""
    steps = [i / 200 for i in range(201)]
    return any(box.contains(*(start + (end - start) * step)) for step in steps)


def test_the_interval_below_a_paired_change_stays_on_the_sheet() -> None:
    """Open limits make it long."""
    study = methods_like()
    rows = [
        replace(row, lower=-14.5, upper=-8.25, lower_open=True, upper_open=True) if row.method == "signed_rank" else row
        for row in read_rows(study).effects
    ]
    figure = figure_of(replace(study, effects=effects_frame(rows)), "paired_change")
    figure.canvas.draw()
    (text,) = [one for axes in figure.axes for one in axes.texts if one.get_text().endswith("below −8.25)")]
    box = text.get_window_extent()
    assert box.x1 <= figure.bbox.x1
    ticks = [one.get_window_extent() for one in figure.axes[0].get_xticklabels()]
    assert not any(box.overlaps(one) for one in ticks)
