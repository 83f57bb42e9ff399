"""Counts as FlowJo makes them, in display channels, beside exact ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.cytometry.events import Events
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.model import Axis, Boolean, Ellipsoid, Operand, Polygon, Range, Rectangle, Strategy
from costim.cytometry.interchange import flowjo_counts as words
from costim.cytometry.interchange.flowjo_bins import RULES, BinRule, binned_counts, binned_range
from costim.cytometry.interchange.flowjo_counts import counts_beside
from costim.cytometry.interchange.flowjo_read import read_workspace
from costim.cytometry.interchange.flowjo_scales import Display
from tests.cytometry.interchange.bt_workspace import made_events, made_sample, write_tube, write_workspace

LINE = Path("flowkit/simple_line_example")
X, Y = Axis("x"), Axis("y")
DISPLAYS = {X: Display(0.0, 256.0), Y: Display(0.0, 256.0)}
SQUARE = Polygon("square", "", X, Y, ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0)))


@dataclass(frozen=True)
class Points:
    of: Mapping[Axis, np.ndarray]

    def values(self, axis: Axis) -> np.ndarray:
        return self.of[axis]


def points(x, y) -> Points:
    return Points({X: np.asarray(x, dtype=float), Y: np.asarray(y, dtype=float)})


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("name", "population", "counts", "span"),
    [
        ("simple_poly_and_rect_v2_poly50.wsp", "poly1", (0, 50), (0, 100)),
        ("simple_poly_and_rect_v2_poly50.wsp", "rect1", (0, 0), (0, 0)),
        ("single_ellipse_51_events.wsp", "ellipse1", (51, 51), (50, 52)),
    ],
)
def test_counts_that_flowjo_stored(fcs_data: Path, name: str, population: str, counts, span) -> None:
    stored, exact = counts
    (sample,) = read_workspace(fcs_data / LINE / name).samples
    events = Events(open_fcs(fcs_data / LINE / "data_set_simple_line_100.fcs"), sample.strategy)
    (beside,) = (row for row in counts_beside(sample, events) if row.population == population)
    assert (beside.stored, beside.exact, beside.binned) == (stored, exact, stored)
    assert (beside.lowest, beside.highest) == span


def test_the_rule_in_use_is_the_only_kind_that_gives_back_both_stored_counts(fcs_data: Path) -> None:
    tube = open_fcs(fcs_data / LINE / "data_set_simple_line_100.fcs")
    right = set(RULES)
    for name, population in (
        ("simple_poly_and_rect_v2_poly50.wsp", "poly1"),
        ("single_ellipse_51_events.wsp", "ellipse1"),
    ):
        (sample,) = read_workspace(fcs_data / LINE / name).samples
        events = Events(tube, sample.strategy)
        counts = {rule: binned_counts(sample.strategy, events, sample.displays, rule) for rule in RULES}
        right &= {rule for rule in RULES if counts[rule][population] == sample.counts[population]}
    assert right == {BinRule("nearest", "nearest")}


def test_where_an_event_is_taken_to_be() -> None:
    strategy = Strategy("s", (SQUARE,))
    near = points([9.6, 9.4, 20.4, 20.6], [15.0, 15.0, 15.0, 15.0])
    counts = {rule: binned_counts(strategy, near, DISPLAYS, rule)["square"] for rule in RULES}
    # The square reaches from 10 to 20. Nearest channels: 10, 9, 20, 21; lower ends: 9, 9, 20, 20; centres: 9.5 ...
    assert [counts[BinRule(event, "nearest")] for event in ("nearest", "lower", "centre")] == [2, 2, 0]
    assert binned_range(strategy, near, DISPLAYS)["square"] == (0, 2)
    assert memberships(strategy, near)["square"].sum() == 0


def test_vertices_on_whole_channels() -> None:
    shifted = replace(SQUARE, vertices=tuple((a + 0.4, b + 0.4) for a, b in SQUARE.vertices))
    on_edge = points([10.0], [15.0])
    counts = {
        rule.vertex: binned_counts(Strategy("s", (shifted,)), on_edge, DISPLAYS, rule)["square"]
        for rule in RULES
        if rule.event == "nearest"
    }
    assert counts == {"nearest": 1, "exact": 0}


def test_beyond_the_display() -> None:
    whole = Polygon("drawn", "", X, Y, ((200.0, 0.0), (255.0, 0.0), (255.0, 255.0), (200.0, 255.0)))
    box = Rectangle("box", "", (Range(X, 200.0, 256.0), Range(Y, 0.0, 100.0)))
    strategy = Strategy("s", (whole, box))
    far = points([1e6, 250.0, 150.0], [-50.0, 50.0, 50.0])
    assert {name: int(inside.sum()) for name, inside in memberships(strategy, far).items()} == {"drawn": 1, "box": 1}
    # What lies beyond is drawn on the edge: the polygon and the rectangle that reach it hold it.
    assert binned_counts(strategy, far, DISPLAYS) == {"drawn": 2, "box": 2}


def test_hierarchy_and_booleans_follow_the_display() -> None:
    child = Rectangle("child", "square", (Range(X, 15.0, None),))
    rest = Boolean("rest", "", "not", (Operand("square"),))
    strategy = Strategy("s", (SQUARE, child, rest))
    near = points([9.6, 20.4, 15.0, 100.0], [15.0, 15.0, 15.0, 15.0])
    assert binned_counts(strategy, near, DISPLAYS) == {"square": 3, "child": 2, "rest": 1}
    without = binned_counts(strategy, near, {})
    assert without == {name: int(inside.sum()) for name, inside in memberships(strategy, near).items()}


@given(st.integers(0, 10_000))
def test_gates_apply_alike_where_every_event_lies_on_a_channel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners = tuple((float(a), float(b)) for a, b in rng.integers(0, 256, (5, 2)))
    ellipse = Ellipsoid("ellipse", "", (X, Y), (100.0, 120.0), ((900.0, 300.0), (300.0, 400.0)), 1.0)
    strategy = Strategy("s", (Polygon("polygon", "", X, Y, corners), ellipse))
    whole = points(*rng.integers(0, 256, (2, 300)))
    exact = {name: int(inside.sum()) for name, inside in memberships(strategy, whole).items()}
    assert binned_counts(strategy, whole, DISPLAYS) == exact


def test_words_beside_the_counts(tmp_path: Path) -> None:
    tube = tmp_path / "tube.fcs"
    write_tube(tube, made_events(11))
    (read,) = read_workspace(write_workspace(tmp_path / "w.wsp", made_sample("tube.fcs"))).samples
    events = Events(open_fcs(tube), read.strategy)
    rows = {row.population: row for row in counts_beside(read, events)}
    assert {row.words for row in rows.values()} == {words.NOT_STORED}
    lymphocytes, early = rows["Lymphocytes"], rows["early"]
    assert lymphocytes.exact != lymphocytes.binned
    assert lymphocytes.lowest <= lymphocytes.binned <= lymphocytes.highest
    assert early.exact == early.binned == early.lowest == early.highest

    def said(population: str, stored: int) -> str:
        told = replace(read, counts={population: stored})
        return next(row.words for row in counts_beside(told, events) if row.population == population)

    assert said("early", early.exact) == words.EXACT
    assert said("early", early.exact + 1) == words.OTHER
    assert said("Lymphocytes", lymphocytes.binned) == words.BINNED
    assert said("Lymphocytes", lymphocytes.highest + 1) == words.NOT_REPRODUCED
    between = next(
        n for n in range(lymphocytes.lowest, lymphocytes.highest) if n not in (lymphocytes.binned, lymphocytes.exact)
    )
    assert said("Lymphocytes", between) == words.WITHIN
    assert said("Lymphocytes/CD19+", 10**6) == words.NOT_REPRODUCED


def test_the_table_of_the_page(fcs_data: Path) -> None:
    tube = open_fcs(fcs_data / LINE / "data_set_simple_line_100.fcs")
    page = (Path(__file__).parents[3] / "docs" / "reference" / "flowjo.md").read_text("utf-8")
    rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith(("| `simple", "| `single"))
    ]
    assert len(rows) == 3
    nearest, nearest_exact, lower, lower_exact, centre, centre_exact = RULES
    for where, stored, exact, *counts in rows:
        name, population = where.split("`, ")
        (sample,) = read_workspace(fcs_data / LINE / f"{name}.wsp").samples
        events = Events(tube, sample.strategy)
        made = [
            binned_counts(sample.strategy, events, sample.displays, rule)[population]
            for rule in (nearest, nearest_exact, lower, centre, centre_exact)
        ]
        assert [int(number) for number in counts] == made
        also = binned_counts(sample.strategy, events, sample.displays, lower_exact)[population]
        assert also == made[2]
        assert int(stored) == sample.counts[population]
        assert int(exact) == memberships(sample.strategy, events)[population].sum()
