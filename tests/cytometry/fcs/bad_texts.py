"""TEXT that breaks the rules of delimiters, keywords and encoding."""

from __future__ import annotations

from tests.cytometry.fcs.case import reads, refuses, shift, swapped
from tests.cytometry.fcs.encoder import build


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
        "TEXT",
        "words from $P3S",
    ),
    reads(
        "two unescaped delimiters in a name", lambda: build(change={"$P3S": "CD4|CD8|CD3"}), "fcs_delimiter_not_escaped"
    ),
    reads("empty value", lambda: build(change={"$CELLS": "", "$P3S": "CD19"}), "fcs_empty_value"),
    reads("empty value at the end", lambda: build(extra=b"LAST||"), "fcs_empty_value"),
    reads(
        "many empty values", lambda: build(change={f"${k}": "" for k in ("OP", "EXP", "SRC", "COM")}), "fcs_empty_value"
    ),
    reads("empty value before a keyword of the maker's", lambda: build(extra=b"$SYS||CREATOR|x|"), "fcs_empty_value"),
    reads("one delimiter too many at the end", lambda: build(extra=b"|")),
    reads("last value without delimiter", lambda: build(extra=b"LAST|7x"), "fcs_text_end"),
    reads("blanks behind TEXT", lambda: build(extra=b"  "), "fcs_text_end"),
    reads("latin-1", lambda: LATIN, "fcs_text_not_utf8"),
    reads("UTF-8 names", lambda: build(change={"$P2S": "CD4 β µ"})),
    reads(
        "lower-case keywords", lambda: build().replace(b"$PAR|", b"$par|").replace(b"$P1N|", b"$p1n|"), "fcs_crc_wrong"
    ),
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
    refuses(
        "no delimiter in TEXT", lambda: build().replace(b"|", b"x")[:200].ljust(2000, b"y"), "$PAR", "found nothing"
    ),
    refuses("zero bytes", lambda: b"", "an empty file", "FCS file of version 2.0, 3.0, 3.1 or 3.2"),
    refuses("not FCS", lambda: b"PK\3\4" + b"\0" * 100, "does not begin with FCS"),
    refuses("version 1.0", lambda: build(version="FCS1.0"), "FCS1.0"),
    refuses("version 4.0", lambda: build(version="FCS4.0"), "FCS4.0"),
    reads("supplemental TEXT", lambda: with_supplement(b"|EXTRA|seen|$P2S|CD3|")),
    reads(
        "supplemental TEXT that is something else",
        lambda: with_supplement(b"<?xml version='1.0'?>"),
        "fcs_supplement_unreadable",
    ),
    reads("supplemental TEXT with another value", lambda: with_supplement(b"|$P1N|other|"), "fcs_keyword_repeated"),
    reads(
        "supplemental TEXT in place of the primary",
        lambda: build(change={"$BEGINSTEXT": "58", "$ENDSTEXT": "200"}),
        "fcs_supplement_overlaps",
    ),
    reads(
        "supplemental TEXT beyond the file",
        lambda: build(change={"$BEGINSTEXT": "99999", "$ENDSTEXT": "99999999"}),
        "fcs_supplement_unreadable",
    ),
]
