"""CRC, and several data sets in a file."""

from __future__ import annotations

import struct

from tests.cytometry.fcs.case import in_seconds, reads, swapped
from tests.cytometry.fcs.encoder import COUNTS, build, integers


def two_sets(absolute: bool = False, step: int | None = None) -> bytes:
    first = build(change={"$NEXTDATA": "00000000"}, tail=b"")
    length = len(first) if step is None else step
    second = build(integers(), COUNTS, tail=b"")
    first = first.replace(b"$NEXTDATA|00000000", f"$NEXTDATA|{length:08d}".encode())
    if not absolute:
        return first + second
    third = second
    second = build(integers(), COUNTS, tail=b"", change={"$NEXTDATA": f"{2 * len(first):08d}"})
    second = second.ljust(len(first), b" ")
    return first + second + third


WHOLE_FILES = [
    reads("wrong CRC", lambda: build(tail=b"00012345"), "fcs_crc_wrong"),
    reads("CRC of zeros", lambda: build(tail=b"00000000")),
    reads("CRC of blanks", lambda: build(tail=b"        ")),
    reads("no CRC", lambda: build(tail=b"")),
    reads("CRC that is no number", lambda: build(tail=b"checksum"), "fcs_crc_wrong"),
    reads("no CRC but other bytes", lambda: build(tail=b"\xff\xfe something else")),
    reads(
        "a changed event under a CRC",
        lambda: swapped(build(), (struct.pack("<f", 157.5), struct.pack("<f", 157.0))),
        "fcs_crc_wrong",
        values=[(157.0 if e[0] == 157.5 else e[0], *e[1:]) for e in in_seconds()],
    ),
    reads("two data sets", two_sets, "fcs_several_data_sets"),
    reads(
        "three data sets, counted from the start of the file", lambda: two_sets(absolute=True), "fcs_several_data_sets"
    ),
    reads("$NEXTDATA beyond the file", lambda: two_sets(step=9_999_999), "fcs_nextdata"),
    reads("$NEXTDATA to its own start", lambda: build(change={"$NEXTDATA": "1"}), "fcs_nextdata"),
    reads("$NEXTDATA no number", lambda: build(change={"$NEXTDATA": "next"}), "fcs_offset_unreadable"),
]
