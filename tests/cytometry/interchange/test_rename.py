"""Other names of populations: everything that names one follows."""

from __future__ import annotations

import pytest

from costim.cytometry.gates.check import check_strategy
from costim.cytometry.gates.errors import GateError
from costim.cytometry.gates.read_toml import parse_toml
from costim.cytometry.gates.template import template_text
from costim.cytometry.gates.write_toml import write_toml
from costim.cytometry.interchange.rename import renamed

STRATEGIES = parse_toml(template_text())
NEW = {"b_cells": "CD19+", "naive_b": "naïve", "scatter": "cells", "memory_b": "memory", "cd27_igd": "subsets"}


def test_everything_follows_and_comes_back() -> None:
    there = renamed(STRATEGIES, NEW)
    check_strategy(there.shared)
    text = write_toml(there)
    # Nowhere is an old name left, save as that of an axis, a threshold or a word of a title.
    assert '"b_cells"' not in text
    assert '"naive_b"' not in text
    assert there.shared.subsets["CD19+"] == ("naïve", "memory", "double_negative_b")
    assert [gate.name for gates in there.exceptions.values() for gate in gates] == ["cells"]
    assert all(name != "scatter" for _, name in there.reasons)
    back = renamed(there, {new: old for old, new in NEW.items()})
    assert write_toml(back) == write_toml(STRATEGIES)


def test_the_input_is_left_alone() -> None:
    before = write_toml(STRATEGIES)
    renamed(STRATEGIES, NEW)
    assert write_toml(STRATEGIES) == before


def test_all_problems_at_once() -> None:
    with pytest.raises(GateError) as error:
        renamed(STRATEGIES, {"b_cell": "x", "naive_b": "memory_b"})
    assert "'b_cell'" in str(error.value)
    assert "b_cells" in str(error.value)
    assert "'memory_b' for 'naive_b'" in str(error.value)
