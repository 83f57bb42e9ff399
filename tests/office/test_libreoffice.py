"""LibreOffice opens the Word file: its tables are tables, its pictures pictures, its words the same words."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element

import pypdf
import pytest
from defusedxml.ElementTree import fromstring

from costim.report.document import Document, FigureRef, Grid, Num, Quote, Section, Term
from costim.report.word import render_docx

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(
        SOFFICE is None and os.environ.get("COSTIM_NO_SKIP") != "1",
        reason="LibreOffice (soffice) is not installed; set COSTIM_NO_SKIP=1 to make this an error",
    ),
]

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
WORDS = ("=1+1", "<b>bold?</b> & co", "関節リウマチ", "−12.7 (−20.5 to −4)")


def effect(i: int) -> str:
    return f"e{i:010x}"


def sample(picture: bool = True) -> Document:
    few = Grid(
        "few",
        ("Printed words",),
        (("Words",), ("Number",)),
        tuple(((Quote(w),), (Num(str(i), effect(i), "n"),)) for i, w in enumerate(WORDS)),
        notes=(("A note.",),),
        numeric=(False, True),
    )
    wide = Grid(
        "wide",
        ("Fourteen columns",),
        tuple((Quote(f"Column {j}"),) for j in range(14)),
        tuple(tuple((Quote(f"r{i}c{j} value"),) for j in range(14)) for i in range(20)),
    )
    rows = tuple(((Term(effect(i)),), (Num(str(i), effect(i), "n"),)) for i in range(300))
    long = Grid("effects", ("All effects",), (("Id",), ("Number",)), rows, kind="rows")
    figure = (FigureRef("figure", ("A figure",), "Ten <falling> lines"),) if picture else ()
    return Document(
        (Quote("A study"),), (), (Section("a", "Results", (few, *figure, wide)), Section("b", "Rows", (long,)))
    )


def converted(folder: Path, kind: str) -> Path:
    from PIL import Image

    assert SOFFICE is not None, "COSTIM_NO_SKIP=1 is set, and LibreOffice (soffice) is not installed"
    picture = folder / "figure.png"
    Image.new("RGB", (900, 450), "teal").save(picture)
    (folder / "report.docx").write_bytes(render_docx(sample(), {"figure": picture}))
    profile = (folder / "profile").as_uri()
    command = [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind, "--outdir", str(folder)]
    subprocess.run([*command, str(folder / "report.docx")], check=True, capture_output=True, timeout=180)
    found = folder / f"report.{kind.split(':', maxsplit=1)[0]}"
    assert found.exists(), "LibreOffice could not open the Word file"
    return found


@pytest.fixture(scope="module")
def odt(tmp_path_factory: pytest.TempPathFactory) -> Element:
    path = converted(tmp_path_factory.mktemp("odt"), "odt")
    return fromstring(zipfile.ZipFile(path).read("content.xml"))


def body(table: Element) -> list[list[str]]:
    """Texts of all cells, row by row."""
    rows = list(table.iter(f"{TABLE}table-row"))
    return [["\n".join("".join(p.itertext()) for p in c.iter(f"{TEXT}p")) for c in cells(r)] for r in rows]


def cells(row: Element) -> list[Element]:
    return row.findall(f"{TABLE}table-cell")


def test_tables_are_tables_with_every_cell(odt: Element) -> None:
    tables = list(odt.iter(f"{TABLE}table"))
    few, wide, long = (body(t) for t in tables)
    assert few == [["Words", "Number"], *([w, str(i)] for i, w in enumerate(WORDS))]
    assert [len(row) for row in wide] == [14] * 21
    assert long == [["Id", "Number"], *([effect(i), str(i)] for i in range(300))]


def test_headers_repeat_on_every_page(odt: Element) -> None:
    for table in odt.iter(f"{TABLE}table"):
        headers = table.findall(f"{TABLE}table-header-rows")
        assert len(headers) == 1
        assert len(headers[0].findall(f"{TABLE}table-row")) == 1


def test_headings_captions_and_text_alternatives_arrive(odt: Element) -> None:
    headings = ["".join(h.itertext()) for h in odt.iter(f"{TEXT}h")]
    assert headings == ["Results", "Rows"]
    texts = ["".join(p.itertext()) for p in odt.iter(f"{TEXT}p")]
    for caption in (
        "Table 1. Printed words",
        "Figure 1. A figure",
        "Table 2. Fourteen columns",
        "Table 3. All effects",
    ):
        assert caption in texts
    assert ["".join(d.itertext()) for d in odt.iter(f"{SVG}desc")] == ["Ten <falling> lines"]


def test_printed_pages_hold_the_wide_table_sideways_and_all_rows(tmp_path: Path) -> None:
    reader = pypdf.PdfReader(converted(tmp_path, "pdf"))
    sideways = [p for p in reader.pages if p.mediabox.width > p.mediabox.height]
    assert sideways
    text = "".join(page.extract_text() for page in reader.pages)
    squeezed = "".join(text.split())
    assert all(f"r{i}c13" in squeezed for i in range(20))
    assert all(squeezed.count(effect(i)) >= 1 for i in range(300))
    assert f"Page {len(reader.pages)} of {len(reader.pages)}" in reader.pages[-1].extract_text()
