"""Bytes of a CSV file -> RawTable, whatever spreadsheet wrote it.

Understood: UTF-8 with or without byte order mark, UTF-16 and UTF-32 with one, Windows-1252; cells separated by comma,
semicolon or tab; lines ended by LF, CRLF or CR; a first line `sep=;`. Each departure from plain UTF-8 with commas is
a finding. Row numbers are lines of the file, also after a cell that holds line breaks.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator

from costim.registry.findings import Finding
from costim.study.places import Place
from costim.study.raw import RawRow, RawTable

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_AS_READ = "nothing; it was read as such"
_SAVE = "in the spreadsheet choose Save as, type 'CSV UTF-8 (comma delimited)'"


def decode(data: bytes, place: Place) -> tuple[str | None, list[Finding]]:
    """Bytes to text; the text is None when the bytes are no text at all."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], codec, name, place)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return None, [_not_text(place, "a spreadsheet file that was renamed to .csv")]
    if b"\0" in data:
        return None, [_not_text(place, "NUL bytes: this is not a text file")]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as first:
        return _decode_latin(data, first.start, place)


def _decode_marked(data: bytes, codec: str, name: str, place: Place) -> tuple[str | None, list[Finding]]:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None, [_not_text(place, f"the mark of {name}, but the bytes after it are not {name}")]
    return text, [place.finding("repair", "encoding_repaired", found=name, expected="UTF-8", action=_AS_READ)]


def _decode_latin(data: bytes, start: int, place: Place) -> tuple[str | None, list[Finding]]:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None, [_not_text(place, "bytes that are neither UTF-8 nor Windows-1252 (Latin-1) text")]
    sample = next((w for w in text.split() if not w.isascii()), "")
    return text, [
        place.at(data.count(b"\n", 0, start) + 1).finding(
            "repair",
            "encoding_repaired",
            found=f"Latin-1 (Windows-1252) text, first {sample}",
            expected="UTF-8",
            action="it was read as Windows-1252; look whether accents came out right, or save as UTF-8",
        )
    ]


def _not_text(place: Place, found: str) -> Finding:
    return place.finding("error", "not_a_text_file", found=found, expected="a CSV text file", action=_SAVE)


def _choose_delimiter(text: str, known: Collection[str]) -> str:
    """The delimiter under which the header line shows most of the known column names, then most cells."""

    def score(delimiter: str) -> tuple[int, int]:
        try:
            header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        except csv.Error:
            header = []
        return sum(cell.strip().casefold() in known for cell in header), len(header)

    return max(DELIMITERS, key=score)


def _line_end(text: str) -> str:
    crlf = text.count("\r\n")
    if crlf:
        return "CRLF"
    return "CR" if text.count("\r") > text.count("\n") else ""


def _records(text: str, delimiter: str, offset: int) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Each record with the line it begins on; a malformed one comes as the error."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        start = reader.line_num + 1 + offset
        try:
            yield start, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield start, error


def _clean(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


def _malformed(place: Place, line: int, error: csv.Error) -> Finding:
    if "end of data" in str(error):
        found = "a quotation mark that is opened on this line and never closed"
    elif "field larger" in str(error):
        found = "a cell of more than 100,000 characters"
    else:
        found = "a quotation mark inside a cell that is not doubled"
    return place.at(line).finding(
        "error",
        "malformed_row",
        found=found,
        expected='cells with commas, quotes or line breaks inside quotation marks, inner marks doubled: "a ""b"" c"',
        action="correct the line in a text editor, or save the table from the spreadsheet again",
    )


def read_csv_table(
    name: str, data: bytes, place: Place, known: Collection[str]
) -> tuple[RawTable | None, list[Finding]]:
    """Bytes of one CSV file to its raw table.

    Args:
        name: table of the schema.
        data: the whole file; its size was checked before.
        place: the file.
        known: column names of the table, which tell the delimiter.

    Returns:
        The table, or None when it has no header line; and what was noticed.
    """
    text, findings = decode(data, place)
    if text is None:
        return None, findings
    offset = 0
    delimiter = ""
    first, _, rest = text.partition("\n")
    if first.strip().casefold() in {f"sep={d}" for d in DELIMITERS} or first.rstrip("\r\n") == "sep=\t":
        delimiter, text, offset = first.rstrip("\r\n").strip(" ")[4], rest, 1
    delimiter = delimiter or _choose_delimiter(text, known)
    if delimiter != ",":
        found = f"cells separated by {DELIMITERS[delimiter]}"
        findings.append(place.finding("repair", "delimiter_repaired", found=found, expected="commas", action=_AS_READ))
    if end := _line_end(text):
        findings.append(
            place.finding("repair", "line_ends_repaired", found=f"lines ended by {end}", expected="LF", action=_AS_READ)
        )
    rows = []
    for line, record in _records(text, delimiter, offset):
        if isinstance(record, csv.Error):
            findings.append(_malformed(place, line, record))
        elif any(cell.strip() for cell in record):
            rows.append(RawRow(line, tuple(_clean(cell) for cell in record)))
    if not rows:
        empty = place.finding(
            "error",
            "empty_file",
            found="no header line",
            expected=f"a first line with the column names of {name}",
            action="fill in the table, or delete the file if the study has no such data",
        )
        return None, [*findings, empty]
    return RawTable(name, place, rows[0], tuple(rows[1:]), decimal_comma_expected=delimiter != ","), findings
