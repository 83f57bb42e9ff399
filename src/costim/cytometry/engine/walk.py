"""One block of events goes through the gates: each column only for the events that got so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from costim.cytometry.engine.axis_cells import Cells, EvenCells
from costim.cytometry.engine.codes import IN, UNSURE
from costim.cytometry.engine.columns import Column, Quotient
from costim.cytometry.engine.grid import Grid
from costim.cytometry.engine.kernel import Codes, Kernel, Places, Sums, Values
from costim.cytometry.engine.plan import ROOT, Plan, columns_of
from costim.cytometry.engine.ready import BooleanTest, BoxTest, Cutter, EllipsoidTest, PolygonTest, QuadrantTest, Side
from costim.cytometry.engine.source import Loaded
from costim.cytometry.events import LinearSum


@dataclass(slots=True)
class Members:
    """Events of one population within a block."""

    parent: str
    rows: Places | None
    """Places in the block; None for all of them."""
    local: Places | None
    """Places among the events of the parent."""
    n: int
    columns: dict[Column, Values] = field(default_factory=dict)
    tables: dict[tuple[Column, ...], Values] = field(default_factory=dict)


class Walk:
    """The populations of one block.

    Args:
        plan: What to do.
        loaded: The events.
        kernel: The loops.
    """

    def __init__(self, plan: Plan, loaded: Loaded, kernel: Kernel) -> None:
        self.plan, self.loaded, self.kernel = plan, loaded, kernel
        self.members = {ROOT: Members(ROOT, None, None, loaded.n)}
        self._masks: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]] = {}

    def run(self) -> None:
        """Find the events of every population."""
        for step in self.plan.steps:
            parent = self.members[step.parent]
            if parent.n == 0:
                chosen: Sequence[Places] = [np.empty(0, dtype=np.intp)] * len(step.names)
            elif isinstance(step.test, QuadrantTest):
                chosen = self._quadrants(step.parent, step.test)
            elif isinstance(step.test, BooleanTest):
                chosen = [self._joined(step.parent, step.test)]
            else:
                chosen = [self._simple(step.parent, step.test)]
            for name, local in zip(step.names, chosen, strict=True):
                rows = local if parent.rows is None else parent.rows[local]
                self.members[name] = Members(step.parent, rows, local, len(local))

    def table(self, population: str, columns: tuple[Column, ...]) -> Values:
        """Columns of the events of a population, shape (columns, events)."""
        members = self.members[population]
        if columns not in members.tables:
            table = np.empty((len(columns), members.n))
            self._fill(population, columns, table)
            members.tables[columns] = table
            for column, values in zip(columns, table, strict=True):
                members.columns.setdefault(column, values)
        return members.tables[columns]

    def _columns(self, population: str, columns: Sequence[Column]) -> list[Values]:
        """Columns that gates below a population look at; all of them are computed at once."""
        members = self.members[population]
        if any(column not in members.columns for column in columns):
            self.table(population, self.plan.gate_columns[population])
        return [members.columns[column] for column in columns]

    def _fill(self, population: str, columns: Sequence[Column], out: Values) -> None:
        members = self.members[population]
        sums: list[int] = []
        for k, column in enumerate(columns):
            if self._from_ancestor(population, column, out[k]):
                continue
            if isinstance(column, Quotient):
                out[k] = self._quotient(population, column)
            elif column.is_channel:
                matrix, place = self.loaded.places[column.indices[0]]
                self.kernel.take(self.loaded.matrices[matrix], place, members.rows, out[k])
            else:
                sums.append(k)
        if sums:
            wanted = [column for column in (columns[k] for k in sums) if isinstance(column, LinearSum)]
            if len(sums) == len(columns):
                self._combine(population, wanted, out)
            else:
                part = np.empty((len(sums), members.n))
                self._combine(population, wanted, part)
                out[sums] = part

    def _from_ancestor(self, population: str, column: Column, out: Values) -> bool:
        members = self.members[population]
        places = members.local
        while places is not None:
            members = self.members[members.parent]
            if column in members.columns:
                self.kernel.pick(members.columns[column], places, out)
                return True
            places = members.local[places] if members.local is not None else None
        return False

    def _combine(self, population: str, columns: Sequence[LinearSum], out: Values) -> None:
        used = list(dict.fromkeys(index for column in columns for index in column.indices))
        # Detectors of one matrix stand in one matrix of the block (`Source`).
        number = self.loaded.places[used[0]][0]
        sums = Sums(
            columns=np.array([self.loaded.places[index][1] for index in used], dtype=np.intp),
            ends=np.cumsum([0, *(len(column.indices) for column in columns)], dtype=np.intp),
            terms=np.array([used.index(index) for column in columns for index in column.indices], dtype=np.intp),
            weights=np.array([weight for column in columns for weight in column.weights]),
        )
        self.kernel.combine(self.loaded.matrices[number], self.members[population].rows, sums, out)

    def _quotient(self, population: str, column: Quotient) -> Values:
        parts = np.empty((2, self.members[population].n))
        self._fill(population, (column.x, column.y), parts)
        top, bottom = parts[0] - column.b, parts[1] - column.c
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where(bottom == 0, np.nan, column.a * (top / bottom))

    def _simple(self, parent: str, test: BoxTest | PolygonTest | EllipsoidTest) -> Places:
        linear = self._columns(parent, columns_of(test))
        if isinstance(test, BoxTest):
            codes = self._box(linear, test.sides)
        elif test.grid is not None:
            codes = self._looked_up(linear, test.grid)
        else:
            # Within the box around an ellipsoid nothing is sure.
            codes = self._box(linear, test.box) & np.uint8(UNSURE)
        unsure = np.flatnonzero(codes == UNSURE)
        if len(unsure):
            codes[unsure] = np.where(test.exact([x[unsure] for x in linear]), np.uint8(IN), np.uint8(0))
        return self.kernel.chosen(codes)

    def _box(self, linear: Sequence[Values], sides: Sequence[Side]) -> Codes:
        codes = np.full(len(linear[0]), IN, dtype=np.uint8)
        for x, side in zip(linear, sides, strict=False):
            if side.low is None and side.high is None:
                self.kernel.from_lower(codes, x, -np.inf, -np.inf)
            if side.low is not None:
                self.kernel.from_lower(codes, x, side.low.below, side.low.reached)
            if side.high is not None:
                self.kernel.to_upper(codes, x, side.high.below, side.high.reached)
        return codes

    def _looked_up(self, linear: Sequence[Values], grid: Grid) -> Codes:
        return self.kernel.look_up(self._numbers(linear[0], grid.x), self._numbers(linear[1], grid.y), grid.codes)

    def _numbers(self, x: Values, cells: Cells) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return self.kernel.even_cells(x, cells) if isinstance(cells, EvenCells) else self.kernel.float_cells(x, cells)

    def _quadrants(self, parent: str, test: QuadrantTest) -> list[Places]:
        columns = self._columns(parent, columns_of(test))
        intervals = {cutter.name: self._intervals(x, cutter) for cutter, x in zip(test.cutters, columns, strict=True)}
        return [
            np.flatnonzero(np.logical_and.reduce([intervals[name] == place for name, place in places]))
            for _, places in test.places
        ]

    def _intervals(self, x: Values, cutter: Cutter) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        number = np.zeros(len(x), dtype=np.int16)
        unsure = np.zeros(len(x), dtype=np.bool_)
        for zone in cutter.zones:
            codes = np.full(len(x), IN, dtype=np.uint8)
            self.kernel.from_lower(codes, x, zone.below, zone.reached)
            number += codes == IN
            unsure |= codes == UNSURE
        places = np.flatnonzero(unsure)
        if len(places):
            number[places] = cutter.exact(x[places])
        return number

    def _joined(self, parent: str, test: BooleanTest) -> Places:
        masks = [~self._mask(name) if complement else self._mask(name) for name, complement in test.operands]
        if test.operation == "not":
            joined = ~masks[0]
        else:
            joined = (np.logical_and if test.operation == "and" else np.logical_or).reduce(masks)
        rows = self.members[parent].rows
        return np.flatnonzero(joined if rows is None else joined[rows])

    def _mask(self, name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        if name not in self._masks:
            rows = self.members[name].rows
            mask = np.zeros(self.loaded.n, dtype=np.bool_)
            mask[slice(None) if rows is None else rows] = True
            self._masks[name] = mask
        return self._masks[name]
