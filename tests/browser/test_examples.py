"""The reports of the example studies in a real browser: quiet, navigable, sortable, accessible, printable."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.browser.test_accessibility import serious

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GROUND = "getComputedStyle(document.documentElement).backgroundColor"


def test_it_opens_quietly_and_its_contents_lead_everywhere(open_page: Open, example_report: Path) -> None:
    opened = open_page(example_report)
    page = opened.page
    entries = page.locator("nav.contents a")
    targets = entries.evaluate_all("all => all.map(a => a.hash.slice(1))")
    assert targets == page.locator("main > section").evaluate_all("all => all.map(s => s.id)")
    assert len(targets) >= 12
    for entry in entries.all():
        entry.click()
        expect(page.locator("nav.contents [aria-current]")).to_have_count(1)
    assert opened.seen.requests[0] == example_report.as_uri()


def test_a_table_sorts_there_and_back(open_page: Open, example_report: Path) -> None:
    page = open_page(example_report).page
    ages = page.locator("#table-patients-table tbody tr td:nth-of-type(1)")
    printed = ages.all_text_contents()
    head = page.locator("#table-patients-table thead th").nth(1)
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    known = [float(text) for text in ages.all_text_contents() if text.replace(".", "").isdigit()]
    assert len(known) >= 4
    assert known == sorted(known)
    head.locator("button").press("Enter")
    head.locator("button").press("Enter")
    assert ages.all_text_contents() == printed


def test_theme_and_a_number_by_keyboard_alone(open_page: Open, example_report: Path) -> None:
    page = open_page(example_report, color_scheme="light").page
    assert page.evaluate(GROUND) == "rgb(255, 255, 255)"
    seen: list[str] = []
    while page.evaluate("document.activeElement.id") != "ui-theme":
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
        assert len(seen) < 60, seen
    page.keyboard.press("Enter")
    assert page.evaluate(GROUND) == "rgb(20, 23, 26)"
    while not page.evaluate("document.activeElement.matches('#summary a.num')"):
        page.keyboard.press("Tab")
        seen.append("")
        assert len(seen) < 80
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    expect(panel).to_be_visible()
    assert serious(page, "#ui-panel") == []
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('#summary a.num')")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_no_serious_fault_of_accessibility(open_page: Open, example_report: Path, scheme: str, width: int) -> None:
    page = open_page(
        example_report, color_scheme=scheme, reduced_motion="reduce", viewport={"width": width, "height": 900}
    ).page
    assert serious(page) == []  # folded: thousands of like rows say nothing new and take minutes
    for summary in page.locator("details.fold > summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_a_number_leads_down_to_a_file(open_page: Open, example_report: Path) -> None:
    page = open_page(example_report, java_script_enabled=False).page
    number = page.locator("#patients a.num").first
    row = page.locator(f"tr#{number.get_attribute('data-ref')}")
    number.click()
    expect(row).to_be_visible()
    cell = row.locator("td a.quote").last
    cell.click()
    last = page.locator(f"tr#{(cell.get_attribute('href') or '')[1:]}")
    assert (last.locator("td").first.text_content() or "").endswith(".csv")


def test_it_prints(open_page: Open, example_report: Path) -> None:
    from pypdf import PdfReader

    page = open_page(example_report, color_scheme="dark").page
    titles = page.locator("main > section > h2").all_text_contents()
    pdf = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    text = " ".join("".join(p.extract_text() for p in pdf.pages).split())
    assert len(pdf.pages) > 5
    assert [t for t in titles if " ".join(t.split()) not in text] == []
    assert "Dark theme" not in text
    assert "Filter rows" not in text
