"""The data sets of a file, and the TEXT of each (FCS 3.1, sections 3.1, 3.2 and 3.2.20 on $NEXTDATA, $BEGINSTEXT)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.fcs.findings import FcsError, Ledger, shown
from costim.cytometry.fcs.header import HEADER_BYTES, Header, Segment, read_header
from costim.cytometry.fcs.keywords import add_supplement, gather, offset
from costim.cytometry.fcs.text import MAX_TEXT_BYTES, read_pairs, text_length

MAX_DATA_SETS = 256
_NEEDED = ("$PAR", "$DATATYPE", "$BYTEORD")
_EXPORT = "the file is damaged: export it again from the acquisition program"

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class DataSet:
    """HEADER and TEXT of one data set. Places are counted from `base`, its first byte in the file."""

    base: int
    limit: int
    """First byte behind the data set."""
    header: Header
    text: Segment
    """Primary TEXT up to its last delimiter."""
    keywords: dict[str, str]
    last: int
    """Last byte of any segment but DATA."""
    read: Callable[[int, int], bytes]


def open_data_sets(data: Bytes, wanted: int, ledger: Ledger) -> tuple[DataSet, int]:
    """The data set asked for, and how many there are.

    Raises:
        FcsError: No such data set, or its HEADER or TEXT cannot be read.
    """
    base, chosen, count = 0, None, 0
    budget = MAX_TEXT_BYTES + 2 * len(data)  # ends chains of data sets that share one TEXT
    while count < MAX_DATA_SETS and budget > 0:
        own = ledger if count == wanted else Ledger(ledger.name)
        try:
            header, text, keywords, last = _open(data, base, own)
        except FcsError:
            if count <= wanted:
                raise
            break
        step = _step(data, base, keywords, own)
        limit = base + step if step else len(data)
        if count == wanted:
            chosen = DataSet(base, limit - base, header, text, keywords, last, _reader(data, base, limit))
        count += 1
        budget -= header.text.length
        if not step:
            break
        base += step
    if chosen is None:
        found = f"{count} data sets" if count > 1 else "one data set"
        expected = f"a data set number {wanted} (counted from 0)"
        ledger.problem("fcs_no_such_data_set", "$NEXTDATA", found, expected, "choose one that is there")
        raise ledger.error()
    if count > 1:
        found = f"{count} data sets"
        ledger.note("fcs_several_data_sets", "$NEXTDATA", found, "one", f"number {wanted} (counted from 0) was read")
    return chosen, count


def _reader(data: Bytes, base: int, limit: int) -> Callable[[int, int], bytes]:
    return lambda begin, end: data[base + begin : min(base + end, limit)].tobytes()


def _open(data: Bytes, base: int, ledger: Ledger) -> tuple[Header, Segment, dict[str, str], int]:
    """HEADER, extent of TEXT, keywords, and last byte of the segments but DATA."""
    header = read_header(data[base : base + HEADER_BYTES].tobytes(), ledger)
    text, pairs = _primary(data, base, header, ledger)
    keywords = gather(pairs, ledger)
    keywords, last = _with_supplement(data[base:], text, keywords, ledger)
    analysis = header.analysis.end if header.analysis is not None else 0
    return header, text, keywords, max(last, header.text.end, text.end, analysis)


def _primary(data: Bytes, base: int, header: Header, ledger: Ledger) -> tuple[Segment, list[tuple[str, str]]]:
    """The primary TEXT; an offset that is wrong by one is mended where that alone makes it readable."""
    begin, end = header.text.begin, header.text.end
    if base + end > len(data) or header.text.length > MAX_TEXT_BYTES:
        found = f"TEXT at bytes {header.text} of a file of {len(data) - base} bytes"
        ledger.problem("fcs_text_truncated", "TEXT", found, "all of TEXT, at most 16 MiB", _EXPORT)
        raise ledger.error()
    first = Ledger(ledger.name)
    pairs = _try(data, base, begin, end, first)
    if pairs is None or "$PAR" not in dict(pairs):
        for shift in (-1, 1):
            quiet = Ledger(ledger.name)
            shifted = _try(data, base, begin + shift, end, quiet)
            if shifted and all(keyword in dict(shifted) for keyword in _NEEDED):
                found, expected = f"TEXT from byte {begin}", f"from byte {begin + shift}, where its delimiter is"
                quiet.repair("fcs_text_begin", "HEADER", found, expected, "read from there")
                first, pairs, begin = quiet, shifted, begin + shift
                break
    ledger.findings += first.findings
    ledger.problems += first.problems
    if pairs is None:
        raise ledger.error()
    segment = data[base + begin : base + end + 1].tobytes()
    return Segment(begin, begin + text_length(segment) - 1), pairs


def _try(data: Bytes, base: int, begin: int, end: int, ledger: Ledger) -> list[tuple[str, str]] | None:
    try:
        return read_pairs(data[base + begin : base + end + 1].tobytes(), ledger)
    except FcsError:
        return None


def _with_supplement(
    data: Bytes, text: Segment, keywords: dict[str, str], ledger: Ledger
) -> tuple[dict[str, str], int]:
    """Keywords with those of the supplemental TEXT, where there is one that can be read; and its last byte."""
    begin, end = offset(keywords, "$BEGINSTEXT", ledger), offset(keywords, "$ENDSTEXT", ledger)
    if not begin or not end:
        return keywords, 0
    where, found = "supplemental TEXT", f"bytes {begin} to {end}"
    if begin <= text.end and text.begin <= end:
        action = "ignored: the primary TEXT was read"
        ledger.note("fcs_supplement_overlaps", where, found, "a place apart from the primary TEXT", action)
        return keywords, 0
    length = end - begin + 1
    if begin < HEADER_BYTES or not 2 <= length <= MAX_TEXT_BYTES or end >= len(data):
        ledger.warn("fcs_supplement_unreadable", where, found, "a place within the file", "ignored")
        return keywords, 0
    segment = data[begin : end + 1].tobytes()
    delimiter = data[text.begin : text.begin + 1].tobytes()
    quiet = Ledger(ledger.name)
    try:
        pairs = read_pairs(segment, quiet, where) if segment[:1] == delimiter else None
    except FcsError:
        pairs = None
    if pairs is None:
        expected = f"keywords and values between {shown(delimiter.decode('latin-1'))}"
        ledger.warn("fcs_supplement_unreadable", where, found, expected, "ignored: none of its keywords was read")
        return keywords, end
    ledger.findings += quiet.findings
    return add_supplement(keywords, pairs, ledger), end


def _step(data: Bytes, base: int, keywords: dict[str, str], ledger: Ledger) -> int:
    """Bytes from this data set to the next; 0 for the last one."""
    step = offset(keywords, "$NEXTDATA", ledger)
    if not step:
        return 0
    for candidate in (step, step - base):
        if candidate >= HEADER_BYTES and data[base + candidate : base + candidate + 3].tobytes() == b"FCS":
            if candidate != step:
                action = "taken as counted from the start of the file"
                ledger.repair("fcs_nextdata", "$NEXTDATA", f"{step}", "bytes from the start of this data set", action)
            return candidate
    expected = "0, or the place where the next data set begins"
    ledger.warn("fcs_nextdata", "$NEXTDATA", f"{step}", expected, "no further data set was read")
    return 0
