"""What the plain rules say of a file, event by event, for comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from costim.cytometry.engine.levels import levels_of
from costim.cytometry.engine.result import Gated, Levels, Want
from costim.cytometry.events import Events
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.model import Strategy


def plainly(file: Any, strategy: Strategy, wants: Sequence[Want]) -> Gated:
    """Counts and levels by the plain rules."""
    events = Events(file, strategy)
    with np.errstate(all="ignore"):
        inside = {"": np.ones(file.events, dtype=np.bool_), **memberships(strategy, events)}
        levels = {
            (want.population, want.name): levels_of(
                events.values(replace(want.axis, transform=""))[inside[want.population]], want
            )
            for want in wants
        }
    counts = {name: int(inside[name].sum()) for name, _ in strategy.populations()}
    return Gated(file.events, counts, levels, 0)


def check_equal(found: Gated, plain: Gated) -> None:
    """Identical counts and order statistics; means but for the order of a sum."""
    assert found.events == plain.events
    assert dict(found.counts) == dict(plain.counts)
    assert found.levels.keys() == plain.levels.keys()
    for key, level in found.levels.items():
        expected = plain.levels[key]
        assert without_means(level) == without_means(expected), key
        for mine, theirs in ((level.mean, expected.mean), (level.log_mean, expected.log_mean)):
            assert mine == (None if theirs is None else pytest.approx(theirs, rel=1e-9, abs=1e-9, nan_ok=True)), key


def without_means(level: Levels) -> Levels:
    return replace(level, mean=None, log_mean=None)
