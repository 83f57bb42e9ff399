"""Types, widths, orders and scales."""

from __future__ import annotations

from tests.cytometry.fcs.case import LOG, MIXED, MIXED_EVENTS, SPOILT, TEN_BITS, in_seconds, reads, refuses
from tests.cytometry.fcs.encoder import COUNTS, FOUR, Spec, build, integers

NUMBERS = [
    reads("big endian", lambda: build(order="4,3,2,1")),
    reads("double", lambda: build([Spec(s.name, "D", 64) for s in FOUR])),
    reads("mixed endian 3,4,1,2", lambda: build(order="3,4,1,2")),
    reads("mixed endian 2,1,4,3, integers", lambda: build(integers(32, 2**20), COUNTS, order="2,1,4,3"), values=COUNTS),
    refuses("mixed endian with 16 bits", lambda: build(integers(), COUNTS, change={"$BYTEORD": "3,4,1,2"}), "$BYTEORD"),
    refuses("order of bytes with a gap", lambda: build(change={"$BYTEORD": "1,2,4,5"}), "$BYTEORD", "1,2,4,5"),
    refuses("float in the wrong order of bytes", lambda: build(change={"$BYTEORD": "4,3,2,1"}), "$BYTEORD", "1,2,3,4"),
    refuses(
        "integers in the wrong order of bytes",
        lambda: build(integers(32, 1024), COUNTS, change={"$BYTEORD": "4,3,2,1"}),
        "$BYTEORD",
        "make sense",
    ),
    reads(
        "random bits as float",
        lambda: build(data=b"\x01\x70\x03\x90" * 40 + b"\x01\x03\x90\x70" * 40),
        "fcs_values_implausible",
        values=[],
    ),
    reads(
        "10 bits, most significant first", lambda: build(TEN_BITS, COUNTS, order="4,3,2,1"), "fcs_packed", values=COUNTS
    ),
    reads("10 bits, least significant first", lambda: build(TEN_BITS, COUNTS), "fcs_packed", values=COUNTS),
    reads("24 bits, little endian", lambda: build(integers(24, 2**24), COUNTS), values=COUNTS),
    reads("24 bits, big endian", lambda: build(integers(24, 2**24), COUNTS, order="4,3,2,1"), values=COUNTS),
    reads(
        "8 bits",
        lambda: build(integers(8, 256), [(i, 2 * i, 255 - i) for i in range(20)]),
        values=[(i, 2 * i, 255 - i) for i in range(20)],
    ),
    reads(
        "bits beyond $PnR",
        lambda: build(integers(), [(a + 2048 * (a % 100 == 0), b, c) for a, b, c in COUNTS]),
        values=COUNTS,
    ),
    reads("$PnR no power of two", lambda: build(integers(16, 1000), COUNTS), values=COUNTS),
    reads("$PnR 0, linear", lambda: build(integers(16, 0), COUNTS), values=COUNTS),
    reads(
        "$PnR no number, linear",
        lambda: build(integers(), COUNTS, change={"$P1R": "x"}),
        "fcs_range_unreadable",
        values=COUNTS,
    ),
    refuses("$PnR no number, logarithmic", lambda: build(LOG, COUNTS, change={"$P1R": "x"}), "$P1R", "logarithm"),
    reads("$PnE 4,1", lambda: build(LOG, COUNTS), values=[[10 ** (4 * v / 1024) for v in row] for row in COUNTS]),
    reads(
        "$PnE 4,0",
        lambda: build(integers(16, 1024, "4,0"), COUNTS),
        "fcs_amplification_offset",
        values=[[10 ** (4 * v / 1024) for v in row] for row in COUNTS],
    ),
    reads(
        "$PnE 3,0.5 with blanks",
        lambda: build(integers(16, 1024, " 3.0, 0.5"), COUNTS),
        values=[[0.5 * 10 ** (3 * v / 1024) for v in row] for row in COUNTS],
    ),
    reads(
        "$PnG with $PnE 4,1",
        lambda: build(LOG, COUNTS, change={"$P1G": "8"}),
        "fcs_gain_ignored",
        values=[[10 ** (4 * v / 1024) for v in row] for row in COUNTS],
    ),
    reads(
        "$PnE missing on integers",
        lambda: build(integers(16, 1024, None), COUNTS),
        "fcs_amplification_missing",
        values=COUNTS,
    ),
    refuses("$PnE no number", lambda: build(integers(16, 1024, "log"), COUNTS), "$P1E", "found log"),
    refuses("$PnE of 900 decades", lambda: build(integers(16, 1024, "900,1"), COUNTS), "$P1E"),
    refuses("$PnB *", lambda: build(integers(), COUNTS, change={"$P1B": "*"}), "$P1B", "found *"),
    refuses("$PnB 0", lambda: build(integers(), COUNTS, change={"$P1B": "0"}), "$P1B", "found 0"),
    refuses("$PnB 72", lambda: build(integers(), COUNTS, change={"$P1B": "72"}), "$P1B", "from 1 to 64"),
    reads("NaN and Inf", lambda: build(events=SPOILT), values=in_seconds(SPOILT)),
    reads("FCS 3.2 with several types", lambda: build(MIXED, MIXED_EVENTS, "FCS3.2"), values=MIXED_EVENTS),
    refuses("$PnDATATYPE in FCS 3.1", lambda: build(MIXED, MIXED_EVENTS), "$P2DATATYPE", "I in FCS3.1", "$P3DATATYPE"),
    refuses(
        "$PnDATATYPE unknown",
        lambda: build(MIXED, MIXED_EVENTS, "FCS3.2", change={"$P2DATATYPE": "Q"}),
        "$P2DATATYPE",
        "found Q",
    ),
    reads("64-bit integers", lambda: build(integers(64, 2**60), COUNTS), "fcs_precision", values=COUNTS),
]
