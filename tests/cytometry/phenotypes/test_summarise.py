"""Rows of one tube: what is printed, what is withheld, and what each row says about itself."""

import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from costim.cytometry.phenotypes.ask import linear_threshold, wants
from costim.cytometry.phenotypes.errors import PhenotypeError
from costim.cytometry.phenotypes.settings import Settings
from costim.cytometry.phenotypes.summarise import summarise
from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.inference.cells.bead_calibration import compute_bead_line, compute_molecules
from costim.inference.cells.contamination import compute_false_cells, compute_net_count, compute_net_share
from costim.inference.cells.detection import Control, compute_detection_limits
from costim.inference.cells.order_statistics import compute_quantile
from costim.inference.counts.garwood import compute_garwood
from costim.registry.catalogue import methods
from costim.registry.flags import flag_meanings
from tests.cytometry.phenotypes.tubes import STRATEGY, TUBE, gated, rows_of, tube_of


def ends(row):
    return row.value, row.lower, row.upper


def test_plain_rows_are_the_exact_intervals():
    counts, levels = tube_of(300, naive=100)
    rows = rows_of(counts, levels)
    number, share = compute_garwood(300), compute_clopper_pearson(300, 20_000)
    assert ends(rows["b_cells", "count"]) == (300, number.lower, number.upper)
    percent = (100 * share.estimate, 100 * share.lower, 100 * share.upper)
    assert ends(rows["b_cells", "fraction_of_parent"]) == pytest.approx(percent)
    assert ends(rows["b_cells", "fraction_of_lymphocytes"]) == pytest.approx(percent)
    inner = compute_clopper_pearson(100, 300)
    assert ends(rows["naive", "fraction_of_parent"]) == pytest.approx((100 / 3, 100 * inner.lower, 100 * inner.upper))
    for name, quantile in (("median", 0.5), ("p10", 0.1), ("p90", 0.9)):
        found = compute_quantile(levels["b_cells"], quantile)
        assert ends(rows["b_cells", "cd40", name]) == pytest.approx((found.estimate, found.lower, found.upper))
    assert rows["b_cells", "cd40", "mean"].value == pytest.approx(levels["b_cells"].mean())
    assert rows["b_cells", "cd40", "log_mean"].value == pytest.approx(np.log(levels["b_cells"]).mean())
    assert rows["b_cells", "cd40", "geometric_mean"].value == pytest.approx(np.exp(np.log(levels["b_cells"]).mean()))
    positive = int((levels["b_cells"] >= 500).sum())
    exact = compute_clopper_pearson(positive, 300)
    wanted = (100 * exact.estimate, 100 * exact.lower, 100 * exact.upper)
    assert ends(rows["b_cells", "cd40", "percent_positive"]) == pytest.approx(wanted)
    assert ("b_cells", "per_ul") not in rows
    assert ("b_cells", "cd40", "mesf") not in rows
    assert all(row.status == "ok" for row in rows.values())


@pytest.mark.parametrize(
    ("n", "status"), [(0, "below_lod"), (2, "below_lod"), (3, "below_lloq"), (24, "below_lloq"), (25, "ok")]
)
def test_a_level_is_shown_from_the_limit_of_detection_on(n, status):
    rows = rows_of(*tube_of(n))
    levels = [row for key, row in rows.items() if key[:2] == ("b_cells", "cd40")]
    assert {row.status for row in levels} == {status}
    assert {row.value is None for row in levels} == {status == "below_lod"}
    assert {row.lloq for row in levels} == {25}
    assert rows["b_cells", "count"].value == n
    assert rows["b_cells", "fraction_of_parent"].upper > 0
    assert rows["b_cells", "count"].status == status


def test_shares_of_a_population_that_is_not_told_from_none_are_withheld_with_a_control_and_open_without():
    counts, levels = tube_of(4, naive=3)
    row = rows_of(counts, levels, controls={"b_cells": Control(2, 20_000)})["naive", "fraction_of_parent"]
    assert ends(row) == (None, None, None)
    assert row.status == "below_lod"
    empty = rows_of(*tube_of(0))["naive", "fraction_of_parent"]
    assert ends(empty) == (None, None, None)
    assert "parent_empty" in empty.flags


def test_too_few_cells_for_a_limit_leave_it_open_and_say_so():
    rows = rows_of(*tube_of(5))
    median = rows["b_cells", "cd40", "median"]
    assert median.value is not None
    assert (median.lower, median.upper) == (None, None)
    assert median.interval_method == ""
    assert "too_few_cells_for_limit" in median.flags
    twelve = rows_of(*tube_of(12))
    assert twelve["b_cells", "cd40", "median"].lower is not None
    assert twelve["b_cells", "cd40", "p10"].lower is None
    assert twelve["b_cells", "cd40", "p10"].upper is not None
    assert "too_few_cells_for_limit" in twelve["b_cells", "cd40", "p10"].flags


def test_means_have_no_limits():
    rows = rows_of(*tube_of(400))
    for statistic in ("mean", "log_mean", "geometric_mean"):
        row = rows["b_cells", "cd40", statistic]
        assert (row.lower, row.upper, row.interval_method) == (None, None, "")
        assert "limits_not_calibrated" in row.flags


def test_levels_at_or_below_zero_have_no_geometric_mean():
    counts, levels = tube_of(100)
    levels["b_cells"][3] = -2.0
    rows = rows_of(counts, levels)
    for statistic in ("geometric_mean", "log_mean"):
        assert rows["b_cells", "cd40", statistic].value is None
        assert "levels_not_positive" in rows["b_cells", "cd40", statistic].flags
    assert rows["b_cells", "cd40", "mean"].value is not None


def test_a_control_is_subtracted_and_widens_every_interval():
    counts, levels = tube_of(300)
    control = Control(30, 20_000)
    plain, net = rows_of(counts, levels), rows_of(counts, levels, controls={"b_cells": control})
    own = net["b_cells", "count"]
    wanted = compute_net_count(300, 20_000, control)
    assert ends(own) == (wanted.estimate, wanted.lower, wanted.upper)
    assert own.value == pytest.approx(270 / (1 - 30 / 20_000))
    assert own.flags == ("background_subtracted",)
    assert own.events == 300
    share = compute_net_share(300, 20_000, control)
    assert net["b_cells", "fraction_of_parent"].lower == pytest.approx(100 * share.lower)
    limits = compute_detection_limits(20_000, control)
    assert (own.lob, own.lod, own.lloq) == (limits.lob, limits.lod, limits.lloq)
    assert net["naive", "count"].value == 150
    assert net["naive", "count"].flags == ("background_of_larger_gate",)
    of_levels = [key for key, row in net.items() if row.interval_method and row.marker]
    assert len(of_levels) == 8
    for key in of_levels:
        assert net[key].lower < plain[key].lower
        assert net[key].upper > plain[key].upper
    inner = net["naive", "fraction_of_parent"]
    assert inner.lower < plain["naive", "fraction_of_parent"].lower
    assert inner.upper > plain["naive", "fraction_of_parent"].upper
    assert "background_unknown" in plain["b_cells", "count"].flags


def test_controls_of_a_gate_and_of_the_one_around_it_add_up():
    counts, levels = tube_of(400, naive=200)
    around, own = Control(12, 20_000), Control(9, 400)
    one = rows_of(counts, levels, controls={"naive": own})
    both = rows_of(counts, levels, controls={"naive": own, "b_cells": around})
    assert both["naive", "count"].value == one["naive", "count"].value == pytest.approx(191 / (1 - 9 / 400))
    assert both["naive", "count"].lower < one["naive", "count"].lower
    assert both["naive", "count"].lob > one["naive", "count"].lob
    assert both["naive", "cd40", "median"].lower <= one["naive", "cd40", "median"].lower
    assert both["naive", "cd40", "median"].upper >= one["naive", "cd40", "median"].upper


@pytest.mark.parametrize("n", [2000, 2048, 2049, 30_000])
def test_limits_of_a_median_are_those_of_its_false_cells_or_a_little_wider(n):
    """Above 2,048 cells only some ranks are handed over."""
    counts, levels = tube_of(n, lymphocytes=100_000)
    control = Control(300, 100_000)
    row = rows_of(counts, levels, controls={"b_cells": control})["b_cells", "cd40", "median"]
    false = compute_false_cells(100_000, control)
    assert 340 < false < 400
    exact = compute_quantile(levels["b_cells"], level=0.96, false_cells=false)
    assert row.lower <= exact.lower
    assert row.upper >= exact.upper
    if n <= 2048:
        assert (row.lower, row.upper) == (exact.lower, exact.upper)
    else:
        further = compute_quantile(levels["b_cells"], level=0.96, false_cells=int(false + 0.04 * n))
        assert row.lower >= further.lower
        assert row.upper <= further.upper


def test_cells_per_microlitre_by_beads_volume_or_haematology_in_this_order():
    counts, levels = tube_of(40)
    volume = replace(TUBE, blood_ul=100.0, acquired_fraction=0.5)
    row = rows_of(counts, levels, tube=volume)["b_cells", "per_ul"]
    assert (row.value, row.unit, row.interval_method) == (0.8, "cells/uL", "per_volume")
    blood = replace(TUBE, lymphocytes_per_ul=1500.0)
    row = rows_of(counts, levels, tube=blood)["b_cells", "per_ul"]
    assert (row.value, row.interval_method) == (3.0, "per_lymphocyte")
    assert "haematology_error_left_out" in row.flags
    # The lymphocytes themselves would only give back the number that was typed.
    assert ("lymphocytes", "per_ul") not in rows_of(counts, levels, tube=blood)
    wider = rows_of(counts, levels, tube=blood, settings=Settings(haematology_cv=0.1))["b_cells", "per_ul"]
    assert wider.lower < row.lower
    assert "haematology_error_left_out" not in wider.flags
    with_beads = replace(STRATEGY, roles={**STRATEGY.roles, "beads": "memory"})
    beads = replace(volume, beads_added=50_000.0)
    rows = rows_of(counts, levels, tube=beads, strategy=with_beads)
    assert rows["b_cells", "per_ul"].interval_method == "per_bead"
    assert rows["b_cells", "per_ul"].value == pytest.approx(40 / 20 * 500)
    assert ("memory", "per_ul") not in rows
    none = rows_of({**counts, "memory": 0}, levels, tube=beads, strategy=with_beads)["b_cells", "per_ul"]
    assert none.value is None
    assert "no_counting_beads" in none.flags


def test_molecules_are_read_off_the_bead_line():
    counts, levels = tube_of(200)
    line = compute_bead_line([100, 500, 3000, 20000], [720, 3500, 20500, 142000])
    row = rows_of(counts, levels, bead_lines={"cd40": line})["b_cells", "cd40", "mesf"]
    found = compute_quantile(levels["b_cells"], level=0.975)
    wanted = compute_molecules(line, found.estimate, found.lower, found.upper)
    assert ends(row) == pytest.approx((wanted.estimate, wanted.lower, wanted.upper))
    assert row.unit == "MESF"
    assert "beyond_beads" not in row.flags
    far = compute_bead_line([5000, 9000, 20000], [36000, 63500, 142000])
    assert "beyond_beads" in rows_of(counts, levels, bead_lines={"cd40": far})["b_cells", "cd40", "mesf"].flags
    two = rows_of(counts, levels, bead_lines={"cd40": compute_bead_line([100, 20000], [700, 60000])})
    assert two["b_cells", "cd40", "mesf"].lower is None
    assert {"too_few_beads_for_limits", "bead_line_bent"} <= set(two["b_cells", "cd40", "mesf"].flags)


def test_names_that_the_strategy_does_not_have_are_refused_all_at_once():
    counts, levels = tube_of(20)
    line = compute_bead_line([100, 20000], [700, 90000])
    with pytest.raises(PhenotypeError) as error:
        summarise(gated(counts, levels), STRATEGY, TUBE, controls={"plasma": Control(0, 5)}, bead_lines={"cd86": line})
    text = str(error.value)
    assert "control of 'plasma': the strategy has the populations lymphocytes, b_cells, naive, memory" in text
    assert "bead calibration of 'cd86': the strategy has the markers cd40" in text


def test_every_method_flag_and_field_is_known_and_rows_are_alike():
    rows = [
        *rows_of(*tube_of(300)).values(),
        *rows_of(*tube_of(3), controls={"b_cells": Control(0, 500)}).values(),
        *rows_of(*tube_of(300), tube=replace(TUBE, lymphocytes_per_ul=900.0)).values(),
    ]
    assert {row.interval_method for row in rows} - {""} <= methods().keys()
    assert {flag for row in rows for flag in row.flags} <= flag_meanings().keys()
    for row in rows:
        assert list(row.flags) == sorted(set(row.flags))
        assert row.value is None or all(x is None or np.isfinite(x) for x in (row.value, row.lower, row.upper))
        assert (row.lower is None or row.lower <= row.value) and (row.upper is None or row.value <= row.upper)
        assert bool(row.interval_method) == (row.lower is not None or row.upper is not None)
    assert {"lob", "lod", "lloq", "status"} <= {f.name for f in fields(rows[0])}


def test_what_is_asked_of_the_engine_can_travel_to_other_processes():
    asked = wants(STRATEGY, controlled=("b_cells",))
    back = pickle.loads(pickle.dumps(asked))  # noqa: S301 -- our own bytes
    assert [w.population for w in asked] == ["b_cells", "naive"]
    assert back[1].ranks(5000) == asked[1].ranks(5000)
    assert len(asked[0].ranks(5000)) > 20 * len(wants(STRATEGY)[0].ranks(5000))
    assert asked[0].above == (500.0,)


def test_a_threshold_on_a_scale_is_put_in_linear_units():
    class Decades:
        def invert(self, y):
            return 10.0 ** np.asarray(y)

    threshold = replace(STRATEGY.thresholds[0], axis=replace(STRATEGY.thresholds[0].axis, transform="log"), value=None)
    strategy = replace(STRATEGY, thresholds=(threshold,), transforms={"log": Decades()})
    assert linear_threshold(strategy, strategy.markers["cd40"], {"cd40_positive": 2.0}) == 100.0
    assert linear_threshold(strategy, strategy.markers["cd40"], {}) is None
    assert wants(strategy)[0].above == ()


@pytest.mark.parametrize(("lymphocytes", "status"), [(2, "below_lod"), (10, "below_lloq"), (25, "ok")])
def test_a_share_of_a_handful_of_lymphocytes_says_so_and_so_does_the_count_by_haematology(lymphocytes, status):
    tube = replace(TUBE, lymphocytes_per_ul=1_000.0)
    rows = rows_of(*tube_of(1, lymphocytes=lymphocytes), tube=tube)
    assert rows["b_cells", "fraction_of_lymphocytes"].whole_status == status
    assert rows["b_cells", "per_ul"].whole_status == status
    by_volume = rows_of(*tube_of(1, lymphocytes=lymphocytes), tube=replace(tube, blood_ul=50.0, acquired_fraction=1.0))
    assert by_volume["b_cells", "per_ul"].whole_status == "ok"


def test_a_share_of_no_lymphocytes_is_below_their_limit_of_detection():
    row = rows_of(*tube_of(0, lymphocytes=0))["b_cells", "fraction_of_lymphocytes"]
    assert (*ends(row), row.whole_status) == (None, None, None, "below_lod")
