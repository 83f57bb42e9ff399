"""A study measured under every reading: as recorded, alternatives, compared choices, draws of moved gates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter

from costim.instruments.cytometry.measure import CYTOMETRY
from costim.instruments.cytometry.measure import measure as measure_cells
from costim.instruments.registry import INSTRUMENTS
from costim.registry.measurements import AS_RECORDED, Measurement
from costim.registry.moved_gates import asked_parameters, moved_readings
from costim.registry.provenance import CellAddress
from costim.study.alternatives import apply_reading, readings
from costim.study.comparisons import apply_comparison, comparisons
from costim.study.study import Study


def measure_all(study: Study) -> tuple[list[Measurement], dict[str, CellAddress]]:
    """Rows of every reading, and the address of every cell they name.

    The preferred reading is whole; of the others there are those rows that differ from it. Readings with moved gates
    are gated again and nothing else, and hold only what the plan asks of cells.
    """
    preferred = _measure(study)
    told = _Told(study, preferred)
    rows = list(preferred)
    others = [apply_reading(study, name) for name in readings(study)]
    others += [apply_comparison(study, alternative) for alternative in comparisons(study.plan)]
    for other in others:
        rows += told.changed(other, preferred, _measure(other))
    asked = asked_parameters(study.plan)
    of_cells = [row for row in preferred if row.source == CYTOMETRY and row.parameter in asked]
    for name in moved_readings(study.plan) if study.gates else ():
        moved = replace(study, reading=name)
        rows += told.changed(moved, of_cells, measure_cells(moved))
    return rows, told.addresses


def _measure(study: Study) -> list[Measurement]:
    return [row for measure in INSTRUMENTS.values() for row in measure(study)]


@dataclass
class _Told:
    """What the preferred reading says, and every cell named so far."""

    study: Study
    preferred: Sequence[Measurement]
    content: dict[str, tuple[object, ...]] = field(init=False)
    addresses: dict[str, CellAddress] = field(init=False)

    def __post_init__(self) -> None:
        self.content = {row.key: _apart_from_cells(row) for row in self.preferred}
        self.addresses = {cell: self.study.address(cell) for row in self.preferred for cell in row.cells}

    def changed(
        self, other: Study, before: Sequence[Measurement], read: Sequence[Measurement]
    ) -> Iterator[Measurement]:
        """Rows of another reading that differ from those before; rows that are gone say so."""
        name = other.reading
        kept = {_as_recorded(row) for row in read}
        changed = [row for row in read if self.content.get(_as_recorded(row)) != _apart_from_cells(row)]
        renamed = {_place(row) for row in changed if _as_recorded(row) not in self.content}
        changed += [_gone(row, renamed=_place(row) in renamed) for row in before if row.key not in kept]
        for row in changed:
            marked = tuple(f"{cell}@{name}" if self._moved(other, cell) else cell for cell in row.cells)
            self.addresses |= {mark: other.address(cell) for mark, cell in zip(marked, row.cells, strict=True)}
            yield replace(row, reading=name, cells=marked)

    def _moved(self, other: Study, cell: str) -> bool:
        """Does the other reading take this cell from another place?"""
        return self.study.addresses.get(cell) != other.addresses.get(cell)


def _as_recorded(row: Measurement) -> str:
    return (row if row.reading == AS_RECORDED else replace(row, reading=AS_RECORDED)).key


_apart_from_cells: Callable[[Measurement], tuple[object, ...]] = attrgetter(
    *(f.name for f in fields(Measurement) if f.name not in {"reading", "cells"})
)


def _place(row: Measurement) -> tuple[str, ...]:
    """What a row speaks of, whatever the variant."""
    return row.parameter, row.subject, row.visit, row.timepoint, row.item


def _gone(row: Measurement, *, renamed: bool) -> Measurement:
    """A row that the other reading does not give: there its value is missing, not the preferred one.

    Under another choice the same reading may stand there by the name of another variant; then the row only says so.
    """
    empty = replace(row, value=None, lower=None, upper=None, relation="", text=None)
    empty = replace(
        empty, interval_lower=None, interval_upper=None, interval_level=None, interval_method="", events=None
    )
    return replace(empty, missing="not_recorded", flags=("under_other_variant",) if renamed else ())
