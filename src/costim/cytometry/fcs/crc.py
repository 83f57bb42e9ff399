"""The cyclic redundancy check behind the last segment (FCS 3.0 and 3.1, section 3.5).

The standards ask for the 16-bit CCITT polynomial x^16 + x^12 + x^5 + 1 over all bytes from the HEADER to the last
segment, in eight ASCII signs; eight zeros mean that it was not computed. Files differ in the value to start from, the
order of bits and the base of the number, so that every usual convention is accepted.
"""

from __future__ import annotations

import binascii

import numpy as np
from numpy.typing import NDArray

PERIOD = 32_767
"""x has this order modulo the polynomial: bytes that lie so many apart may be added before they are divided."""
_ROWS = 256
STARTS = (0x0000, 0xFFFF)
FIELD_BYTES = 8


def _crc_of_folded(folded: NDArray[np.uint8], length: int, start: int) -> int:
    """CRC of a message from its fold: the value of the register is added to its first two bytes."""
    own = folded.copy()
    own[0] ^= start >> 8
    own[1] ^= start & 0xFF
    return binascii.crc_hqx(np.roll(own, -(length % PERIOD)).tobytes(), 0)


def fold(message: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Exclusive or of all bytes that lie a multiple of `PERIOD` apart; shape (PERIOD,)."""
    width = 8 * PERIOD
    whole = len(message) // width
    wide = np.zeros(PERIOD, np.uint64)
    rows = message[: whole * width].view(np.uint64).reshape(whole, PERIOD)
    for at in range(0, whole, _ROWS):
        wide ^= np.bitwise_xor.reduce(rows[at : at + _ROWS], axis=0)
    tail = np.zeros(width, np.uint8)
    tail[: len(message) - whole * width] = message[whole * width :]
    folded: NDArray[np.uint8] = np.bitwise_xor.reduce((wide.view(np.uint8) ^ tail).reshape(8, PERIOD), axis=0)
    return folded


def usual_crcs(message: NDArray[np.uint8]) -> frozenset[int]:
    """The CRC by every usual convention: start value, order of bits, complement."""
    folded, length = fold(message), len(message)
    values = set()
    for start in STARTS:
        values.add(_crc_of_folded(folded, length, start))
        values.add(_mirrored(_crc_of_folded(_MIRROR[folded], length, start)))
    return frozenset(values | {value ^ 0xFFFF for value in values})


_MIRROR: NDArray[np.uint8] = np.array([int(f"{byte:08b}"[::-1], 2) for byte in range(256)], np.uint8)


def _mirrored(value: int) -> int:
    return int(f"{value:016b}"[::-1], 2)


def written_crcs(field: bytes) -> frozenset[int]:
    """What the eight signs may mean, in decimal and hexadecimal; empty where they are blank, zero or no number."""
    text = field.decode("latin-1").strip(" \0")
    values = set()
    for base in (10, 16):
        try:
            values.add(int(text, base))
        except ValueError:
            continue
    return frozenset() if values <= {0} or not field.isascii() else frozenset(values)
