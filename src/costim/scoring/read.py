"""Bytes of a file -> checked visits, or every problem of all of them."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from costim.measures.problems import InputError, Problem, problem_of
from costim.registry.suggest import did_you_mean
from costim.scoring.asked import Asked, read_asked
from costim.scoring.csv_text import read_csv
from costim.scoring.json_text import read_json, read_json_lines
from costim.scoring.visit import VisitToScore, read_visit, wrong_schema

Format = Literal["json", "jsonl", "csv"]
_FOLLOW = ("no_measure", "duplicate_visit")
"""Problems that may be the consequence of others."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""First bytes of .xlsx (and .ods, .zip), and of .xls."""
DOCUMENT_KEYS = ("schema", "visits", "measures", "note")


def read_bytes(data: bytes, form: Format | None = None, measures: str = "") -> tuple[VisitToScore, ...]:
    """Check the visits of a file.

    Args:
        data: UTF-8 (with or without byte order mark), or UTF-16 with one.
        form: `json`, `jsonl` (one visit per line) or `csv`; None: JSON when the first sign is `{` or `[`, else CSV.
        measures: measures for visits that name none, e.g. `sledai:sledai_1992; lldas`; blank leaves it to the file.

    Raises:
        InputError: every problem of every visit; nothing may then be scored.
    """
    usual, problems = read_asked(measures or ())
    try:
        text = decode(data)
        if form == "csv" or (form is None and text.lstrip()[:1] not in ("{", "[")):
            visits, wrong = read_csv(text)
        elif form == "jsonl":
            visits, wrong = read_json_lines(text)
        else:
            return read_document(read_json(text), usual or None, problems)
    except InputError as error:
        raise InputError((*problems, *error.problems)) from None
    return _check(visits, usual or None, [*problems, *wrong])


def read_document(
    raw: Any, usual: tuple[Asked, ...] | None = None, wrong: Iterable[Problem] = ()
) -> tuple[VisitToScore, ...]:
    """Check visits that are already plain values: `{"schema": 1, "visits": [...]}`, a list of visits, or one visit.

    Args:
        raw: numbers as int or Decimal, never as binary floats.
        usual: measures for visits that name none.
        wrong: what is wrong already, to be said with the rest.

    Raises:
        InputError: every problem of every visit.
    """
    problems = list(wrong)
    if not isinstance(raw, Mapping) or "visits" not in raw:
        visits = raw if isinstance(raw, list | tuple) else [raw]
    else:
        problems += [*wrong_schema(raw), *_strange_keys(raw)]
        visits = raw["visits"]
        if not isinstance(visits, list | tuple):
            found = problem_of("wrong_type", visits, "a list of visits", "write [ ... ]", item="visits")
            raise InputError([*problems, found])
        if usual is None and raw.get("measures") is not None:
            usual, wrong_measures = read_asked(raw["measures"])
            problems += wrong_measures
    if not visits:
        problems.append(_no_visits())
    return _check(((f"visit {number}", visit) for number, visit in enumerate(visits, 1)), usual or None, problems)


def _check(
    visits: Iterable[tuple[str, Any]], usual: tuple[Asked, ...] | None, problems: Iterable[Problem] = ()
) -> tuple[VisitToScore, ...]:
    found: list[VisitToScore] = []
    before = tuple(problems)
    wrong: list[Problem] = []
    first: dict[tuple[str, str], str] = {}
    for place, raw in visits:
        visit, faults = read_visit(raw, usual, place)
        wrong += faults
        if isinstance(raw, Mapping):
            names = (str(raw.get("subject") or "").strip(), str(raw.get("visit") or "").strip())
            if any(names) and names in first:
                wrong.append(_duplicate(place, names, first[names]))
            first.setdefault(names, place)
        if visit is not None:
            found.append(visit)
    if before:  # a column or a measure that is not understood may be the one that is missed
        wrong = [problem for problem in wrong if problem.code not in _FOLLOW]
    if before or wrong:
        raise InputError((*before, *wrong))
    return tuple(found)


def _duplicate(place: str, names: tuple[str, str], before: str) -> Problem:
    return Problem(
        code="duplicate_visit",
        place=place,
        subject=names[0],
        visit=names[1],
        found=f"the subject and visit of {before}",
        expected="each visit of a subject once",
        action="leave one away, or give the visits different names",
    )


def _no_visits() -> Problem:
    return Problem(code="no_visits", found="no visit", expected="at least one visit", action="add the visits")


def usual_measures(measures: str | None, item: str) -> tuple[Asked, ...] | None:
    """Measures for visits that name none, as written; `item` is where.

    Raises:
        InputError: one is not known.
    """
    if measures is None:
        return None
    asked, wrong = read_asked(measures)
    if wrong:
        raise InputError(wrong)
    return asked or None


def _strange_keys(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for key in raw:
        if key not in DOCUMENT_KEYS:
            action = did_you_mean(str(key), DOCUMENT_KEYS) or "facts and ids belong into a visit"
            expected = f"one of {', '.join(DOCUMENT_KEYS)} beside visits"
            yield problem_of("unknown_key", key, expected, action, item=str(key))


def decode(data: bytes) -> str:
    """The text of a file.

    Raises:
        InputError: it is no text, or holds nothing.
    """
    if data.startswith(_WORKBOOKS):
        raise InputError([_no_text("a workbook, or another packed file")])
    marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    for mark, codec in (*marks, (b"", "utf-8")):
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(codec)
            except UnicodeDecodeError as error:
                found = f"bytes that are no UTF-8 text, first in line {data.count(bytes([10]), 0, error.start) + 1}"
                raise InputError([_no_text(found)]) from None
            if "\0" in text:
                raise InputError([_no_text("NUL bytes: this is not a text file")])
            if not text.strip():
                raise InputError([_no_visits()])
            return text
    raise AssertionError  # a blank mark begins every text


def _no_text(found: str) -> Problem:
    action = "in the spreadsheet choose Save as, type 'CSV UTF-8 (comma delimited)'"
    return Problem(code="not_text", found=found, expected="JSON or CSV in UTF-8", action=action)
