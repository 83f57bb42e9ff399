"""Picture of states over visits: what is planned, where tiles stand, what lines mean, what the words say."""

from __future__ import annotations

import io
from decimal import Decimal
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from costim.instruments.rows import between
from costim.instruments.states_in_time import Seen, time_in_state
from costim.measures.truth import Truth
from costim.registry.effects import Effect
from costim.registry.measure_catalogue import measures
from costim.registry.measure_parameters import NUMERIC, row_kinds
from costim.registry.provenance import Results
from costim.report.build import build_document
from costim.report.document import FigureRef, Grid, Num
from costim.report.figures import draw_figures, planned_figures
from costim.report.figures.draw import draw_one
from costim.report.figures.identity import subject_token
from costim.report.figures.state_board import StateBoard, state_board, state_keys
from costim.report.figures.state_looks import looks
from costim.report.figures.style import house_style
from costim.report.figures.view import view_results
from costim.report.html.render import render_html
from costim.report.pdf import render_pdf
from costim.report.word import render_docx
from tests.figures.states_cases import states
from tests.figures.test_draw import texts_of

OUTCOMES = ("yes", "no", "unknown")


def board_of(study: Results) -> StateBoard:
    view = view_results(study)
    found = state_board(view, *state_keys(view)[0])
    assert found is not None
    return found


def drawn(study: Results) -> Figure:
    with house_style("test"):
        figure = draw_one(view_results(study), planned_figures(study)[0])
        figure.draw_without_rendering()
    return figure


def words(study: Results) -> str:
    return "".join(p if isinstance(p, str) else p.text for p in planned_figures(study)[0].caption)


def centres(figure: Figure, subject: str) -> dict[tuple[float, float], Polygon]:
    """Frames of the tiles of a patient by the middle of each."""
    found = {}
    for patch in figure.axes[0].patches:
        gid = str(patch.get_gid() or "")
        if isinstance(patch, Polygon) and gid.startswith(f"{subject_token(subject)}--") and gid.count("-") == 9:
            box = patch.get_path().get_extents()
            found[round((box.x0 + box.x1) / 2, 6), round((box.y0 + box.y1) / 2, 6)] = patch
    return found


def test_one_figure_for_each_state_with_two_visits() -> None:
    (planned,) = planned_figures(states({"1": ["no", "yes"]}))
    assert (planned.kind, planned.parameter, planned.contrast) == ("states", "lldas.state", "")
    assert planned.variant == "lldas_franklyn"
    assert planned.name == "states-lldas-state-lldas-franklyn"


@pytest.mark.parametrize("found", [["yes"], ["yes", None], ["unknown", "unknown"], [None, None]])
def test_nothing_to_compare_gives_no_figure(found: list[str | None]) -> None:
    assert planned_figures(states({"1": found, "2": found})) == ()


def test_rows_of_another_variant_are_not_mixed_in() -> None:
    study = states({"1": ["no", "yes"]}, variant="lldas_parodis")
    other = states({"1": ["yes", "yes"], "2": ["yes", "yes"]})
    board = board_of(Results(**{**_fields(study), "measurements": _stack(study, other)}))
    assert [(lane.subject, [t.outcome for t in lane.tiles]) for lane in board.lanes] == [("1", ["no", "yes"])]


def _fields(study: Results) -> dict[str, Any]:
    return {name: getattr(study, name) for name in study.__dataclass_fields__}


def _stack(*studies: Results) -> Any:
    import polars as pl

    return pl.concat([study.measurements for study in studies])


def test_tiles_stand_at_the_days_of_the_rows() -> None:
    figure = drawn(states({"1": ["no", "yes", None], "2": ["yes", "", "unknown"]}, days=(-3.0, 31.0, 90.0)))
    assert set(centres(figure, "1")) == {(-3.0, 0.0), (31.0, 0.0)}
    assert set(centres(figure, "2")) == {(-3.0, 1.0), (90.0, 1.0)}
    dashes = [a for a in figure.axes[0].lines if str(a.get_gid() or "").startswith(subject_token("1"))]
    assert [round(sum(a.get_xdata()) / 2, 6) for a in dashes if len(a.get_xdata()) == 2] == [90.0]


@pytest.mark.parametrize("days", [None, (0.0, 1.0, 900.0), (5.0, 5.0, 5.0)], ids=["none", "close", "same"])
def test_without_days_that_can_be_told_apart_visits_are_columns(days: tuple[float, ...] | None) -> None:
    study = states({"1": ["no", "yes", "yes"]}, days=days)
    assert not board_of(study).by_day
    assert set(centres(drawn(study), "1")) == {(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)}
    assert "distances are not times" in words(study)


def test_patients_are_lanes_in_natural_order() -> None:
    assert [lane.subject for lane in board_of(states({s: ["no", "yes"] for s in ("P10", "P2", "P1")})).lanes] == [
        "P1",
        "P2",
        "P10",
    ]


def test_lines_join_visits_that_are_both_in_the_state() -> None:
    found = {"1": ["yes", "yes", None, "yes", "unknown"], "2": ["yes", "no", "yes", "unknown", "yes"]}
    study = states(found, days=(0.0, 30.0, 60.0, 90.0, 120.0))
    assert [lane.stays for lane in board_of(study).lanes] == [((0.0, 30.0), (30.0, 90.0)), ()]
    lines = [tuple(a.get_xdata()) for a in drawn(study).axes[0].lines if a.get_linewidth() == 1.3]
    assert lines == [(0.0, 30.0), (30.0, 90.0)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(OUTCOMES), min_size=2, max_size=8), st.data())
def test_lines_are_as_long_as_the_certain_time_in_the_state(found: list[str], data: st.DataObject) -> None:
    steps = data.draw(st.lists(st.integers(30, 200), min_size=len(found), max_size=len(found)))  # wide enough for days
    days = [float(sum(steps[:i])) for i in range(len(found))]
    seen = [Seen(Truth(o), between(Decimal(int(d)), Decimal(int(d)))) for o, d in zip(found, days, strict=True)]
    span = time_in_state(seen, carried=False)
    view = view_results(states({"1": found}, days=days))
    board = state_board(view, *state_keys(view)[0])
    if set(found) == {"unknown"}:
        assert board is None
        return
    assert span is not None
    assert board is not None
    assert board.by_day
    assert sum(end - start for start, end in board.lanes[0].stays) == float(span.days.lower or 0)


def test_known_days_against_the_order_of_columns_give_no_line() -> None:
    study = states({"1": ["yes", "yes", "yes"]}, days=(100.0, 50.0, 50.0))
    assert board_of(study).lanes[0].stays == ()


def test_classes_have_no_lines() -> None:
    assert board_of(states({"1": ["mild", "mild"]}, "hypogammaglobulinaemia.grade")).lanes[0].stays == ()


def test_flares_are_bars_between_their_days() -> None:
    flares = [("1", 28.0, 84.0, "severe"), ("1", 84.0, float("inf"), "severe")]
    study = states({"1": ["none", "none", "severe"]}, "sfi.class", flares=flares, totals={"1": (1.0, 2.0)})
    figure = drawn(study)
    bars = [p for p in figure.axes[0].patches if isinstance(p, Rectangle) and p.get_gid() and p.get_alpha()]
    assert [(b.get_x(), b.get_width()) for b in bars] == [(28.0, 56.0)]
    assert {"Flares", "1–2", "a flare began in this time"} <= {t.get_text() for a in figure.axes for t in a.texts}
    assert "Bar: a flare began after the visit at its start" in words(study)
    assert "flare (severe) after day 28, by day 84" in planned_figures(study)[0].alt


def test_the_time_counted_by_the_rows_stands_at_the_right() -> None:
    figure = drawn(states({"1": ["yes", "yes"], "2": ["no", "yes"]}, totals={"1": 28.0, "2": (0.0, 28.0)}))
    assert {"28", "0–28", "Days in\nthe state"} <= {t.get_text() for t in figure.axes[0].texts}


@pytest.mark.parametrize("visits", [2, 5, 12])
@pytest.mark.parametrize("n", [1, 8, 40])
@pytest.mark.parametrize("days", [True, False], ids=["days", "columns"])
@pytest.mark.parametrize("name", ["P", "A very long name of a patient "])
def test_no_word_or_tile_covers_another_or_leaves_the_page(n: int, visits: int, days: bool, name: str) -> None:
    cycle = ("yes", "no", None, "unknown", "yes")
    found = {f"{name}{i}": [cycle[(i + k * (1 + i % 3)) % 5] for k in range(visits)] for i in range(n)}
    found[f"{name}0"] = ["yes"] * visits
    totals = dict.fromkeys(found, (100.0, 1000.0))
    figure = drawn(states(found, days=[k * 84.0 for k in range(visits)] if days else None, totals=totals))
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts_of(figure)]
    # The box of a line holds room for accents and descenders that these words do not have.
    shown = [(text, box.shrunk(1, 0.75) if box.width > box.height else box.shrunk(0.75, 1)) for text, box in boxes]
    page = figure.bbox
    for text, box in shown:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= page.width + 1, text
        assert box.y1 <= page.height + 1, text
    assert [(a, b) for (a, x), (b, y) in combinations(shown, 2) if x.overlaps(y)] == []
    frames = [p.get_window_extent() for s in found for p in centres(figure, s).values()]
    assert not [1 for one, other in combinations(frames, 2) if one.overlaps(other)]
    assert page.width <= 170.5 / 25.4 * figure.dpi


ALL = [(m.code, kind) for m in measures().values() for kind in row_kinds(m) if kind not in NUMERIC]


@pytest.mark.parametrize(("code", "kind"), ALL, ids=[code for code, _ in ALL])
def test_every_measure_of_outcomes_has_a_picture_with_different_tiles(code: str, kind: str) -> None:
    outcomes = [*(measures()[code].outcomes or ("yes", "no")), "unknown"]
    study = states({"1": outcomes, "2": outcomes[::-1]}, f"{code}.{kind}")
    found = [p for p in planned_figures(study) if p.kind == "states"]
    assert len(found) == 1
    FigureRef(found[0].name, found[0].caption, found[0].alt)  # raises on loose digits
    shown = looks(measures()[code], outcomes)
    apart = {(look.parts, look.letter, look.hatched, look.crossed) for look in shown.values()}
    if code not in ("relapse", "sledas_category"):  # variants have classes of their own, never in one figure
        assert len(apart) == len(outcomes)
    texts = [t.get_text() for a in drawn(study).axes for t in a.texts]
    assert "unknown" in texts


def test_grades_are_fuller_the_worse_they_are() -> None:
    bilag, igg = measures()["bilag_np"], measures()["hypogammaglobulinaemia"]
    shades = [looks(bilag, "EDCBA")[g].shade for g in "EDCBA"]
    assert all(int(a[3:5], 16) > int(b[3:5], 16) for a, b in pairwise(shades))
    heights = [max((y for part in looks(igg, (g,))[g].parts for _, y in part), default=0.0) for g in igg.outcomes]
    assert heights == sorted(set(heights))
    assert (heights[0], heights[-1]) == (0.0, 1.0)
    response = measures()["rituximab_response"]
    assert looks(response, ("none",))["none"].parts == ()
    assert looks(response, ("not_applicable",))["not_applicable"].crossed


def test_the_caption_names_variant_and_convention() -> None:
    said = words(states({"1": ["yes", "yes", None, "unknown"]}))
    assert said.startswith("Lupus low disease activity state by lldas_franklyn (All five items of the definition). ")
    for part in ("Hatched, with a question mark", "Dash:", "A line joins two assessments in a row", "(both ends)"):
        assert part in said
    assert said == said.strip()
    assert "Hatched" not in words(states({"1": ["yes", "no"]}))
    assert "Dash" not in words(states({"1": ["yes", "no"]}))


def test_patients_in_the_state_are_counted_only_by_a_row() -> None:
    found = {"1": ["no", "yes", "yes"], "2": ["no", "no", "yes"]}
    ids = {(m.subject, m.visit): m.measurement_id for m in view_results(states(found)).rows("lldas.state")}

    def share(visits: tuple[str, ...], count: int) -> Effect:
        rests_on = tuple(ids[s, v] for v in visits for s in ("1", "2"))
        common: dict[str, Any] = {"method": "proportion", "variant": "wilson", "stratum": "yes", "contrast": visits[0]}
        return Effect(parameter="lldas.state", count=count, denominator=2, n=2, measurements=rests_on, **common)

    assert "In the state at" not in words(states(found))
    assert "In the state at" not in words(states(found, effects=[share(("v1", "v2"), 2)]))
    rows = [share(("v2",), 2), share(("v1",), 1)]
    (planned,) = [p for p in planned_figures(states(found, effects=rows)) if p.kind == "states"]
    assert [p for p in planned.caption if isinstance(p, Num)] == [
        Num("2 of 2", rows[0].effect_id, "count+denominator"),
    ]
    assert "In the state at Week 12: 2 of 2 patients." in words(states(found, effects=rows))


def test_the_alternative_text_says_every_outcome() -> None:
    planned = planned_figures(states({"1": ["no", "yes"], "2": ["unknown", None]}, totals={"1": (0.0, 28.0)}))[0]
    assert planned.alt == (
        "Lanes of Lupus low disease activity state by lldas_franklyn, 2 patients. 1: Before treatment no, Week 4 yes, "
        "0–28 days in the state, both ends. 2: Before treatment unknown, Week 4 nothing recorded."
    )


def test_of_more_patients_than_can_be_named_the_text_counts() -> None:
    study = states({f"{i}": ["no", "yes" if i % 2 else None] for i in range(201)})
    planned = planned_figures(study)[0]
    assert planned.alt.endswith("201 patients. Before treatment: no 201. Week 4: yes 100, nothing recorded 101.")
    assert words(study).endswith("Patients are too many to be named.")
    assert "200" not in {t.get_text() for t in drawn(study).axes[0].texts}


def test_the_picture_follows_its_table_and_is_in_every_file(tmp_path: Path) -> None:
    study = states({"1": ["no", "yes"], "2": ["yes", None]})
    document = build_document(study)
    blocks = next(section.blocks for section in document.sections if section.id == "measures")
    names = [b.name if isinstance(b, FigureRef) else b.id if isinstance(b, Grid) else "" for b in blocks]
    place = names.index("states-lldas-state-lldas-franklyn")
    assert names[place - 1] == "measure-lldas-state-lldas-franklyn"
    files = draw_figures(study, tmp_path)
    word = docx.Document(io.BytesIO(render_docx(document, {name: found["png"] for name, found in files.items()})))
    assert len(word.inline_shapes) == 1
    assert any("One lane per patient, one tile per visit" in paragraph.text for paragraph in word.paragraphs)
    pdf = render_pdf(document, {name: found["svg"] for name, found in files.items()})
    said = " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "One lane per patient, one tile per visit" in said
    page = render_html(document, study, {name: found["svg"].read_text("utf-8") for name, found in files.items()})
    drawing = page.partition('id="figure-states-lldas-state-lldas-franklyn"')[2].partition("</svg>")[0]
    assert "<svg" in drawing
    assert drawing.count(f'data-subject="{subject_token("1").removeprefix("subject-")}"') > 2
