"""FCS files of a study as measurement rows: counts, levels, limits of a few cells, moved gates, B cells by tube."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import polars as pl
import pytest

from costim.cytometry.synthetic.sample import make_sample
from costim.cytometry.synthetic.write import write_sample
from costim.instruments.bcells import measure as measure_b_cells
from costim.instruments.cytometry.measure import measure
from costim.instruments.cytometry.record import record
from costim.instruments.cytometry.shown import picture_cells
from costim.pipeline import analyse_study, estimate_effects, measure_study
from costim.registry.measurements import Measurement
from costim.registry.moved_gates import MOVED_GATES
from costim.study.check import read_study
from costim.study.comparisons import apply_comparison, comparisons
from costim.study.study import Study
from tests.instruments.cells_study import ACQUIRED, B_CELLS, BLOOD, FALL, PANEL, SUBJECTS, VISITS, spec_of, write_study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return read_study(write_study(tmp_path_factory.mktemp("cells") / "study"))


@pytest.fixture(scope="module")
def rows(study: Study) -> list[Measurement]:
    return measure(study)


def pick(rows: list[Measurement], parameter: str) -> Iterator[tuple[str, str, Measurement]]:
    for row in rows:
        if row.parameter == parameter:
            yield row.subject, row.visit, row


def one(rows: list[Measurement], parameter: str, subject: str, visit: str) -> Measurement:
    return next(row for s, v, row in pick(rows, parameter) if (s, v) == (subject, visit))


def test_counts_are_those_of_the_truth(rows: list[Measurement]) -> None:
    for place, subject in enumerate(SUBJECTS):
        for visit in VISITS:
            row = one(rows, "cyt.b_cells.count", subject, visit)
            truth = B_CELLS[visit][place]
            assert row.value is not None
            # Doublets and dead cells may hide or mimic a few.
            assert abs(row.value - truth) <= max(3, 0.03 * truth)
            assert row.events == row.value
            assert row.item == "B"
            assert row.day == VISITS[visit]


def test_concentration_comes_from_the_blood_in_the_tube(rows: list[Measurement]) -> None:
    count = one(rows, "cyt.b_cells.count", "2", "baseline")
    row = one(rows, "cyt.b_cells.per_ul", "2", "baseline")
    assert count.value is not None
    assert row.value == pytest.approx(count.value / (BLOOD * ACQUIRED), rel=0.02)
    assert row.interval_lower is not None
    assert row.interval_upper is not None
    assert row.interval_lower < row.value < row.interval_upper
    assert row.unit == "cells/uL"


def test_levels_below_the_limit_of_detection_are_missing_and_counts_are_not(rows: list[Measurement]) -> None:
    row = one(rows, "cyt.b_cells.cd40.median", "1", "day28")
    assert (row.value, row.missing, row.interval_lower) == (None, "below_lod", None)
    assert one(rows, "cyt.b_cells.count", "1", "day28").value is not None


def test_a_share_of_a_handful_of_cells_is_as_uncertain_as_their_levels(rows: list[Measurement]) -> None:
    assert one(rows, "cyt.naive_b.fraction_of_parent", "1", "day28").missing == "below_lod"
    assert one(rows, "cyt.naive_b.fraction_of_parent", "2", "day28").missing == "below_lloq"
    assert one(rows, "cyt.naive_b.fraction_of_parent", "2", "month6").value is not None
    assert one(rows, "cyt.b_cells.fraction_of_lymphocytes", "1", "day28").value is not None


def test_between_the_limits_a_level_is_given_only_in_the_sensitivity_analysis(
    study: Study, rows: list[Measurement]
) -> None:
    assert one(rows, "cyt.b_cells.cd40.median", "2", "day28").missing == "below_lloq"
    (other,) = [c for c in comparisons(study.plan) if c.choice == "mfi_floor"]
    sensitivity = measure(apply_comparison(study, other))
    row = one(sensitivity, "cyt.b_cells.cd40.median", "2", "day28")
    assert row.value is not None
    assert "below_lloq" in row.flags
    assert row.reading == "mfi_floor=lod"
    assert one(sensitivity, "cyt.b_cells.cd40.median", "1", "day28").missing == "below_lod"


def test_the_planted_fall_is_found(study: Study) -> None:
    measurements = measure_study(study)
    effects = estimate_effects(study.plan, measurements, study.tables["published"])
    found = effects.filter(
        (pl.col("method") == "geometric_mean_ratio")
        & (pl.col("contrast") == "to_month6")
        & (pl.col("reading") == "as_recorded")
    )
    assert found.get_column("n").to_list() == [len(SUBJECTS)]
    assert found.get_column("estimate").item() == pytest.approx(FALL, rel=0.05)
    spread = effects.filter((pl.col("method") == "gate_jitter") & (pl.col("contrast") == "to_month6"))
    assert set(spread.get_column("variant")) == {"signed_rank pratt", "geometric_mean_ratio sign_flip"}
    assert (spread.get_column("estimate_lower") <= spread.get_column("estimate")).all()
    assert (spread.get_column("estimate") <= spread.get_column("estimate_upper")).all()
    assert not measurements.filter(
        pl.col("reading").str.starts_with(MOVED_GATES) & (pl.col("parameter") != "cyt.b_cells.cd40.median")
    ).height


def test_widely_moved_gates_move_the_counts(study: Study, rows: list[Measurement]) -> None:
    plan = study.plan
    wide = plan.model_copy(
        update={
            "cytometry": plan.cytometry.model_copy(update={"jitter": 0.2}),
            "endpoints": (plan.endpoints[0].model_copy(update={"parameter": "cyt.b_cells.count"}),),
        }
    )
    moved = [measure(replace(study, plan=wide, reading=f"{MOVED_GATES}{n:03d}")) for n in (1, 2, 3)]
    before = {(s, v): row.value for s, v, row in pick(rows, "cyt.b_cells.count")}
    after = [{(s, v): row.value for s, v, row in pick(draw, "cyt.b_cells.count")} for draw in moved]
    assert any(draw != before for draw in after)
    assert len({tuple(sorted(draw.items())) for draw in after}) > 1


def test_b_cells_of_the_tube_decide_on_depletion_by_their_interval(study: Study) -> None:
    rows = measure_b_cells(study)
    depleted = {(row.subject, row.visit): row.text for row in rows if row.parameter == "bcell.depleted"}
    assert depleted["1", "day28"] == "yes"
    assert depleted["1", "baseline"] == "no"
    count = next(r for r in rows if r.parameter == "bcell.count" and (r.subject, r.visit) == ("3", "day28"))
    assert "counted_in_tube" in count.flags
    returned = next(r for r in rows if r.parameter == "bcell.return_day" and r.subject == "1")
    assert (returned.lower, returned.upper) == (28.0, 182.0)


def test_of_two_panels_that_count_b_cells_the_first_of_the_plan_speaks(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", panels=PANEL + PANEL.replace('"B"', '"A"'))
    table = (folder / "samples.csv").read_text("utf-8")
    day28 = "1,day28,B,,,fcs/s1_day28.fcs"
    assert day28 in table
    moved = table.replace(day28, "1,month6,A,,,fcs/s1_day28.fcs").replace(
        "3,day28,B,,,fcs/s3_day28.fcs", "3,day28,A,,,fcs/s3_day28.fcs"
    )
    (folder / "samples.csv").write_text(moved, "utf-8")
    both = read_study(folder)
    counted = measure_study(both).filter(pl.col("reading") == "as_recorded")
    (count,) = [row for row in pick_frame(counted, "bcell.count") if (row["subject"], row["visit"]) == ("1", "month6")]
    per_ul = {row["item"]: row["value"] for row in pick_frame(counted, "cyt.b_cells.per_ul", "1", "month6")}
    assert set(per_ul) == {"A", "B"}
    assert count["value"] == per_ul["B"]
    # Where the first panel has no tube, the other one speaks.
    assert [r["item"] for r in pick_frame(counted, "cyt.b_cells.per_ul", "3", "day28")] == ["A"]
    assert [r["visit"] for r in pick_frame(counted, "bcell.count", "3", "day28")] == ["day28"]


def pick_frame(
    rows: pl.DataFrame, parameter: str, subject: str | None = None, visit: str | None = None
) -> list[dict[str, object]]:
    wanted = rows.filter(pl.col("parameter") == parameter)
    for name, value in (("subject", subject), ("visit", visit)):
        wanted = wanted if value is None else wanted.filter(pl.col(name) == value)
    return wanted.to_dicts()


def test_the_record_proves_that_gates_are_the_same(study: Study) -> None:
    found = record(study)
    assert found is not None
    for subject in SUBJECTS:
        digests = {t.digest for t in found.tubes if t.subject == subject and t.stain == "sample"}
        assert len(digests) == 1
    assert found.differences == ()
    assert {t.name for t in found.thresholds} >= {"cd19", "cd3"}
    assert all(t.source and t.value is not None for t in found.thresholds)
    assert found.miflowcyt


def test_the_record_has_the_limits_of_each_population(study: Study, rows: list[Measurement]) -> None:
    found = record(study)
    assert found is not None
    stained = {(t.subject, t.visit): t for t in found.tubes if t.stain == "sample"}
    limits = {one.population: one for one in stained["1", "day28"].limits}
    cells = limits["b_cells"]
    # The FMO of CD19 counts false B cells, so that more than the three events of a clean tube are needed.
    assert cells.lob is not None and cells.lod is not None and cells.lloq is not None
    assert 0 <= cells.lob < cells.lod <= cells.lloq
    assert cells.lloq >= 25
    assert cells.lod_per_ul == pytest.approx(cells.lod / (BLOOD * ACQUIRED))
    counted = one(rows, "cyt.b_cells.count", "1", "day28")
    assert "below_lod" in counted.flags and (counted.events or 0) < cells.lod
    assert all(not tube.limits for tube in found.tubes if tube.stain == "fmo")


def test_the_error_of_haematology_widens_counts_that_rest_on_it(study: Study) -> None:
    samples = study.tables["samples"].with_columns(
        blood_ul=pl.lit(None, pl.Float64), lymphocytes_per_ul=pl.lit(1500.0), acquired_fraction=pl.lit(None, pl.Float64)
    )
    counted = replace(study, tables=MappingProxyType({**study.tables, "samples": samples}))
    erring = study.plan.cytometry.model_copy(update={"haematology_cv": 0.2})
    plan = study.plan.model_copy(update={"cytometry": erring})
    exact, wide = (
        one(measure(s), "cyt.b_cells.per_ul", "1", "baseline") for s in (counted, replace(counted, plan=plan))
    )
    assert "haematology_error_left_out" in exact.flags and "haematology_error_left_out" not in wide.flags
    assert exact.interval_lower is not None and wide.interval_lower is not None
    assert wide.interval_lower < exact.interval_lower
    assert wide.value == exact.value


def test_pictures_show_every_visit_side_by_side(study: Study) -> None:
    shown = picture_cells(study)
    assert {len(picture.frames) for picture in shown.gates} == {len(VISITS)}
    assert {overlay.marker for overlay in shown.markers} == {"cd40", "cd80"}


def test_a_study_without_tubes_has_no_rows(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", panels="", files={"samples.csv": "subject,visit,panel,fcs_file\n"})
    study = read_study(folder)
    assert measure(study) == []
    assert record(study) is None


def test_a_tube_acquired_at_another_voltage_says_so_in_rows_effects_and_findings(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study")
    changed = replace(spec_of(0, "month6"), voltages={"PE-A": 300.0})
    write_sample(make_sample(changed, 3), folder / "fcs/s1_month6.fcs", every_event=False)
    results = analyse_study(read_study(folder))
    assert [f.code for f in results.findings if f.file == "s1_month6.fcs"].count("voltage_changed") == 1
    flagged = results.measurements.filter(
        pl.col("flags").list.contains("acquisition_changed") & (pl.col("source") == "samples")
    )
    assert set(flagged.get_column("subject")) == {"1"}
    assert set(flagged.get_column("visit")) == {"month6"}
    tests = results.effects.filter(pl.col("method") == "signed_rank")
    doubted = dict(zip(tests.get_column("contrast"), tests.get_column("flags").to_list(), strict=True))
    assert "acquisition_changed" in doubted["to_month6"]
    assert "acquisition_changed" not in doubted["to_day28"]
