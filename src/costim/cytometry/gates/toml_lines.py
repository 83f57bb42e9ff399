"""On which line of a TOML text each key and each entry of a list stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence

Path_ = tuple[str | int, ...]


def key_lines(text: str) -> dict[Path_, int]:
    """Path -> line, 1 being the first, of a text that a TOML parser has accepted.

    Keys of inline tables and entries of lists are found as well: `("gates", 0, "bounds", 1, "from")`.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


def line_of(lines: Mapping[Path_, int], path: Sequence[str | int]) -> int | None:
    """The line of a path, or of the nearest one above it."""
    whole = tuple(path)
    return next((lines[whole[:end]] for end in range(len(whole), 0, -1) if whole[:end] in lines), None)


def key_text(path: Sequence[str | int]) -> str:
    """A path as a reader writes it: `bounds[2].from`, entries counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.lines: dict[Path_, int] = {}

    def document(self) -> None:
        header: Path_ = ()
        counts: dict[Path_, int] = {}
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                header = self._header(counts)
            else:
                self._pair(header)
            self._skip(_BLANK)

    def _header(self, counts: dict[Path_, int]) -> Path_:
        double = self.text.startswith("[[", self.at)
        line = self._line()
        self.at += 2 if double else 1
        names = self._key()
        self.at += 2 if double else 1
        path: Path_ = ()
        for depth, name in enumerate(names):
            path = (*path, name)
            if double and depth == len(names) - 1:
                self.lines.setdefault(path, line)
                counts[path] = counts.get(path, -1) + 1
            if path in counts:
                path = (*path, counts[path])
        self.lines.setdefault(path, line)
        return path

    def _pair(self, above: Path_) -> None:
        line = self._line()
        path = (*above, *self._key())
        for end in range(len(above) + 1, len(path) + 1):
            self.lines.setdefault(path[:end], line)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _key(self) -> Path_:
        names: list[str] = []
        while True:
            self._skip(_SPACE)
            if self.text[self.at] in "\"'":
                names.append(_unquoted(self._string()))
            else:
                found = _BARE.match(self.text, self.at)
                names.append(found[0] if found else "")
                self.at = found.end() if found else self.at
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return tuple(names)
            self.at += 1

    def _value(self, path: Path_) -> None:
        first = self.text[self.at]
        if first in "\"'":
            self._string()
        elif first == "[":
            self._list(path)
        elif first == "{":
            self._table(path)
        else:
            self._skip(_SCALAR)

    def _list(self, path: Path_) -> None:
        self.at += 1
        index = 0
        self._skip(_BLANK)
        while self.text[self.at] != "]":
            self.lines[(*path, index)] = self._line()
            self._value((*path, index))
            index += 1
            self._skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_BLANK)
        self.at += 1

    def _table(self, path: Path_) -> None:
        self.at += 1
        self._skip(_BLANK)
        while self.text[self.at] != "}":
            self._pair(path)
            self._skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_BLANK)
        self.at += 1

    def _string(self) -> str:
        for pattern in _STRINGS:
            if found := pattern.match(self.text, self.at):
                self.at = found.end()
                return found[0]
        raise ValueError("not a string")  # pragma: no cover - the TOML parser has accepted the text

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _line(self) -> int:
        return bisect_right(self.starts, self.at)


def _unquoted(text: str) -> str:
    import tomllib

    value = tomllib.loads(f"x = {text}")["x"]
    return str(value)
