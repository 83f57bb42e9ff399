"""The report in a real browser: moving about, sorting, filtering, theme, small screens, paper."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

COLUMN = "#table-sorting tbody tr td"


def test_opens_quietly_from_a_file(open_page: Open, report: Path) -> None:
    opened = open_page(report)
    assert opened.page.title() == "Rituximab for refractory lupus of the central nervous system"
    assert opened.seen.requests == [report.as_uri()]
    assert opened.seen.messages == []


def test_the_policy_forbids_foreign_scripts_and_requests(browser: object, report: Path) -> None:
    page = browser.new_context().new_page()  # type: ignore[attr-defined]
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.goto(report.as_uri())
    page.evaluate(
        "() => { const s = document.createElement('script');"
        " s.textContent = 'window.foreign = 1'; document.body.append(s); }"
    )
    assert page.evaluate("window.foreign") is None
    page.evaluate("() => { const i = new Image(); i.src = 'file:///nowhere.png'; document.body.append(i); }")
    page.wait_for_timeout(100)
    assert sum("Content Security Policy" in message for message in messages) >= 2
    page.context.close()


def test_contents_move_and_mark_the_section(open_page: Open, report: Path) -> None:
    page = open_page(report).page
    page.click("nav.contents a[href='#methods']")
    assert page.evaluate("location.hash") == "#methods"
    assert page.locator("#methods h2").evaluate("e => e.getBoundingClientRect().top") < 200
    assert page.locator("nav.contents [aria-current]").all_text_contents() == ["Methods"]
    page.click("nav.contents a[href='#provenance']")  # the last section cannot reach the top of the window
    assert page.locator("nav.contents [aria-current]").all_text_contents() == ["Provenance"]
    page.mouse.wheel(0, -100000)
    expect(page.locator("nav.contents [aria-current]")).to_have_text("Summary")


def test_a_column_is_sorted_by_click_and_by_key(open_page: Open, report: Path) -> None:
    page = open_page(report).page
    printed = page.locator(COLUMN).all_text_contents()
    head = page.locator("#table-sorting th").nth(1)
    up = ["−12 to −6", "−3.5", "<0.5", "2", "7 to 11", "10", ">100", "1 200", "not done", ""]
    down = ["1 200", ">100", "10", "7 to 11", "2", "<0.5", "−3.5", "−12 to −6", "not done", ""]
    head.locator("button").click()
    assert page.locator(COLUMN).all_text_contents() == up
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.locator("#ui-status").text_content() == "Sorted by Value, ascending."
    head.locator("button").press("Enter")
    assert page.locator(COLUMN).all_text_contents() == down
    assert head.get_attribute("aria-sort") == "descending"
    head.locator("button").press("Space")
    assert page.locator(COLUMN).all_text_contents() == printed
    assert head.get_attribute("aria-sort") is None
    names = page.locator("#table-patients tbody th")
    page.locator("#table-patients thead button").first.click()
    assert names.all_text_contents() == [str(n) for n in range(1, 11)]


def test_theme_button_turns_the_page_dark_and_is_remembered(open_page: Open, report: Path) -> None:
    opened = open_page(report, color_scheme="light")
    page = opened.page
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    button = page.get_by_role("button", name="Dark theme")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    assert page.evaluate(ground) == "rgb(20, 23, 26)"
    assert button.get_attribute("aria-pressed") == "true"
    page.reload()
    assert page.evaluate(ground) == "rgb(20, 23, 26)"


def test_theme_follows_the_system(open_page: Open, report: Path) -> None:
    page = open_page(report, color_scheme="dark").page
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(20, 23, 26)"
    assert page.locator("#ui-theme").get_attribute("aria-pressed") == "true"


def test_filter_keeps_the_rows_with_every_word(open_page: Open, report: Path) -> None:
    page = open_page(report).page
    page.click("details.fold summary:has-text('Every measurement')")
    rows = page.locator("#table-measurements tbody tr")
    total = rows.count()
    box = page.locator("#table-measurements").get_by_label("Filter rows")
    box.fill("SLEDAI entry")
    shown = page.locator("#table-measurements tbody tr:visible")
    texts = [text.lower() for text in shown.all_text_contents()]
    assert 0 < len(texts) < total
    assert all("sledai" in text and "entry" in text for text in texts)
    assert page.locator("#table-measurements output").text_content() == f"{len(texts)} of {total} rows"
    box.fill("no such row anywhere")
    assert shown.count() == 0
    box.fill("")
    assert shown.count() == total


def test_one_subject_is_singled_out_in_all_figures(open_page: Open, report: Path) -> None:
    page = open_page(report).page
    code = b"3".hex()
    page.locator("#figure-paired .subjects button", has_text="3").click()
    for figure in ("paired", "waterfall"):
        expect(page.locator(f"#figure-{figure} svg.singled .single")).to_have_attribute("data-subject", code)
    expect(page.locator("#table-patients tr.single th")).to_have_text("3")
    same = page.locator("#figure-waterfall .subjects button", has_text="3")
    expect(same).to_have_attribute("aria-pressed", "true")
    same.press("Enter")
    same.blur()
    page.mouse.move(0, 0)
    expect(page.locator(".single")).to_have_count(0)
    page.locator(f"#figure-waterfall [data-subject='{code}'] use").first.hover(force=True)
    expect(page.locator("#figure-paired .single")).to_have_attribute("data-subject", code)


@pytest.mark.parametrize("width", [360, 390, 800, 1280])
def test_the_page_itself_never_scrolls_sideways(open_page: Open, report: Path, width: int) -> None:
    page = open_page(report, viewport={"width": width, "height": 740}).page
    for summary in page.locator("details.fold > summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("a.num").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_heads_of_columns_break_on_small_screens(open_page: Open, report: Path) -> None:
    page = open_page(report, viewport={"width": 390, "height": 740}).page
    rem = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    widths = page.locator(".table:not(.listing) thead th button").evaluate_all("all => all.map(e => e.offsetWidth)")
    assert widths
    assert max(widths) <= 10 * rem


def test_paper_holds_everything(open_page: Open, report: Path) -> None:
    from pypdf import PdfReader

    page = open_page(report, color_scheme="dark").page
    pdf = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    text = "\n".join(p.extract_text() for p in pdf.pages)
    assert len(pdf.pages) > 1
    assert "The last words." in text
    last_cell = page.locator("#table-cells tbody tr th").last.text_content()
    assert last_cell
    assert last_cell in text.replace("\n", "")  # folded listings are printed
    assert "Dark theme" not in text
    assert "Filter rows" not in text
    assert "doi.org" not in text
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]


def test_the_real_report_works_in_a_narrow_window_and_on_paper(open_page: Open, full_report: Path) -> None:
    from pypdf import PdfReader

    page = open_page(full_report, viewport={"width": 360, "height": 740}).page
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    dead = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(a.hash.slice(1))).length"
    )
    assert dead == 0
    titles = page.locator("main > section > h2").all_text_contents()
    for number in page.locator("a.num").all()[:3]:
        number.evaluate("e => e.click()")
        assert page.get_by_role("dialog").is_visible()
        page.keyboard.press("Escape")
    for summary in page.locator("details.fold > summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    pdf = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(pdf.pages) > 1
    assert titles[-1] in "".join(p.extract_text() for p in pdf.pages)


def test_hostile_words_do_nothing(open_page: Open, hostile_report: Path) -> None:
    opened = open_page(hostile_report)
    dialogs: list[str] = []
    opened.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for summary in opened.page.locator("details.fold > summary").all():
        summary.click()
    for number in opened.page.locator("a.num:visible").all()[:12]:
        number.evaluate("e => e.click()")  # the panel may lie above it
    assert dialogs == []
    assert opened.page.locator("img, iframe, object, embed, main script").count() == 0
    assert opened.page.locator("h1").text_content() == '<script>alert("x")</script>'
