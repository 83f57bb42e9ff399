"""Figures as drawn: same bytes, data where the rows say, every patient named, nothing on top of anything."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from costim.registry.effects import Effect
from costim.registry.provenance import Results
from costim.report.figures import draw_figures, planned_figures
from costim.report.figures.draw import draw_one
from costim.report.figures.effects_shown import forest_panels
from costim.report.figures.identity import identities, subject_token
from costim.report.figures.style import house_style, settings
from costim.report.figures.view import view_results
from costim.report.outline import plain_text
from tests.figures.cases import Value, complete, curve, durations, paired, results

TEN = [str(i) for i in range(1, 11)]
PER_PATIENT = ("paired_change", "waterfall", "swimmer", "kaplan_meier", "transitions", "heatmap", "states")
HOSTILE = [
    "$x^2$",
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "\\frac{1}{2}",
    "שלום",
    "مريض",
    "患者",
    "a\nb\tc",
    "\u202ex",
    "x" * 300,
    "--><script>",
    "%s %d {}",
    "_",
    "&amp;",
]


def figure_of(study: Results, kind: str) -> Figure:
    planned = next(p for p in planned_figures(study) if p.kind == kind)
    with house_style("test"):
        figure = draw_one(view_results(study), planned)
        figure.draw_without_rendering()
    return figure


def artists(figure: Figure, subject: str) -> list[Any]:
    prefix = f"{subject_token(subject)}--"
    return [a for a in figure.findobj() if str(a.get_gid() or "").startswith(prefix)]


def hashes(folder: Path) -> dict[str, str]:
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.iterdir())}


@dataclass(frozen=True)
class Drawn:
    folder: Path
    files: dict[str, dict[str, Path]]
    said: list[str]


SUBJECTS = ["1", "2", "Ж$"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    folder, said = tmp_path_factory.mktemp("figures"), list[str]()
    return Drawn(folder, draw_figures(complete(SUBJECTS), folder, said.append), said)


def test_two_runs_give_the_same_bytes(drawn: Drawn, tmp_path: Path) -> None:
    draw_figures(complete(SUBJECTS), tmp_path)
    assert hashes(tmp_path) == hashes(drawn.folder)
    assert len(hashes(tmp_path)) == 33


def test_a_process_with_another_hash_seed_gives_the_same_bytes(drawn: Drawn, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.figures.cases import complete;"
        "from costim.report.figures import draw_figures;"
        "draw_figures(complete(['1', '2', 'Ж$']), Path(sys.argv[1]))"
    )
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    environment = os.environ | {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1"}
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=root, env=environment)
    assert hashes(tmp_path) == hashes(drawn.folder)


def test_files_carry_no_date_and_print_at_300_dpi(drawn: Drawn) -> None:
    for name, files in drawn.files.items():
        assert files == {ending: drawn.folder / f"{name}.{ending}" for ending in ("svg", "pdf", "png")}
        with Image.open(files["png"]) as image:
            assert [round(x) for x in image.info["dpi"]] == [300, 300]
            assert "Software" not in image.info
        svg, pdf = files["svg"].read_text("utf-8"), files["pdf"].read_bytes()
        assert "<dc:date>" not in svg
        assert b"CreationDate" not in pdf
        assert str(drawn.folder) not in svg


def test_the_pdf_is_the_svg_on_a_page_of_its_size_without_a_font(drawn: Drawn) -> None:
    from pypdf import PdfReader

    for name, files in drawn.files.items():
        (page,) = PdfReader(files["pdf"]).pages
        size = (float(page.mediabox.width), float(page.mediabox.height))
        assert size == pytest.approx(_size(files["svg"]), abs=0.01), name
        # Letters are paths: nothing to embed, nothing a journal could refuse.
        assert "/Font" not in page["/Resources"], name
        assert not page.images, name


def _size(svg: Path) -> tuple[float, float]:
    """Width and height in points."""
    root = svg.read_text("utf-8").partition("<svg")[2].partition(">")[0]
    width, height = (float(root.partition(f' {side}="')[2].partition("pt")[0]) for side in ("width", "height"))
    return width, height


def test_progress_names_every_figure(drawn: Drawn) -> None:
    assert drawn.said == list(drawn.files)


def test_settings_of_the_caller_are_left_alone(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9}):
        draw_figures(complete(["1"]), tmp_path / "loud")
    draw_figures(complete(["1"]), tmp_path / "plain")
    assert hashes(tmp_path / "loud") == hashes(tmp_path / "plain")
    assert dict(mpl.rcParams) == before
    assert min(v for k, v in settings("x").items() if k.endswith("labelsize") or k == "font.size") >= 7


@pytest.mark.parametrize("n", [1, 2, 10, 40])
def test_every_patient_is_named_in_every_figure_of_patients(n: int) -> None:
    subjects = [f"P{i}" for i in range(n)]
    study = complete(subjects)
    kinds = {p.kind for p in planned_figures(study)}
    people = identities(subjects)
    for kind in sorted(kinds & set(PER_PATIENT)):
        figure = figure_of(study, kind)
        gids = [a.get_gid() for a in figure.findobj() if str(a.get_gid() or "").startswith("subject-")]
        assert len(gids) == len(set(gids))
        for subject in subjects:
            found = artists(figure, subject)
            assert found, (kind, subject)
            markers = [a for a in found if getattr(a, "get_marker", lambda: "None")() == people[subject].marker]
            assert markers, (kind, subject)
            if kind != "heatmap":
                assert any(a.get_markeredgecolor() == people[subject].colour for a in markers)


def test_names_of_artists_reach_the_svg(drawn: Drawn) -> None:
    for name, files in drawn.files.items():
        ids = {e.get("id") for e in ET.parse(files["svg"]).iter()}  # noqa: S314 (a file we just wrote)
        found = {i for i in ids if i and i.startswith("subject-")}
        assert all(f"--{name}--" in i for i in found)
        if name != "forest":
            assert {i.split("--")[0] for i in found} == {subject_token(s) for s in SUBJECTS}


def line_ends(axes: Axes) -> set[tuple[float, ...]]:
    return {tuple(float(y) for y in line.get_ydata()) for line in axes.lines if len(line.get_xdata()) == 2}


def test_paired_lines_join_the_values_of_the_rows() -> None:
    values: dict[str, tuple[Value, Value]] = {"1": (10.0, 2.0), "2": (3.0, 4.0), "3": (7.0, 7.0)}
    axes, change = figure_of(results(*paired(values)), "paired_change").axes
    assert {(10.0, 2.0), (3.0, 4.0), (7.0, 7.0)} <= line_ends(axes)
    assert {-8.0, 1.0, 0.0} <= {float(line.get_ydata()[0]) for line in change.lines if line.get_gid()}
    assert (-5.0, -1.0) in line_ends(change)
    assert [-3.0] in [list(line.get_ydata()) for line in change.lines]


def test_ranges_are_bars_and_limits_are_open_symbols() -> None:
    study = results(*paired({"1": (("range", 7.0, 11.0), 15.0), "2": (("<", None, 5.0), 6.0)}, "scale.gcs"))
    axes = figure_of(study, "paired_change").axes[0]
    assert (7.0, 11.0) in line_ends(axes)
    hollow = {float(a.get_ydata()[0]) for a in axes.lines if a.get_markerfacecolor() == "white"}
    assert hollow == {7.0, 11.0, 5.0}


def test_equal_readings_do_not_hide_each_other() -> None:
    axes = figure_of(results(*paired({str(i): (5.0, 5.0) for i in range(40)})), "paired_change").axes[0]
    marks = [a for a in axes.lines if len(a.get_xdata()) == 1]
    places = {(round(float(a.get_xdata()[0]), 6), float(a.get_ydata()[0])) for a in marks}
    assert len(places) == len(marks) == 80
    assert {y for _, y in places} == {5.0}


def test_waterfall_bars_are_the_changes_in_order() -> None:
    values: dict[str, tuple[Value, Value]] = {"1": (10.0, 2.0), "2": (3.0, 8.0), "3": (20.0, 5.0), "4": (0.0, 0.0)}
    figure = figure_of(results(*paired(values)), "waterfall")
    bars = [(p.get_gid(), p.get_y() + p.get_height() / 2, p.get_width()) for p in figure.axes[0].patches if p.get_gid()]
    widths = {gid.split("--")[0]: (round(y), width) for gid, y, width in bars if width}
    assert widths == {subject_token("2"): (0, 5.0), subject_token("1"): (2, -8.0), subject_token("3"): (3, -15.0)}
    assert [-4.0, -4.0] in [list(line.get_xdata()) for line in figure.axes[0].lines]
    assert "†" in "".join(t.get_text() for t in figure.axes[0].texts)


def test_swimmer_bars_are_the_durations_and_bounds_stay_pale() -> None:
    endpoints, rows = durations({"1": (22.0, "observed"), "2": (29.0, "censored"), "3": (None, "unknown")})
    constraint = {"id": "c", "event": "end_of_response", "subject": "3", "at_most": 12, "unit": "months", "basis": "b"}
    figure = figure_of(results(endpoints, rows, [], constraints=[constraint]), "swimmer")
    bars = {p.get_gid().split("--")[0]: (p.get_width(), p.get_alpha()) for p in figure.axes[0].patches if p.get_gid()}
    assert bars == {
        subject_token("2"): (29.0, 1.0),
        subject_token("1"): (22.0, 1.0),
        subject_token("3"): (12.0, 0.25),
    }
    assert "[≤12]" in [t.get_text() for t in figure.axes[0].texts]
    doses = [a for a in figure.axes[1].lines if a.get_gid() and a.get_xdata()[0] == 7.0]
    assert len(doses) == 1


def test_known_curve_steps_through_the_rows() -> None:
    endpoints, rows = durations({"1": (5.0, "observed"), "2": (7.0, "censored"), "3": (9.0, "observed")})
    study = results(endpoints, rows, curve([(0, 1, 1), (5, 0.5, 0.5), (9, 0, 0)]))
    axes = figure_of(study, "kaplan_meier").axes[0]
    (line,) = [a for a in axes.lines if a.get_gid() == "curve"]
    assert list(zip(line.get_xdata(), line.get_ydata(), strict=True)) == [(0, 1), (5, 0.5), (9, 0)]
    assert line.get_drawstyle() == "steps-post"
    (tick,) = [a for a in axes.lines if a.get_marker() == "|"]
    assert (list(tick.get_xdata()), list(tick.get_ydata())) == ([7.0], [0.5])
    assert tick.get_gid().startswith(f"{subject_token('2')}--")
    assert axes.get_ylim() == (0, 1)


def test_unknown_curve_is_an_area_between_bounds() -> None:
    endpoints, rows = durations({"1": (5.0, "unknown"), "2": (9.0, "unknown")})
    study = results(endpoints, rows, curve([(0, 1, 1), (5, 0.5, 1), (9, 0, 0.5)]))
    axes = figure_of(study, "kaplan_meier").axes[0]
    edges = {a.get_gid(): list(a.get_ydata()) for a in axes.lines if a.get_gid()}
    assert edges == {"curve-lower": [1, 0.5, 0], "curve-upper": [1, 1, 0.5]}
    assert {c.get_gid() for c in axes.collections} == {"bounds", "band"}


@pytest.mark.parametrize("high", [0.5, 0.8])
def test_a_curve_without_limits_promises_none(high: float) -> None:
    endpoints, rows = durations({"1": (5.0, "observed"), "2": (9.0, "observed")})
    bare = [replace(row, lower=None, upper=None, level=None) for row in curve([(0, 1, 1), (5, 0.5, high), (9, 0, 0)])]
    study = results(endpoints, rows, bare)
    (planned,) = [p for p in planned_figures(study) if p.kind == "kaplan_meier"]
    assert ", without limits." in plain_text(planned.caption)
    assert not any("limits" in text.get_text() for text in texts_of(figure_of(study, "kaplan_meier")))


def test_rows_at_single_times_are_not_joined() -> None:
    endpoints, rows = durations({"1": (5.0, "unknown")})
    axes = figure_of(results(endpoints, rows, curve([(12, 0.5, 0.8)])), "kaplan_meier").axes[0]
    assert not axes.collections
    assert [0.5, 0.8] in [list(a.get_ydata()) for a in axes.lines]


def test_one_interval_of_a_share_in_the_forest() -> None:
    endpoint = {"parameter": "imaging.verdict", "kind": "proportion", "categories": ["improved"]}
    variants = ("clopper_pearson", "wilson", "blaker", "mid_p", "jeffreys", "missing_as_bounds")
    common: dict[str, Any] = {"parameter": "imaging.verdict", "method": "proportion", "n": 10, "estimate": 0.5}
    shares = [Effect(variant=v, lower=0.2, upper=0.8, level=0.95, **common) for v in variants]
    (panel,) = forest_panels(view_results(results([endpoint], [], shares)))
    assert [row.variant for row in panel.rows] == ["clopper_pearson"]


def texts_of(figure: Figure) -> list[Text]:
    """Texts that are printed: not the labels of ticks outside the view, not the marks inside symbols."""
    ticks = [
        (axis, axis._update_ticks() if axes.axison else []) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)
    ]
    known = {id(t) for axis, _ in ticks for tick in _all_ticks(axis) for t in (tick.label1, tick.label2)}
    shown = {id(t) for _, drawn in ticks for tick in drawn for t in (tick.label1, tick.label2)}
    return [
        t
        for t in figure.findobj(Text)
        if t.get_visible() and t.get_text().strip() not in ("", "?") and (id(t) not in known or id(t) in shown)
    ]


def _all_ticks(axis: Any) -> list[Any]:
    return [*axis.get_major_ticks(), *axis.get_minor_ticks()]


@pytest.mark.parametrize("kind", [*PER_PATIENT, "forest"])
@pytest.mark.parametrize("n", [1, 10, 40])
def test_no_text_covers_another_or_leaves_the_page(kind: str, n: int) -> None:
    study = complete([f"Patient {i}" for i in range(n)])
    if kind not in {p.kind for p in planned_figures(study)}:
        assert n == 1
        return
    figure = figure_of(study, kind)
    boxes = []
    for text in texts_of(figure):
        box = text.get_window_extent()
        # The box of a line holds room for accents and descenders that these words do not have.
        box = box.shrunk(1, 0.75) if text.get_rotation() == 0 else box.shrunk(0.75, 1)
        boxes.append((text.get_text(), box))
        inside = (box.x0 >= -1, box.y0 >= -1, box.x1 <= figure.bbox.width + 1, box.y1 <= figure.bbox.height + 1)
        assert all(inside), (text.get_text(), inside)
    assert [(a, b) for (a, x), (b, y) in combinations(boxes, 2) if x.overlaps(y)] == []


def test_hostile_ids_are_drawn_literally(tmp_path: Path) -> None:
    drawn = draw_figures(complete(HOSTILE), tmp_path)
    for files in drawn.values():
        ET.parse(files["svg"])  # noqa: S314 (a file we just wrote)
        assert "<script" not in files["svg"].read_text("utf-8")
        assert "<img" not in files["svg"].read_text("utf-8")
    assert "$x^2$" in [t.get_text() for t in figure_of(complete(HOSTILE), "swimmer").findobj(Text)]


@pytest.mark.parametrize(
    "values",
    [
        {"1": (0.0, 0.0), "2": (0.0, 0.0)},
        {"1": (-5.0, -7.0), "2": (3.0, -1.0)},
        {"1": (1e12, 3.0), "2": (1e300, -1e300)},
        {"1": (1e-12, 3e-12), "2": (5e-324, 0.0)},
        {"1": (("range", 1.0, 2.0), ("range", 3.0, 4.0)), "2": (("<", None, 1.0), (">", 9.0, None))},
        {"1": (None, 1.0), "2": (2.0, None), "3": (4.0, 4.0), "4": (4.0, 4.0)},
    ],
    ids=["zeros", "negative", "huge", "tiny", "bounds", "missing"],
)
@pytest.mark.parametrize("code", ["sledai.total", "lab.anti_dsdna", "lab.never_heard_of"])
def test_odd_numbers_can_be_drawn(code: str, values: dict[str, tuple[Value, Value]]) -> None:
    study = results(*paired(values, code))
    for planned in planned_figures(study):
        figure_of(study, planned.kind).canvas.draw()


@pytest.mark.parametrize("gone", [{"lower": None}, {"upper": None}, {"lower": None, "upper": None}, {"estimate": None}])
def test_missing_limits_can_be_drawn(gone: dict[str, None]) -> None:
    study = results(*paired({"1": (9.0, 1.0), "2": (3.0, 2.0)}, **gone))
    words = [t.get_text() for t in figure_of(study, "paired_change").findobj(Text)]
    expected = {
        ("lower",): "−3\n(no lower limit to −1)",
        ("upper",): "−3\n(−5 to no upper limit)",
        ("lower", "upper"): "−3",
        ("estimate",): "not estimated\n(−5 to −1)",
    }
    assert expected[tuple(gone)] in words


def test_nothing_to_draw_draws_nothing(tmp_path: Path) -> None:
    assert draw_figures(results([], [], []), tmp_path / "new") == {}
    assert list((tmp_path / "new").iterdir()) == []
