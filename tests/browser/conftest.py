"""A Chromium browser, and the report as a file it can open."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from costim.registry.provenance import Results

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))  # the factory of results and the sample document

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str | None:
    """Path of the browser: the setting COSTIM_CHROMIUM, else the one of the system."""
    return os.environ.get("COSTIM_CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; absent = skipped, or failed where COSTIM_NO_SKIP=1 forbids skipping."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    if path is None:
        reason = "no Chromium browser: install Debian's chromium or name one in COSTIM_CHROMIUM"
        if os.environ.get("COSTIM_NO_SKIP") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
        yield started
        started.close()


@dataclass
class Seen:
    """What the browser reported while a page was open."""

    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@dataclass
class Opened:
    """A page, its context and what happened to it."""

    page: Page
    context: BrowserContext
    seen: Seen


Open = Callable[..., Opened]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a file in a fresh context; afterwards no error, no warning and no request may have been seen."""
    contexts: list[tuple[BrowserContext, Seen, str]] = []

    def opened(file: Path, fragment: str = "", **options: object) -> Opened:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        page, seen = context.new_page(), Seen()
        page.on(
            "console", lambda m: seen.messages.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else 0
        )
        page.on("pageerror", lambda error: seen.messages.append(f"page error: {error}"))
        page.on("request", lambda request: seen.requests.append(request.url.partition("#")[0]))
        page.goto(file.as_uri() + fragment)
        contexts.append((context, seen, file.as_uri()))
        return Opened(page, context, seen)

    yield opened
    for context, seen, address in contexts:
        context.close()
        assert seen.messages == []
        assert set(seen.requests) <= {address, "data:,"}


def write_sample(results: Results, folder: Path) -> Path:
    """The document made by hand, as a file."""
    import html_sample

    from costim.report.html.render import render_html

    path = folder / "report.html"
    path.write_text(render_html(html_sample.make_document(results), results, html_sample.drawings(results)), "utf-8")
    return path


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample report of the seed cohort."""
    import factory

    return write_sample(factory.tokunaga_like(), tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="session")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of a study whose words are markup."""
    import factory

    return write_sample(factory.hostile_like(), tmp_path_factory.mktemp("hostile"))


def write_full(results: Results, folder: Path) -> Path:
    """The real report, with the real figures, as a file."""
    from costim.report.build import build_document
    from costim.report.figures.draw import draw_figures
    from costim.report.html.render import render_html

    drawn = draw_figures(results, folder / "figures")
    page = render_html(build_document(results), results, {name: files["svg"] for name, files in drawn.items()})
    path = folder / "report.html"
    path.write_text(page, "utf-8")
    return path


@pytest.fixture(scope="session", params=["tokunaga_like", "companion_like", "empty_like", "hostile_like"])
def full_report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of each shape of results."""
    import factory

    return write_full(getattr(factory, request.param)(), tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="session", params=["tokunaga2007", "rituximab_sle_2yr"])
def example_report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of each example study, from its folder."""
    from costim.pipeline import analyse_study
    from costim.study.check import read_study

    study = read_study(Path(__file__).parents[2] / "examples" / request.param)
    return write_full(analyse_study(study), tmp_path_factory.mktemp(request.param))
