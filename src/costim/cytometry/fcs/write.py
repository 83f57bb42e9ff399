"""Write FCS 3.1: list mode, float32, little endian, with CRC; whole or not at all, same input same bytes."""

from __future__ import annotations

import binascii
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.fcs.findings import FcsError, FcsProblem, shown
from costim.cytometry.fcs.header import HEADER_BYTES, LARGEST_IN_HEADER
from costim.cytometry.fcs.text import is_standard

DELIMITERS = ("|", "\f")
"""The first unless it occurs in a name or value, for some programs do not know escapes; the second never occurs."""
ALIGNMENT = 64
"""DATA begins at a multiple of this, so that a memory map of it is aligned."""
BLOCK = 1 << 16
"""Events written at a time."""
_OWN = ("$BEGINANALYSIS", "$BEGINDATA", "$BEGINSTEXT", "$BYTEORD", "$DATATYPE", "$ENDANALYSIS", "$ENDDATA", "$ENDSTEXT")
_OWN_TOO = ("$MODE", "$NEXTDATA", "$PAR", "$TOT")


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel to be written; values are linear."""

    name: str
    """$PnN: not blank, no comma."""
    marker: str = ""
    """$PnS."""
    range: float = 262_144
    """$PnR: one more than the largest value an instrument would give."""
    voltage: float | None = None
    """$PnV."""


def write_fcs(
    path: Path | str,
    events: NDArray[Any],
    channels: Sequence[NewChannel],
    keywords: Mapping[str, str] | None = None,
) -> None:
    """Write events as FCS 3.1.

    Time, if there is a channel of that name, is written as it stands; give `$TIMESTEP` in `keywords`.

    Args:
        path: Where to; an existing file is replaced only when the new one is complete.
        events: Shape (events, channels), finite.
        channels: One for each column.
        keywords: Further keywords and values; none of those that follow from the data.

    Raises:
        FcsError: Values that float32 does not hold, names or keywords that the standard does not allow.
    """
    place = Path(path)
    extra = {keyword.upper(): value for keyword, value in (keywords or {}).items()}
    problems = [
        *_problems_of_events(events, channels),
        *_problems_of_names(channels),
        *_problems_of_keywords(extra, channels),
    ]
    if problems:
        raise FcsError(place.name, problems)
    head = _head(events.shape[0], channels, extra)
    with NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}-", delete=False) as half:
        unfinished = Path(half.name)
        try:
            half.write(head)
            crc = binascii.crc_hqx(head, 0)
            for block in _blocks(events):
                half.write(block)
                crc = binascii.crc_hqx(block, crc)
            half.write(b"%08d" % crc)
            half.close()
            unfinished.chmod(0o644)
            unfinished.replace(place)
        except BaseException:
            half.close()
            unfinished.unlink(missing_ok=True)
            raise


def _blocks(events: NDArray[Any]) -> Iterator[bytes]:
    for at in range(0, events.shape[0], BLOCK):
        yield np.ascontiguousarray(events[at : at + BLOCK], dtype="<f4").tobytes()


def _head(n_events: int, channels: Sequence[NewChannel], extra: Mapping[str, str]) -> bytes:
    """HEADER and TEXT. Offsets have a fixed width, so that they do not move what they point to."""
    length = 4 * n_events * len(channels)
    draft = _text(n_events, channels, extra, 0, 0)
    begin = HEADER_BYTES + len(draft)
    begin += -begin % ALIGNMENT if length else 0
    end = begin + length - 1 if length else 0
    text = _text(n_events, channels, extra, begin if length else 0, end)
    in_header = (begin, end) if length and end <= LARGEST_IN_HEADER else (0, 0)
    places = (HEADER_BYTES, HEADER_BYTES + len(text) - 1, *in_header, 0, 0)
    return b"FCS3.1    " + b"".join(b"%8d" % place for place in places) + text.ljust(begin - HEADER_BYTES)


def _text(n_events: int, channels: Sequence[NewChannel], extra: Mapping[str, str], begin: int, end: int) -> bytes:
    pairs = {
        "$BEGINANALYSIS": "0",
        "$BEGINDATA": f"{begin:012d}",
        "$BEGINSTEXT": "0",
        "$BYTEORD": "1,2,3,4",
        "$DATATYPE": "F",
        "$ENDANALYSIS": "0",
        "$ENDDATA": f"{end:012d}",
        "$ENDSTEXT": "0",
        "$MODE": "L",
        "$NEXTDATA": "0",
        "$PAR": str(len(channels)),
        "$TOT": str(n_events),
    }
    for number, channel in enumerate(channels, start=1):
        pairs |= {f"$P{number}B": "32", f"$P{number}E": "0,0", f"$P{number}N": channel.name}
        pairs[f"$P{number}R"] = f"{channel.range:.15g}"
        if channel.marker:
            pairs[f"$P{number}S"] = channel.marker
        if channel.voltage is not None:
            pairs[f"$P{number}V"] = f"{channel.voltage:.15g}"
    pairs |= dict(sorted(extra.items()))
    words = [word for pair in pairs.items() for word in pair]
    delimiter = DELIMITERS[any(DELIMITERS[0] in word for word in words)]
    return (delimiter + delimiter.join(words) + delimiter).encode()


def _problems_of_events(events: NDArray[Any], channels: Sequence[NewChannel]) -> Iterator[FcsProblem]:
    if events.ndim != 2 or events.shape[1] != len(channels) or not channels:
        found = f"an array of shape {events.shape} for {len(channels)} channels"
        yield FcsProblem(
            "fcs_write", "events", found, "one row per event and one column per channel", "correct the array"
        )
        return
    largest = float(np.finfo(np.float32).max)
    for number, channel in enumerate(channels):
        column = events[:, number]
        bad = len(column) - int(np.count_nonzero(np.abs(column) <= largest))
        if bad:
            found = f"{bad} values that are no numbers, infinite, or too large for float32"
            yield FcsProblem("fcs_write", shown(channel.name), found, "finite values", "leave these events out")


def _problems_of_names(channels: Sequence[NewChannel]) -> Iterator[FcsProblem]:
    for number, channel in enumerate(channels, start=1):
        if not _is_word(channel.name) or "," in channel.name:
            expected = "a name without comma, that is neither blank nor a keyword"
            yield FcsProblem("fcs_write", f"$P{number}N", shown(channel.name), expected, "rename it")
        if channel.marker and not _is_word(channel.marker):
            expected = "a marker that is neither blank nor a keyword"
            yield FcsProblem("fcs_write", f"$P{number}S", shown(channel.marker), expected, "rename it")
        if not channel.range >= 1 or channel.range == float("inf"):
            yield FcsProblem("fcs_write", f"$P{number}R", f"{channel.range}", "a number from 1", "correct the range")
    for name, times in Counter(channel.name for channel in channels).items():
        if times > 1:
            yield FcsProblem("fcs_write", "$PnN", f"{shown(name)} {times} times", "each name once", "rename one")


def _problems_of_keywords(extra: Mapping[str, str], channels: Sequence[NewChannel]) -> Iterator[FcsProblem]:
    own = {*_OWN, *_OWN_TOO}
    own |= {f"$P{number}{letter}" for number in range(1, len(channels) + 1) for letter in "BENRSV"}
    for keyword, value in extra.items():
        if keyword in own:
            yield FcsProblem(
                "fcs_write", keyword, "a value of its own", "none: it follows from the data", "leave it out"
            )
        elif not keyword.isascii() or not keyword.isprintable() or not keyword or keyword != keyword.strip():
            yield FcsProblem("fcs_write", shown(keyword), "this keyword", "printable ASCII signs", "rename it")
        if not _is_word(value):
            expected = "a value of printable signs that is neither blank nor a keyword"
            yield FcsProblem("fcs_write", shown(keyword), "its value", expected, "correct it or leave it out")


def _is_word(value: str) -> bool:
    """Can this stand between delimiters and be read back as it is?"""
    return value.isprintable() and value == value.strip() != "" and not is_standard(value.encode())
