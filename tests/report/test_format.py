from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walk_document import numbers_in

from costim.report import format as shown
from costim.report.format import STYLES

ARD, JRHEUM, AIM, JAMA = (STYLES[name] for name in ("ard", "jrheum", "aim", "jama"))
FINITE = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (0.15, 1, "0.2"),
        (2.675, 2, "2.68"),
        (1.005, 2, "1.01"),
        (16.2, 1, "16.2"),
        (-13.0, 1, "−13.0"),
        (-0.04, 1, "−0.04"),
        (0.0, 3, "0.000"),
        (-0.0, 1, "0.0"),
        (0.0004, 2, "0.0004"),
        (0.1 + 0.2, 1, "0.3"),
    ],
)
def test_rounding_is_half_up_with_a_true_minus(value: float, decimals: int, text: str) -> None:
    assert shown.fixed(value, decimals) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be printed as a number"):
        shown.fixed(value, 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (49.0, "49"),
        (22.5, "22.5"),
        (1.05, "1.05"),
        (0.8, "0.8"),
        (-0.21, "−0.21"),
        (0.0, "0"),
        (2560.0, "2560"),
        (1e8, "1.00 × 10⁸"),
        (12345678.0, "12345678"),
        (1 / 3, "0.333333"),
        (0.001953125, "0.00195313"),
        (1e-12, "1.00 × 10⁻¹²"),
    ],
)
def test_values_as_written_down(value: float, text: str) -> None:
    assert shown.plain(value) == text


@pytest.mark.parametrize(
    ("style", "p", "text"),
    [
        (ARD, 1 / 512, "p=0.00195"),
        (JRHEUM, 1 / 512, "p = 0.00195"),
        (AIM, 1 / 512, "P = 0.002"),
        (JAMA, 1 / 512, "P = .002"),
        (ARD, 5 / 512, "p=0.00977"),
        (ARD, 2 / 512, "p=0.00391"),
        (ARD, 0.25, "p=0.25"),
        (AIM, 0.25, "P = 0.25"),
        (JAMA, 0.25, "P = .25"),
        (AIM, 0.0625, "P = 0.063"),
        (ARD, 0.0625, "p=0.0625"),
        (ARD, 0.5, "p=0.50"),
        (ARD, 1.0, "p=1.00"),
        (JAMA, 1.0, "P > .99"),
        (ARD, 0.00064849853515625, "p=0.000648"),
        (AIM, 0.00064849853515625, "P < 0.001"),
        (JAMA, 0.00064849853515625, "P < .001"),
        (ARD, 2 / 2**20, "p=1.91 × 10⁻⁶"),
        (JAMA, 0.049, "P = .049"),
        (JAMA, 0.0496, "P = .0496"),
        (JAMA, 0.051, "P = .05"),
        (AIM, 0.9999, "P = 1.00"),
    ],
)
def test_p_values_by_house(style: shown.NumberStyle, p: float, text: str) -> None:
    assert shown.p_phrase(style, p) == text


def test_a_p_value_is_a_probability() -> None:
    with pytest.raises(ValueError, match=r"^1\.2 is not a p-value$"):
        shown.p_value(ARD, 1.2)


@pytest.mark.parametrize(
    ("style", "fraction", "denominator", "text"),
    [
        (ARD, 0.5, 10, "50%"),
        (ARD, 6 / 7, 7, "86%"),
        (JRHEUM, 0.125, 96, "13%"),
        (JRHEUM, 0.125, 104, "12.5%"),
        (AIM, 0.125, 104, "13%"),
        (AIM, 0.125, 200, "12.5%"),
        (ARD, 1.0, 10, "100%"),
        (ARD, 0.0, 10, "0%"),
        (ARD, 0.001, 50, "0.1%"),
        (ARD, 0.999, 50, "99.9%"),
        (ARD, 0.07, 50, "7%"),
    ],
)
def test_percentages(style: shown.NumberStyle, fraction: float, denominator: int, text: str) -> None:
    assert shown.percent(style, fraction, denominator) == text


@pytest.mark.parametrize(
    ("lower", "upper", "opened", "text"),
    [
        (0.1870860284474045, 0.8129139715525955, (False, False), "0.187 to 0.813"),
        (0.6915, 1.0, (False, False), "0.692 to 1"),
        (0.0, 0.2909, (False, False), "0 to 0.291"),
        (0.1, 0.99996, (False, False), "0.100 to 0.99996"),
        (0.1, 0.2, (True, False), "above 0.100 to 0.200"),
        (0.1, 0.2, (False, True), "0.100 to below 0.200"),
        (None, 0.2, (False, False), "no lower limit to 0.200"),
        (0.1, None, (False, False), "0.100 to no upper limit"),
        (float("-inf"), float("inf"), (True, True), "no limit in either direction"),
    ],
)
def test_intervals(lower: float | None, upper: float | None, opened: tuple[bool, bool], text: str) -> None:
    assert shown.interval(lower, upper, shown.share, lower_open=opened[0], upper_open=opened[1]) == text


@pytest.mark.parametrize(
    ("lower", "upper", "text"),
    [
        (7, 11, "7 to 11"),
        (7, 7, "7"),
        (11, None, "at least 11"),
        (None, 12, "at most 12"),
        (None, None, "not estimated"),
    ],
)
def test_bounds(lower: float | None, upper: float | None, text: str) -> None:
    assert shown.bounds(lower, upper, shown.plain) == text


@pytest.mark.parametrize(
    ("reason", "text"),
    [("not_done", "not done"), ("not_recovered", "not recovered"), ("blank", "left blank"), ("", "not recorded")],
)
def test_missing_values_are_words(reason: str, text: str) -> None:
    assert shown.missing_words(reason) == text


def test_medians_between_two_steps_keep_their_half() -> None:
    assert (shown.fine(14.5, 0), shown.fine(1.0, 0), shown.fine(-13.0, 1), shown.fine(-23.75, 1)) == (
        "14.5",
        "1",
        "−13.0",
        "−23.75",
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("seen 2005-03-01", "seen [calendar date, not shown]"),
        ("01/03/2005", "[calendar date, not shown]"),
        ("2005-03-01T00:00:00", "[calendar date, not shown]"),
        ("7-11", "7-11"),
        ("2.5-10 mg", "2.5-10 mg"),
        ("10.1136/ard.2006.057885", "10.1136/ard.2006.057885"),
    ],
)
def test_calendar_dates_are_not_repeated(found: str, said: str) -> None:
    assert shown.hide_dates(found) == said


def read(text: str) -> Decimal:
    return numbers_in(text)[0][0]


@given(FINITE, st.integers(0, 6))
@settings(max_examples=100)
def test_a_number_that_is_not_zero_never_reads_as_zero(value: float, decimals: int) -> None:
    text = shown.fixed(value, decimals)
    assert (read(text) == 0) == (Decimal(f"{value:.12g}") == 0)
    assert "-" not in text


@given(st.integers(-(10**6), 10**6), st.integers(0, 3))
@settings(max_examples=100)
def test_halves_go_away_from_zero(whole: int, decimals: int) -> None:
    half = Decimal(whole * 10 + 5).scaleb(-decimals - 1)
    expected = half.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if expected != 0:
        assert read(shown.fixed(float(half), decimals)) == expected


@given(st.floats(0, 1), st.sampled_from(sorted(STYLES)))
@settings(max_examples=100)
def test_p_is_never_printed_as_zero_and_is_right(p: float, name: str) -> None:
    text = shown.p_value(STYLES[name], p)
    if p > 0:
        assert read(text) > 0
    if text[0] == "<":
        assert p < float(read(text))
    elif text[0] == ">":
        assert p > float(read(text))
    else:
        assert float(read(text)) == pytest.approx(p, rel=0.006, abs=0.0051 if name in ("aim", "jama") else 1e-300)


@given(st.integers(1, 400), st.data(), st.sampled_from(sorted(STYLES)))
@settings(max_examples=100)
def test_none_and_all_are_said_only_when_so(n: int, data: st.DataObject, name: str) -> None:
    count = data.draw(st.integers(0, n))
    text = shown.percent(STYLES[name], count / n, n)
    assert (read(text) == 0) == (count == 0)
    assert (read(text) == 100) == (count == n)


@given(st.integers(-(10**9), 10**9), st.integers(1, 6), st.integers(0, 4))
@settings(max_examples=100)
def test_a_number_and_its_mirror_image_read_alike(units: int, scale: int, decimals: int) -> None:
    value = units / 10**scale
    text, mirrored = shown.fixed(value, decimals), shown.fixed(-value, decimals)
    assert (mirrored == text) if units == 0 else ({text, mirrored} == {text.lstrip("−"), f"−{text.lstrip('−')}"})


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.5, "−1"), (-1.5, "−2"), (-2.5, "−3"), (0.5, "1"), (1.5, "2"), (-0.4, "−0.4"), (-0.04, "−0.04")],
)
def test_negative_halves(value: float, text: str) -> None:
    assert shown.fixed(value, 0) == text


@given(st.floats(1e-6, 1.0), st.floats(1e-6, 1.0), st.sampled_from(sorted(STYLES)))
@settings(max_examples=100)
def test_a_smaller_p_is_never_printed_as_a_larger_one(one: float, other: float, name: str) -> None:
    small, large = sorted((one, other))

    def place(text: str) -> float:
        return {"<": 0.0, ">": 1.0}.get(text[0]) if text[0] in "<>" else float(read(text))  # type: ignore[return-value]

    assert place(shown.p_value(STYLES[name], small)) <= place(shown.p_value(STYLES[name], large))


@pytest.mark.parametrize(("style", "text"), [(ARD, False), (JRHEUM, False), (AIM, True), (JAMA, True)])
def test_only_american_houses_set_a_comma_before_an_interval(style: shown.NumberStyle, *, text: bool) -> None:
    assert style.interval_comma is text
