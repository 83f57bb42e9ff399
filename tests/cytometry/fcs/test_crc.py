"""The CRC by folding equals the CRC byte by byte."""

from __future__ import annotations

import binascii

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.fcs.crc import PERIOD, STARTS, usual_crcs, written_crcs

LENGTHS = (0, 1, 2, PERIOD, 4 * PERIOD, 4 * PERIOD + 1, 8 * PERIOD, 8 * PERIOD + 5, 2_100_000, 256 * 8 * PERIOD + 77)


@pytest.mark.parametrize("length", LENGTHS)
def test_folded_is_byte_by_byte(length: int) -> None:
    message = np.random.default_rng(length).integers(0, 256, length, np.uint8)
    plain = {binascii.crc_hqx(message.tobytes(), start) for start in STARTS}
    assert plain | {value ^ 0xFFFF for value in plain} <= usual_crcs(message)


def test_check_values_of_the_catalogue() -> None:
    """Published check values for `123456789`: XMODEM, CCITT-FALSE, KERMIT, X-25, GENIBUS."""
    message = b"123456789"
    assert {0x31C3, 0x29B1, 0x2189, 0x906E, 0xD64E} <= usual_crcs(np.frombuffer(message, np.uint8))


@given(st.binary(min_size=1, max_size=300))
@settings(max_examples=100)
def test_a_handful_of_conventions_and_no_more(message: bytes) -> None:
    found = usual_crcs(np.frombuffer(message, np.uint8))
    assert {binascii.crc_hqx(message, start) for start in STARTS} <= found
    assert len(found) <= 8


@pytest.mark.parametrize(
    ("field", "values"),
    [
        (b"00000000", set()),
        (b"        ", set()),
        (b"   12345", {12345, 0x12345}),
        (b"0000BEEF", {0xBEEF}),
        (b"checksum", set()),
        (b"\xff\xfe\0\0\0\0\0\0", set()),
    ],
)
def test_what_eight_signs_may_mean(field: bytes, values: set[int]) -> None:
    assert written_crcs(field) == values
