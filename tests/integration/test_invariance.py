"""Order of rows and columns changes nothing but provenance; same inputs and seed give the same bytes."""

from __future__ import annotations

import csv
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.conftest import EXAMPLES

PROVENANCE = re.compile(r'<section[^>]*id="(?:provenance|findings)".*?</section>', re.DOTALL)
CELLS = re.compile(r'<script[^>]*id="cells-data".*?</script>', re.DOTALL)
HASH = re.compile(r"sha256-[A-Za-z0-9+/=]+")


def shuffle_tables(folder: Path, seed: int) -> None:
    """Shuffle rows and columns of every CSV table in place."""
    rng = random.Random(seed)  # noqa: S311  # not for secrets
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            header, *rows = list(csv.reader(handle))
        rng.shuffle(rows)
        order = list(range(len(header)))
        rng.shuffle(order)
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, lineterminator="\n").writerows([[r[i] for i in order] for r in [header, *rows]])


def run(study: Path, out: Path, hash_seed: str = "0") -> Path:
    subprocess.run(
        [sys.executable, "-m", "costim.cli", "run", str(study), "--out", str(out)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    return out


def digests(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def docx_sections(path: Path) -> dict[str, list[str]]:
    """The XML of every block of a Word file, by the heading it stands under."""
    import docx
    from docx.text.paragraph import Paragraph

    document = docx.Document(str(path))
    found: dict[str, list[str]] = {}
    title = ""
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph) and block.style is not None and block.style.name == "Heading 1":
            title = block.text
        found.setdefault(title, []).append(block._element.xml)
    return found


def sheets(path: Path) -> dict[str, list[tuple[object, ...]]]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    found = {name: list(book[name].values) for name in book.sheetnames}
    book.close()
    return found


def pdf_pages(path: Path) -> list[str]:
    from pypdf import PdfReader

    return [page.extract_text() for page in PdfReader(path).pages]


def pages_of(pages: list[str], title: str, after: str = "") -> set[int]:
    """Numbers of the pages from a heading to the next one or the end; the first page has the contents."""
    start = next(i for i, text in enumerate(pages) if i and title in text)
    stop = next(i for i, text in enumerate(pages) if i >= start and after in text) if after else len(pages) - 1
    return set(range(start, stop + 1))


def differing(before: dict[str, object], after: dict[str, object]) -> set[str]:
    assert before.keys() == after.keys()
    return {name for name in before if before[name] != after[name]}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tokunaga2007", "rituximab_sle_2yr"])
def test_same_bytes_and_order_blind(name: str, tmp_path: Path) -> None:
    first = run(EXAMPLES / name, tmp_path / "first", "1")
    again = run(EXAMPLES / name, tmp_path / "again", "2")
    assert digests(first) == digests(again)
    assert {"report.html", "report.docx", "report.pdf", "tables.xlsx", "provenance.json"} <= digests(first).keys()

    study = tmp_path / name
    shutil.copytree(EXAMPLES / name, study)
    shuffle_tables(study, seed=7)
    shuffled = run(study, tmp_path / "shuffled")
    before, after = digests(first), digests(shuffled)
    assert before.keys() == after.keys()
    changed = {file for file in before if before[file] != after[file]}
    assert changed <= {"report.html", "report.pdf", "report.docx", "tables.xlsx", "provenance.json", "findings.csv"}
    pages = [(folder / "report.html").read_text("utf-8") for folder in (first, shuffled)]
    bare = [HASH.sub("", CELLS.sub("", PROVENANCE.sub("", page))) for page in pages]
    assert bare[0] == bare[1]

    findings, provenance = "Findings of the input checks", "Appendix: provenance"
    texts = [docx_sections(folder / "report.docx") for folder in (first, shuffled)]
    assert len(texts[0]) > 10
    assert differing(*texts) <= {findings, provenance}
    books = [sheets(folder / "tables.xlsx") for folder in (first, shuffled)]
    assert differing(*books) <= {"findings-list", "findings", "files", "cells"}
    papers = [pdf_pages(folder / "report.pdf") for folder in (first, shuffled)]
    assert len(papers[0]) == len(papers[1])
    moved = {i for i, (one, other) in enumerate(zip(*papers, strict=True)) if one != other}
    assert moved <= pages_of(papers[0], findings, "Appendix: effects") | pages_of(papers[0], provenance)
