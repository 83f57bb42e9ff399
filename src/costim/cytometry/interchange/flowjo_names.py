"""One name for one value: samples of a workspace may call different matrices by the same name."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")


class SharedNames(Generic[Value]):
    """Gives each distinct value its own name, in the order in which they are met.

    FlowJo calls the matrix of every file `Acquisition-defined`, whatever its numbers. Here the second set of numbers is
    called `Acquisition-defined 2`, so that gates of different samples are equal only where matrix and scale are.
    """

    def __init__(self) -> None:
        self._named: dict[str, Value] = {}
        self._asked: dict[str, list[str]] = {}

    def of(self, wanted: str, value: Value) -> str:
        """Name of a value: the one wanted, or that with a number where it belongs to another value."""
        for name in self._asked.get(wanted, []):
            if self._named[name] == value:
                return name
        n, name = 1, wanted
        while name in self._named:
            n += 1
            name = f"{wanted} {n}"
        self._named[name] = value
        self._asked.setdefault(wanted, []).append(name)
        return name

    def value(self, name: str) -> Value:
        """The value of a name that `of` gave."""
        return self._named[name]
