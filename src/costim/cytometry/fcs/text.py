"""The TEXT segment: delimiter, escapes, empty values, words out of step (FCS 3.1, section 3.2).

A delimiter within a value is written twice, and values are never empty. Files that break either rule are read where
only one reading keeps the standard's own keywords in the place of keywords; otherwise they are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from costim.cytometry.fcs.findings import Ledger, shown

MAX_TEXT_BYTES = 16 * 2**20
"""Far above any real segment; keeps memory bounded when offsets are garbage."""
MAX_KEYWORDS = 50_000

_STANDARD = re.compile(
    rb"\$(P[0-9]{1,5}([BCDEFGLNOPRSTVW]|DATATYPE|CALIBRATION|ANALYTE|DET|FEATURE|TAG|TYPE)|PAR|TOT|MODE|DATATYPE|BYTEORD"
    rb"|NEXTDATA|(BEGIN|END)(DATA|ANALYSIS|STEXT|DATETIME)|TIMESTEP|SPILLOVER|COMP|UNICODE|CYT|CYTSN|SYS|INST|DATE"
    rb"|BTIM|ETIM|FIL|SRC|OP|EXP|PROJ|SMNO|CELLS|COM|ABRT|LOST|TR|VOL|WELLID|PLATEID|PLATENAME|ORIGINALITY"
    rb"|LAST_MODIFIED|LAST_MODIFIER|GATE|GATING|CSMODE|CSVBITS|CARRIERID|CARRIERTYPE|LOCATIONID|FLOWRATE"
    rb"|UNSTAINEDINFO|UNSTAINEDCENTERS)",
    re.IGNORECASE,
)


_NAME = re.compile(rb"\$P[0-9]+[NS]", re.IGNORECASE)
_ANTIGEN = re.compile(rb"\s*(CD[0-9]|Ig[ADEGM]|HLA|IL-?[0-9]|C[XC]?CR[0-9]|TCR)", re.IGNORECASE)


def is_standard(word: bytes) -> bool:
    """Is this word a keyword of the standards? Then it can hardly be a value."""
    return _STANDARD.fullmatch(word.strip()) is not None


def read_pairs(segment: bytes, ledger: Ledger, where: str = "TEXT") -> list[tuple[str, str]]:
    """Keywords and values in the order of the segment, keywords in upper case.

    Raises:
        FcsError: The words cannot be told apart, or there are too many.
    """
    if len(segment) < 2:
        _refuse(ledger, where, "nothing", "keywords and values between delimiters")
    delimiter, body = segment[:1], segment[1:]
    if not 1 <= delimiter[0] <= 126:
        _refuse(ledger, where, f"byte {delimiter[0]} as delimiter", "an ASCII character other than NUL and DEL")
    if body.count(delimiter) > 2 * MAX_KEYWORDS:
        _refuse(ledger, where, f"more than {MAX_KEYWORDS} keywords", "the keywords of one acquisition")
    parts = _parts(body, delimiter, where, ledger)
    pairs = _in_step(parts, delimiter, where, ledger)
    if pairs is None:
        pairs = _by_standard_keywords(parts, delimiter, where, ledger)
    _say_names_as_keywords(pairs, where, ledger)
    return _decoded(pairs, where, ledger)


def _say_names_as_keywords(pairs: Sequence[tuple[bytes, bytes]], where: str, ledger: Ledger) -> None:
    """Two delimiters in a name that were not written twice leave a name of an antigen as a keyword."""
    for (before, _), (keyword, _) in pairwise(pairs):
        if _NAME.fullmatch(before.strip()) and _ANTIGEN.match(keyword):
            found = f"{shown(before.decode('latin-1'), 30)}, then {shown(keyword.decode('latin-1'), 30)} as a keyword"
            action = "compare the name of this channel with the panel"
            ledger.warn("fcs_delimiter_not_escaped", where, found, "a delimiter within a name written twice", action)


def text_length(segment: bytes) -> int:
    """Bytes up to the last delimiter: what follows it (padding, the first byte of DATA) belongs to no value."""
    return segment.rfind(segment[:1]) + 1


def _refuse(ledger: Ledger, where: str, found: str, expected: str) -> None:
    action = "the file is damaged: export it again from the acquisition program"
    ledger.problem("fcs_text_unreadable", where, found, expected, action)
    raise ledger.error()


def _parts(body: bytes, delimiter: bytes, where: str, ledger: Ledger) -> list[bytes]:
    """The segment cut at every delimiter, without what stands behind the last one."""
    parts = body.split(delimiter)
    if len(parts) < 3:
        _refuse(ledger, where, f"{len(parts) - 1} delimiters", "keywords and values between delimiters")
    tail = parts.pop()
    if tail.strip(b" \0\r\n\t"):
        if len(tail) > 1 or len(parts) % 2:
            parts.append(tail)
            found = "a last value without delimiter"
            ledger.repair("fcs_text_end", where, found, "a delimiter at the end", "the value was read to the end")
    elif tail:
        ledger.note("fcs_text_end", where, "blanks behind the last delimiter", "nothing behind it", "ignored")
    return parts


def _in_step(parts: Sequence[bytes], delimiter: bytes, where: str, ledger: Ledger) -> list[tuple[bytes, bytes]] | None:
    """Keyword, value, keyword, value ...; None where standard keywords come out as values."""
    pairs: list[tuple[bytes, bytes]] = []
    empty: list[bytes] = []
    place = 0
    while place < len(parts):
        keyword, place = _keyword(parts, place, delimiter)
        if place == len(parts):
            if not keyword:
                break  # `...7//`: one delimiter too many at the end
            return None
        value, place = _value(parts, place, delimiter)
        if is_standard(value) or not keyword.strip():
            return None
        if not value.strip():
            empty.append(keyword)
        pairs.append((keyword, value))
    if empty:
        _say_empty(empty, where, ledger)
    return pairs


def _keyword(parts: Sequence[bytes], place: int, delimiter: bytes) -> tuple[bytes, int]:
    """A keyword may hold an escaped delimiter, unless a standard keyword stands on either side of it."""
    words = [parts[place]]
    place += 1
    while place + 1 < len(parts) and not parts[place] and words[0]:
        if is_standard(words[0]) or is_standard(parts[place + 1]):
            break
        words.append(parts[place + 1])
        place += 2
    return delimiter.join(words), place


def _value(parts: Sequence[bytes], place: int, delimiter: bytes) -> tuple[bytes, int]:
    """A value with its escaped delimiters; empty where a keyword follows two delimiters."""
    words = [parts[place]]
    place += 1
    if not words[0] and not (place < len(parts) and not parts[place]):
        return b"", place
    while place + 1 < len(parts) and not parts[place] and not is_standard(parts[place + 1]):
        words.append(parts[place + 1])
        place += 2
    if place + 1 < len(parts) and not parts[place] and is_standard(parts[place + 1]):
        place += 1  # `value//$P2N`: a delimiter too many
    return delimiter.join(words), place


def _say_empty(keywords: Sequence[bytes], where: str, ledger: Ledger) -> None:
    names = ", ".join(shown(keyword.decode("latin-1"), 30) for keyword in keywords[:5])
    more = f" and {len(keywords) - 5} more" if len(keywords) > 5 else ""
    ledger.repair("fcs_empty_value", where, f"no value for {names}{more}", "values that are not empty", "read as blank")


def _by_standard_keywords(
    parts: Sequence[bytes], delimiter: bytes, where: str, ledger: Ledger
) -> list[tuple[bytes, bytes]]:
    """Pairs where words are out of step: the standard's keywords say where a keyword must be.

    One word too many between two of them is a delimiter that was not written twice.
    """
    pairs: list[tuple[bytes, bytes]] = []
    group: list[bytes] = []
    for part in [*parts, None]:
        if part is not None and not is_standard(part):
            group.append(part)
            continue
        if group:
            pairs.extend(_group(group, delimiter, where, ledger))
        group = [] if part is None else [part]
    return pairs


def _group(words: list[bytes], delimiter: bytes, where: str, ledger: Ledger) -> list[tuple[bytes, bytes]]:
    """The pairs between two standard keywords, the first of which opens the group."""
    name = shown(words[0].decode("latin-1"), 30)
    if len(words) == 1 or (len(words) == 2 and not words[1]):
        _say_empty(words[:1], where, ledger)
        return [(words[0], b"")]
    if len(words) == 3 and is_standard(words[0]) and words[1]:
        ledger.repair(
            "fcs_delimiter_not_escaped",
            name,
            f"the delimiter {shown(delimiter.decode('latin-1'))} once within the value",
            "the delimiter written twice",
            "both parts were read as one value",
        )
        return [(words[0], delimiter.join(words[1:]))]
    words = _unescaped(words, delimiter)
    if len(words) % 2 or b"" in words:
        found = f"{len(words)} words from {name} to the next standard keyword"
        _refuse(ledger, where, found, "keywords and values in turn, a delimiter within a value written twice")
    return list(zip(words[::2], words[1::2], strict=True))


def _unescaped(words: Sequence[bytes], delimiter: bytes) -> list[bytes]:
    """Words with the pieces around an escaped delimiter joined."""
    joined: list[list[bytes]] = [[words[0]]]
    place = 1
    while place < len(words):
        if not words[place] and place + 1 < len(words) and place > 1:
            joined[-1].append(words[place + 1])
            place += 2
        else:
            joined.append([words[place]])
            place += 1
    return [delimiter.join(pieces) for pieces in joined]


def _decoded(pairs: Sequence[tuple[bytes, bytes]], where: str, ledger: Ledger) -> list[tuple[str, str]]:
    decoded, latin = [], 0
    for keyword, value in pairs:
        name, strange_name = _decode(keyword)
        text, strange_text = _decode(value)
        latin += strange_name or strange_text
        decoded.append((name.strip(" \0\r\n\t").upper(), text.strip(" \0\r\n\t")))
    if latin:
        ledger.note("fcs_text_not_utf8", where, f"{latin} values that are not UTF-8", "UTF-8", "read as Latin-1")
    return decoded


def _decode(word: bytes) -> tuple[str, bool]:
    try:
        return word.decode("utf-8"), False
    except UnicodeDecodeError:
        return word.decode("latin-1"), True
