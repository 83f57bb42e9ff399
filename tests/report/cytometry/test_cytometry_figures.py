"""Figures of cells: planned when there is something to draw, same bytes, words for those who cannot see them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import matplotlib.image
import pytest
from factory import companion_like
from factory_cells import cells_like, overlays, pictures
from walk_document import text_of

from costim.registry.provenance import Results
from costim.report.build import build_document
from costim.report.document import FigureRef
from costim.report.figures.draw import draw_figures
from costim.report.figures.pixels import PIXELS_PER_INCH
from costim.report.figures.plan import PlannedFigure, planned_figures
from costim.report.figures.thin import thin_svg
from costim.report.html.drawing import inline_svg

VECTORS = ("cell_counts", "levels")
KINDS = (*VECTORS, "marker_overlay", "gates")


@pytest.fixture(scope="module")
def results() -> Results:
    return cells_like()


@pytest.fixture(scope="module")
def drawn(results: Results, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    return draw_figures(results, tmp_path_factory.mktemp("figures"))


def of_kind(results: Results, kind: str) -> PlannedFigure:
    (found,) = [figure for figure in planned_figures(results) if figure.kind == kind]
    return found


def test_one_figure_of_each_kind_and_none_without_cells(results: Results) -> None:
    assert [f.kind for f in planned_figures(results) if f.kind in KINDS] == list(KINDS)
    assert not [f for f in planned_figures(companion_like()) if f.kind in KINDS]


def test_every_figure_stands_in_its_section(results: Results) -> None:
    document = build_document(results)
    placed = {s.id: [b.name for b in s.blocks if isinstance(b, FigureRef)] for s in document.sections}
    assert of_kind(results, "gates").name in placed["gating"]
    for kind in ("cell_counts", "levels"):
        assert of_kind(results, kind).name in placed["phenotypes"]
    assert of_kind(results, "marker_overlay").name in placed["cell-pictures"]
    names = [name for listed in placed.values() for name in listed]
    assert len(names) == len(set(names)) == len(planned_figures(results))


def test_counts_are_in_the_alternative_texts(results: Results) -> None:
    gates = of_kind(results, "gates")
    assert "All events, before: B cells 2400 of 34261." in gates.alt
    assert "B cells, day28: CD40 positive B 0 of 0." in gates.alt
    assert "day28 3 cells" in of_kind(results, "marker_overlay").alt
    levels = of_kind(results, "levels").alt
    assert "patient P1: Before 4321 AU, Day28 below the limit of detection" in levels
    assert "patient P2: day −3 210 cells/µL, day 28 0 cells/µL" in of_kind(results, "cell_counts").alt


def test_captions_say_what_is_drawn(results: Results) -> None:
    gates = text_of(of_kind(results, "gates").caption)
    assert "Shades hold 95%, 20% of the events" in gates
    assert "each one is a dot and no density is drawn" in gates
    assert "evenly spaced sample" in gates
    assert "beyond an end of an axis" in gates
    sparse = tuple(replace(p, frames=p.frames[1:]) for p in pictures()[:1])
    assert "Shades" not in text_of(of_kind(replace(results, gate_pictures=sparse), "gates").caption)
    assert "too few for a median" in text_of(of_kind(results, "marker_overlay").caption)
    assert "limit of detection of that tube" in text_of(of_kind(results, "cell_counts").caption)


def test_same_results_same_bytes(results: Results, drawn: dict[str, dict[str, Path]], tmp_path: Path) -> None:
    again = draw_figures(results, tmp_path)
    for kind in KINDS:
        name = of_kind(results, kind).name
        for ending, path in drawn[name].items():
            assert path.read_bytes() == again[name][ending].read_bytes(), (name, ending)


def test_drawings_may_stand_in_the_page(results: Results, drawn: dict[str, dict[str, Path]]) -> None:
    for kind in VECTORS:
        planned = of_kind(results, kind)
        svg = drawn[planned.name]["svg"].read_text()
        assert "<svg" in inline_svg(svg, planned.name, planned.alt, "t")
        assert len(svg) < 300_000


def test_many_visits_still_fit(results: Results, tmp_path: Path) -> None:
    wide = tuple(replace(p, frames=p.frames * 4) for p in pictures())
    many = replace(
        results, gate_pictures=wide, marker_overlays=tuple(replace(o, frames=o.frames * 4) for o in overlays())
    )
    made = draw_figures(many, tmp_path)
    for kind in ("gates", "marker_overlay"):
        wide_picture = matplotlib.image.imread(made[of_kind(many, kind).name]["png"])
        assert wide_picture.shape[1] == pytest.approx(170 / 25.4 * PIXELS_PER_INCH, abs=1)


def test_thinning_rounds_places_and_nothing_else() -> None:
    given = b'<path d="M 1.23456 -0.0001 L 3 4.5" id="m1.23456"/><use x="10.98765" transform="scale(0.015625)"/>'
    thin = b'<path d="M 1.23 0 L 3 4.5" id="m1.23456"/><use x="10.99" transform="scale(0.015625)"/>'
    assert thin_svg(given) == thin
