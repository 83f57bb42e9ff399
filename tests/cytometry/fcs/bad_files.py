"""Files that break the standards (and some that only look as if), each with what must come of it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.cytometry.fcs.encoder import COUNTS, EVENTS, FOUR, Spec, build, data_bytes, integers

Rows = Sequence[Sequence[float]]


def in_seconds(events: Rows = EVENTS) -> Rows:
    """The four channels as they are to be read: time, the last one, times 0.5 s."""
    return [(*event[:3], event[3] * 0.5) for event in events]


@dataclass(frozen=True)
class Case:
    """A file and its outcome: either exact values and exactly these findings, or words of the refusal."""

    name: str
    make: Callable[[], bytes]
    values: Rows | None = None
    codes: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()


def reads(name: str, make: Callable[[], bytes], *codes: str, values: Rows | None = None) -> Case:
    return Case(name, make, in_seconds() if values is None else values, frozenset(codes))


def refuses(name: str, make: Callable[[], bytes], *words: str) -> Case:
    return Case(name, make, refused=words)


def swapped(data: bytes, *pairs: tuple[bytes, bytes]) -> bytes:
    """A file with some bytes replaced by as many others."""
    for old, new in pairs:
        assert len(old) == len(new)
        assert data.count(old) == 1, f"{old!r} occurs {data.count(old)} times"
        data = data.replace(old, new)
    return data


def shift(begin_by: int, end_by: int) -> Callable[[int, int], tuple[int, int]]:
    return lambda begin, end: (begin + begin_by, end + end_by)


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


def with_supplement(supplement: bytes, change: bytes = b"") -> bytes:
    """A file with a supplemental TEXT behind DATA."""
    places = {"$BEGINSTEXT": "00000000", "$ENDSTEXT": "00000001"}
    file = build(change=places, tail=b"", extra=change)
    begin, end = len(file), len(file) + len(supplement) - 1
    return (
        swapped(
            file,
            (b"$BEGINSTEXT|00000000", b"$BEGINSTEXT|%08d" % begin),
            (b"$ENDSTEXT|00000001", b"$ENDSTEXT|%08d" % end),
        )
        + supplement
    )


LOG = integers(16, 1024, "4,1")
NAN, INF = float("nan"), float("inf")
SPOILT = [(NAN, *EVENTS[0][1:]), (INF, *EVENTS[1][1:]), *EVENTS[2:]]
TEN_BITS = integers(10, 1024)
MIXED = (Spec("FSC-A"), Spec("FL1", "I", 16, 1024), Spec("FL2", "D", 64), Spec("Index", "I", 32, 2**32))
MIXED_EVENTS = [(1.5 * i, 3 * i, 1e-3 * i, 10**6 * i) for i in range(20)]
SHORT = len(data_bytes(EVENTS, FOUR, (1, 2, 3, 4)))
HALF = data_bytes(EVENTS, FOUR, (1, 2, 3, 4))[: SHORT // 2 - 5]

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
        "TEXT offsets no numbers", lambda: build(change={"$BEGINDATA": "here", "$ENDDATA": "-7"}), "fcs_offset_unreadable"
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
        "DATA", "no offsets in HEADER or TEXT",
    ),
    refuses(
        "HEADER and TEXT give two places that both fit",
        lambda: build(data_offsets=shift(9, 9), gap=9, tail=b" " * 40),
        "HEADER says", "TEXT says", "cannot be known",
    ),
    refuses(
        "HEADER and TEXT both wrong",
        lambda: build(data_offsets=shift(3, -9), change={"$ENDDATA": lambda b, e: f"{e - 33:08d}"}),
        "HEADER says", "TEXT says",
    ),
    refuses(
        "DATA within TEXT",
        lambda: build(data_offsets=shift(-60, -60), change={"$BEGINDATA": None, "$ENDDATA": None}),
        "apart from TEXT",
    ),
]  # fmt: skip

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
        "501 bytes and $TOT 20", "16 bytes, the size of one event",
    ),
    reads("truncated DATA", lambda: build()[: -SHORT // 2], "fcs_data_truncated", values=in_seconds()[:10]),
    refuses("truncated before the first event", lambda: build()[: -SHORT - 3], "DATA", "copy the file again"),
    refuses("cut off within DATA and $TOT wrong", lambda: build(change={"$TOT": "999"})[: -SHORT // 2], "DATA", "$TOT"),
    refuses("cut off within TEXT", lambda: build()[:300], "TEXT", "300 bytes"),
    refuses("cut off within HEADER", lambda: build()[:40], "only 40 bytes"),
    refuses("$PnB half of what it is", lambda: build(integers(), COUNTS, change={f"$P{n}B": "8" for n in (1, 2, 3)}),
            "120 bytes and $TOT 20", "$PnB"),
    refuses("$PnB wrong for one channel", lambda: build(integers(), COUNTS, change={"$P2B": "32"}), "$PnB"),
    reads("$TOT wrong, integers", lambda: build(integers(), COUNTS, change={"$TOT": "33"}), "fcs_tot_wrong", values=COUNTS),
    reads("end of DATA beyond the file, of the size of $TOT, nothing else known", lambda: build(tail=b"")[:-16],
          "fcs_data_truncated", values=in_seconds()[:19]),
]  # fmt: skip

CHANNELS = [
    reads("$PAR 5 with 4 channels", lambda: build(change={"$PAR": "5"}), "fcs_par_wrong"),
    reads("$PAR 3 with 4 channels", lambda: build(change={"$PAR": "3"}), "fcs_par_wrong"),
    reads("$PAR missing", lambda: build(change={"$PAR": None}), "fcs_par_wrong"),
    reads("keywords of a channel that is not there", lambda: build(change={"$P5B": "32", "$P5N": "X"}), "fcs_par_wrong"),
    refuses("$PAR a billion", lambda: build(change={"$PAR": "1000000000", "$TOT": "3"}), "$PAR", "1000000000"),
    refuses("$PAR 0", lambda: build(change={"$PAR": "0", "$TOT": "3"}), "$PAR"),
    refuses("a channel without width", lambda: build(change={"$P2B": None}), "$PAR", "1 channels described"),
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
    refuses("several things at once", lambda: build(change={"$DATATYPE": "A", "$BYTEORD": "x", "$MODE": "U"}),
            "$DATATYPE", "$BYTEORD", "$MODE"),
]  # fmt: skip

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
        "$BYTEORD", "make sense",
    ),
    reads("random bits as float", lambda: build(data=b"\x01\x70\x03\x90" * 40 + b"\x01\x03\x90\x70" * 40),
          "fcs_values_implausible", values=[]),
    reads("10 bits, most significant first", lambda: build(TEN_BITS, COUNTS, order="4,3,2,1"), "fcs_packed", values=COUNTS),
    reads("10 bits, least significant first", lambda: build(TEN_BITS, COUNTS), "fcs_packed", values=COUNTS),
    reads("24 bits, little endian", lambda: build(integers(24, 2**24), COUNTS), values=COUNTS),
    reads("24 bits, big endian", lambda: build(integers(24, 2**24), COUNTS, order="4,3,2,1"), values=COUNTS),
    reads("8 bits", lambda: build(integers(8, 256), [(i, 2 * i, 255 - i) for i in range(20)]),
          values=[(i, 2 * i, 255 - i) for i in range(20)]),
    reads("bits beyond $PnR", lambda: build(integers(), [(a + 2048 * (a % 100 == 0), b, c) for a, b, c in COUNTS]),
          values=COUNTS),
    reads("$PnR no power of two", lambda: build(integers(16, 1000), COUNTS), values=COUNTS),
    reads("$PnR 0, linear", lambda: build(integers(16, 0), COUNTS), values=COUNTS),
    reads("$PnR no number, linear", lambda: build(integers(), COUNTS, change={"$P1R": "x"}), "fcs_range_unreadable",
          values=COUNTS),
    refuses("$PnR no number, logarithmic", lambda: build(LOG, COUNTS, change={"$P1R": "x"}), "$P1R", "logarithm"),
    reads("$PnE 4,1", lambda: build(LOG, COUNTS), values=[[10 ** (4 * v / 1024) for v in row] for row in COUNTS]),
    reads("$PnE 4,0", lambda: build(integers(16, 1024, "4,0"), COUNTS), "fcs_amplification_offset",
          values=[[10 ** (4 * v / 1024) for v in row] for row in COUNTS]),
    reads("$PnE 3,0.5 with blanks", lambda: build(integers(16, 1024, " 3.0, 0.5"), COUNTS),
          values=[[0.5 * 10 ** (3 * v / 1024) for v in row] for row in COUNTS]),
    reads("$PnG with $PnE 4,1", lambda: build(LOG, COUNTS, change={"$P1G": "8"}), "fcs_gain_ignored",
          values=[[10 ** (4 * v / 1024) for v in row] for row in COUNTS]),
    reads("$PnE missing on integers", lambda: build(integers(16, 1024, None), COUNTS), "fcs_amplification_missing",
          values=COUNTS),
    refuses("$PnE no number", lambda: build(integers(16, 1024, "log"), COUNTS), "$P1E", "found log"),
    refuses("$PnE of 900 decades", lambda: build(integers(16, 1024, "900,1"), COUNTS), "$P1E"),
    refuses("$PnB *", lambda: build(integers(), COUNTS, change={"$P1B": "*"}), "$P1B", "found *"),
    refuses("$PnB 0", lambda: build(integers(), COUNTS, change={"$P1B": "0"}), "$P1B", "found 0"),
    refuses("$PnB 72", lambda: build(integers(), COUNTS, change={"$P1B": "72"}), "$P1B", "from 1 to 64"),
    reads("NaN and Inf", lambda: build(events=SPOILT), values=in_seconds(SPOILT)),
    reads("FCS 3.2 with several types", lambda: build(MIXED, MIXED_EVENTS, "FCS3.2"), values=MIXED_EVENTS),
    refuses("$PnDATATYPE in FCS 3.1", lambda: build(MIXED, MIXED_EVENTS), "DATA", "size"),
    refuses("$PnDATATYPE unknown", lambda: build(MIXED, MIXED_EVENTS, "FCS3.2", change={"$P2DATATYPE": "Q"}),
            "$P2DATATYPE", "found Q"),
    reads("64-bit integers", lambda: build(integers(64, 2**60), COUNTS), "fcs_precision", values=COUNTS),
]  # fmt: skip

LATIN = build(change={"$OP": "Müller"}, encoding="latin-1")
TEXTS = [
    reads("newline as delimiter", lambda: build(delimiter="\n")),
    reads("form feed as delimiter", lambda: build(delimiter="\f")),
    reads("escaped delimiter", lambda: build(change={"$P3S": "CD4||CD8"})),
    reads("delimiter escaped at the end of a value", lambda: build(change={"NOTE": "a||", "OTHER": "b"})),
    reads("unescaped delimiter", lambda: build(change={"$P3S": "CD4|CD8"}), "fcs_delimiter_not_escaped"),
    refuses(
        "unescaped delimiters that cannot be told",
        lambda: build(change={"$P3S": "CD4|CD8|CD3|CD2"}),
        "TEXT", "words from $P3S",
    ),
    reads("two unescaped delimiters in a name", lambda: build(change={"$P3S": "CD4|CD8|CD3"}), "fcs_delimiter_not_escaped"),
    reads("empty value", lambda: build(change={"$CELLS": "", "$P3S": "CD19"}), "fcs_empty_value"),
    reads("empty value at the end", lambda: build(extra=b"LAST||"), "fcs_empty_value"),
    reads("many empty values", lambda: build(change={f"${k}": "" for k in ("OP", "EXP", "SRC", "COM")}), "fcs_empty_value"),
    reads("empty value before a keyword of the maker's", lambda: build(extra=b"$SYS||CREATOR|x|"), "fcs_empty_value"),
    reads("one delimiter too many at the end", lambda: build(extra=b"|")),
    reads("last value without delimiter", lambda: build(extra=b"LAST|7x"), "fcs_text_end"),
    reads("blanks behind TEXT", lambda: build(extra=b"  "), "fcs_text_end"),
    reads("latin-1", lambda: LATIN, "fcs_text_not_utf8"),
    reads("UTF-8 names", lambda: build(change={"$P2S": "CD4 β µ"})),
    reads("lower-case keywords", lambda: build().replace(b"$PAR|", b"$par|").replace(b"$P1N|", b"$p1n|"), "fcs_crc_wrong"),
    reads("keyword twice, same value", lambda: build(extra=b"$P1N|FSC-A|"), "fcs_keyword_repeated"),
    reads("optional keyword twice", lambda: build(extra=b"$SYS|a|$SYS|b|"), "fcs_keyword_repeated"),
    refuses("$P3N twice", lambda: build(extra=b"$P3N|CD8|"), "$P3N", "B1-A and CD8", "one value"),
    refuses("$TOT twice", lambda: build(extra=b"$TOT|19|"), "$TOT", "20 and 19"),
    reads("HEADER gives TEXT one byte late", lambda: build(text_offsets=shift(1, 0)), "fcs_text_begin"),
    reads("HEADER gives TEXT one byte long", lambda: build(text_offsets=shift(0, 1), order="4,3,2,1")),
    refuses("TEXT offsets 0", lambda: build(text_offsets=lambda b, e: (0, 0)), "HEADER", "TEXT from 0 to 0"),
    refuses("TEXT offsets turned round", lambda: build(text_offsets=lambda b, e: (e, b)), "HEADER"),
    refuses("TEXT beyond the end", lambda: build(text_offsets=lambda b, e: (b, 99_999_999)), "TEXT", "99999999"),
    refuses("NUL as delimiter", lambda: build(delimiter="\0"), "byte 0 as delimiter"),
    refuses("no delimiter in TEXT", lambda: build().replace(b"|", b"x")[:200].ljust(2000, b"y"), "$PAR", "found nothing"),
    refuses("zero bytes", lambda: b"", "an empty file", "FCS file of version 2.0, 3.0, 3.1 or 3.2"),
    refuses("not FCS", lambda: b"PK\3\4" + b"\0" * 100, "does not begin with FCS"),
    refuses("version 1.0", lambda: build(version="FCS1.0"), "FCS1.0"),
    refuses("version 4.0", lambda: build(version="FCS4.0"), "FCS4.0"),
    reads("supplemental TEXT", lambda: with_supplement(b"|EXTRA|seen|$P2S|CD3|")),
    reads("supplemental TEXT that is something else", lambda: with_supplement(b"<?xml version='1.0'?>"),
          "fcs_supplement_unreadable"),
    reads("supplemental TEXT with another value", lambda: with_supplement(b"|$P1N|other|"), "fcs_keyword_repeated"),
    reads("supplemental TEXT in place of the primary",
          lambda: build(change={"$BEGINSTEXT": "58", "$ENDSTEXT": "200"}), "fcs_supplement_overlaps"),
    reads("supplemental TEXT beyond the file",
          lambda: build(change={"$BEGINSTEXT": "99999", "$ENDSTEXT": "99999999"}), "fcs_supplement_unreadable"),
]  # fmt: skip

WHOLE_FILES = [
    reads("wrong CRC", lambda: build(tail=b"00012345"), "fcs_crc_wrong"),
    reads("CRC of zeros", lambda: build(tail=b"00000000")),
    reads("CRC of blanks", lambda: build(tail=b"        ")),
    reads("no CRC", lambda: build(tail=b"")),
    reads("no CRC but other bytes", lambda: build(tail=b"\xff\xfe something else")),
    reads("a changed event under a CRC", lambda: swapped(build(), (struct.pack("<f", 157.5), struct.pack("<f", 157.0))),
          "fcs_crc_wrong", values=[(157.0 if e[0] == 157.5 else e[0], *e[1:]) for e in in_seconds()]),
    reads("two data sets", two_sets, "fcs_several_data_sets"),
    reads("three data sets, counted from the start of the file", lambda: two_sets(absolute=True), "fcs_several_data_sets"),
    reads("$NEXTDATA beyond the file", lambda: two_sets(step=9_999_999), "fcs_nextdata"),
    reads("$NEXTDATA to its own start", lambda: build(change={"$NEXTDATA": "1"}), "fcs_nextdata"),
    reads("$NEXTDATA no number", lambda: build(change={"$NEXTDATA": "next"}), "fcs_offset_unreadable"),
]  # fmt: skip

CASES = [*OFFSETS, *TOTALS, *CHANNELS, *NUMBERS, *TEXTS, *WHOLE_FILES]
