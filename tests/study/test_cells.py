import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.study.cells import (
    CellProblem,
    Interval,
    clean,
    missing_reason,
    parse_integer,
    parse_interval,
    parse_number,
    refuse_sheet_error,
    render_interval,
    render_number,
)

NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(float), st.floats(-1e12, 1e12, allow_nan=False, allow_infinity=False)
)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("-7", -7), ("−7", -7), ("+7", 7), ("1.5", 1.5), ("1,5", 1.5), (".5", 0.5), ("0,123", 0.123),
     ("1e3", 1000),
     ("1.234", 1.234), ("12,3456", 12.3456), ("2.5E-3", 0.0025), ("-0", 0.0)],
)  # fmt: skip
def test_numbers(text, number):
    assert parse_number(text) == number
    assert math.copysign(1, parse_number(text)) == (1 if number >= 0 else -1)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("7-11", Interval(None, 7, 11, "range")),
        ("7–11", Interval(None, 7, 11, "range")),
        ("7 — 11", Interval(None, 7, 11, "range")),
        ("7−11", Interval(None, 7, 11, "range")),
        ("7 to 11", Interval(None, 7, 11, "range")),
        ("7 TO 11", Interval(None, 7, 11, "range")),
        ("-5-3", Interval(None, -5, 3, "range")),
        ("-5--3", Interval(None, -5, -3, "range")),
        ("−5 to −3", Interval(None, -5, -3, "range")),
        ("7-7", Interval(7, 7, 7, "=")),
        ("0,5-1,5", Interval(None, 0.5, 1.5, "range", comma=True)),
        ("<0.5", Interval(None, None, 0.5, "<")),
        ("< 0,5", Interval(None, None, 0.5, "<", comma=True)),
        ("<=12", Interval(None, None, 12, "<=")),
        ("≤12", Interval(None, None, 12, "<=")),
        (">100", Interval(None, 100, None, ">")),
        (">=100", Interval(None, 100, None, ">=")),
        ("≥ -3", Interval(None, -3, None, ">=")),
        ("1e-5", Interval(1e-5, 1e-5, 1e-5, "=")),
    ],
)
def test_intervals(text, interval):
    assert parse_interval(text) == interval


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("high", "text_in_number"),
        ("45%", "text_in_number"),
        ("7+", "text_in_number"),
        ("~7", "text_in_number"),
        ("nan", "text_in_number"),
        ("inf", "text_in_number"),
        ("=1+2", "text_in_number"),
        ("٣", "text_in_number"),
        ("1_000", "text_in_number"),
        ("1,234", "ambiguous_thousands"),
        ("-12,345", "ambiguous_thousands"),
        ("1,234.5", "ambiguous_thousands"),
        ("1.234,5", "ambiguous_thousands"),
        ("1 234", "ambiguous_thousands"),
        ("1,234-1,235", "ambiguous_thousands"),
        ("<1,234", "ambiguous_thousands"),
        ("7-Nov", "excel_date"),
        ("Nov-07", "excel_date"),
        ("11. Jul", "excel_date"),
        ("2007-11-07", "excel_date"),
        ("07.11.2007", "excel_date"),
        ("2007-11-07 00:00:00", "excel_date"),
        ("11-7", "range_reversed"),
        ("1e999", "value_out_of_range"),
        ("1e300", "value_out_of_range"),
    ],
)
def test_what_is_no_number_is_refused(text, code):
    with pytest.raises(CellProblem) as caught:
        parse_interval(text)
    assert caught.value.code == code
    assert caught.value.expected
    assert caught.value.action


def test_a_point_before_three_digits_is_ambiguous_where_commas_are_decimal():
    with pytest.raises(CellProblem) as caught:
        parse_number("1.234", decimal_comma=True)
    assert caught.value.code == "ambiguous_thousands"
    assert caught.value.action == "write the number without thousands separator, e.g. 1234 or 1.234"
    assert parse_number("0.234", decimal_comma=True) == 0.234


def test_messages_say_what_to_do():
    with pytest.raises(CellProblem) as caught:
        parse_number("high")
    assert caught.value.expected == "a number"
    assert caught.value.action.startswith("write the number alone and put words in the note column")
    with pytest.raises(CellProblem) as caught:
        parse_interval("7-Nov")
    assert caught.value.action == (
        "Excel may have turned 7-11 into a date: format the column as text, then type the value again"
    )


@pytest.mark.parametrize("text", ["3.5", "1e16", "3,5"])
def test_what_is_not_whole_is_refused(text):
    with pytest.raises(CellProblem, match="a whole number"):
        parse_integer(text)


def test_whole_numbers():
    assert [parse_integer(t) for t in ("3", "3.0", "-2", "1e2")] == [3, 3, -2, 100]


@pytest.mark.parametrize("text", ["not done", "Not  Done", "NOT_DONE", "not\xa0done"])
def test_missing_words_in_any_case(text):
    assert missing_reason(clean(text)) == "not_done"


@pytest.mark.parametrize("text", ["", "  ", "\t\xa0", "\u200b", "\ufeff"])
def test_blank(text):
    assert missing_reason(clean(text)) == "blank"


@pytest.mark.parametrize("text", ["NA", "0", "done", "-", "not done yet"])
def test_other_words_are_not_missing(text):
    assert missing_reason(text) is None


def test_clean_trims_and_composes():
    assert clean("\xa0 a\xa0b \u200b") == "a b"
    assert clean("e\u0301") == "é"
    assert clean("two\nlines") == "two\nlines"


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "\x85a\x85b", "a\uffffb", "a\ud800b"])
def test_control_characters_are_refused(text):
    with pytest.raises(CellProblem) as caught:
        clean(text)
    assert caught.value.code == "control_character"


@pytest.mark.parametrize("text", ["#REF!", "#n/a", "#DIV/0!"])
def test_errors_of_a_spreadsheet_are_refused(text):
    with pytest.raises(CellProblem) as caught:
        refuse_sheet_error(text)
    assert caught.value.code == "error_cell"
    refuse_sheet_error("#1")


@given(NUMBERS)
@settings(max_examples=100)
def test_number_round_trip(number):
    assert parse_number(render_number(number)) == number


def _interval(low, high, kind):
    low, high = min(low, high) + 0.0, max(low, high) + 0.0
    if kind == "=" or (kind == "range" and low == high):
        return Interval(low, low, low, "=")
    if kind == "range":
        return Interval(None, low, high, "range")
    return Interval(None, None, high, kind) if kind.startswith("<") else Interval(None, low, None, kind)


INTERVALS = st.builds(_interval, NUMBERS, NUMBERS, st.sampled_from(["=", "range", "<", "<=", ">", ">="]))


@given(INTERVALS)
@settings(max_examples=100)
def test_interval_round_trip(interval):
    assert parse_interval(render_interval(interval)) == interval


@given(st.text(max_size=30))
@settings(max_examples=100)
def test_any_text_is_read_or_refused(text):
    try:
        interval = parse_interval(clean(text))
    except CellProblem as problem:
        assert problem.action
    else:
        assert parse_interval(render_interval(interval)).upper == interval.upper
