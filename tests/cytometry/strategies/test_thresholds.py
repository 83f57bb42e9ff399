"""Thresholds that the data decide: found on truth labels, fixed across visits, never moved by an outcome marker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from costim.cytometry.engine.values import values_in
from costim.cytometry.events import Events
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.cytometry.gates.errors import GateError
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.model import FROM_FILE, Axis, Strategy, Threshold
from costim.cytometry.gates.order import population_names
from costim.cytometry.strategies import thresholds as module
from costim.cytometry.strategies.thresholds import ThresholdFound, resolve_thresholds, with_numbers
from costim.cytometry.synthetic.sample import make_sample
from costim.cytometry.synthetic.truth import EVENT_TYPES, Truth
from costim.cytometry.tube import Tube
from tests.cytometry.strategies.tubes import B, T, b_spec, control_tube, sample_tube, t_spec

CD40 = Axis("CD40")
SUBSETS = {
    "naive_b": ("naive_b",),
    "unswitched_memory_b": ("unswitched_memory_b",),
    "switched_memory_b": ("switched_memory_b", "plasmablasts"),
    "double_negative_b": ("double_negative_b",),
    "t_cells": ("cd4_t", "cd8_t"),
    "b_cells": ("b_cells",),
}


def gated(strategy: Strategy, tube: Tube) -> Mapping[str, np.ndarray]:
    return memberships(strategy, Events(open_fcs(tube.path), strategy))


def by_name(found: tuple[ThresholdFound, ...]) -> dict[str, ThresholdFound]:
    return {one.name: one for one in found}


def recall_and_purity(inside: np.ndarray, true: np.ndarray) -> tuple[float, float]:
    both = np.count_nonzero(inside & true)
    return both / max(np.count_nonzero(true), 1), both / max(np.count_nonzero(inside), 1)


@pytest.mark.parametrize("depleted", [0, 5, 12])
def test_b_cells_and_their_subsets_are_found_whatever_is_left_after_depletion(tmp_path: Path, depleted: int) -> None:
    tubes: list[tuple[Tube, Truth]] = [
        sample_tube(tmp_path, "before", b_spec(420), 1),
        sample_tube(tmp_path, "day28", b_spec(depleted, masked={"cd20": 0.96}), 2),
        sample_tube(tmp_path, "month6", b_spec(160, shifts={"cd40": 0.7}), 3),
    ]
    strategy, found = resolve_thresholds(B, [tube for tube, _ in tubes])
    sources = {one.name: one.source for one in found}
    for name in ("singlet", "debris", "dead", "granular", "cd3", "cd19", "cd20", "cd27", "igd"):
        assert sources[name] == "valley", name
    for tube, truth in (tubes[0], tubes[2]):
        inside = gated(strategy, tube)
        for population, kinds in SUBSETS.items():
            recall, purity = recall_and_purity(inside[population], truth.where(*kinds))
            assert recall >= 0.95, population
            assert purity >= 0.95, population
    inside = gated(strategy, tubes[1][0])
    true = tubes[1][1].where("b_cells")
    assert np.count_nonzero(inside["b_cells"] & true) >= depleted - 1
    assert np.count_nonzero(inside["b_cells"] & ~true) <= 1


def test_covered_cd20_hides_b_cells_and_cd19_does_not(tmp_path: Path) -> None:
    before = sample_tube(tmp_path, "before", b_spec(400), 1)
    after, truth = sample_tube(tmp_path, "day7", b_spec(60, masked={"cd20": 0.98}), 2)
    strategy, _ = resolve_thresholds(B, [before[0], after])
    inside = gated(strategy, after)
    assert recall_and_purity(inside["b_cells"], truth.where("b_cells"))[0] > 0.95
    assert recall_and_purity(inside["cd20_b_cells"], truth.where("b_cells"))[0] < 0.2
    assert np.array_equal(inside["cd19_or_cd20_b_cells"], inside["b_cells"] | inside["cd20_b_cells"])


def test_dead_cells_doublets_debris_and_margins_are_gated_out(tmp_path: Path) -> None:
    tube, truth = sample_tube(tmp_path, "before", b_spec(420, false_b=25), 4)
    strategy, _ = resolve_thresholds(B, [tube])
    inside = gated(strategy, tube)
    for name, most in (("dead", 0.01), ("doublet", 0.03), ("debris", 0.02), ("margin", 0.02)):
        of_type = truth.event_type == EVENT_TYPES.index(name)
        assert np.mean(inside["lymphocytes"][of_type]) <= most, name
    false = truth.event_type == EVENT_TYPES.index("false_b")
    assert np.mean(inside["b_cells"][false]) > 0.9  # no gate can tell them: that is what limits of detection are for


def test_cd4_t_cells_and_their_activation_are_found(tmp_path: Path) -> None:
    tube, truth = sample_tube(tmp_path, "before", t_spec(), 5)
    controls = [control_tube(tmp_path, t_spec(), m, 60 + i) for i, m in enumerate(("cd69", "icos", "cd154"))]
    strategy, found = resolve_thresholds(T, [tube, *controls])
    assert {one.source for one in found if one.name in ("cd69", "icos", "cd154")} == {"fmo"}
    inside = gated(strategy, tube)
    for population, kinds in (
        ("cd4_t_cells", "cd4_t"),
        ("naive_cd4_t", "naive_cd4_t"),
        ("memory_cd4_t", "memory_cd4_t"),
    ):
        recall, purity = recall_and_purity(inside[population], truth.where(kinds))
        assert min(recall, purity) > 0.98, population
    for marker in ("cd69", "icos", "cd154"):
        carries = truth.where("cd4_t") & (truth.mesf[:, truth.markers.index(marker)] > 0)
        recall, _ = recall_and_purity(inside[f"{marker}_positive_cd4_t"], carries)
        assert recall > 0.9, marker
        false = np.count_nonzero(inside[f"{marker}_positive_cd4_t"] & ~carries)
        assert false <= 0.025 * np.count_nonzero(truth.where("cd4_t")), marker  # a 99 % quantile, and its own error


def test_fmo_names_its_marker_by_any_of_its_names(tmp_path: Path) -> None:
    tube, _ = sample_tube(tmp_path, "before", t_spec(), 5)
    for name in ("CD154", "CD40L", "cd40 ligand", "PE-A"):
        control = control_tube(tmp_path, t_spec(), "cd154", 60, name=name)
        assert by_name(resolve_thresholds(T, [tube, control])[1])["cd154"].source == "fmo", name
    other = control_tube(tmp_path, t_spec(), "cd69", 61)
    assert by_name(resolve_thresholds(T, [tube, other])[1])["cd154"].source == "reference"


def test_a_control_with_too_few_events_is_passed_over_and_that_is_said(tmp_path: Path) -> None:
    tube, _ = sample_tube(tmp_path, "before", b_spec(420), 1)
    few = control_tube(tmp_path, b_spec(80), "cd40", 9)
    found = by_name(resolve_thresholds(B, [tube, few])[1])
    assert found["cd40"].source == "reference"
    assert "fmo: " in found["cd40"].note
    assert "fewer than the 299 that a 0.99 quantile needs" in found["cd40"].note
    assert "t_cells stand in for a control" in found["cd40"].note
    assert found["cd80"].source == "fixed"
    assert found["cd80"].note == "fmo: no such tube; isotype: no such tube; a fixed number"
    enough = control_tube(tmp_path, b_spec(420), "cd40", 9)
    by_fmo = by_name(resolve_thresholds(B, [tube, enough])[1])["cd40"]
    assert by_fmo.source == "fmo"
    assert by_fmo.lower is not None
    assert by_fmo.value is not None
    assert by_fmo.lower <= by_fmo.value


def test_an_isotype_control_serves_where_there_is_no_fmo(tmp_path: Path) -> None:
    tube, _ = sample_tube(tmp_path, "before", b_spec(420), 1)
    isotype = control_tube(tmp_path, b_spec(420), "cd80", 9, kind="isotype")
    assert by_name(resolve_thresholds(B, [tube, isotype])[1])["cd80"].source == "isotype"


def compensated(tube: Tube) -> Tube:
    """The same tube with its signals compensated, and no matrix in the file."""
    file = open_fcs(tube.path)
    events = Events(file, B)
    axes = [c.marker for c in file.channels if c.marker]
    columns = [events.values(Axis(m, FROM_FILE)) for m in axes]
    names = [c.name for c in file.channels if not c.marker]
    columns += [events.values(Axis(name)) for name in names]
    channels = [NewChannel(c.name, c.marker, c.range) for c in file.channels if c.marker]
    channels += [NewChannel(name) for name in names]
    path = tube.path.with_suffix(".compensated.fcs")
    write_fcs(path, np.column_stack(columns), channels)
    return replace(tube, path=path)


def with_factor(tube: Tube, cells: np.ndarray, factors: Mapping[str, float]) -> Tube:
    """The same tube; the signal of some markers on some cells is multiplied, nothing else changes."""
    file = open_fcs(tube.path)
    values = file.read(range(len(file.channels)))
    for place, channel in enumerate(file.channels):
        values[cells, place] *= factors.get(channel.marker.lower(), 1.0)
    path = tube.path.with_suffix(".shifted.fcs")
    write_fcs(path, values, [NewChannel(c.name, c.marker, c.range) for c in file.channels])
    return replace(tube, path=path)


@pytest.mark.parametrize("factor", [0.2, 0.7, 3.0])
def test_a_shift_of_an_outcome_marker_after_treatment_moves_no_gate(tmp_path: Path, factor: float) -> None:
    """On compensated signals, so that nothing else changes: not by a bit."""
    before, _ = sample_tube(tmp_path, "before", b_spec(420), 1)
    after, truth = sample_tube(tmp_path, "after", b_spec(300), 2)
    control = compensated(control_tube(tmp_path, b_spec(420), "cd80", 9))
    before, after = compensated(before), compensated(after)
    shifted = with_factor(after, truth.where("b_cells"), {"cd40": factor, "cd80": factor})
    plain, found = resolve_thresholds(B, [before, after, control])
    moved, found_again = resolve_thresholds(B, [before, shifted, control])
    assert {one.source for one in found if one.name in ("cd40", "cd80")} == {"reference", "fmo"}
    assert plain.gates == moved.gates
    assert found == found_again
    names = {n for gate in plain.gates for n in population_names(gate)}
    assert {"cd40_positive_b", "cd80_positive_b"} <= names
    median = [np.median(values_in(open_fcs(t.path), plain, "b_cells", [CD40])) for t in (after, shifted)]
    assert median[1] / median[0] == pytest.approx(factor, rel=0.02)  # and the shift is seen in full


def test_a_planted_shift_with_its_spillover_moves_gates_less_than_chance(tmp_path: Path) -> None:
    """With spillover a change of CD40 changes how other signals spread; gates move by sampling error at most."""
    before, _ = sample_tube(tmp_path, "before", b_spec(420), 1)
    (tmp_path / "shifted").mkdir()
    plain, _ = sample_tube(tmp_path, "after", b_spec(300), 2)
    shifted, _ = sample_tube(tmp_path / "shifted", "after", b_spec(300, shifts={"cd40": 0.5}), 2)
    found = by_name(resolve_thresholds(B, [before, plain])[1])
    again = by_name(resolve_thresholds(B, [before, shifted])[1])
    for name in ("cd40", "cd19", "cd27", "igd", "cd3"):
        one, other = found[name], again[name]
        assert one.value is not None
        assert other.value is not None
        assert one.lower is not None
        assert one.upper is not None
        assert abs(one.value - other.value) <= one.upper - one.lower, name


def test_a_population_gated_on_an_outcome_is_refused_for_any_threshold() -> None:
    over_cd40 = tuple(replace(t, population="cd40_positive_b") if t.name == "cd27" else t for t in B.thresholds)
    with pytest.raises(GateError, match="gated by cd40_positive_b on the outcome marker cd40"):
        resolve_thresholds(replace(B, thresholds=over_cd40), [])
    in_valley = tuple(replace(t, sources=("valley", "fixed")) if t.name == "cd40" else t for t in B.thresholds)
    with pytest.raises(GateError, match="outcome marker 'cd40'"):
        resolve_thresholds(replace(B, thresholds=in_valley), [])


def test_an_outcome_is_known_by_its_detector_too(tmp_path: Path) -> None:
    """The marker is measured on `PE-A`, gate and threshold say CD80: one channel of the file."""
    tube, _ = sample_tube(tmp_path, "before", b_spec(420), 1)
    detector = Axis("PE-A", FROM_FILE)
    markers = MappingProxyType({**B.markers, "cd80": replace(B.markers["cd80"], axis=detector, threshold="")})
    named = replace(B, markers=markers)
    assert by_name(resolve_thresholds(named, [tube])[1])["cd80"].source == "fixed"
    in_valley = tuple(replace(t, sources=("valley", "fixed")) if t.name == "cd80" else t for t in B.thresholds)
    with pytest.raises(GateError, match="the source 'valley' for the outcome marker 'cd80'"):
        resolve_thresholds(replace(named, thresholds=in_valley), [tube])
    over_cd80 = tuple(replace(t, population="cd80_positive_b") if t.name == "cd27" else t for t in B.thresholds)
    with pytest.raises(GateError, match="gated by cd80_positive_b on the outcome marker cd80"):
        resolve_thresholds(replace(named, thresholds=over_cd80), [tube])


def test_thresholds_are_the_same_for_every_visit_and_in_every_order(tmp_path: Path) -> None:
    tubes = [sample_tube(tmp_path, v, b_spec(n), s)[0] for v, n, s in (("a", 300, 1), ("b", 3, 2), ("c", 120, 3))]
    forward, found = resolve_thresholds(B, tubes)
    backward, found_again = resolve_thresholds(B, tubes[::-1])
    assert forward.gates == backward.gates
    assert [f.value for f in found] == [f.value for f in found_again]
    assert all(isinstance(t.value, float) and t.sources == ("fixed",) for t in forward.thresholds)


def test_without_any_source_the_gate_falls_away_with_all_that_needs_it(tmp_path: Path) -> None:
    tube, _ = sample_tube(tmp_path, "before", b_spec(420), 1)
    bare = tuple(replace(t, sources=("fmo",), value=None) if t.name in ("cd80", "cd27") else t for t in B.thresholds)
    strategy, found = resolve_thresholds(replace(B, thresholds=bare), [tube])
    names = [name for name, _ in strategy.populations()]
    assert by_name(found)["cd80"].value is None
    assert by_name(found)["cd80"].note == "fmo: no such tube"
    for gone in ("cd80_positive_b", "naive_b", "memory_b", "plasmablasts"):
        assert gone not in names
    assert strategy.markers["cd80"].threshold == ""
    assert strategy.markers["cd40"].populations == ("b_cells",)
    assert strategy.subsets == {}
    assert "naive" not in strategy.roles


def test_large_files_go_through_the_engine_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tubes = [sample_tube(tmp_path, v, b_spec(n), s)[0] for v, n, s in (("a", 300, 1), ("b", 5, 2))]
    small = resolve_thresholds(B, tubes)
    monkeypatch.setattr(module, "KEPT", 0)
    large = resolve_thresholds(B, tubes)
    assert small[0].gates == large[0].gates
    assert small[1] == large[1]


def test_numbers_can_be_put_in_again() -> None:
    numbers = {t.name: t.value for t in B.thresholds if t.value is not None}
    whole = with_numbers(B, numbers)
    assert {p for p, _ in whole.populations()} == {p for p, _ in B.populations()}
    part = with_numbers(B, {k: v for k, v in numbers.items() if k != "cd3"})
    assert [p for p, _ in part.populations()][-1] == "lymphocytes"


def test_a_new_threshold_waits_for_those_behind_it(tmp_path: Path) -> None:
    """Order in the file does not matter: a threshold within b_cells is sought after those that make b_cells."""
    tube, _ = sample_tube(tmp_path, "before", b_spec(420), 1)
    turned = replace(B, thresholds=B.thresholds[::-1], markers=MappingProxyType(dict(B.markers)))
    straight, found = resolve_thresholds(B, [tube])
    again, found_again = resolve_thresholds(turned, [tube])
    assert straight.gates == again.gates
    assert {f.name: f.value for f in found} == {f.name: f.value for f in found_again}
    assert isinstance(turned.thresholds[0], Threshold)


def test_a_tube_without_any_b_cell_before_and_after_still_resolves(tmp_path: Path) -> None:
    tubes = [sample_tube(tmp_path, v, b_spec(0), s)[0] for v, s in (("a", 1), ("b", 2))]
    strategy, found = resolve_thresholds(B, tubes)
    assert by_name(found)["cd27"].source == "fixed"
    assert by_name(found)["cd27"].ambiguous is False
    inside = gated(strategy, tubes[0])
    assert np.count_nonzero(inside["b_cells"]) <= 2


def test_events_of_the_maker_and_labels_agree() -> None:
    sample = make_sample(b_spec(100), 1)
    assert sample.truth.where().shape[0] == sample.events.shape[0]
