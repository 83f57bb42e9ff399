"""Numbers of events that are wrong, and DATA of the wrong size."""

from __future__ import annotations

from tests.cytometry.fcs.case import SHORT, in_seconds, reads, refuses
from tests.cytometry.fcs.encoder import COUNTS, EVENTS, FOUR, build, data_bytes, integers

TOTALS = [
    reads("$TOT too large", lambda: build(change={"$TOT": "33"}), "fcs_tot_wrong"),
    reads("$TOT too small", lambda: build(change={"$TOT": "7"}), "fcs_tot_wrong"),
    reads("$TOT 0 with events", lambda: build(change={"$TOT": "0"}), "fcs_tot_wrong"),
    reads("$TOT missing in FCS 2.0", lambda: build(version="FCS2.0", change={"$TOT": None}), "fcs_tot_missing"),
    reads("$TOT missing in FCS 3.1", lambda: build(change={"$TOT": None}), "fcs_tot_missing"),
    reads("$TOT no number", lambda: build(change={"$TOT": "many"}), "fcs_tot_missing"),
    reads("$TOT negative", lambda: build(change={"$TOT": "-20"}), "fcs_tot_missing"),
    reads("no events", lambda: build(events=[]), values=[]),
    reads("no events, HEADER 0 and 0", lambda: build(events=[], data_offsets=lambda b, e: (0, 0)), values=[]),
    reads(
        "part of an event behind the last one",
        lambda: build(data=data_bytes(EVENTS, FOUR, (1, 2, 3, 4)) + b"abcde"),
        "fcs_data_excess",
    ),
    reads(
        "DATA filled up with zeros",
        lambda: build(data=data_bytes(EVENTS, FOUR, (1, 2, 3, 4)).ljust(500, b"\0")),
        "fcs_data_padded",
    ),
    refuses(
        "DATA filled up with other bytes",
        lambda: build(data=data_bytes(EVENTS, FOUR, (1, 2, 3, 4)).ljust(501, b"x")),
        "501 bytes and $TOT 20",
        "16 bytes, the size of one event",
    ),
    reads("truncated DATA", lambda: build()[: -SHORT // 2], "fcs_data_truncated", values=in_seconds()[:10]),
    refuses("truncated before the first event", lambda: build()[: -SHORT - 3], "DATA", "copy the file again"),
    refuses("cut off within DATA and $TOT wrong", lambda: build(change={"$TOT": "999"})[: -SHORT // 2], "DATA", "$TOT"),
    refuses("cut off within TEXT", lambda: build()[:300], "TEXT", "300 bytes"),
    refuses("cut off within HEADER", lambda: build()[:40], "only 40 bytes"),
    refuses(
        "$PnB half of what it is",
        lambda: build(integers(), COUNTS, change={f"$P{n}B": "8" for n in (1, 2, 3)}),
        "120 bytes and $TOT 20",
        "$PnB",
    ),
    refuses("$PnB wrong for one channel", lambda: build(integers(), COUNTS, change={"$P2B": "32"}), "$PnB"),
    reads(
        "$TOT wrong, integers", lambda: build(integers(), COUNTS, change={"$TOT": "33"}), "fcs_tot_wrong", values=COUNTS
    ),
    reads(
        "end of DATA beyond the file, of the size of $TOT, nothing else known",
        lambda: build(tail=b"")[:-16],
        "fcs_data_truncated",
        values=in_seconds()[:19],
    ),
]
