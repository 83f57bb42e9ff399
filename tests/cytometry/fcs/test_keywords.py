"""Numbers in keywords: what counts as one, and what does not."""

from __future__ import annotations

import pytest

from costim.cytometry.fcs.keywords import decimal, integer


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), (" 007 ", 7), ("1024.0", 1024), ("-3", -3), ("1e3", 1000), ("7.5", None), ("", None), ("1_000", None),
     ("٣", None), ("\x1f32", None), ("9" * 5000, None), ("0x10", None), ("1e999", None), ("nan", None)],
)  # fmt: skip
def test_integer(text: str, number: int | None) -> None:
    assert integer(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.5", 0.5), (" .5 ", 0.5), ("5.", 5.0), ("1e-3", 1e-3), ("-2", -2.0), ("inf", None), ("nan", None),
     ("1,5", None), ("", None), ("\x1f32", None), ("1e999", None), ("1 2", None)],
)  # fmt: skip
def test_decimal(text: str, number: float | None) -> None:
    assert decimal(text) == number
