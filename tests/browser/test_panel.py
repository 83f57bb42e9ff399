"""From a number to its row and its input cells, with and without JavaScript."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.browser.conftest import Open, Opened

pytestmark = pytest.mark.browser


def data(opened: Opened, name: str) -> dict[str, dict[str, dict[str, object]]]:
    return json.loads(opened.page.locator(f"#{name}-data").text_content() or "")


def test_a_number_opens_its_effect_its_measurements_and_their_cells(open_page: Open, report: Path) -> None:
    opened = open_page(report)
    page, number = opened.page, opened.page.locator("#summary a.num").first
    ref = number.get_attribute("data-ref") or ""
    effect = data(opened, "rows")["effects"][ref]
    number.click()
    panel = page.get_by_role("dialog")
    assert panel.is_visible()
    assert page.evaluate("document.activeElement.id") == "ui-panel-title"
    assert panel.locator("h2").text_content() == f"Where {number.text_content()} comes from"
    assert float(panel.locator("dd.asked").text_content() or "") == effect["estimate"]
    terms = panel.locator("#ui-panel-body > div > dl dt").all_text_contents()
    assert {"method", "n", "estimate", "reading"} <= set(terms)
    names = effect["measurements"]
    assert isinstance(names, list)
    folds = panel.locator("details")
    assert folds.count() == len(names)
    folds.first.locator("summary").click()
    measurement = data(opened, "rows")["measurements"][names[0]]
    cells = measurement["cells"]
    assert isinstance(cells, list)
    cell = data(opened, "cells")["cells"][cells[0]]
    words = folds.first.locator("li").last.text_content()
    assert words == f"{cell['file']}, row {cell['row']}, column {cell['column']}: {cell['found']}"


def test_keyboard_opens_and_escape_goes_back(open_page: Open, report: Path) -> None:
    page = open_page(report).page
    number = page.locator("#summary a.num").nth(1)
    number.press("Enter")
    panel = page.get_by_role("dialog")
    assert panel.is_visible()
    assert number.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "ui-panel-close"
    page.keyboard.press("Escape")
    assert not panel.is_visible()
    assert number.evaluate("e => e === document.activeElement")
    assert number.get_attribute("aria-expanded") is None
    number.press("Enter")
    page.get_by_role("button", name="Close").press("Enter")
    assert not panel.is_visible()
    assert number.evaluate("e => e === document.activeElement")


def test_the_panel_gives_way_to_a_number_below_it(open_page: Open, report: Path) -> None:
    page = open_page(report, viewport={"width": 390, "height": 700}).page
    page.locator("#summary a.num").first.click()
    panel = page.get_by_role("dialog")
    assert panel.is_visible()
    hidden = page.locator("#patients a.num").first
    hidden.evaluate("e => { e.scrollIntoView({ block: 'end' }); e.focus({ preventScroll: true }); }")
    assert not panel.is_visible()
    assert hidden.evaluate("e => e === document.activeElement")


def test_a_number_of_a_measurement_shows_its_cells(open_page: Open, report: Path) -> None:
    page = open_page(report).page
    page.locator("#table-patients a.num").first.click()
    panel = page.get_by_role("dialog")
    assert panel.locator("h3").all_text_contents() == ["Age"]
    assert "subjects.csv, row" in (panel.locator("li").last.text_content() or "")


def test_the_panel_leads_to_the_folded_row(open_page: Open, report: Path) -> None:
    page = open_page(report).page
    number = page.locator("#summary a.num").first
    row = page.locator(f"tr#{number.get_attribute('data-ref')}")
    assert not row.is_visible()
    number.click()
    page.get_by_role("dialog").get_by_role("link", name="Row in the appendix").first.click()
    assert row.is_visible()
    box = row.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900


def test_a_link_with_a_fragment_unfolds_on_arrival(open_page: Open, report: Path) -> None:
    first = open_page(report)
    ref = first.page.locator("#summary a.num").first.get_attribute("data-ref")
    page = open_page(report, f"#{ref}").page
    row = page.locator(f"tr#{ref}")
    assert row.is_visible()
    box = row.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900


def test_a_link_to_a_row_that_is_filtered_out_brings_it_back(open_page: Open, report: Path) -> None:
    page = open_page(report).page
    page.click("details.fold summary:has-text('Every measurement')")
    page.locator("#table-measurements").get_by_label("Filter rows").fill("no such row")
    page.click("details.fold summary:has-text('Every effect')")
    link = page.locator("#table-effects td a.quote").first
    target = (link.get_attribute("href") or "")[1:]
    link.click()
    assert page.locator(f"tr#{target}").is_visible()


def test_without_javascript_everything_is_there_and_links_lead_to_rows(open_page: Open, report: Path) -> None:
    page = open_page(report, java_script_enabled=False).page
    assert page.locator("main > section").count() == 8
    for row in page.locator("main tr").all()[-20:]:
        assert row.is_visible()
    for name in ("#ui-theme", "#ui-panel", ".filter", "th button"):
        assert page.locator(name).filter(visible=True).count() == 0
    number = page.locator("#summary a.num").first
    ref = number.get_attribute("data-ref")
    number.click()
    row = page.locator(f"tr#{ref}")
    assert row.is_visible()
    box = row.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900
    measurement = row.locator("td a.quote").first
    target = (measurement.get_attribute("href") or "")[1:]
    measurement.click()
    cell = page.locator(f"tr#{target} td a.quote").first
    cell.click()
    final = page.locator(f"tr#{(cell.get_attribute('href') or '')[1:]}")
    assert (final.locator("td").first.text_content() or "").endswith(".csv")
