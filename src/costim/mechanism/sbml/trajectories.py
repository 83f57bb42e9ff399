"""Trajectories of SBML documents by SciPy: from event to event, every symbol at every time asked."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from costim.errors import CostimError
from costim.mechanism.sbml.checks import thresholds
from costim.mechanism.sbml.document import SbmlModel
from costim.mechanism.sbml.formulas import Symbols, compiled, expanded, names

MOST_EVENTS = 10_000


def trajectories(
    model: SbmlModel, times: NDArray[np.float64], *, rtol: float = 1e-8, atol: float = 1e-10
) -> dict[str, NDArray[np.float64]]:
    """Every symbol of a document over time.

    Args:
        model: a document.
        times: (times,), in the unit of the document, ascending, not below 0.
        rtol: relative tolerance.
        atol: absolute tolerance.

    Returns:
        Symbol -> (times,); at the time of an event the values after it. Species as their symbol is meant: concentration
        or amount.

    Raises:
        CostimError: times are not ascending, or the integration fails.
    """
    times = np.asarray(times, dtype=np.float64)
    if times.ndim != 1 or not times.size or times[0] < 0 or not (np.diff(times) > 0).all():
        raise CostimError("Times of an SBML document ascend from 0; check the times asked for.")
    return _Run(model).follow(times, rtol, atol)


class _Run:
    """Compiled formulas and the table of symbols of one integration."""

    def __init__(self, model: SbmlModel) -> None:
        self.model = model
        self.rules = self._ordered(model.assignment_rules)
        self.symbols = self._beginning()
        self.moved = [*model.rate_rules]
        self.rates = [self._compiled(e) for e in model.rate_rules.values()]
        self.reactions = [(r, self._compiled(r.rate)) for r in model.reactions]
        acted = {k: None for r in model.reactions for k in r.stoichiometry if not model.symbols[k].boundary}
        self.states = [*self.moved, *acted]
        self.places = {key: i for i, key in enumerate(self.states)}
        # Reactions move amounts; a symbol in concentration moves by amount per size of its compartment.
        self.sizes = {key: self._size(key) for key in acted}
        self.events = [(e, self._compiled(e.trigger)) for e in model.events]

    def _compiled(self, tree: ast.expr) -> Callable[[Symbols], float]:
        return compiled(tree, self.model.functions)

    def _size(self, species: str) -> float:
        home = self.model.symbols[species].compartment
        return self.symbols[home] if home else 1.0

    def _ordered(self, trees: Mapping[str, ast.expr]) -> list[tuple[str, Callable[[Symbols], float]]]:
        """Assignments in an order in which each finds what it needs."""
        waiting = {key: names(expanded(tree, self.model.functions)) for key, tree in trees.items()}
        order = []
        while waiting:
            ready = [key for key, needed in waiting.items() if not needed & waiting.keys()]
            order += ready
            for key in ready:
                del waiting[key]
        return [(key, self._compiled(trees[key])) for key in order]

    def _beginning(self) -> Symbols:
        """The table at time 0: values, then assignments; initial amounts are divided where concentrations are meant."""
        values = {s.name: s for s in self.model.symbols.values()}
        symbols: Symbols = {key: math.nan if s.value is None else s.value for key, s in values.items()} | {"": 0.0}
        amounts = {
            key: ast.BinOp(ast.Constant(s.value), ast.Div(), ast.Name(s.compartment, ast.Load()))
            for key, s in values.items()
            if s.compartment and not s.as_concentration and s.value is not None
        }
        given = {**amounts, **self.model.initial_assignments, **self.model.assignment_rules}
        for key, function in self._ordered(given):
            symbols[key] = function(symbols)
        return symbols

    def _update(self, time: float, y: NDArray[np.float64]) -> Symbols:
        symbols = self.symbols
        symbols[""] = time
        symbols.update(zip(self.states, y.tolist(), strict=True))
        for key, function in self.rules:
            symbols[key] = function(symbols)
        return symbols

    def _rate(self, time: float, y: NDArray[np.float64]) -> NDArray[np.float64]:
        symbols = self._update(time, y)
        rate = np.zeros(len(self.states))
        for i, function in enumerate(self.rates):
            rate[i] = function(symbols)
        for reaction, function in self.reactions:
            extent = function(symbols)
            for key, count in reaction.stoichiometry.items():
                if key in self.sizes:
                    rate[self.places[key]] += count * extent / self.sizes[key]
        return rate

    def _stops(self, end: float) -> list[float]:
        """Times at which a trigger may turn."""
        found = {0.0, end}
        for event in self.model.events:
            for tree in thresholds(expanded(event.trigger, self.model.functions)) or []:
                found.add(self._compiled(tree)(self.symbols))
        stops = sorted(t for t in found if 0 <= t <= end)
        if len(stops) > MOST_EVENTS:
            raise CostimError(f"The document has {len(stops)} event times; at most {MOST_EVENTS} are followed.")
        return stops

    def _holds(self, time: float) -> list[bool]:
        """Triggers just after a time."""
        after = {**self.symbols, "": math.nextafter(time, math.inf)}
        return [bool(function(after)) for _, function in self.events]

    def _fire(self, before: list[bool], time: float) -> list[bool]:
        now = self._holds(time)
        old = dict(self.symbols)  # all events of a moment see the values before it
        for (event, _), was, holds in zip(self.events, before, now, strict=True):
            if holds and not was:
                for key, tree in event.assignments.items():
                    self.symbols[key] = self._compiled(tree)(old)
        for key, function in self.rules:
            self.symbols[key] = function(self.symbols)
        return now

    def follow(self, times: NDArray[np.float64], rtol: float, atol: float) -> dict[str, NDArray[np.float64]]:
        """All symbols at all times."""
        out = {key: np.full(len(times), np.nan) for key in self.model.symbols}
        stops = self._stops(float(times[-1]))
        holds = self._fire([e.initially for e, _ in self.events], 0.0)
        for begin, end in pairwise(stops):
            y = np.array([self.symbols[k] for k in self.states])
            inside = np.flatnonzero((times >= begin) & (times < end))
            grid = np.unique(np.append(times[inside], end))
            found = self._integrate(y, begin, grid, rtol=rtol, atol=atol)
            for i, row in zip(inside.tolist(), found, strict=False):
                self._note(out, i, self._update(float(times[i]), row))
            self._update(end, found[-1])
            holds = self._fire(holds, end)
        self._note(out, len(times) - 1, self.symbols)
        return out

    def _integrate(
        self, y: NDArray[np.float64], begin: float, grid: NDArray[np.float64], *, rtol: float, atol: float
    ) -> NDArray[np.float64]:
        """(grid, states)."""
        from scipy.integrate import solve_ivp

        end = float(grid[-1])
        if not self.states:
            return np.empty((len(grid), 0))
        if not np.isfinite(self._rate(begin, y)).all():
            raise CostimError(f"The document has no finite rate at time {begin:g}; check its initial values.")
        found = solve_ivp(self._rate, (begin, end), y, method="LSODA", t_eval=grid, rtol=rtol, atol=atol)
        if not found.success or not np.isfinite(found.y).all():
            raise CostimError(f"The document could not be followed from {begin:g} to {end:g}: {found.message}")
        result: NDArray[np.float64] = found.y.T
        return result

    @staticmethod
    def _note(out: dict[str, NDArray[np.float64]], i: int, symbols: Symbols) -> None:
        for key, column in out.items():
            column[i] = symbols[key]
