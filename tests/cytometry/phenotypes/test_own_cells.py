"""False B cells counted among T cells of the tube itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.fcs.file import FcsFile
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.cytometry.gates.model import Axis, Range, Rectangle, Strategy
from costim.cytometry.phenotypes.own_cells import count_false_b_cells
from costim.inference.cells.detection import Control

CD3, CD19 = Axis("CD3"), Axis("CD19")
ROLES = {"b_cells": "b", "false_b_cells": "sticky_t", "false_b_cells_among": "t"}
STRATEGY = Strategy(
    "own",
    (
        Rectangle("b", "", (Range(CD3, None, 500.0), Range(CD19, 500.0, None))),
        Rectangle("t", "", (Range(CD3, 500.0, None),)),
        Rectangle("sticky_t", "t", (Range(CD19, 500.0, None),)),
    ),
    roles=ROLES,
)


@pytest.fixture
def file(tmp_path: Path) -> FcsFile:
    """Five B cells, 40 T cells, three of them sticky."""
    levels = np.repeat([[0.0, 1000.0], [1000.0, 0.0], [1000.0, 1000.0]], [5, 37, 3], axis=0)
    channels = (NewChannel("FITC-A", "CD3"), NewChannel("PE-A", "CD19"))
    write_fcs(tmp_path / "tube.fcs", levels.astype(np.float32), channels, {})
    return open_fcs(tmp_path / "tube.fcs")


def test_sticky_t_cells_per_t_cell_speak_for_the_gate_of_b_cells(file: FcsFile) -> None:
    assert count_false_b_cells(file, STRATEGY) == {"b": Control(3, 40, origin="own_cells")}


def test_nothing_is_said_without_the_roles_or_without_such_cells(file: FcsFile) -> None:
    assert count_false_b_cells(file, replace(STRATEGY, roles={"b_cells": "b"})) == {}
    above_all = Rectangle("t", "", (Range(CD3, 5000.0, None),))
    no_t = replace(STRATEGY, gates=(STRATEGY.gates[0], above_all, STRATEGY.gates[2]))
    assert count_false_b_cells(file, no_t) == {}
