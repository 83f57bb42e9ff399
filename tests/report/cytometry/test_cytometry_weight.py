"""A report of tubes stays light: pictures once and in pixels, listings of what it names, everything in the files."""

from __future__ import annotations

import io
import re
import struct
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import matplotlib.image
import numpy as np
import openpyxl
import pytest
from factory import companion_like
from factory_cells import cells_like, overlays, pictures, row, rows
from matplotlib.colors import to_rgb
from walk_document import grid, text_of, text_of_section

from costim.registry.measurements import measurements_frame
from costim.registry.provenance import Results
from costim.report.build import build_document
from costim.report.document import Document, FigureRef
from costim.report.figures.draw import draw_figures
from costim.report.figures.picture_looks import GATE
from costim.report.figures.plan import PICTURED, planned_figures
from costim.report.figures.style import WORSE
from costim.report.html.pixels import inline_png
from costim.report.html.render import render_html
from costim.report.listing import READINGS
from costim.report.pdf.content import is_left_out
from costim.report.workbook.render import write_workbook

PATIENTS = ("P1", "P2", "P3")
NEVER_SHOWN = tuple(row("P1", 0, f"b_cells.cd{i}.p90", 5.0, 100) for i in range(40))


@pytest.fixture(scope="module")
def results() -> Results:
    """Three patients with pictures, and rows of a statistic that the report shows nowhere."""
    first = cells_like()
    return replace(
        first,
        measurements=measurements_frame([*rows(), *NEVER_SHOWN]),
        gate_pictures=tuple(replace(p, subject=s) for s in PATIENTS for p in pictures()),
        marker_overlays=tuple(replace(o, subject=s) for s in PATIENTS for o in overlays()),
    )


@pytest.fixture(scope="module")
def document(results: Results) -> Document:
    return build_document(results)


@pytest.fixture(scope="module")
def drawn(results: Results, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    return draw_figures(results, tmp_path_factory.mktemp("figures"))


@pytest.fixture(scope="module")
def page(results: Results, document: Document, drawn: dict[str, dict[str, Path]]) -> str:
    return render_html(document, results, {name: files.get("svg", files["png"]) for name, files in drawn.items()})


def test_pictures_of_tubes_are_one_file_with_a_palette(results: Results, drawn: dict[str, dict[str, Path]]) -> None:
    planned = [figure for figure in planned_figures(results) if figure.kind in PICTURED]
    assert len(planned) == 2 * len(PATIENTS)
    for figure in planned:
        assert list(drawn[figure.name]) == ["png"]
        data = drawn[figure.name]["png"].read_bytes()
        depth_and_colours = struct.unpack(">BB", data[24:26])
        assert depth_and_colours == (8, 3)
        assert len(data) < 120_000


def test_the_palette_keeps_white_paper_and_thin_lines(results: Results, drawn: dict[str, dict[str, Path]]) -> None:
    for kind, ink in (("gates", GATE), ("marker_overlay", WORSE)):
        name = next(figure.name for figure in planned_figures(results) if figure.kind == kind)
        seen = matplotlib.image.imread(drawn[name]["png"])[:, :, :3]
        assert (seen[0] == 1.0).all()
        assert np.abs(seen - np.array(to_rgb(ink))).sum(axis=2).min() < 0.01, kind


def test_one_patient_in_the_text_and_every_other_folded_at_the_end(results: Results, document: Document) -> None:
    placed = {s.id: [b for b in s.blocks if isinstance(b, FigureRef)] for s in document.sections}
    (shown,) = placed["gating"]
    assert shown.fold == ()
    assert "P1" in text_of(shown.caption)
    folded = placed["cell-pictures"]
    assert [text_of(figure.fold) for figure in folded] == [
        "Patient P1, panel B: levels of markers",
        "Patient P2, panel B: gates",
        "Patient P2, panel B: levels of markers",
        "Patient P3, panel B: gates",
        "Patient P3, panel B: levels of markers",
    ]
    assert all(figure.alt and figure.caption and figure.formats == ("png",) for figure in (*folded, shown))


def test_the_page_holds_each_picture_once_with_its_words(results: Results, page: str) -> None:
    planned = [figure for figure in planned_figures(results) if figure.kind in PICTURED]
    alternatives = re.findall(r'<img src="data:image/png;base64,[^"]+" alt="([^"]+)"', page)
    assert sorted(alternatives) == sorted(figure.alt for figure in planned)
    assert len(re.findall(r"<summary>.*: (?:levels of markers|gates)</summary>", page)) == len(planned) - 1


def test_rows_behind_no_number_stand_in_the_files_only(results: Results, document: Document, page: str) -> None:
    listed = {text_of(line[0]) for line in grid(document, READINGS).rows}
    out = {reading.measurement_id for reading in NEVER_SHOWN}
    assert not out & listed
    assert not [name for name in out if name in page]
    said = text_of_section(document, "measurements-rows")
    left = results.measurements.height - len(listed)
    assert left >= len(NEVER_SHOWN)
    assert f"{left} more rows of phenotypes are behind no number of this report" in said
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(document, results)), read_only=True)
    assert out <= {line[0] for line in book["measurements"].iter_rows(values_only=True)}
    figures = list(book["figures"].iter_rows(values_only=True))[1:]
    assert {line[1].count(";") for line in figures if "gates-" in line[1]} == {0}


def test_every_number_still_leads_to_a_row_of_the_page(page: str) -> None:
    anchors = set(re.findall(r'<tr id="([em][0-9a-f]{10})"', page))
    references = re.findall(r'data-ref="([^"]+)"', page)
    assert len(references) > 50
    assert set(references) <= anchors


def test_on_paper_readings_of_tubes_are_in_the_workbook(document: Document) -> None:
    assert is_left_out(grid(document, READINGS))
    assert not is_left_out(grid(document, "measurements"))
    without = build_document(companion_like())
    assert not is_left_out(grid(without, "measurements"))
    assert "more row" not in text_of_section(without, "measurements-rows")


def test_no_other_file_passes_for_a_picture() -> None:
    with pytest.raises(ValueError, match="no PNG"):
        inline_png(b"<svg/>", "x")
