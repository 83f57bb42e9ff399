"""Counts of every population of a strategy in one file, and the levels wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from costim.cytometry.engine.levels import levels_of
from costim.cytometry.engine.result import Gated, Want
from costim.cytometry.events import Events
from costim.cytometry.gates.evaluate import memberships

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy


def gate_file(file: FcsFile, strategy: Strategy, want: Sequence[Want] = (), *, threads: int | None = None) -> Gated:
    """Count the events of every population, and find the levels wanted.

    Args:
        file: An opened FCS file.
        strategy: Gates in order, every bound a number (`resolved`).
        want: Levels wanted, in linear units.
        threads: How many threads at most; None leaves it to the size of the file.

    Returns:
        Counts and levels, the same whatever the number of threads.
    """
    events = Events(file, strategy)
    inside = {"": np.ones(file.events, dtype=np.bool_), **memberships(strategy, events)}
    levels = {
        (one.population, one.name): levels_of(events.values(replace(one.axis, transform=""))[inside[one.population]], one)
        for one in want
    }
    counts = {name: int(np.count_nonzero(inside[name])) for name, _ in strategy.populations()}
    return Gated(file.events, counts, levels, 0)
