"""Ready strategies: complete, found by name, never aligned on an outcome, fitted to the channels a panel has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.fcs.file import FcsFile
from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.cytometry.gates.check import strategy_problems
from costim.cytometry.gates.errors import GateError
from costim.cytometry.gates.model import Gate, StrategySet
from costim.cytometry.strategies.aliases import aliases, common_name, find_by_any_name
from costim.cytometry.strategies.fit import LeftOut, fit_to_files
from costim.cytometry.strategies.load import load_gates
from costim.cytometry.strategies.misfits import misfits
from costim.cytometry.strategies.prune import leading_to, thresholds_needed, without
from costim.cytometry.strategies.ready import ready, ready_names, ready_text

NAMES = {
    "costimulation_b": ["Time", "FSC-A", "FSC-H", "SSC-A", "Viability", "CD3", "CD19", "CD20", "CD27", "IgD"],
    "costimulation_t": ["Time", "FSC-A", "FSC-H", "SSC-A", "Viability", "CD3", "CD4", "CD45RA", "CD69"],
}
MORE = {"costimulation_b": ["CD38", "CD40", "CD80"], "costimulation_t": ["ICOS", "CD154"]}


def file_with(folder: Path, names: list[str], file: str = "a.fcs") -> FcsFile:
    channels = [NewChannel(f"Ch{i}" if n[:2] not in ("FS", "SS", "Ti") else n, n) for i, n in enumerate(names)]
    write_fcs(folder / file, np.ones((5, len(names))), channels)
    return open_fcs(folder / file)


def populations(strategies: StrategySet) -> set[str]:
    return {name for name, _ in strategies.shared.populations()}


def test_names() -> None:
    assert ready_names() == ("costimulation_b", "costimulation_t")
    with pytest.raises(GateError, match="costimulation_b"):
        ready("costimulaton_b")
    assert load_gates("ready:costimulation_t") == ready("costimulation_t")


@pytest.mark.parametrize("name", ready_names())
def test_a_ready_strategy_has_nothing_wrong_and_nothing_idle(name: str) -> None:
    strategy = ready(name).shared
    assert strategy_problems(strategy) == ()
    assert thresholds_needed(strategy) == {t.name for t in strategy.thresholds}
    known = populations(ready(name))
    for marker in strategy.markers.values():
        assert marker.outcome
        assert set(marker.populations) <= known
    assert set(strategy.roles.values()) <= known
    assert "schema = 1" in ready_text(name)


@pytest.mark.parametrize("name", ready_names())
def test_no_threshold_is_sought_where_an_outcome_was_gated(name: str) -> None:
    strategy = ready(name).shared
    outcomes = {m.axis for m in strategy.markers.values()}
    for threshold in strategy.thresholds:
        part = leading_to(strategy, (threshold.population, threshold.reference))
        assert not outcomes & {axis for gate in part.gates for axis in axes(gate)}
        assert threshold.axis not in outcomes or "valley" not in threshold.sources


def axes(gate: Gate) -> set[object]:
    from costim.cytometry.gates.walk import axes_of_gate

    return {axis for _, axis in axes_of_gate(gate)}


def test_all_names_of_a_marker_are_one() -> None:
    for names in (("CD154", "CD40L", "cd40 ligand"), ("ICOS", "CD278", "icos"), ("CD80", "B7-1"), ("CD20", "MS4A1")):
        assert len({common_name(name) for name in names}) == 1
    everything = [common_name(m) for m in aliases()]
    assert len(set(everything)) == len(everything)
    assert common_name("CD40") != common_name("CD40L")


def test_no_name_stands_for_two_markers() -> None:
    bearers: dict[str, set[str]] = {}
    for marker, names in aliases().items():
        for name in (marker, *names):
            bearers.setdefault("".join(c for c in name.casefold() if c.isalnum()), set()).add(marker)
    assert {name: markers for name, markers in bearers.items() if len(markers) > 1} == {}


def test_a_name_that_two_channels_bear_is_refused_and_not_taken_for_absent(tmp_path: Path) -> None:
    file = file_with(tmp_path, [*NAMES["costimulation_b"], "CD40", "CD80", "cd80"])
    twice = file_with(tmp_path, [*NAMES["costimulation_b"], "CD40", "CD80", "CD80"], "b.fcs")
    assert find_by_any_name(file, "CD80") == "CD80"
    with pytest.raises(FcsError, match="2 channels of that name"):
        fit_to_files(ready("costimulation_b"), [twice])


@pytest.mark.parametrize("name", ready_names())
def test_a_full_panel_loses_nothing(tmp_path: Path, name: str) -> None:
    file = file_with(tmp_path, NAMES[name] + MORE[name])
    fitted, gone = fit_to_files(ready(name), [file])
    assert gone == ()
    assert fitted == ready(name)
    assert fit_to_files(ready(name), []) == (ready(name), ())


def test_channels_under_other_names_are_found(tmp_path: Path) -> None:
    other = {"CD154": "CD40L", "ICOS": "CD278", "Viability": "Live/Dead", "CD4": "CD4 PerCP-Cy5.5"}
    names = [other.get(n, n) for n in NAMES["costimulation_t"] + MORE["costimulation_t"]]
    file = file_with(tmp_path, names)
    assert find_by_any_name(file, "CD154") == "CD40L"
    assert find_by_any_name(file, "CD4") == "CD4"
    assert find_by_any_name(file, "CD19") is None
    fitted, gone = fit_to_files(ready("costimulation_t"), [file])
    assert gone == ()
    assert list(misfits(file, fitted.shared)) == []
    assert fitted.shared.markers["cd154"].axis.source == "CD40L"
    assert {t.axis.source for t in fitted.shared.thresholds if t.name == "icos"} == {"CD278"}
    assert populations(fitted) == populations(ready("costimulation_t"))


def test_absent_optional_channels_take_their_gates_with_them(tmp_path: Path) -> None:
    file = file_with(tmp_path, [n for n in NAMES["costimulation_b"] if n not in ("Time", "Viability")] + ["CD40"])
    fitted, gone = fit_to_files(ready("costimulation_b"), [file])
    assert [(one.gate, one.channel, one.passed_over) for one in gone] == [
        ("steady", "Time", True),
        ("live", "Viability", True),
        ("plasmablasts", "CD38", False),
        ("cd80_positive_b", "CD80", False),
    ]
    left = populations(fitted)
    assert left == populations(ready("costimulation_b")) - {"steady", "live", "plasmablasts", "cd80_positive_b"}
    assert strategy_problems(fitted.shared) == ()
    assert list(misfits(file, fitted.shared)) == []
    assert dict(fitted.shared.populations())["lymphocytes"] == "no_debris"
    assert dict(fitted.shared.populations())["within_range"] == ""
    assert "live" in fitted.shared.roles
    assert fitted.shared.roles["live"] == "no_debris"
    assert not {"cd80", "cd38_high", "dead", "time_start"} & {t.name for t in fitted.shared.thresholds}
    granular = next(t for t in fitted.shared.thresholds if t.name == "granular")
    assert granular.population == "no_debris"


def test_a_missing_height_leaves_doublets_in_and_says_so(tmp_path: Path) -> None:
    names = [n for n in NAMES["costimulation_b"] + MORE["costimulation_b"] if n != "FSC-H"]
    fitted, gone = fit_to_files(ready("costimulation_b"), [file_with(tmp_path, names)])
    assert gone == (LeftOut("singlets", "FSC-H", passed_over=True),)
    assert "what it would have removed stays in" in gone[0].words
    assert fitted.shared.ratios == {}


def test_every_visit_gets_the_same_gates(tmp_path: Path) -> None:
    full = NAMES["costimulation_b"] + MORE["costimulation_b"]
    first = file_with(tmp_path, full, "a.fcs")
    second = file_with(tmp_path, [n for n in full if n != "CD80"], "b.fcs")
    fitted, gone = fit_to_files(ready("costimulation_b"), [first, second])
    assert [one.gate for one in gone] == ["cd80_positive_b"]
    assert "it and what depends on it is not measured" in gone[0].words
    assert "cd80" not in fitted.shared.markers


def test_files_that_disagree_on_a_name_are_refused(tmp_path: Path) -> None:
    full = NAMES["costimulation_t"] + MORE["costimulation_t"]
    first = file_with(tmp_path, full, "a.fcs")
    second = file_with(tmp_path, ["CD40L" if n == "CD154" else n for n in full], "b.fcs")
    with pytest.raises(GateError, match=r"channel CD154: found CD154 in a\.fcs, CD40L in b\.fcs"):
        fit_to_files(ready("costimulation_t"), [first, second])


def test_a_panel_without_its_lineage_is_refused(tmp_path: Path) -> None:
    names = [n for n in NAMES["costimulation_b"] + MORE["costimulation_b"] if n != "CD19"]
    with pytest.raises(GateError, match="population b_cells: found no channel CD19"):
        fit_to_files(ready("costimulation_b"), [file_with(tmp_path, names)])


def test_exceptions_of_samples_follow(tmp_path: Path) -> None:
    full = [n for n in NAMES["costimulation_b"] + MORE["costimulation_b"] if n != "CD80"]
    shared = ready("costimulation_b")
    own = {g.name: g for g in shared.shared.gates}
    strategies = replace(shared, exceptions={"S1": (own["cd40_positive_b"], own["cd80_positive_b"])})
    fitted, _ = fit_to_files(strategies, [file_with(tmp_path, full)])
    assert [g.name for g in fitted.exceptions["S1"]] == ["cd40_positive_b"]


def test_without_leaves_a_strategy_that_can_be_used() -> None:
    strategy = ready("costimulation_b").shared
    for gate in strategy.gates:
        smaller = without(strategy, [gate.name])
        assert strategy_problems(smaller) == ()
        assert gate.name not in {g.name for g in smaller.gates}
    leaves = leading_to(strategy, ["naive_b"])
    assert [g.name for g in leaves.gates][-1] == "b_subsets"
    assert "t_cells" not in {g.name for g in leaves.gates}
    assert leading_to(strategy, [""]).gates == ()
