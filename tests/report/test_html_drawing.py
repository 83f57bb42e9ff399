"""Drawings inside the page: shapes and words only, ids that do not collide."""

from __future__ import annotations

import re

import pytest
from html_sample import draw
from hypothesis import given
from hypothesis import strategies as st

from costim.report.html.drawing import inline_svg, subject_code
from costim.report.html.presentation import declarations, sheet_declarations

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" width="72pt">'
)


def svg(inner: str) -> str:
    return f"{HEAD}{inner}</svg>"


def test_a_real_drawing_keeps_its_shapes_and_gets_its_own_ids() -> None:
    pages = [str(inline_svg(draw(name, ["1", "2"]), name, "two lines", "A title")) for name in ("paired", "waterfall")]
    ids = [set(re.findall(r' id="([^"]+)"', page)) for page in pages]
    assert len(ids[0]) > 20
    assert not ids[0] & ids[1]
    for page, own in zip(pages, ids, strict=True):
        assert page.startswith("<svg ")
        assert 'role="img" aria-label="two lines"' in page
        assert "<title>A title</title>" in page
        links = set(re.findall(r'href="#([^"]+)"', page)) | set(re.findall(r"url\(#([^)]+)\)", page))
        assert links
        assert links <= own
        assert not re.search(r"<\?xml|<!DOCTYPE|<style|\sstyle=|xlink|https?:|metadata|rdf", page)
        assert page.count("<path") > 10
        assert "&lt;b&gt;" in page


def test_subjects_are_marked_and_named() -> None:
    page = str(inline_svg(draw("paired", ["P <1>"]), "paired", "", ""))
    assert f'<g id="subject-{subject_code("P <1>")}--paired--0" data-subject="{subject_code("P <1>")}">' in page
    assert "<title>P &lt;1&gt;</title>" in page


def test_an_id_that_stands_twice_is_kept_once() -> None:
    page = str(inline_svg(svg('<g id="subject-31--f--1"/><g id="subject-31--f--1"/>'), "f", "", ""))
    assert page.count('id="subject-31--f--1"') == 1
    assert page.count('data-subject="31"') == 2


def test_styles_become_attributes() -> None:
    page = str(
        inline_svg(
            svg('<style>*{stroke-linejoin: round}</style><path d="M 0\n0" style="fill:#fff;x-y:1"/>'), "f", "", ""
        )
    )
    assert '<path d="M 0 0" fill="#fff"></path>' in page
    assert re.search(r'<svg [^>]*stroke-linejoin="round"', page)


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ("<script>alert(1)</script>", "figure f: the element <script> is not allowed in a drawing of the report"),
        ("<foreignObject/>", "figure f: the element <foreignObject> is not allowed in a drawing of the report"),
        ("<g><a xlink:href='https://example.org'/></g>", "figure f: the element <a> is not allowed"),
        ("<animate attributeName='x'/>", "figure f: the element <animate> is not allowed"),
        ("<g onload='x()'/>", "figure f: the event attribute onload is not allowed"),
        ("<g ONCLICK='x()'/>", "figure f: the event attribute ONCLICK is not allowed"),
        ("<use xlink:href='other.svg#a'/>", "figure f: the reference 'other.svg#a' of <use> is not allowed"),
        ("<use href='java\nscript:x'/>", "of <use> is not allowed"),
        ("<image href='https://example.org/x.png'/>", "of <image> is not allowed"),
        ("<image href='data:image/svg+xml;base64,AA=='/>", "of <image> is not allowed"),
        ("<path fill='url(https://example.org/x)'/>", "the reference 'url(https://example.org/x)' is not allowed"),
        ("<path style='fill:url(x.svg#y)'/>", "the reference 'url(x.svg#y)' is not allowed"),
        (r"<path fill='u\72l(x)'/>", "is not allowed"),
        ("<style>p{color:red}</style>", r"a style sheet other than *{...} is not allowed"),
        ("<style>@import 'x';</style>", r"a style sheet other than *{...} is not allowed"),
    ],
)
def test_anything_but_shapes_is_refused(inner: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        inline_svg(svg(inner), "f", "", "")


@pytest.mark.parametrize("text", ["", "no drawing", "<svg>", "<html/>", "<!DOCTYPE x [<!ENTITY a 'b'>]><svg>&a;</svg>"])
def test_what_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="figure f: "):
        inline_svg(text, "f", "", "")


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_words_and_labels_are_inert(words: str) -> None:
    from xml.sax.saxutils import escape

    legal = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", words)
    page = str(inline_svg(svg(f"<text>{escape(legal)}</text>"), "f", words, words))
    assert re.findall(r"<[^/>\s]+", page) == ["<svg", "<title", "<text"]


@pytest.mark.parametrize(
    ("style", "attributes"),
    [
        ("fill: none; stroke: #000; stroke-width: 0.8", {"fill": "none", "stroke": "#000", "stroke-width": "0.8"}),
        ("font: 10px 'DejaVu Sans', sans-serif; text-anchor: middle",
         {"font-size": "10px", "font-family": "'DejaVu Sans', sans-serif", "text-anchor": "middle"}),
        ("font: italic 700 12.5px 'X'",
         {"font-style": "italic", "font-weight": "700", "font-size": "12.5px", "font-family": "'X'"}),
        ("position: fixed; behavior: url(x); fill", {}),
    ],
)  # fmt: skip
def test_declarations(style: str, attributes: dict[str, str]) -> None:
    assert declarations(style) == attributes


def test_only_a_sheet_for_everything_is_understood() -> None:
    assert sheet_declarations(" *{stroke-linecap: butt} ") == {"stroke-linecap": "butt"}
    assert sheet_declarations("*{fill: red} p{color: red}") is None
