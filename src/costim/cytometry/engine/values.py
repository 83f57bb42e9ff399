"""The values of the events of one population, for pictures and for looking at single cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.engine.choice import kernel_now, prepare
from costim.cytometry.engine.columns import Columns
from costim.cytometry.engine.gate import cells_for
from costim.cytometry.engine.plan import make_plan
from costim.cytometry.engine.ready import applied
from costim.cytometry.engine.result import Want
from costim.cytometry.engine.source import Source
from costim.cytometry.engine.walk import Recipes, Walk
from costim.cytometry.events import Events
from costim.cytometry.gates.order import needed_by, population_names

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Axis, Strategy


def values_in(file: FcsFile, strategy: Strategy, population: str, axes: Sequence[Axis]) -> NDArray[np.float64]:
    """Values of the events of one population, in the order of the file, shape (k, len(axes)).

    Args:
        file: An opened FCS file.
        strategy: Gates in order, every bound a number.
        population: A population of the strategy; blank for all events.
        axes: What to give; linear where the axis names no transform, otherwise on its scale.

    Raises:
        GateError: a bound that is no number, or a population that does not exist.
        FcsError, CompensationError: the file lacks what gates or axes look at, or changed since it was opened.
    """
    prepare(file.events)
    known = Columns(Events(file, _only(strategy, population)))
    wants = [Want(population, axis, axis.source) for axis in axes]
    plan = make_plan(known, wants, cells_for(file.events))
    source = Source(file, plan)
    recipes = Recipes(plan, source.places)
    columns = plan.want_columns.get(population, ())
    parts = [np.empty((len(columns), 0))]
    for span in source.blocks():
        walk = Walk(recipes, source.load(span), kernel_now())
        walk.run()
        if walk.members[population].n:
            parts.append(walk.table(population, columns))
    found = np.concatenate(parts, axis=1)
    values = np.empty((found.shape[1], len(axes)))
    for place, axis in enumerate(axes):
        linear, scale = found[columns.index(known.of(axis))], known.scale(axis)
        values[:, place] = linear if scale is None else applied(scale, linear)
    return values


def _only(strategy: Strategy, population: str) -> Strategy:
    """The strategy with no gates but those that a population needs; all of them where it does not exist."""
    if population not in dict(strategy.populations()) and population:
        return strategy
    needed = {population}
    for gate in reversed(strategy.gates):
        if needed & set(population_names(gate)):
            needed.update(needed_by(gate))
    gates = tuple(gate for gate in strategy.gates if needed & set(population_names(gate)))
    return replace(strategy, gates=gates)
