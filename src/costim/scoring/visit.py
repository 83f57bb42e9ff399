"""One visit as written -> the visit the rules read, and the measures it is scored by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from costim.measures.facts import Facts, FactValue, Visit
from costim.measures.parse import parse_assessment
from costim.measures.problems import Problem, problem_of
from costim.registry.measure_catalogue import facts, facts_of, measures
from costim.scoring.asked import Asked, read_asked, resolve
from costim.scoring.listed import LISTS, absent_items, check_others, read_lists

SCHEMA = 1
ASSESSMENTS = ("now", "previous", "baseline")
VISIT_KEYS = ("schema", "subject", "visit", "note", "measures", *ASSESSMENTS)
"""Keys of a visit that are no facts; `note` is free text that nothing reads."""
ASSESSMENT_KEYS = (*LISTS, "others")


@dataclass(frozen=True, slots=True)
class VisitToScore:
    """A checked visit; `place` says where it stands in the file."""

    subject: str
    visit: str
    facts: Visit
    asked: tuple[Asked, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    values: dict[str, FactValue]
    named: frozenset[str]
    """Facts that were mentioned, also as null."""
    others: Any


def read_visit(
    raw: Any, usual: tuple[Asked, ...] | None = None, place: str = ""
) -> tuple[VisitToScore | None, tuple[Problem, ...]]:
    """Check one visit.

    Args:
        raw: the visit as JSON gives it: `subject`, `visit`, `measures`, `now`, `previous`, `baseline`, and facts.
        usual: measures where the visit names none; None: those of which it records a fact of their own.
        place: where it stands in the file, for messages.

    Returns:
        The visit, or None and every problem of it.
    """
    if not isinstance(raw, Mapping):
        return None, (problem_of("wrong_type", raw, "a visit: an object with facts", "write { ... }", place=place),)
    subject, visit = (_id(raw.get(key)) for key in ("subject", "visit"))
    problems = [
        problem_of("wrong_type", raw[key], "a text of at most 200 signs", "write it in quotes", item=key)
        for key, text in (("subject", subject), ("visit", visit))
        if text is None
    ]
    problems += wrong_schema(raw)
    read = {}
    for name in ASSESSMENTS:
        read[name], wrong = _assessment(raw, name)
        problems += wrong
    asked, wrong_asked = _asked(raw.get("measures"), usual, read["now"])
    problems += wrong_asked
    if not asked and not problems:
        problems.append(_nothing_asked(read["now"]))
    if problems:
        return None, tuple(_placed(p, place, subject, visit, asked) for p in problems)
    codes = [code for code, _ in asked]
    filled = {
        name: Facts(MappingProxyType(found.values | absent_items(found.others, codes, found.named)))
        for name, found in read.items()
    }
    return VisitToScore(subject or "", visit or "", Visit(**filled), asked, place), ()


def wrong_schema(raw: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the number of the schema that a document or a visit names."""
    schema = raw.get("schema")
    if schema is None or (schema == SCHEMA and not isinstance(schema, bool)):
        return []
    return [problem_of("unknown_value", schema, f"{SCHEMA}", f"write {SCHEMA}, or leave it away", item="schema")]


def _assessment(raw: Mapping[str, Any], name: str) -> tuple[_Read, list[Problem]]:
    """Facts of one assessment; those at the top of the visit belong to `now`."""
    inner = raw.get(name)
    prefix = "" if name == "now" else f"{name}."
    problems: list[Problem] = []
    if inner is not None and not isinstance(inner, Mapping):
        problems.append(problem_of("wrong_type", inner, "an object with facts", "write { ... }", item=name))
        inner = None
    given: dict[str, Any] = dict(inner or {})
    if name == "now":
        top = {key: value for key, value in raw.items() if key not in VISIT_KEYS}
        problems += [_twice(key) for key in top if key in given]
        given = top | given
    lists = {state: given.pop(state, None) for state in LISTS}
    others = given.pop("others", None)
    problems += check_others(others, prefix)
    values, wrong = parse_assessment(given, prefix)
    listed, wrong_lists = read_lists(lists, values, prefix)
    read = _Read(values | listed, frozenset((*given, *listed)), others)
    return read, [*problems, *wrong, *wrong_lists]


def _asked(raw: Any, usual: tuple[Asked, ...] | None, read: _Read) -> tuple[tuple[Asked, ...], list[Problem]]:
    if raw is not None:
        asked, wrong = read_asked(raw)
        if asked or wrong:
            return asked, list(wrong)
    return usual or _own(read), []


def _own(read: _Read) -> tuple[Asked, ...]:
    """Measures of which a fact of their own was recorded, each in its default variant."""
    named = set(read.others) if isinstance(read.others, Mapping) else set()
    codes = {facts()[name].measure for name in read.values} | named
    return tuple((code, resolve(code)[0]) for code in measures() if code in codes)


def _twice(key: str) -> Problem:
    return Problem(
        code="given_twice",
        item=key,
        found="given at the top of the visit and in now",
        expected="each fact once",
        action="leave one away",
    )


def _nothing_asked(read: _Read) -> Problem:
    return Problem(
        code="no_measure",
        item="measures",
        found=f"{', '.join(list(read.values)[:5]) or 'no fact'}, and no measure",
        expected="measures, or facts that belong to one measure",
        action='name measures, e.g. "measures": ["sledai"]; in a table: a column measures',
    )


def _id(raw: Any) -> str | None:
    """A free id as text; None when it is none."""
    if raw is None:
        return ""
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        return None
    if isinstance(raw, Decimal) and not raw.is_finite():
        return None
    text = str(raw).strip()
    half = any("\ud800" <= sign <= "\udfff" for sign in text)  # of a surrogate pair: no file can hold it
    return None if half or len(text) > 200 else text


def _placed(problem: Problem, place: str, subject: str | None, visit: str | None, asked: tuple[Asked, ...]) -> Problem:
    """The problem with its visit; a fact that several measures share names those asked for."""
    name = problem.item.removeprefix("previous.").removeprefix("baseline.").partition(".")[0]
    readers = [code for code, _ in asked if name in facts() and name in facts_of(code)]
    if name in facts() and not readers:
        readers = [code for code in measures() if name in facts_of(code)][:3]
    measure = problem.measure or ", ".join(dict.fromkeys(readers))
    return replace(problem, place=place, subject=subject or "", visit=visit or "", measure=measure)
