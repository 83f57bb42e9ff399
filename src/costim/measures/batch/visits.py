"""Facts of many visits, one column per fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from costim.measures.batch.coded import Coded, coded, constant
from costim.measures.facts import Facts, FactValue, Visit

FactColumn = Coded[FactValue | None]
"""A fact at each visit; None where nothing was recorded."""
Assessment = Mapping[str, FactColumn]
_NONE: Assessment = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class VisitColumns:
    """Many visits, each with the assessments it may be compared with. A fact without a column was never recorded."""

    visits: int
    """How many."""
    now: Assessment
    previous: Assessment = field(default_factory=lambda: _NONE)
    baseline: Assessment = field(default_factory=lambda: _NONE)

    def fact(self, name: str, when: str = "now") -> FactColumn:
        """The column of a fact; nothing recorded where there is none.

        Args:
            name: of the catalogue.
            when: `now`, `previous` or `baseline`.
        """
        return getattr(self, when).get(name) or constant(None, self.visits)

    def at(self, visit: int) -> Visit:
        """One visit, as single rules read it (0 is the first)."""
        return Visit(*(facts_of_row(side, visit) for side in (self.now, self.previous, self.baseline)))


def facts_of_row(side: Assessment, visit: int) -> Facts:
    """The recorded facts of one assessment."""
    return facts_from(side, (column.at(visit) for column in side.values()))


def facts_from(names: Iterable[str], values: Iterable[FactValue | None]) -> Facts:
    """Facts by name; what is None was not recorded."""
    return Facts(
        MappingProxyType({name: value for name, value in zip(names, values, strict=True) if value is not None})
    )


def columns_of(visits: Sequence[Visit]) -> VisitColumns:
    """Columns of visits that are there one by one."""
    return VisitColumns(
        visits=len(visits),
        now=_columns([visit.now for visit in visits]),
        previous=_columns([visit.previous for visit in visits]),
        baseline=_columns([visit.baseline for visit in visits]),
    )


def _columns(rows: Sequence[Facts]) -> Assessment:
    names = dict.fromkeys(name for row in rows for name in row.values)
    return MappingProxyType({name: coded(row.values.get(name) for row in rows) for name in names})
