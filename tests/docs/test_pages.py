"""Pages lead somewhere, examples on them are valid, and nothing is fetched from elsewhere."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from costim.registry.plan import Plan
from costim.registry.tables import study_tables

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GENERATED = {
    *("study-tables", "plan", "parameters", "measure-tables", "measures", "score-json"),
    *("flags", "methods", "references", "mechanism"),
}
PAGES = sorted(p for p in DOCS.rglob("*.md") if p.parent.name != "reference" or p.stem not in GENERATED)
FRONT = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PROVENANCE = sorted(ROOT.glob("examples/*/PROVENANCE.md"))


def _links(page: Path) -> Iterator[str]:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if not target.startswith(("https://", "#")):
            yield target.split("#")[0]


@pytest.mark.parametrize("page", [*PAGES, *FRONT, *PROVENANCE], ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in _links(page):
        path = (page.parent / target).resolve()
        generated = path.parent == DOCS / "reference" and path.stem in GENERATED
        if not generated and not path.exists():
            broken.append(target)
    assert broken == []


def test_the_picture_is_light_and_shows_a_whole_window() -> None:
    from PIL import Image

    file = DOCS / "images" / "report.png"
    assert file.stat().st_size < 250_000
    with Image.open(file) as image:
        assert image.size == (1280, 900)


def _nav(entry: object) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for below in entry.values():
            yield from _nav(below)
    elif isinstance(entry, list):
        for below in entry:
            yield from _nav(below)


def test_every_page_is_in_the_navigation_once() -> None:
    nav = list(_nav(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]))
    wanted = [p.relative_to(DOCS).as_posix() for p in PAGES] + [f"reference/{name}.md" for name in GENERATED]
    assert sorted(nav) == sorted(wanted)


def test_the_site_fetches_nothing() -> None:
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert yaml.safe_load(text)["theme"]["font"] is False
    assert "://" not in text


def test_hooks_are_local() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]
    entries = [hook["entry"].split()[0] for repo in hooks["repos"] for hook in repo["hooks"]]
    assert all(entry.startswith(".venv/bin/") for entry in entries)


def _blocks(language: str) -> list[tuple[str, str]]:
    pattern = re.compile(rf"^( *)```{language}\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
    return [(p.name, match[2]) for p in PAGES for match in pattern.finditer(p.read_text("utf-8"))]


def test_settings_on_the_pages_are_valid() -> None:
    blocks = _blocks("toml")
    assert len(blocks) >= 3
    for page, block in blocks:
        minimal = {
            "schema": 1,
            "study": {"id": "page", "title": page, "day_convention": "first_infusion_is_day_0"},
        }
        Plan.model_validate(minimal | tomllib.loads(block))


def test_alternatives_on_the_pages_have_the_columns_of_the_table() -> None:
    blocks = [b for page, b in _blocks("text") if page == "alternative-readings.md"]
    assert len(blocks) == 1
    header, *rows = csv.reader(blocks[0].splitlines())
    assert header == list(study_tables()["alternatives"].columns)
    assert {len(row) for row in rows} == {len(header)}
    with (ROOT / "examples" / "rituximab_sle_2yr" / "alternatives.csv").open(encoding="utf-8") as file:
        stored = [tuple(row[:-1]) for row in csv.reader(file)]
    assert all(tuple(row[:-1]) in stored for row in rows)


def test_citation_agrees_with_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")


def test_every_runtime_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[<>=\[ ]", d)[0] for d in project["dependencies"]}
    rows = (DOCS / "explanation" / "dependencies.md").read_text("utf-8").split("## Considered")[0]
    listed = {n.strip() for line in rows.splitlines() if line.startswith("| ") for n in line.split("|")[1].split(",")}
    assert listed - {"package"} == names
