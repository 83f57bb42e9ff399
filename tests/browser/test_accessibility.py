"""axe-core finds no serious fault, in both themes, folded and unfolded, with the panel open."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def serious(page: object, place: str | None = None) -> list[str]:
    """Serious and critical faults of the page, or of one place in it."""
    from axe_playwright_python.sync_playwright import Axe

    response = Axe().run(page, context=place).response
    return [
        f"{found['id']} ({found['impact']}): {node['target']} {node['html'][:120]}"
        for found in response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_no_serious_fault(open_page: Open, report: Path, scheme: str, width: int) -> None:
    page = open_page(
        report, color_scheme=scheme, reduced_motion="reduce", viewport={"width": width, "height": 900}
    ).page
    for summary in page.locator("details.fold > summary").all():
        summary.click()
    page.locator("#table-sorting thead button").first.click()
    page.locator("#figure-paired .subjects button").first.click()
    assert serious(page) == []
    page.locator("#summary a.num").first.click()
    page.locator("#ui-panel details summary").first.click()
    assert serious(page) == []


def test_no_serious_fault_in_the_real_report(open_page: Open, full_report: Path) -> None:
    page = open_page(full_report, color_scheme="dark").page
    assert serious(page) == []
    page.emulate_media(color_scheme="light")
    for summary in page.locator("details.fold > summary").all():
        summary.click()
    assert serious(page) == []


def test_headings_and_landmarks(open_page: Open, report: Path) -> None:
    page = open_page(report).page
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("navigation", name="Contents").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    levels = page.locator("main :is(h1, h2, h3, h4)").evaluate_all("all => all.map(e => Number(e.tagName[1]))")
    assert levels == [1] + [2] * 8
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "ui-main"
    assert page.get_by_role("table", name="Patients at the first infusion").count() == 1
    assert page.get_by_role("img", name="Picture of paired, 2 lines").count() == 1


def test_every_control_shows_its_focus(open_page: Open, report: Path) -> None:
    page = open_page(report).page
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        kind, outline = page.evaluate(
            "() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " return [e.tagName, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1]; }"
        )
        seen.add(kind)
        assert outline, kind
    assert {"A", "BUTTON"} <= seen
