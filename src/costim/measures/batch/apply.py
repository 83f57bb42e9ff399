"""A rule of one visit applied to many: once per distinct combination of the facts it reads."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from costim.measures.batch.coded import Coded, combined
from costim.measures.batch.visits import VisitColumns
from costim.measures.facts import Facts, FactValue, Visit

T = TypeVar("T")
Read = tuple[str, str]
"""Assessment (`now`, `previous`, `baseline`) and fact."""
SIDES = ("now", "previous", "baseline")


class Declared(Mapping[str, FactValue]):
    """Facts of which a rule may read those it declared; reading another one would silently share results."""

    __slots__ = ("_names", "_values")

    def __init__(self, names: frozenset[str], values: Mapping[str, FactValue]) -> None:
        self._names = names
        self._values = values

    def __getitem__(self, name: str) -> FactValue:
        """The fact.

        Raises:
            LookupError: the rule did not declare it (an error of the program).
            KeyError: it was not recorded.
        """
        if name not in self._names:
            raise LookupError(f"a batch rule reads {name!r} without declaring it")
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """Names of what was recorded."""
        return iter(self._values)

    def __len__(self) -> int:
        """How many were recorded."""
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Batch:
    """Visits in columns, and what several measures ask of them, worked out once."""

    columns: VisitColumns
    _known: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made the first time it is asked for under this key."""
        if key not in self._known:
            self._known[key] = make()
        found: T = self._known[key]
        return found

    def visits(self, reads: Sequence[Read]) -> Coded[Visit]:
        """Every visit with no other facts than these; visits that agree in them are one value."""
        return self.once(("visits", tuple(reads)), lambda: _visits(self.columns, reads))

    def apply(self, rule: Callable[[Visit], T], reads: Sequence[Read]) -> Coded[T]:
        """What a rule says of each visit; it may read no other fact than those declared (at least one)."""
        return self.visits(reads).map(rule)


def _visits(columns: VisitColumns, reads: Sequence[Read]) -> Coded[Visit]:
    places = [[(place, name) for place, (of, name) in enumerate(reads) if of == side] for side in SIDES]
    names = [frozenset(name for _, name in own) for own in places]

    def visit(*values: FactValue | None) -> Visit:
        recorded = ({name: value for place, name in own if (value := values[place]) is not None} for own in places)
        return Visit(*(Facts(Declared(*pair)) for pair in zip(names, recorded, strict=True)))

    return combined(visit, *(columns.fact(name, side) for side, name in reads))
