"""Which control speaks for which population."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from costim.cytometry.engine.result import Gated
from costim.cytometry.gates.model import Axis, Divider, Polygon, Quadrant, Quadrants, Range, Rectangle, Strategy
from costim.cytometry.phenotypes.background import ASSUMED_PARENTS, find_controls, positive_markers
from costim.cytometry.tube import Tube
from costim.inference.cells.detection import Control

CD19, IGD, CD27 = (Axis(name, "file", "display") for name in ("CD19", "IgD", "CD27"))
STRATEGY = Strategy(
    name="b",
    gates=(
        Rectangle("steady", "", (Range(Axis("Time"), 1.0, None),)),
        Rectangle("lymphocytes", "steady", (Range(Axis("FSC-A"), 100.0, None), Range(Axis("SSC-A"), None, 50.0))),
        Rectangle("b_cells", "lymphocytes", (Range(CD19, 0.4, None),)),
        Quadrants(
            "q",
            "b_cells",
            (Divider("x", CD27, (0.4,)), Divider("y", IGD, (0.4,))),
            (Quadrant("naive", (("x", 0), ("y", 1))), Quadrant("switched", (("x", 1), ("y", 0)))),
        ),
    ),
)


def control(
    stain: str, marker: str, visit: str, b_cells: int, lymphocytes: int, *, naive: int = 0
) -> tuple[Tube, Gated]:
    counts = {"steady": 900, "lymphocytes": lymphocytes, "b_cells": b_cells, "naive": naive, "switched": 0}
    tube = Tube(path=Path("x.fcs"), subject="1", visit=visit, panel="B", stain=stain, marker=marker)  # type: ignore[arg-type]
    return tube, Gated(1000, MappingProxyType(counts), MappingProxyType({}), 0)


def test_only_stains_can_be_falsely_positive() -> None:
    found = positive_markers(STRATEGY)
    assert found["steady"] == found["lymphocytes"] == frozenset()
    assert len(found["b_cells"]) == 1
    assert found["naive"] != found["switched"]


def test_a_control_speaks_for_the_gate_that_asks_for_its_marker() -> None:
    found = find_controls(STRATEGY, "day28", [control("fmo", "cd19", "day28", 3, 600)], None)
    assert found == {"b_cells": Control(3, 600)}


def test_controls_of_the_visit_go_first_and_others_are_added_up() -> None:
    tubes = [control("fmo", "CD19", "entry", 5, 500), control("isotype", "CD19", "day28", 1, 400)]
    assert find_controls(STRATEGY, "day28", tubes, None)["b_cells"] == Control(1, 400)
    assert find_controls(STRATEGY, "month6", tubes, None)["b_cells"] == Control(6, 900)


def test_an_unstained_tube_speaks_for_every_stained_gate() -> None:
    found = find_controls(STRATEGY, "entry", [control("unstained", "", "entry", 2, 300, naive=1)], None)
    assert found["b_cells"] == Control(2, 300)
    assert found["naive"] == Control(1, 2)
    assert "lymphocytes" not in found


def test_an_assumed_rate_stands_in_once_on_the_way_down() -> None:
    found = find_controls(STRATEGY, "entry", [], 800.0)
    assert set(found) == {"b_cells"}
    assert found["b_cells"].events / found["b_cells"].parents == pytest.approx(8e-4)
    assert found["b_cells"].parents == ASSUMED_PARENTS
    assert set(find_controls(STRATEGY, "entry", [control("fmo", "CD19", "entry", 1, 9)], 800.0)) == {"b_cells"}


def test_cells_of_the_sample_speak_before_an_assumed_rate_and_after_a_tube() -> None:
    own = {"b_cells": Control(4, 700, origin="own_cells")}
    assert find_controls(STRATEGY, "day28", [], 800.0, own) == own
    assert find_controls(STRATEGY, "day28", [], None, own) == own
    fmo = control("fmo", "CD19", "day28", 3, 600)
    assert find_controls(STRATEGY, "day28", [fmo], 800.0, own) == {"b_cells": Control(3, 600)}
    empty = control("fmo", "CD19", "day28", 0, 0)
    assert find_controls(STRATEGY, "day28", [empty], 800.0, own) == own
    (igd,) = [control("fmo", "IgD", "day28", 9, 600, naive=2)]
    assert find_controls(STRATEGY, "day28", [igd], None, own) == {"naive": Control(2, 9)} | own


def test_a_tube_of_a_gate_around_the_b_cells_goes_before_cells_of_the_sample() -> None:
    gates = (
        Rectangle("cd19", "", (Range(CD19, 0.4, None),)),
        Polygon("b_cells", "cd19", CD27, IGD, ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))),
    )
    strategy = Strategy("b", gates)
    own = {"b_cells": Control(4, 700, origin="own_cells")}
    assert find_controls(strategy, "day28", [], None, own) == own
    tube, _ = control("fmo", "CD19", "day28", 0, 0)
    counted = Gated(1000, MappingProxyType({"cd19": 7, "b_cells": 6}), MappingProxyType({}), 0)
    assert find_controls(strategy, "day28", [(tube, counted)], None, own) == {"cd19": Control(7, 1000)}


def test_without_control_and_assumption_nothing_is_claimed() -> None:
    assert find_controls(STRATEGY, "entry", [control("fmo", "CD40", "entry", 9, 90)], None) == {}
    assert find_controls(STRATEGY, "entry", [control("fmo", "CD19", "entry", 0, 0)], None) == {}
