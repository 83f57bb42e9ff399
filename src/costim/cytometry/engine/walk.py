"""One block of events goes through the gates: each column only for the events that got so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from costim.cytometry.engine.axis_cells import Cells, EvenCells
from costim.cytometry.engine.codes import IN, UNSURE
from costim.cytometry.engine.columns import Quotient
from costim.cytometry.engine.grid import Grid
from costim.cytometry.engine.kernel import Codes, Kernel, Places, Values
from costim.cytometry.engine.plan import ROOT, Plan, columns_of
from costim.cytometry.engine.ready import BooleanTest, BoxTest, Cutter, EllipsoidTest, PolygonTest, QuadrantTest, Side
from costim.cytometry.engine.recipe import Cook, Recipe, Table
from costim.cytometry.engine.source import Loaded


@dataclass(slots=True)
class Members:
    """Events of one population within a block."""

    parent: str
    rows: Places | None
    """Places in the block; None for all of them."""
    local: Places | None
    """Places among the events of the parent."""
    n: int
    columns: dict[int, Values] = field(default_factory=dict)
    tables: dict[tuple[int, ...], Values] = field(default_factory=dict)


class Recipes:
    """A plan with the recipes of all its tables, made when a block first needs them and the same for every block."""

    def __init__(self, plan: Plan, places: Mapping[int, tuple[int, int]]) -> None:
        self.plan = plan
        self._cook = Cook(plan.columns, places)
        self._made: dict[Table, Recipe] = {}

    def of(self, table: Table, walk: Walk) -> Recipe:
        """The recipe for a table. Tables are made in the same order in every block, so it holds for all blocks."""
        if table not in self._made:
            self._made[table] = self._cook.recipe(table[1], lambda column: walk.find(table[0], column))
        return self._made[table]


class Walk:
    """The populations of one block.

    Args:
        recipes: What to do.
        loaded: The events.
        kernel: The loops.
    """

    def __init__(self, recipes: Recipes, loaded: Loaded, kernel: Kernel) -> None:
        self.plan, self.loaded, self.kernel = recipes.plan, loaded, kernel
        self.members = {ROOT: Members(ROOT, None, None, loaded.n)}
        self._recipes = recipes
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

    def table(self, population: str, columns: tuple[int, ...]) -> Values:
        """Columns of the events of a population, shape (columns, events)."""
        members = self.members[population]
        if columns not in members.tables:
            table = np.empty((len(columns), members.n))
            self._fill(population, self._recipes.of((population, columns), self), table)
            members.tables[columns] = table
            for column, values in zip(columns, table, strict=True):
                members.columns.setdefault(column, values)
        return members.tables[columns]

    def find(self, population: str, column: int) -> tuple[int, Table] | None:
        """How many levels up a population has a column already, and in which table."""
        name, levels = population, 0
        while True:
            for columns in self.members[name].tables:
                if column in columns:
                    return levels, (name, columns)
            if name == ROOT:
                return None
            name, levels = self.members[name].parent, levels + 1

    def _columns(self, population: str, columns: Sequence[int]) -> list[Values]:
        """Columns that gates below a population look at; all of them are computed at once."""
        members = self.members[population]
        if any(column not in members.columns for column in columns):
            self.table(population, self.plan.gate_columns[population])
        return [members.columns[column] for column in columns]

    def _fill(self, population: str, recipe: Recipe, out: Values) -> None:
        rows = self.members[population].rows
        for pick in recipe.picks:
            name, columns = pick.table
            source = self.members[name].tables[columns]
            places = self._places(population, pick.levels)
            if places is None:
                out[pick.outs] = source[pick.rows]
            else:
                self.kernel.pick(source, pick.rows, places, out, pick.outs)
        for take in recipe.takes:
            self.kernel.take(self.loaded.matrices[take.matrix], take.column, rows, out[take.out])
        for combine in recipe.combines:
            self.kernel.combine(self.loaded.matrices[combine.matrix], rows, combine.sums, out)
        for divide in recipe.divides:
            parts = np.empty((2, out.shape[1]))
            self._fill(population, divide.parts, parts)
            out[divide.out] = _ratio(divide.quotient, parts)

    def _places(self, population: str, levels: int) -> Places | None:
        """Places of the events of a population among those of an ancestor; None where they are the same events."""
        if levels == 0:
            return None
        members = self.members[population]
        places = members.local
        for _ in range(levels - 1):
            members = self.members[members.parent]
            if places is not None and members.local is not None:
                places = members.local[places]
        return places

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


def _ratio(quotient: Quotient, parts: Values) -> Values:
    """As `Events` computes it, operation by operation."""
    top, bottom = parts[0] - quotient.b, parts[1] - quotient.c
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(np.where(bottom == 0, np.nan, quotient.a * (top / bottom)), dtype=np.float64)
