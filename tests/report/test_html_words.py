"""Words that could hide, reorder or cut the text around them are written out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.report.document import Num, Quote, Term
from costim.report.html.words import plain_text, visible_text


@pytest.mark.parametrize(
    ("given_text", "seen"),
    [
        ("plain <b> & \"quoted\"", "plain <b> & \"quoted\""),
        ("abc\u202edcba", "abc⟦U+202E⟧dcba"),
        ("a\u2066b\u2069", "a⟦U+2066⟧b⟦U+2069⟧"),
        ("nul\x00bel\x07", "nul⟦U+0000⟧bel⟦U+0007⟧"),
        ("two\r\nlines\tand\u2028more", "two lines and more"),
        ("zero\u200bwidth\ufeff", "zero⟦U+200B⟧width⟦U+FEFF⟧"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("עברית", "עברית"),
        ("tag\U000e0041", "tag⟦U+E0041⟧"),
    ],
)  # fmt: skip
def test_examples(given_text: str, seen: str) -> None:
    assert visible_text(given_text) == seen


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_nothing_unseen_is_left_and_nothing_is_done_twice(text: str) -> None:
    seen = visible_text(text)
    assert visible_text(seen) == seen
    seen.encode("utf-8")
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in seen)
    assert not any(
        unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI") for c in seen
    )


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=40))
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert visible_text(text) == text


def test_plain_text_joins_every_kind_of_part() -> None:
    assert plain_text(("n = ", Num("3", "e1", "n"), " of ", Quote("x\ny"), " by ", Term("z"))) == "n = 3 of x y by z"
