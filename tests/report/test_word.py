"""The Word file: opened again it says the same, everything foreign is text, and its bytes depend on nothing else."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from documents import (
    HOSTILE,
    draw,
    effects_grid,
    many_effects,
    measurements_grid,
    result_grid,
    sample_document,
    wide_grid,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.report.document import Document, Grid, Num, Paragraph, Quote, Section
from costim.report.outline import numbered_blocks, plain_text
from costim.report.word import render_docx
from costim.report.word.render import LEFT_OUT


def opened(document: Document, figures: dict[str, Path] | None = None) -> Any:
    return docx.Document(io.BytesIO(render_docx(document, figures or {})))


def cells(table: Any) -> list[list[str]]:
    return [["\n".join(p.text for p in cell.paragraphs) for cell in row.cells] for row in table.rows]


def breaks(text: str) -> str:
    """Line ends as Word keeps them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def test_every_table_is_a_native_table_with_the_same_texts() -> None:
    document = sample_document()
    word = opened(document)
    grids = [n.block for n in numbered_blocks(document) if isinstance(n.block, Grid) and n.block.id not in LEFT_OUT]
    assert len(word.tables) == len(grids) == 3
    for table, grid in zip(word.tables, grids, strict=True):
        expected = [[breaks(plain_text(cell)) for cell in row] for row in (grid.header, *grid.rows)]
        assert cells(table) == expected
        assert table._tbl.xpath("./w:tr[1]/w:trPr/w:tblHeader")
        assert not table._tbl.xpath("./w:tr[position()>1]/w:trPr/w:tblHeader")


def test_numeric_columns_are_right_aligned_and_others_are_not() -> None:
    table = opened(sample_document()).tables[0]
    for row in table._tbl.tr_lst:
        sides = [tc.xpath("string(./w:p/w:pPr/w:jc/@w:val)") for tc in row.tc_lst]
        assert sides == ["", "right", "right"]


def test_captions_carry_numbers_and_the_style_caption(tmp_path: Path) -> None:
    word = opened(sample_document(figure=True), draw(tmp_path)["png"])
    captions = [p.text for p in word.paragraphs if p.style.name == "Caption"]
    assert captions == [
        "Table 1. A caption of 10 subjects",
        "Figure 1. Before and after",
        "Table 2. A wide table",
        "Table 3. All effects",
        "Table 4. All measurements",
    ]
    assert [p.text for p in word.paragraphs if p.style.name == "Heading 1"] == ["Results", "All rows"]
    assert "These rows are in the sheet “measurements” of tables.xlsx." in [p.text for p in word.paragraphs]


def test_a_result_table_ends_with_the_rows_behind_it_and_leads_to_them() -> None:
    effects = many_effects(12)
    word = opened(sample_document())
    last = next(p for p in word.paragraphs if p.text.startswith("Rows: "))
    assert last.text == "Rows: " + ", ".join(e.effect_id for e in effects)
    marks = set(word.element.xpath("//w:bookmarkStart/@w:name"))
    leads = set(word.element.xpath("//w:hyperlink/@w:anchor"))
    assert leads == {e.effect_id for e in effects}
    assert leads <= marks
    numbers = word.element.xpath("//w:bookmarkStart/@w:id")
    assert len(numbers) == len(set(numbers))


def test_a_table_on_many_rows_or_on_measurements_refers_to_the_workbook() -> None:
    def below(grid: Grid) -> list[str]:
        listings = (effects_grid(many_effects(14)), measurements_grid())
        sections = (Section("s", "S", (grid,)), Section("r", "R", listings))
        return [p.text for p in opened(Document((Quote("t"),), (), sections)).paragraphs if "Rows" in p.text]

    referred = ["Rows behind each line: Table 1 in tables.xlsx."]
    assert below(result_grid(many_effects(13))) == referred
    assert below(one_number("m0000000000")) == referred
    assert below(one_number(many_effects(14)[0].effect_id)) == [f"Rows: {many_effects(14)[0].effect_id}"]
    assert below(one_cell("word")) == []


def test_no_page_is_left_empty_and_leading_words_stay_with_their_table() -> None:
    wide = wide_grid(many_effects(3))
    blocks = (Paragraph(("Before.",)), one_cell("a"), Paragraph(("Leads.",)), wide, Paragraph(("After.",)))
    word = opened(Document((Quote("t"),), (), (Section("s", "S", blocks),)))
    turns = [p for p in word.paragraphs if p._p.xpath("./w:pPr/w:sectPr")]
    assert len(turns) == len(word.sections) - 1 == 2
    assert {p.style.name for p in turns} == {"PageTurn"}
    kept = {p.text: p.paragraph_format.keep_with_next for p in word.paragraphs}
    assert kept["Before."] is True
    assert kept["Leads."] is True
    assert kept["After."] is None


def test_pictures_are_inline_with_text_alternatives_and_fit_the_page(tmp_path: Path) -> None:
    word = opened(sample_document(figure=True), draw(tmp_path)["png"])
    (shape,) = word.inline_shapes
    assert shape._inline.docPr.get("descr") == "Ten lines <fall> & rise"
    section = word.sections[0]
    assert shape.width <= section.page_width - section.left_margin - section.right_margin
    assert shape.width / shape.height == pytest.approx(2, rel=0.01)


def test_a_figure_without_a_picture_is_an_error() -> None:
    with pytest.raises(KeyError, match="no picture for figure 'paired'"):
        render_docx(sample_document(figure=True), {})


def test_page_language_footer_and_properties() -> None:
    package = render_docx(sample_document(), {})
    word = docx.Document(io.BytesIO(package))
    assert [(s.page_width.mm, s.page_height.mm) for s in word.sections] == [
        pytest.approx((210, 297), abs=0.1),
        pytest.approx((297, 210), abs=0.1),
        pytest.approx((210, 297), abs=0.1),
    ]
    assert set(word.styles.element.xpath("//w:lang/@w:val")) == {"en-GB"}
    assert word.sections[0].footer.paragraphs[0].text == "Page 1 of 1"
    core = zipfile.ZipFile(io.BytesIO(package)).read("docProps/core.xml").decode()
    assert set(re.findall(r"<\w+:(\w+)", core)) == {"coreProperties", "title", "language", "revision"}
    assert "A study of &lt;b&gt;lupus&lt;/b&gt; &amp; =1+1" in core


def test_only_web_addresses_become_links() -> None:
    word = opened(sample_document())
    targets = [r.target_ref for r in word.part.rels.values() if r.is_external]
    assert targets == ["https://doi.org/10.1136/ard.2006.057885"]


def test_bytes_are_the_same_twice_and_hold_no_time(tmp_path: Path) -> None:
    figures = draw(tmp_path)["png"]
    first = render_docx(sample_document(figure=True), figures)
    assert first == render_docx(sample_document(figure=True), figures)
    parts = zipfile.ZipFile(io.BytesIO(first)).infolist()
    assert {p.date_time for p in parts} == {(1980, 1, 1, 0, 0, 0)}
    assert [p.filename for p in parts] == sorted(p.filename for p in parts)
    assert not any(str(tmp_path).encode() in zipfile.ZipFile(io.BytesIO(first)).read(p) for p in parts)


def test_long_and_wide_tables_keep_every_row() -> None:
    effects = many_effects(300)
    document = Document((Quote("t"),), (), (Section("s", "S", (effects_grid(effects), wide_grid(effects))),))
    word = opened(document)
    assert [len(t._tbl.tr_lst) for t in word.tables] == [301, 301]
    assert [len(t._tbl.tr_lst[0].tc_lst) for t in word.tables] == [4, 14]
    for table in word.tables:
        width = sum(int(w) for w in table._tbl.xpath("./w:tblGrid/w:gridCol/@w:w"))
        assert width <= (297 - 40) / 25.4 * 1440 + 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_text(text: str) -> None:
    document = Document((Quote(text),), (Quote(text),), (Section("s", text, (one_cell(text),)),))
    word = opened(document)
    assert cells(word.tables[0])[1] == [text]
    assert word.core_properties.title == text
    assert not word.element.xpath("//w:fldSimple")
    codes = {code.text.strip() for code in word.element.xpath("//w:instrText")}
    assert codes == {"SEQ Table \\* ARABIC"}


def one_number(ref: str) -> Grid:
    return Grid("g", ("Caption",), (("Value",),), (((Num("1", ref, "value"),),),))


def one_cell(text: str) -> Grid:
    return Grid("g", (Quote(text),), (("Word",),), (((Quote(text),),),), notes=((Quote(text),),))


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters() | st.sampled_from("\0\x0b\x0c\ud800\ufffe\uffff\r\n\t"), max_size=40))
def test_every_character_survives_or_is_visibly_replaced(text: str) -> None:
    document = Document((Quote("t"),), (), (Section("s", "S", (one_cell(text),)),))
    (shown,) = cells(opened(document).tables[0])[1]
    legal = "".join(c if c in "\t\n\r" or (c >= " " and not is_illegal(c)) else "\ufffd" for c in text)
    assert shown == breaks(legal)


def is_illegal(char: str) -> bool:
    return 0xD800 <= ord(char) <= 0xDFFF or char in "\ufffe\uffff"
