"""The quality of whole tubes: planted faults are found, clean tubes are called clean, real files are judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.engine.gate import gate_file
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.cytometry.gates.model import Axis, Ratio, Strategy
from costim.cytometry.quality.assess import assess
from costim.cytometry.quality.stable import stable_channels
from costim.cytometry.synthetic.spec import Clog
from costim.registry.cytometry_record import QualityNumber
from costim.registry.flags import flag_meanings
from tests.cytometry.quality.synthetic_tubes import strategy_of, tube


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tubes")


@pytest.fixture(scope="module")
def strategy(folder: Path) -> Strategy:
    return strategy_of(tube(folder, "clean", 1)[0])


def by_code(numbers: tuple[QualityNumber, ...]) -> dict[str, QualityNumber]:
    assert len({n.code for n in numbers}) == len(numbers)
    return {n.code: n for n in numbers}


def test_a_clean_tube_is_good_throughout(folder: Path, strategy: Strategy) -> None:
    found = assess(tube(folder, "clean", 1)[1], strategy)
    assert {n.code: n.status for n in found if n.status != "good"} == {}
    assert {n.code for n in found} <= set(flag_meanings())


def test_false_alarms_of_clean_tubes(folder: Path, strategy: Strategy) -> None:
    codes = ("acquisition_drift", "flow_rate_unsteady", "acquisition_gap", "time_not_monotone")
    alarms = 0
    for seed in range(20):
        found = by_code(assess(tube(folder, "again", 100 + seed)[1], strategy))
        alarms += any(found[code].status != "good" for code in codes)
    assert alarms <= 1


def test_planted_drift_names_its_channel(folder: Path, strategy: Strategy) -> None:
    drift = by_code(assess(tube(folder, "drift", 2, drift={"PE-Cy7-A": 0.6})[1], strategy))["acquisition_drift"]
    assert drift.channel == "PE-Cy7-A"
    assert drift.status in ("doubtful", "bad")


def test_an_outcome_marker_is_never_judged_for_drift(folder: Path, strategy: Strategy) -> None:
    assert strategy.markers["cd40"].outcome
    drift = by_code(assess(tube(folder, "outcome", 3, drift={"APC-A": 2.0})[1], strategy))["acquisition_drift"]
    assert drift.status == "good"


def test_neither_part_of_a_ratio_that_is_an_outcome_is_judged_for_drift(folder: Path, strategy: Strategy) -> None:
    marker = strategy.markers["cd40"]
    side = Axis("SSC-A", compensation="", transform="")
    ratio = Ratio(replace(marker.axis, transform=""), side)
    moved = replace(
        strategy,
        ratios={**strategy.ratios, "cd40_by_side": ratio},
        markers={**strategy.markers, "cd40": replace(marker, axis=Axis("cd40_by_side", compensation="", transform=""))},
    )
    file = tube(folder, "outcome", 3, drift={"APC-A": 2.0, "SSC-A": 2.0})[1]
    places = [channel.name for channel in file.channels]
    judged = [places[i] for i in stable_channels(file, moved)]
    assert {"FSC-A", "PE-Cy7-A"} <= set(judged)
    assert not {"APC-A", "SSC-A"} & set(judged)
    assert by_code(assess(file, moved))["acquisition_drift"].channel not in ("APC-A", "SSC-A")


def test_a_planted_clog_is_found(folder: Path, strategy: Strategy) -> None:
    found = by_code(assess(tube(folder, "clog", 4, clog=Clog(at=0.4, gap_s=2.0, settle_s=3.0))[1], strategy))
    assert found["acquisition_gap"].status == "doubtful"
    assert found["acquisition_gap"].value == pytest.approx(2.0, abs=0.1)
    assert found["flow_rate_unsteady"].status != "good"


def test_doublets_and_dead_cells_by_the_gates(folder: Path, strategy: Strategy) -> None:
    many = by_code(assess(tube(folder, "dirty", 5, doublets=9_000, dead=9_000)[1], strategy))
    few = by_code(assess(tube(folder, "clean", 1)[1], strategy))
    assert many["doublets"].status == "doubtful"
    assert many["dead_cells"].status == "doubtful"
    assert (many["doublets"].value or 0) > 4 * (few["doublets"].value or 0) > 0
    assert many["dead_cells"].of is not None


def test_counts_already_known_give_the_same(folder: Path, strategy: Strategy) -> None:
    file = tube(folder, "clean", 1)[1]
    assert assess(file, strategy, gate_file(file, strategy).counts) == assess(file, strategy)


def test_few_cells_are_said(folder: Path, strategy: Strategy) -> None:
    found = by_code(
        assess(tube(folder, "clean", 1)[1], strategy, dict.fromkeys((n for n, _ in strategy.populations()), 700))
    )
    assert found["low_count"].status == "bad"
    assert found["low_count"].note == "lymphocytes"


def test_values_that_are_no_numbers_and_margins_without_gates(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    events = rng.normal(5_000, 800, (6_000, 3)).astype(np.float32)
    events[20:620, 0] = 262_143
    path = tmp_path / "tube.fcs"
    names = ("FSC-A", "PE-A", "FITC-A")
    write_fcs(path, events, [NewChannel(name, "", 262_144) for name in names], {})
    data = np.memmap(path, "<f4", "r+", open_fcs(path).data_begin, events.shape)
    data[:12, 1] = np.nan
    data.flush()
    found = by_code(assess(open_fcs(path)))
    assert (found["non_finite_events"].events, found["non_finite_events"].note) == (12, "PE-A")
    assert found["non_finite_events"].status == "bad"
    high = found["margin_events_high"]
    assert (high.channel, high.events, high.of, high.status) == ("FSC-A", 600, 6_000, "bad")
    assert found["time_not_recorded"].status == "not_known"
    assert found["dead_cells"].status == "not_known"


def test_real_files_are_judged(fcs_data: Path) -> None:
    """flowAI ships its B-cell file as an example of an unsteady acquisition; the ITN files were cut at their ends."""
    unsteady = by_code(assess(open_fcs(fcs_data / "flowai" / "flowai_Bcells1.fcs")))
    assert unsteady["flow_rate_unsteady"].status == "bad"
    assert unsteady["acquisition_drift"].status == "bad"
    cut = by_code(assess(open_fcs(fcs_data / "flowstats_itn" / "itn_sample01.fcs")))
    assert cut["margin_events_low"].status == "bad"
    for path in sorted(p for p in fcs_data.rglob("*") if p.suffix.lower() in (".fcs", ".lmd")):
        numbers = assess(open_fcs(path))
        assert {n.status for n in numbers} <= {"good", "doubtful", "bad", "not_known"}, path.name
