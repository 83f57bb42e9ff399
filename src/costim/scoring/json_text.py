"""JSON as written -> plain values with exact decimals; what is no JSON is said with line and column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from costim.measures.problems import InputError, Problem, shown


class Repeating(dict[str, Any]):
    """An object that names a key more than once; `repeated` maps the key to every value it was given."""

    repeated: dict[str, list[Any]]


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # a power of ten beyond all bounds; the reader of numbers refuses it
        return Decimal("Infinity")


class _Reader:
    """A decoder that notes whether any object names a key twice, so that only then they are looked for."""

    def __init__(self) -> None:
        self.repeats = False
        self._decoder = json.JSONDecoder(
            parse_float=_exact, parse_int=_exact, parse_constant=_exact, object_pairs_hook=self._object
        )

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        plain = dict(pairs)
        if len(plain) == len(pairs):
            return plain
        self.repeats = True
        values: dict[str, list[Any]] = {}
        for key, value in pairs:
            values.setdefault(key, []).append(value)
        found = Repeating(plain)
        found.repeated = {key: given for key, given in values.items() if len(given) > 1}
        return found

    def read(self, text: str, place: str = "") -> Any:
        """The value of a text.

        Raises:
            InputError: no JSON, too deep, or a key twice.
        """
        self.repeats = False
        try:
            value = self._decoder.decode(text)
        except json.JSONDecodeError as error:
            at = place or f"line {error.lineno}"
            raise InputError([_not_json(text, error, f"{at}, column {error.colno}")]) from None
        except RecursionError:
            raise InputError([_too_deep(place)]) from None
        if self.repeats:
            raise InputError(_repeated(value, place))
        return value


def read_json(text: str) -> Any:
    """One JSON value; numbers become `Decimal`, so 0.3 is three tenths.

    Raises:
        InputError: the text is no JSON, nests too deeply, or an object names a key twice.
    """
    return _Reader().read(text)


def read_json_lines(text: str) -> tuple[list[tuple[str, Any]], list[Problem]]:
    """Place and value of each line that is JSON, and what is wrong with the others; blank lines are skipped."""
    reader = _Reader()
    found: list[tuple[str, Any]] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.append((f"line {number}", reader.read(line, f"line {number}")))
            except InputError as error:
                problems += error.problems
    return found, problems


def _not_json(text: str, error: json.JSONDecodeError, place: str) -> Problem:
    near = text[error.pos : error.pos + 20].partition("\n")[0]
    found = f"no JSON: {error.msg[0].lower()}{error.msg[1:]}" + (f", at {shown(near)}" if near else ", at the end")
    action = "mend the JSON there; a table needs --format csv, or a file name that ends in .csv"
    if error.msg == "Extra data" and near.startswith("{"):
        action = (
            "one visit per line needs --format jsonl, or a file name that ends in .jsonl; else put [ and ] around all"
        )
    return Problem(code="not_json", place=place, found=found, expected="JSON", action=action)


def _too_deep(place: str) -> Problem:
    return Problem(
        code="too_deep",
        place=place,
        found="objects or lists nested hundreds deep",
        expected="a visit, a list of visits, or an object with visits",
        action="look for a bracket that is never closed",
    )


def _repeated(value: Any, place: str) -> Iterator[Problem]:
    """Every key that an object names twice, in the order of the text."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        path, inner = waiting.pop()
        if isinstance(inner, Repeating):
            for key, given in inner.repeated.items():
                yield Problem(
                    code="given_twice",
                    place=place,
                    item=f"{path}{key}",
                    found=f"given {len(given)} times: {', '.join(map(shown, given[:3]))}",
                    expected="each name once in an object",
                    action="leave all but one away",
                )
        parts = inner.items() if isinstance(inner, dict) else enumerate(inner, 1) if isinstance(inner, list) else ()
        waiting += reversed([(f"{path}{name}.", part) for name, part in parts])
