"""Every score sheet prints on one page of A4 and of US letter, in black on white, in type one can read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from costim.registry.measure_catalogue import measures
from costim.scoring.sheet import build_sheet, render_sheet

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SHEETS = [(code, name) for code, info in measures().items() for name in info.variants]


@pytest.mark.parametrize(("code", "variant"), SHEETS)
def test_one_page(browser: Browser, code: str, variant: str) -> None:
    page = browser.new_page()
    try:
        page.set_content(render_sheet(code, variant))
        for paper in ("A4", "Letter"):
            printed = PdfReader(io.BytesIO(page.pdf(format=paper)))
            assert len(printed.pages) == 1, f"{code} on {paper}: {len(printed.pages)} pages"
            assert build_sheet(code, variant).title.split()[0] in printed.pages[0].extract_text()
        page.emulate_media(media="print")
        colours = page.evaluate("[...document.querySelectorAll('*')].map(e => getComputedStyle(e)).map(s => s.color)")
        assert set(colours) == {"rgb(0, 0, 0)"}
        page.set_viewport_size({"width": 718, "height": 1000})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 718
    finally:
        page.close()
    assert float(build_sheet(code, variant).size.removesuffix("pt")) >= 6.5
