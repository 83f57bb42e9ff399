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


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    found = Repeating(plain)
    values: dict[str, list[Any]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    found.repeated = {key: given for key, given in values.items() if len(given) > 1}
    return found


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # a power of ten beyond all bounds; the reader of numbers refuses it
        return Decimal("Infinity")


_DECODER = json.JSONDecoder(parse_float=_exact, parse_int=_exact, parse_constant=_exact, object_pairs_hook=_object)


def read_json(text: str) -> Any:
    """One JSON value; numbers become `Decimal`, so 0.3 is three tenths.

    Raises:
        InputError: the text is no JSON, nests too deeply, or an object names a key twice.
    """
    return _checked(_decoded(text, "").value)


def read_json_lines(text: str) -> list[Any]:
    """One JSON value per line; blank lines are skipped.

    Raises:
        InputError: as `read_json`, for all lines together.
    """
    found: list[Any] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.append(_checked(_decoded(line, f"line {number}").value, f"line {number}"))
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(problems)
    return found


class _Decoded:
    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _decoded(text: str, place: str) -> _Decoded:
    try:
        return _Decoded(_DECODER.decode(text.strip("\ufeff \t\r\n") and text.lstrip("\ufeff")))
    except json.JSONDecodeError as error:
        at = place or f"line {error.lineno}"
        raise InputError([_not_json(text, error, f"{at}, column {error.colno}")]) from None
    except RecursionError:
        raise InputError(
            [
                Problem(
                    code="too_deep",
                    place=place,
                    found="objects or lists nested hundreds deep",
                    expected="a visit, a list of visits, or an object with visits",
                    action="look for a bracket that is never closed",
                )
            ]
        ) from None


def _not_json(text: str, error: json.JSONDecodeError, place: str) -> Problem:
    near = text[error.pos : error.pos + 20].partition("\n")[0]
    found = f"no JSON: {error.msg[0].lower()}{error.msg[1:]}" + (f", at {shown(near)}" if near else ", at the end")
    action = "mend the JSON there; a table needs --format csv, or a file name that ends in .csv"
    return Problem(code="not_json", place=place, found=found, expected="JSON", action=action)


def _checked(value: Any, place: str = "") -> Any:
    problems = list(_repeated(value, "", place))
    if problems:
        raise InputError(problems)
    return value


def _repeated(value: Any, path: str, place: str) -> Iterator[Problem]:
    if isinstance(value, dict):
        if isinstance(value, Repeating):
            for key, given in value.repeated.items():
                yield Problem(
                    code="given_twice",
                    place=place,
                    item=f"{path}{key}",
                    found=f"given {len(given)} times: {', '.join(map(shown, given[:3]))}",
                    expected="each name once in an object",
                    action="leave all but one away",
                )
        for key, inner in value.items():
            yield from _repeated(inner, f"{path}{key}.", place)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _repeated(inner, f"{path}{number}.", place)
