"""The page as text: links, escapes, policy, data, order."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType

import factory
import pytest
from html_sample import draw, drawings, listings, make_document
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.registry.measurements import Measurement
from costim.registry.provenance import CellAddress, Results
from costim.report.document import Document, FigureRef, Grid, Num, Paragraph, Quote, Section, Term
from costim.report.html.render import render_html

DRAWING = draw("f", ["1"])
VOID = {"meta", "link", "br", "img", "input"}


class Reader(HTMLParser):
    """Elements with their attributes, and the text inside each script and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def rendered(results: Results) -> str:
    return render_html(make_document(results), results, drawings(results))


@pytest.fixture(scope="module")
def page() -> str:
    return rendered(factory.tokunaga_like())


def small(*inlines: object) -> Document:
    return Document(("T",), ("S",), (Section("s", "S", (Paragraph(tuple(inlines)),)),))  # type: ignore[arg-type]


def data(page: str, name: str) -> dict[str, dict[str, dict[str, object]]]:
    found = re.search(f'<script type="application/json" id="{name}-data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def test_same_input_same_bytes(page: str) -> None:
    assert rendered(factory.tokunaga_like()) == page


def test_well_formed_with_unique_ids_and_no_dead_link(page: str) -> None:
    reader = Reader(page)
    assert reader.open == []
    ids = reader.values("id")
    assert len(ids) == len(set(ids))
    for link in reader.values("href"):
        assert link.startswith(("#", "https://doi.org/10.", "data:,"))
        if link.startswith("#"):
            assert link[1:] in ids
    for name in (*reader.values("aria-labelledby"), *reader.values("aria-describedby")):
        assert name in ids


def test_every_number_is_a_link_to_its_row(page: str) -> None:
    results = factory.tokunaga_like()
    row = results.effects.filter(results.effects["estimate"].is_not_null()).row(0, named=True)
    assert f'<a class="num" href="#{row["effect_id"]}" data-ref="{row["effect_id"]}" data-field="estimate"' in page
    assert f'<tr id="{row["effect_id"]}">' in page
    effects = data(page, "rows")["effects"]
    assert effects[row["effect_id"]]["estimate"] == row["estimate"]
    assert len(effects) == results.effects.height


def test_rows_lead_on_to_measurements_and_cells(page: str) -> None:
    results = factory.tokunaga_like()
    row = next(r for r in results.effects.iter_rows(named=True) if r["measurements"])
    first = row["measurements"][0]
    assert f'<a class="quote" data-quote href="#{first}">{first}</a>' in page
    measurement = data(page, "rows")["measurements"][first]
    place = measurement["cells"][0]  # type: ignore[index]
    address = data(page, "cells")["cells"][place]
    cell = sorted(results.cells)[place]
    assert f'<tr id="{address["anchor"]}">' in page
    assert f'href="#{address["anchor"]}">{cell}</a>' in page
    assert {"file", "sheet", "row", "column", "found", "anchor"} == address.keys()


def test_file_rows_stand_only_with_the_cells() -> None:
    results = factory.tokunaga_like()
    moved = replace(
        results, cells=MappingProxyType({k: replace(a, row=a.row + 1000) for k, a in results.cells.items()})
    )
    first, second = (
        re.sub(
            r'<section id="provenance".*?</section>|<script[^>]*id="cells-data".*?</script>',
            "",
            rendered(r),
            flags=re.S,
        )
        for r in (results, moved)
    )
    assert first == second
    assert rendered(results) != rendered(moved)


def test_the_policy_admits_exactly_the_scripts_and_styles_of_the_page(page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    rules = dict(part.strip().split(" ", 1) for part in policy.group(1).replace("&#39;", "'").split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        texts = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(t.encode()).digest()).decode()}'" for t in texts]
        assert rules[rule].split() == hashes
    assert not re.search(r"\sstyle=|\son[a-z]+=|unsafe", page)
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_no_digit_outside_a_number_a_quote_or_a_term() -> None:
    results = factory.empty_like()
    text = Reader(render_html(small("no digit"), results, {})).text
    assert not any(any(c.isdigit() for c in part) for part in text)


def test_hostile_words_are_inert() -> None:
    results = factory.hostile_like()
    reader = Reader(rendered(results))
    assert {tag for tag, _ in reader.elements} & {"img", "iframe", "object", "b", "u", "a:b"} == set()
    assert sum(tag == "script" for tag, _ in reader.elements) == 4
    assert not [name for _, attributes in reader.elements for name in attributes if name.startswith("on")]
    assert '<script>alert("x")</script>' in "".join(reader.text)


@pytest.mark.parametrize(
    ("href", "link"),
    [
        ("10.1136/ard.2006.057885", "https://doi.org/10.1136/ard.2006.057885"),
        ("https://doi.org/10.1136/ard.2006.057885", "https://doi.org/10.1136/ard.2006.057885"),
        ("10.1002/1529-0131(199904)42:4<599::AID-ANR2>3.0.CO;2-F",
         "https://doi.org/10.1002/1529-0131(199904)42:4%3C599::AID-ANR2%3E3.0.CO;2-F"),
        ("javascript:alert(1)", None),
        ("https://doi.org.example.org/10.1136/x", None),
        ("https://example.org/", None),
        ("data:text/html,x", None),
        ('10.1136/x" onclick="y', None),
        ("", None),
    ],
)  # fmt: skip
def test_only_a_doi_becomes_a_link(href: str, link: str | None) -> None:
    reader = Reader(render_html(small(Term("source", href)), factory.empty_like(), {}))
    found = [a for tag, a in reader.elements if tag in ("a", "span") and "data-term" in a]
    assert [a.get("href") for a in found] == [link]
    assert link is None or found[0]["rel"] == "noopener noreferrer"


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_any_word_of_a_study_comes_out_as_text(words: str) -> None:
    row = Measurement(subject=words, parameter="subject.sex", text=words, cells=(f"subjects/{words}/sex",), unit=words)
    results = factory.make_results({"study": factory._info("any", "A title")}, {"measurements": [row]})
    cells = {cell: CellAddress(words, words, 2, words, words) for cell in results.cells}
    results = replace(results, cells=MappingProxyType(cells))
    sections = (
        Section("appendix", words, listings(results)),
        Section("s", "S", (FigureRef("f", (Quote(words),), words),)),
    )
    document = Document((Quote(words),), (Term(words, words),), sections, language=words)
    page = render_html(document, results, {"f": DRAWING})
    page.encode("utf-8")
    reader = Reader(page)
    assert reader.open == []
    plain = re.sub(r"\s", " ", page)
    assert sum(tag == "script" for tag, _ in reader.elements) == 4
    assert data(page, "rows")["measurements"].keys() == {row.measurement_id}
    assert "\u202e" not in plain
    assert "\x00" not in plain
    ids = reader.values("id")
    assert len(ids) == len(set(ids))


def test_data_cannot_leave_its_script() -> None:
    words = "</script><!--<script>\u2028\u2029&amp;"
    row = Measurement(subject=words, parameter="subject.sex", text="F", cells=("subjects/x/sex",))
    results = factory.make_results({"study": factory._info("any", "A title")}, {"measurements": [row]})
    page = render_html(small("x"), results, {})
    scripts = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert len(scripts) == 2
    assert all(text.isascii() and not set("<>&") & set(text) for text in scripts)
    assert data(page, "rows")["measurements"][row.measurement_id]["subject"] == "</script><!--<script> &amp;"


def test_infinite_values_are_words_in_the_data() -> None:
    row = Measurement(subject="1", parameter="lab.x", value=None, lower=1.0, upper=float("inf"), relation=">")
    results = factory.make_results({"study": factory._info("any", "A title")}, {"measurements": [row]})
    assert data(render_html(small("x"), results, {}), "rows")["measurements"][row.measurement_id]["upper"] == "∞"


def test_a_number_without_a_row_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^numbers without a row: '3' \(e0\)$"):
        render_html(small(Num("3", "e0", "n")), factory.empty_like(), {})


def test_a_figure_that_was_not_drawn_is_refused() -> None:
    document = Document(("T",), (), (Section("s", "S", (FigureRef("km", ("c",), "a"),)),))
    with pytest.raises(ValueError, match=r"^figure km is placed in the report and was not drawn$"):
        render_html(document, factory.empty_like(), {})


def test_a_figure_may_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "km.svg"
    path.write_text(draw("km", ["1"]), "utf-8")
    document = Document(("T",), (), (Section("s", "S", (FigureRef("km", ("c",), "a"),)),))
    results = factory.empty_like()
    assert render_html(document, results, {"km": path}) == render_html(document, results, {"km": draw("km", ["1"])})


def test_tables_have_captions_scopes_and_notes() -> None:
    grid = Grid("g", ("Cap",), (("A",), ("B",)), ((("x",), ("y",)),), notes=(("Note",),), numeric=(False, True))
    page = render_html(Document(("T",), (), (Section("s", "S", (grid,)),)), factory.empty_like(), {})
    assert '<div class="scroll" role="region" tabindex="0" aria-label="Cap">' in page
    assert "<caption>Cap</caption>" in page
    assert '<th scope="col">A</th><th scope="col" class="numeric">B</th>' in page
    assert '<th scope="row">x</th>' in page
    assert '<td class="numeric words">y</td>' in page
    assert "<p>Note</p>" in page


def test_rows_below_those_of_single_patients_stay_at_the_foot() -> None:
    results = factory.tokunaga_like()
    names = [(Quote("2"),), (Quote("10"),), ("All patients",)]
    grid = Grid("g", ("Cap",), (("Patient",),), tuple((name,) for name in names))
    page = render_html(Document(("T",), (), (Section("s", "S", (grid,)),)), results, {})
    body, foot = page.partition("<tbody>")[2].split("<tfoot>")
    assert re.findall(r'<tr data-subject="([0-9a-f]+)">', body) == [b"2".hex(), b"10".hex()]
    assert "All patients" in foot.partition("</tfoot>")[0]
    assert "All patients" not in body
    plain = Grid("g", ("Cap",), (("Reader",),), (((Quote("A"),),), ((Quote("B"),),)))
    assert "<tfoot>" not in render_html(Document(("T",), (), (Section("s", "S", (plain,)),)), results, {})
