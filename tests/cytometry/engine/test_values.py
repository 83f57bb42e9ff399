"""Values of the events of a population, against the plain rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costim.cytometry.engine import source
from costim.cytometry.engine.values import values_in
from costim.cytometry.events import Events
from costim.cytometry.gates.errors import GateError
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.model import Axis, Range, Rectangle, Strategy
from tests.cytometry.engine.any_strategy import Case, axes, cases
from tests.cytometry.engine.memory_file import MemoryFile


@settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)
@given(case=cases(), wanted=st.lists(axes, max_size=3), place=st.integers(0, 20))
def test_any_population_on_any_axes(
    case: Case, wanted: list[Axis], place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "BLOCK", 16)
    file: Any = case.file
    events = Events(file, case.strategy)
    names = ["", *(name for name, _ in case.strategy.populations())]
    population = names[place % len(names)]
    with np.errstate(all="ignore"):
        inside = {"": np.ones(file.events, dtype=np.bool_), **memberships(case.strategy, events)}[population]
        expected = [events.values(axis)[inside] for axis in wanted]
    found = values_in(file, case.strategy, population, wanted)
    assert found.shape == (inside.sum(), len(wanted))
    for column, values in zip(found.T, expected, strict=True):
        np.testing.assert_array_equal(column, values)


def test_a_population_that_does_not_exist_is_named() -> None:
    file: Any = MemoryFile(np.zeros((3, 2), dtype="<f4"))
    strategy = Strategy("s", (Rectangle("b_cells", "", (Range(Axis("C0"), 0.0, 1.0),)),))
    with pytest.raises(GateError, match=r"level C1: found population 'b cells'; expected one of b_cells"):
        values_in(file, strategy, "b cells", [Axis("C1")])
