"""Bytes of a file -> checked visits, or every problem of all of them."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from costim.measures.problems import InputError, Problem, problem_of
from costim.registry.suggest import did_you_mean
from costim.scoring.asked import Asked, read_asked
from costim.scoring.csv_text import read_csv
from costim.scoring.json_text import read_json, read_json_lines
from costim.scoring.visit import VisitToScore, read_visit

Format = Literal["json", "jsonl", "csv"]
SCHEMA = 1
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
    text = decode(data)
    usual = usual_measures(measures or None, "--measure")
    if form == "csv" or (form is None and text.lstrip()[:1] not in ("{", "[")):
        return _check(read_csv(text), usual)
    return read_document(read_json_lines(text) if form == "jsonl" else read_json(text), usual)


def read_document(raw: Any, usual: tuple[Asked, ...] | None = None) -> tuple[VisitToScore, ...]:
    """Check visits that are already plain values: `{"schema": 1, "visits": [...]}`, a list of visits, or one visit.

    Args:
        raw: numbers as int or Decimal, never as binary floats.
        usual: measures for visits that name none.

    Raises:
        InputError: every problem of every visit.
    """
    if not isinstance(raw, Mapping) or "visits" not in raw:
        visits, problems = (raw if isinstance(raw, list | tuple) else [raw]), list(_wrong_schema(raw))
    else:
        problems = [*_wrong_schema(raw), *_strange_keys(raw)]
        visits = raw["visits"]
        if not isinstance(visits, list | tuple):
            found = problem_of("wrong_type", visits, "a list of visits", "write [ ... ]", item="visits")
            raise InputError([*problems, found])
        if usual is None and raw.get("measures") is not None:
            usual, wrong = read_asked(raw["measures"])
            problems += wrong
    if not visits:
        problems.append(_no_visits())
    return _check(((f"visit {number}", visit) for number, visit in enumerate(visits, 1)), usual or None, problems)


def _check(
    visits: Iterator[tuple[str, Any]], usual: tuple[Asked, ...] | None, problems: list[Problem] | None = None
) -> tuple[VisitToScore, ...]:
    found: list[VisitToScore] = []
    wrong = list(problems or ())
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
    if wrong:
        raise InputError(wrong)
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


def _wrong_schema(raw: Any) -> Iterator[Problem]:
    schema = raw.get("schema") if isinstance(raw, Mapping) else None
    if schema is not None and (isinstance(schema, bool) or schema != SCHEMA):
        yield problem_of("unknown_value", schema, f"{SCHEMA}", f"write {SCHEMA}, or leave it away", item="schema")


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
