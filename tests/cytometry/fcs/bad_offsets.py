"""Places of segments that are wrong or disagree."""

from __future__ import annotations

from tests.cytometry.fcs.case import reads, refuses, shift, swapped
from tests.cytometry.fcs.encoder import build

OFFSETS = [
    reads("plain file", build),
    reads("header offsets one too high", lambda: build(data_offsets=shift(1, 1)), "fcs_offsets_disagree"),
    reads("header offsets one too low", lambda: build(data_offsets=shift(-1, -1)), "fcs_offsets_disagree"),
    reads("header begin one too high", lambda: build(data_offsets=shift(1, 0)), "fcs_offsets_disagree"),
    reads("header end one too low", lambda: build(data_offsets=shift(0, -1)), "fcs_offsets_disagree"),
    reads("header end one too high", lambda: build(data_offsets=shift(0, 1)), "fcs_offsets_disagree"),
    reads(
        "end exclusive in HEADER and TEXT",
        lambda: build(data_offsets=shift(0, 1), change={"$ENDDATA": lambda b, e: f"{e + 1:08d}"}),
        "fcs_data_end_exclusive",
    ),
    reads(
        "end exclusive in FCS 2.0, at the very end of the file",
        lambda: build(
            version="FCS2.0", data_offsets=shift(0, 1), change={"$BEGINDATA": None, "$ENDDATA": None}, tail=b""
        ),
        "fcs_data_end_exclusive",
    ),
    reads(
        "TEXT offsets 100 too high",
        lambda: build(change={"$BEGINDATA": lambda b, e: f"{b + 100:08d}", "$ENDDATA": lambda b, e: f"{e + 100:08d}"}),
        "fcs_offsets_disagree",
    ),
    reads(
        "TEXT offsets within TEXT, HEADER exclusive (Accuri)",
        lambda: build(
            data_offsets=shift(0, 1),
            change={"$BEGINDATA": lambda b, e: f"{b - 90:08d}", "$ENDDATA": lambda b, e: f"{e - 89:08d}"},
            tail=b"",
        ),
        "fcs_offsets_disagree",
        "fcs_data_end_exclusive",
    ),
    reads("HEADER 0 and 0, small file", lambda: build(data_offsets=lambda b, e: (0, 0)), "fcs_header_blank"),
    reads(
        "HEADER end 0 (more than eight digits in TEXT)",
        lambda: build(data_offsets=lambda b, e: (b, 0)),
        "fcs_header_offset_split",
        "fcs_header_blank",
    ),
    reads("no offsets in TEXT", lambda: build(change={"$BEGINDATA": None, "$ENDDATA": None})),
    reads("TEXT offsets 0 and 0", lambda: build(change={"$BEGINDATA": "0", "$ENDDATA": "0"})),
    reads(
        "TEXT offsets no numbers",
        lambda: build(change={"$BEGINDATA": "here", "$ENDDATA": "-7"}),
        "fcs_offset_unreadable",
    ),
    reads(
        "HEADER offsets no numbers",
        lambda: swapped(build(tail=b""), (build(tail=b"")[26:42], b"    here   there")),
        "fcs_header_offset_unreadable",
        "fcs_header_blank",
    ),
    reads("gap before DATA", lambda: build(gap=100)),
    reads(
        "spaces within the numbers of TEXT",
        lambda: build(change={"$TOT": " 20   ", "$PAR": " 4", "$BEGINDATA": lambda b, e: f"{b:6d}  "}),
    ),
    refuses(
        "no place of DATA at all",
        lambda: build(data_offsets=lambda b, e: (0, 0), change={"$BEGINDATA": None, "$ENDDATA": None}),
        "DATA",
        "no offsets in HEADER or TEXT",
    ),
    refuses(
        "HEADER and TEXT give two places that both fit",
        lambda: build(data_offsets=shift(9, 9), gap=9, tail=b" " * 40),
        "HEADER says",
        "TEXT says",
        "cannot be known",
    ),
    refuses(
        "HEADER and TEXT both wrong",
        lambda: build(data_offsets=shift(3, -9), change={"$ENDDATA": lambda b, e: f"{e - 33:08d}"}),
        "HEADER says",
        "TEXT says",
    ),
    refuses(
        "DATA within TEXT",
        lambda: build(data_offsets=shift(-60, -60), change={"$BEGINDATA": None, "$ENDDATA": None}),
        "apart from TEXT",
    ),
]
