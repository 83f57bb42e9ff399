"""The HEADER segment: version and the places of the other segments (FCS 3.1, section 3.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from costim.cytometry.fcs.findings import Ledger, shown

HEADER_BYTES = 58
VERSIONS = ("FCS2.0", "FCS3.0", "FCS3.1", "FCS3.2")
LARGEST_IN_HEADER = 99_999_999
_NUMBER = re.compile(r"-?[0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Segment:
    """First and last byte, counted from the start of the data set; the last byte belongs to it."""

    begin: int
    end: int

    @property
    def length(self) -> int:
        """Number of bytes."""
        return self.end - self.begin + 1

    def __str__(self) -> str:
        """As the standard writes it."""
        return f"{self.begin} to {self.end}"


@dataclass(frozen=True, slots=True)
class Header:
    """What the HEADER says; a segment is None where it gives 0 or blanks."""

    version: str
    text: Segment
    data: Segment | None
    analysis: Segment | None


def read_header(head: bytes, ledger: Ledger) -> Header:
    """Version and offsets from the first 58 bytes of a data set.

    Raises:
        FcsError: Not FCS, an unknown version, or a TEXT segment that cannot be found.
    """
    magic = head[:6].decode("latin-1")
    if len(head) < HEADER_BYTES or magic not in VERSIONS:
        _refuse(head, magic, ledger)
    fields = [head[start : start + 8].decode("latin-1").strip(" \0") for start in range(10, HEADER_BYTES, 8)]
    text = _segment("TEXT", fields[0], fields[1], ledger)
    data = _segment("DATA", fields[2], fields[3], ledger)
    analysis = _segment("ANALYSIS", fields[4], fields[5], ledger)
    if text is None or text.begin < HEADER_BYTES or text.length < 2:
        ledger.problem(
            "fcs_no_text",
            "HEADER",
            f"TEXT from {shown(fields[0])} to {shown(fields[1])}",
            "the first and last byte of the TEXT segment, behind the 58 bytes of the HEADER",
            "the file is damaged: export it again from the acquisition program",
        )
        raise ledger.error()
    return Header(magic, text, data, analysis)


def _refuse(head: bytes, magic: str, ledger: Ledger) -> None:
    if not head:
        found = "an empty file"
    elif magic[:3] == "FCS" and len(head) >= 6:
        found = f"a version {shown(magic)}" if len(head) >= HEADER_BYTES else f"only {len(head)} bytes"
    else:
        found = "a file that does not begin with FCS"
    ledger.problem(
        "fcs_not_fcs",
        "HEADER",
        found,
        "an FCS file of version 2.0, 3.0, 3.1 or 3.2",
        "check that this is the exported list-mode file, and export it again if it is",
    )
    raise ledger.error()


def _segment(name: str, first: str, last: str, ledger: Ledger) -> Segment | None:
    """One pair of offsets; None for 0, blanks and what stands for an empty segment."""
    if first in ("", "0") and last in ("", "0"):
        return None
    if not (_NUMBER.fullmatch(first) and _NUMBER.fullmatch(last)):
        ledger.warn(
            "fcs_header_offset_unreadable",
            "HEADER",
            f"{name} from {shown(first)} to {shown(last)}",
            "two whole numbers",
            "the offsets in TEXT were used, if there are any",
        )
        return None
    begin, end = int(first), int(last)
    if begin == end == 0:
        return None
    if end == begin - 1:  # how some programs write an empty segment
        return None
    if end < begin:  # `n,0` where the end has more than 8 digits
        ledger.note(
            "fcs_header_offset_split",
            "HEADER",
            f"{name} from {begin} to {end}",
            "0 and 0 for an empty segment or one whose place TEXT gives",
            "taken as 0 and 0",
        )
        return None
    return Segment(begin, end)
