"""One table of gates.toml, read key by key; whatever is wrong is noted with its line, and reading goes on."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from costim.cytometry.gates.errors import GateProblem
from costim.cytometry.gates.toml_lines import Path_, key_text, line_of
from costim.registry.suggest import did_you_mean, listed


@dataclass(slots=True)
class Notes:
    """Everything that is wrong with one file."""

    file: str
    lines: Mapping[Path_, int]
    problems: list[GateProblem] = field(default_factory=list)

    def add(
        self, path: Sequence[str | int], where: str, found: str, expected: str, action: str = "", *, key: str = ""
    ) -> None:
        """Note one thing at a path of the file."""
        line = line_of(self.lines, path)
        self.problems.append(GateProblem(where, found, expected, action, key, self.file, line))


class Entry:
    """A table of the file. Each getter notes what is wrong and returns something harmless."""

    def __init__(self, raw: Any, path: Path_, where: str, notes: Notes, above: Entry | None = None) -> None:
        self.path, self.where, self.notes, self.above = path, where, notes, above
        self.broken = False
        """Was anything wrong with this table, or with one inside it?"""
        self.known: dict[str, None] = {}
        self.raw: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
        if not isinstance(raw, Mapping):
            self.problem((), _said(raw), "keys and values, as in the template")

    def problem(self, key: str | Path_, found: str, expected: str, action: str = "") -> None:
        """Note something at a key of this table."""
        inner: Path_ = (key,) if isinstance(key, str) else key
        self.notes.add((*self.path, *inner), self.where, found, expected, action, key=key_text(inner))
        entry: Entry | None = self
        while entry is not None:
            entry.broken, entry = True, entry.above

    def get(self, key: str, expected: str = "") -> Any:
        """What stands at a key; with `expected`, its absence is noted."""
        self.known[key] = None
        if key not in self.raw and expected:
            self.problem(key, "no such key", expected, f"add {key}")
        return self.raw.get(key)

    def text(self, key: str, expected: str = "") -> str:
        """Text, blank when absent."""
        value = self.get(key, expected)
        if value is None or (isinstance(value, str) and (value.strip() or not expected)):
            return (value or "").strip()
        self.problem(key, _said(value), expected or "text in quotation marks")
        return ""

    def one_of(self, key: str, choices: Iterable[str]) -> str:
        """One of several words, required."""
        words = list(choices)
        value = self.text(key, f"one of {listed(words)}")
        if value and value not in words:
            self.problem(key, repr(value), did_you_mean(value, words) or f"one of {listed(words)}")
            return ""
        return value

    def flag(self, key: str) -> bool:
        """True or false; false when absent."""
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            self.problem(key, _said(value), "true or false")
            return False
        return bool(value)

    def number(self, key: str, expected: str = "") -> float | None:
        """A finite number, None when absent."""
        value = self.get(key, expected)
        return None if value is None else self.as_number((key,), value)

    def as_number(self, inner: Path_, value: Any) -> float | None:
        """A value as a finite number; None and a note when it is none."""
        if is_number(value) and abs(value) <= sys.float_info.max:
            return float(value)
        self.problem(inner, _said(value), "a finite number")
        return None

    def items(self, key: str, expected: str = "") -> list[Any]:
        """A list, empty when absent."""
        value = self.get(key, expected)
        if value is None:
            return []
        if not isinstance(value, list):
            self.problem(key, _said(value), expected or "a list in square brackets")
            return []
        return value

    def names(self, key: str, expected: str = "") -> tuple[str, ...]:
        """A list of names."""
        found = []
        for index, value in enumerate(self.items(key, expected)):
            if isinstance(value, str) and value.strip():
                found.append(value.strip())
            else:
                self.problem((key, index), _said(value), "a name in quotation marks")
        return tuple(found)

    def numbers(self, key: str, expected: str = "", *, count: int | None = None) -> tuple[float, ...]:
        """A list of finite numbers, of a given length where `count` is said."""
        return self.as_numbers((key,), self.items(key, expected), count=count)

    def as_numbers(self, inner: Path_, value: Any, *, count: int | None = None) -> tuple[float, ...]:
        """A value as a list of finite numbers."""
        if not isinstance(value, list) or (value and count is not None and len(value) != count):
            how_many = f"{count} numbers" if count else "numbers"
            found = f"a list of {len(value)}" if isinstance(value, list) else _said(value)
            self.problem(inner, found, f"{how_many} in square brackets")
            return ()
        read = [self.as_number((*inner, index), part) for index, part in enumerate(value)]
        return tuple(part for part in read if part is not None) if None not in read else ()

    def rows(self, key: str, expected: str = "", *, count: int | None = None) -> tuple[tuple[float, ...], ...]:
        """A list of lists of finite numbers."""
        read = [self.as_numbers((key, index), row, count=count) for index, row in enumerate(self.items(key, expected))]
        return tuple(row for row in read if row)

    def entries(self, key: str, expected: str = "") -> list[Entry]:
        """A list of tables."""
        return [
            Entry(raw, (*self.path, key, index), self.where, self.notes, self)
            for index, raw in enumerate(self.items(key, expected))
        ]

    def named(self, key: str, kind: str) -> list[tuple[str, Entry]]:
        """Name and table of each entry of a table of tables."""
        value = self.get(key)
        if value is None:
            return []
        if not isinstance(value, Mapping):
            self.problem(key, _said(value), f"[{key}.NAME] headings")
            return []
        return [
            (name, Entry(raw, (*self.path, key, name), f"{kind} {name}", self.notes)) for name, raw in value.items()
        ]

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.raw:
            if key not in self.known:
                expected = did_you_mean(key, self.known) or f"one of {listed(self.known)}"
                self.problem(key, f"the unknown key {key!r}", expected, "correct the key, or delete it")


def is_number(value: Any) -> bool:
    """A number of TOML; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(value: Any) -> str:
    """What stands there, in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return repr(value) if value.strip() else "a blank text"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Mapping):
        return "a table"
    return str(value)
