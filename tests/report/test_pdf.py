"""The PDF: all content literally there, links lead to rows, nothing runs off the page, same bytes every time."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from documents import HOSTILE, draw, effects_grid, many_effects, sample_document, wide_grid
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from costim.report.columns import word_width
from costim.report.document import Document, FigureRef, Grid, Num, Paragraph, Quote, Section
from costim.report.outline import document_inlines
from costim.report.pdf import render_pdf
from costim.report.pdf.content import ROW_LIMIT
from costim.report.pdf.glyphs import Glyphs, break_words
from costim.report.pdf.render import compile_report

PPI = 60


def opened(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def said(pdf: bytes) -> str:
    """All text without white space, which a line break may change."""
    return squeezed("".join(page.extract_text() for page in opened(pdf).pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def document_of(*blocks: Any) -> Document:
    return Document((Quote("Title"),), (), (Section("s", "Results", blocks),))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_appear_literally(text: str) -> None:
    grid = Grid("g", (Quote(text),), (("Word",),), (((Quote(text),),),), notes=((Quote(text),),))
    document = Document((Quote(text),), (Quote(text),), (Section("s", text, (Paragraph((Quote(text),)), grid)),))
    pdf = render_pdf(document, {})
    # title, subtitle, contents, heading, paragraph, caption, cell, note
    assert said(pdf).count(squeezed(text)) >= 8
    assert opened(pdf).metadata["/Title"].strip() == text.strip()


def test_numbers_lead_to_their_row_and_words_to_their_doi() -> None:
    document = sample_document()
    reader = opened(render_pdf(document, {}))
    places = [(i, x, y) for i, page in enumerate(reader.pages) for x, y in row_ids(page)]
    followed, addresses = [], set()
    for page in reader.pages:
        for link in (note.get_object() for note in page.get("/Annots", [])):
            if "/A" in link and link["/A"].get("/S") == "/URI":
                addresses.add(link["/A"]["/URI"])
                continue
            target = link["/Dest"] if "/Dest" in link else link["/A"]["/D"]
            number = reader.get_page_number(target[0].get_object())
            # typst lets a target begin a little above its line
            if near := [name for n, name, y in places if n == number and 10 < target[3] - y < 20]:
                followed.append(near[0])
    numbers = [part.ref for part in document_inlines(document) if isinstance(part, Num)]
    assert followed == numbers[:-12]  # a row of the listing does not lead to itself
    assert addresses == {"https://doi.org/10.1136/ard.2006.057885"}


def row_ids(page: Any) -> list[tuple[str, float]]:
    """Row ids on a page and the height of their line."""
    found: list[tuple[str, float]] = []

    def visit(text: str, cm: Any, tm: Any, *_: Any) -> None:
        if re.fullmatch(r"e[0-9a-f]{10}", text.strip()):
            found.append((text.strip(), tm[5] * cm[3] + cm[5]))

    page.extract_text(visitor_text=visit)
    return found


def test_headings_are_bookmarks_and_pages_are_numbered() -> None:
    reader = opened(render_pdf(sample_document(), {}))
    assert [item.title for item in reader.outline] == ["Results", "All rows"]
    total = len(reader.pages)
    for i, page in enumerate(reader.pages, start=1):
        assert f"Page {i} of {total}" in page.extract_text()
    assert "A study of <b>lupus</b> & =1+1" in reader.pages[1].extract_text()


def test_the_file_is_tagged_and_speaks_a_language(tmp_path: Path) -> None:
    pdf = render_pdf(sample_document(figure=True), draw(tmp_path)["svg"])
    root = opened(pdf).trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    alternatives = alts(root["/StructTreeRoot"])
    assert "Ten lines <fall> & rise" in alternatives


def alts(node: Any, depth: int = 0) -> list[str]:
    node = node.get_object()
    if not isinstance(node, dict):
        return [a for child in node for a in alts(child, depth + 1)] if isinstance(node, list) else []
    found = [str(node["/Alt"])] if "/Alt" in node else []
    return found + (alts(node["/K"], depth + 1) if "/K" in node and depth < 40 else [])


def test_same_bytes_twice_without_a_date(tmp_path: Path) -> None:
    figures = draw(tmp_path)["svg"]
    pdf = render_pdf(sample_document(figure=True), figures)
    assert pdf == render_pdf(sample_document(figure=True), figures)
    assert b"CreationDate" not in pdf
    assert b"ModDate" not in pdf
    assert str(tmp_path).encode() not in pdf


def test_a_long_table_repeats_its_header_and_keeps_every_row() -> None:
    effects = many_effects(300)
    reader = opened(render_pdf(document_of(effects_grid(effects)), {}))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 4
    for page in pages:
        assert page.count("Parameter") == 1
    text = "".join(pages)
    assert all(text.count(e.effect_id) == 1 for e in effects)


def text_starts(page: Any) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []

    def visit(text: str, cm: Any, tm: Any, *_: Any) -> None:
        if text.strip():
            found.append((text, tm[4] * cm[0] + cm[4]))

    page.extract_text(visitor_text=visit)
    return found


def ink_outside(reader: pypdf.PdfReader) -> list[tuple[int, str, float]]:
    """Text that begins in or beyond the margin."""
    found = []
    for number, page in enumerate(reader.pages):
        right = float(page.mediabox.width)

        found += [(number, text, x) for text, x in text_starts(page) if not 20 < x < right - 20]
    return found


def margins_are_white(page: bytes, millimetres: float = 18) -> bool:
    picture = Image.open(io.BytesIO(page)).convert("L")
    edge = round(millimetres / 25.4 * PPI)
    sides = [(0, 0, edge, picture.height), (picture.width - edge, 0, picture.width, picture.height)]
    return all(picture.crop(side).getextrema()[0] > 240 for side in sides)


@pytest.mark.parametrize("columns", [2, 14, 24, 40])
def test_ink_stays_inside_the_margins(columns: int) -> None:
    words = Grid("w", (Quote("c" * 300),), ((("W" * 90),),), (((Quote("W" * 90 + " " + "m_" * 60),),),))
    document = document_of(wide_grid(many_effects(8), columns), words, Paragraph((Quote("W" * 300),)))
    pages = compile_report(document, {}, format="png", ppi=PPI)
    for page in pages if isinstance(pages, list) else [pages]:
        assert margins_are_white(page)


def test_few_tall_rows_do_not_run_off_the_page() -> None:
    rows = tuple(((Quote(f"r{i}"),), (Quote("tall\n" * 40),)) for i in range(4))
    reader = opened(render_pdf(document_of(Grid("g", ("Tall",), (("Row",), ("Text",)), rows)), {}))
    assert squeezed("".join(p.extract_text() for p in reader.pages)).count("tall") == 160


def test_a_figure_larger_than_the_page_is_made_smaller(tmp_path: Path) -> None:
    svg = tmp_path / "f.svg"
    svg.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="9000"><rect width="3000" height="9000"/></svg>'
    )
    pages = compile_report(document_of(FigureRef("f", ("Large",), "black")), {"f": svg}, format="png", ppi=PPI)
    pictures = pages if isinstance(pages, list) else [pages]
    assert all(margins_are_white(page) for page in pictures)


@pytest.mark.parametrize("columns", [14])
def test_a_wide_table_turns_the_page_and_stays_on_it(columns: int) -> None:
    reader = opened(render_pdf(document_of(wide_grid(many_effects(25), columns)), {}))
    turned = [p for p in reader.pages if p.mediabox.width > p.mediabox.height]
    assert turned
    assert ink_outside(reader) == []
    assert columns == sum(f"Parameter{j}" in squeezed(turned[0].extract_text()) for j in range(columns))


def test_a_very_long_word_is_broken_and_a_narrow_table_stays_narrow() -> None:
    word = "A" * 400
    grid = Grid("g", ("Caption",), (("Word",), ("Other",)), (((Quote(word),), ("x",)),))
    reader = opened(render_pdf(document_of(grid, Paragraph((Quote(word),))), {}))
    assert squeezed("".join(p.extract_text() for p in reader.pages)).count(word) == 2
    assert ink_outside(reader) == []


def test_listings_beyond_the_limit_are_named_not_printed() -> None:
    rows = tuple(((Quote(f"cell {i}"),),) for i in range(ROW_LIMIT + 1))
    grids = [Grid(name, ("Many rows",), (("Cell",),), rows, kind="rows") for name in ("cells", "findings")]
    text = said(render_pdf(document_of(*grids), {}))
    assert squeezed("These rows are in the sheet “cells” of tables.xlsx.") in text
    assert squeezed("These rows are in the sheet “findings” of tables.xlsx.") in text


def test_characters_without_a_glyph_are_printed_as_code_points() -> None:
    text = said(render_pdf(document_of(Paragraph((Quote("関節リウマチ β≥−1 µ \ud800"),))), {}))
    assert "[U+95A2][U+7BC0][U+30EA][U+30A6][U+30DE][U+30C1]β≥−1µ\ufffd" in text
    assert squeezed("Characters that the fonts of this file lack are printed as code points") in text
    assert squeezed("are printed as code points") not in said(render_pdf(document_of(Paragraph(("β",))), {}))


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=30))
@example("\u202e\u200d\ufeff\u0301\0\x0b\r\n\t\u2028")
def test_any_text_can_be_set(text: str) -> None:
    grid = Grid("g", (Quote(text),), (((Quote(text),)),), (((Quote(text),),),))
    assert opened(render_pdf(document_of(grid, Paragraph((Quote(text),))), {})).pages


@given(st.text(max_size=60), st.integers(2, 20))
def test_breaking_words_adds_only_places_to_break(text: str, room: int) -> None:
    broken = break_words(text, room)
    assert broken.replace("\u200b", "") == text.replace("\u200b", "")
    assert all(word_width(piece) <= room for piece in re.split(r"[\s\u200b]+", broken))


def test_printable_keeps_what_the_fonts_have() -> None:
    glyphs = Glyphs()
    assert glyphs.printable("Ω 10⁻⁵ ≤ – “x” é") == "Ω 10⁻⁵ ≤ – “x” é"
    assert not glyphs.replaced
    assert glyphs.printable("\U0001f9ec\x07") == "[U+1F9EC][U+0007]"
    assert glyphs.replaced


def test_figures_must_be_there_in_a_format_that_can_be_read_aloud(tmp_path: Path) -> None:
    document = sample_document(figure=True)
    with pytest.raises(KeyError, match="no picture for figure 'paired'"):
        render_pdf(document, {})
    with pytest.raises(ValueError, match=r"figure 'paired': paired\.pdf is none of \.svg, \.png"):
        render_pdf(document, {"paired": tmp_path / "paired.pdf"})
