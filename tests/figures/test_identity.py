"""The same patient looks the same everywhere, and no two patients look alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.report.figures.identity import COLOURS, INKS, distinct, identities, shorten, visible


def contrast_to_white(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


@pytest.mark.parametrize("ink", INKS)
def test_inks_can_be_read_as_small_text(ink: str) -> None:
    assert contrast_to_white(ink) >= 4.5


def test_first_88_patients_differ_in_colour_or_symbol() -> None:
    people = identities(str(i) for i in range(88)).values()
    assert len({(p.colour, p.marker) for p in people}) == 88


def test_first_352_patients_differ_in_colour_symbol_or_line() -> None:
    people = identities(str(i) for i in range(352)).values()
    assert len({(p.colour, p.marker, p.line) for p in people}) == 352


def test_order_is_natural_and_does_not_depend_on_the_input() -> None:
    assert list(identities(["P10", "P2", "P1", "P2"])) == ["P1", "P2", "P10"]
    assert identities(["b", "a"]) == identities(["a", "b"])
    assert identities(["P1", "P2"])["P2"].colour == COLOURS[1]


@given(st.lists(st.text(max_size=40), max_size=30))
def test_labels_are_all_different_short_and_in_one_line(subjects: list[str]) -> None:
    people = identities(subjects)
    labels = [p.label for p in people.values()]
    assert len(set(labels)) == len(labels) == len(set(subjects))
    assert all(len(label) <= 20 and "\n" not in label for label in labels)


def test_token_is_the_hex_of_the_id() -> None:
    assert identities(["12"])["12"].token == "subject-3132"  # noqa: S105
    assert identities(["é<"])["é<"].token == "subject-c3a93c"  # noqa: S105


def test_long_ids_lose_their_middle() -> None:
    assert shorten("A" * 20 + "B" * 20, 9) == "AAAA…BBBB"
    assert shorten("short") == "short"


def test_controls_are_shown_as_boxes() -> None:
    assert visible("a\nb\u202ec\ud800") == "a□b□c□"


def test_distinct_labels_never_take_the_label_of_another() -> None:
    assert distinct(["x", "x", "x (2)"]) == ("x", "x (3)", "x (2)")
