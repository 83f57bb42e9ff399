"""The built report in every file format: hostile words are inert in all of them, and the bytes are the same twice."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
from factory import FORMULA, SCRIPT, companion_like, hostile_like, tokunaga_like

from costim.registry.provenance import Results
from costim.report.build import build_document
from costim.report.document import Document, Grid
from costim.report.figures.draw import draw_figures
from costim.report.outline import numbered_blocks
from costim.report.pdf import render_pdf
from costim.report.word import render_docx
from costim.report.word.render import LEFT_OUT
from costim.report.workbook import write_workbook


def files(results: Results, folder: Path) -> tuple[Document, dict[str, bytes]]:
    document = build_document(results)
    figures = draw_figures(results, folder)
    return document, {
        "docx": render_docx(document, {name: kinds["png"] for name, kinds in figures.items()}),
        "pdf": render_pdf(document, {name: kinds["svg"] for name, kinds in figures.items()}),
        "xlsx": write_workbook(document, results),
    }


def test_hostile_words_are_inert_everywhere(tmp_path: Path) -> None:
    document, made = files(hostile_like(), tmp_path)
    word = docx.Document(io.BytesIO(made["docx"]))
    grids = [n.block for n in numbered_blocks(document) if isinstance(n.block, Grid) and n.block.id not in LEFT_OUT]
    assert len(word.tables) == len(grids)
    texts = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert any(SCRIPT in text for text in texts)
    assert any(FORMULA in text for text in texts)
    assert not [r for r in word.part.rels.values() if r.is_external and "javascript" in r.target_ref]

    pages = pypdf.PdfReader(io.BytesIO(made["pdf"])).pages
    said = re.sub(r"[\s\u200b]+", "", "".join(page.extract_text() for page in pages))
    assert re.sub(r"\s+", "", SCRIPT) in said
    assert re.sub(r"\s+", "", FORMULA) in said
    assert b"/JavaScript" not in made["pdf"]
    assert b"javascript:" not in made["pdf"]

    book = openpyxl.load_workbook(io.BytesIO(made["xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == FORMULA for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if cell.hyperlink and cell.hyperlink.target]


@pytest.mark.parametrize("make", [tokunaga_like, companion_like])
def test_the_same_results_give_the_same_bytes(make: Callable[[], Results], tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, again = files(make(), tmp_path / "a")[1], files(make(), tmp_path / "b")[1]
    assert first.keys() == again.keys()
    assert [name for name in first if first[name] != again[name]] == []
    assert not any(str(tmp_path).encode() in content for content in first.values())
