"""What is known of one visit of one patient: facts by name, each with the cells it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from costim.instruments.rows import joined
from costim.instruments.times import When
from costim.measures.facts import Drug, FactValue

MOST_POSSIBLE = 6
"""Courses in doubt whose combinations are tried: 64 lists of drugs at most."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact, and where it stands."""

    value: FactValue
    cells: tuple[str, ...]
    flags: tuple[str, ...] = ()


class Noted(Mapping[str, FactValue]):
    """Facts that note which of them a rule asked for, so that a row names the cells it rests on and no others."""

    def __init__(self, values: Mapping[str, FactValue], asked: set[str]) -> None:
        self._values, self._asked = values, asked

    def __getitem__(self, name: str) -> FactValue:
        """The fact; noted."""
        self._asked.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """Every name; a rule that walks over them rests on all."""
        self._asked.update(self._values)
        return iter(self._values)

    def __len__(self) -> int:
        """How many facts there are."""
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that says why there is no value, or from which none could be taken."""

    reason: str
    cells: tuple[str, ...]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A drug of the comedications table."""

    drug: Drug
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrugList:
    """The drugs of a visit: those certainly taken, and those of courses that may or may not have covered it."""

    certain: tuple[Taken, ...] = ()
    possible: tuple[Taken, ...] = ()
    known: bool = False
    """Are there no others?"""
    at_visit: bool = False
    """Was anything of it recorded for this visit by name?"""
    cells: tuple[str, ...] = ()
    """Of what the study says about the list as a whole."""
    flags: tuple[str, ...] = ()

    def lists(self) -> tuple[tuple[Drug, ...] | None, ...]:
        """Every list of drugs that may have been the whole list; None alone when it is not known."""
        if not self.known or len(self.possible) > MOST_POSSIBLE:
            return (None,)
        sure = tuple(entry.drug for entry in self.certain)
        chosen = (some for size in range(len(self.possible) + 1) for some in combinations(self.possible, size))
        return tuple(dict.fromkeys((*sure, *(entry.drug for entry in some)) for some in chosen))

    @property
    def source(self) -> tuple[str, ...]:
        """Cells of the list and of its drugs."""
        return joined(self.cells, *(entry.cells for entry in (*self.certain, *self.possible)))


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """One visit of one patient."""

    subject: str
    visit: str
    when: When
    recorded: Mapping[str, Recorded]
    """Facts recorded for this visit."""
    standing: Mapping[str, Recorded]
    """Facts of the patient that hold at every visit: weight and height."""
    unread: Mapping[str, Unread]
    drugs: DrugList
    row: tuple[str, ...] = ()
    """The cell by which the visit itself is known, when the visits table has a row."""

    def has_any(self, names: Iterable[str]) -> bool:
        """Was any of these facts recorded for the visit itself?"""
        wanted = set(names)
        return not wanted.isdisjoint(self.recorded) or ("drugs" in wanted and self.drugs.at_visit)
