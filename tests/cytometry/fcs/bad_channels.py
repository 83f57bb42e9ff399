"""Descriptions of channels that are wrong or missing."""

from __future__ import annotations

from tests.cytometry.fcs.case import in_seconds, reads, refuses
from tests.cytometry.fcs.encoder import COUNTS, EVENTS, build, integers

CHANNELS = [
    reads("$PAR 5 with 4 channels", lambda: build(change={"$PAR": "5"}), "fcs_par_wrong"),
    reads("$PAR 3 with 4 channels", lambda: build(change={"$PAR": "3"}), "fcs_par_wrong"),
    reads("$PAR missing", lambda: build(change={"$PAR": None}), "fcs_par_wrong"),
    reads(
        "keywords of a channel that is not there", lambda: build(change={"$P5B": "32", "$P5N": "X"}), "fcs_par_wrong"
    ),
    refuses("$PAR a billion", lambda: build(change={"$PAR": "1000000000", "$TOT": "3"}), "$PAR", "1000000000"),
    refuses("$PAR 0", lambda: build(change={"$PAR": "0", "$TOT": "3"}), "$PAR"),
    refuses("a channel without width", lambda: build(change={"$P2B": None}), "$PAR", "1 channels described"),
    refuses(
        "$PAR and order of bytes wrong",
        lambda: build(integers(16), COUNTS, change={"$PAR": "x", "$BYTEORD": "3,4,1,2"}),
        "3,4,1,2 with channels of 16 bits",
    ),
    refuses(
        "$PAR wrong and types of FCS 3.2 in 3.1",
        lambda: build(change={"$PAR": "x", "$P1DATATYPE": "I"}),
        "$P1DATATYPE",
        "only in FCS 3.2",
    ),
    refuses(
        "$PAR too small and types of FCS 3.2 in 3.1",
        lambda: build(change={"$P5B": "32", "$P5N": "X", "$P1DATATYPE": "I"}),
        "$P1DATATYPE",
        "only in FCS 3.2",
    ),
    reads("channel names repeated", lambda: build(change={"$P2N": "FSC-A"}), "fcs_channel_name_repeated"),
    reads("a channel without name", lambda: build(change={"$P2N": None}), "fcs_channel_name_missing"),
    reads("no $PnS anywhere", lambda: build(change={"$P3S": None})),
    reads("$PnE not 0 on float", lambda: build(change={"$P1E": "4,1", "$P2E": "4,0"}), "fcs_amplification_of_float"),
    reads("$PnE missing on float", lambda: build(change={"$P1E": None})),
    reads("$PnB of float wrong", lambda: build(change={"$P1B": "16"}), "fcs_bits_of_float"),
    reads("$PnR of float not whole", lambda: build(change={"$P1R": "26.3432"})),
    reads("$PnR of float missing", lambda: build(change={"$P1R": None})),
    reads("$TIMESTEP no number", lambda: build(change={"$TIMESTEP": "xxx"}), "fcs_timestep", values=EVENTS),
    reads("$TIMESTEP missing", lambda: build(change={"$TIMESTEP": None}), "fcs_timestep", values=EVENTS),
    reads("$PnG on time", lambda: build(change={"$P4G": "0.01"}), "fcs_gain_ignored"),
    reads("$PnG 0", lambda: build(change={"$P1G": "0"}), "fcs_gain"),
    reads("$PnG no number", lambda: build(change={"$P1G": "high"}), "fcs_gain"),
    reads("linear gain", lambda: build(change={"$P1G": "2.0"}), values=[(e[0] / 2, *e[1:]) for e in in_seconds()]),
    reads("$MODE missing", lambda: build(change={"$MODE": None}), "fcs_mode_missing"),
    refuses("$MODE U", lambda: build(change={"$MODE": "U"}), "$MODE", "list mode"),
    refuses("$MODE C", lambda: build(change={"$MODE": "C"}), "$MODE", "histograms"),
    refuses("$DATATYPE A", lambda: build(change={"$DATATYPE": "A"}), "$DATATYPE", "found A", "binary"),
    refuses("$DATATYPE missing", lambda: build(change={"$DATATYPE": None}), "$DATATYPE", "nothing"),
    refuses(
        "several things at once",
        lambda: build(change={"$DATATYPE": "A", "$BYTEORD": "x", "$MODE": "U"}),
        "$DATATYPE",
        "$BYTEORD",
        "$MODE",
    ),
]
