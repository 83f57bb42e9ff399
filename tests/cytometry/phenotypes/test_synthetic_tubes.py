"""From synthetic FCS files to rows: the truth that was put in lies within what is printed."""

from dataclasses import replace

import numpy as np
import pytest

from costim.cytometry.engine.gate import gate_file
from costim.cytometry.engine.values import values_in
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.phenotypes.ask import wants
from costim.cytometry.phenotypes.background import find_controls
from costim.cytometry.phenotypes.beads import calibrate_beads
from costim.cytometry.phenotypes.summarise import summarise
from costim.cytometry.strategies.fit import fit_to_files
from costim.cytometry.strategies.ready import ready
from costim.cytometry.strategies.thresholds import resolve_thresholds
from costim.cytometry.synthetic.beads import PEAKS, make_beads
from costim.cytometry.synthetic.blood import blood_cells
from costim.cytometry.synthetic.sample import make_control, make_sample
from costim.cytometry.synthetic.spec import SampleSpec
from costim.cytometry.synthetic.write import write_sample
from costim.cytometry.tube import Tube
from costim.inference.cells.detection import Control

DEPLETED, FALSE_B = 60, 20


@pytest.fixture(scope="module")
def panel(tmp_path_factory):
    """A visit before treatment, one after it with few B cells and as many false ones, its FMO of CD19, and beads."""
    folder = tmp_path_factory.mktemp("tubes")
    before = SampleSpec(panel="b_cells", cells=blood_cells(30_000, b_cells=3_000), counting_beads=0)
    after = replace(before, cells=blood_cells(30_000, b_cells=DEPLETED), false_b=FALSE_B)
    made = {
        "v1": make_sample(before, 1),
        "v2": make_sample(after, 2),
        "fmo": make_control(after, "cd19", "fmo", 3),
        "beads": make_beads("b_cells", 4),
    }
    for name, sample in made.items():
        write_sample(sample, folder / f"{name}.fcs", every_event=False)
    files = {name: open_fcs(folder / f"{name}.fcs") for name in made}
    tubes = {
        name: Tube(
            path=folder / f"{name}.fcs", subject="p1", visit=name, panel="b", blood_ul=100.0, acquired_fraction=0.5
        )
        for name in ("v1", "v2")
    }
    fitted, _ = fit_to_files(ready("costimulation_b"), [files["v1"], files["v2"], files["fmo"]])
    strategy, _ = resolve_thresholds(fitted.shared, list(tubes.values()))
    return made, files, tubes, strategy


def rows(panel, name, controls=None, lines=None):
    _, files, tubes, strategy = panel
    controls, lines = controls or {}, lines or {}
    found = gate_file(files[name], strategy, wants(strategy, controlled=tuple(controls)))
    return {
        (r.population, r.marker, r.statistic): r
        for r in summarise(found, strategy, tubes[name], controls=controls, bead_lines=lines)
    }


def test_numbers_of_cells_before_and_after(panel):
    made = panel[0]
    for name in ("v1", "v2"):
        found = rows(panel, name)
        true = made[name].truth.count("b_cells")
        row = found["b_cells", "", "count"]
        if name == "v1":
            assert row.lower <= true <= row.upper
            assert found["b_cells", "", "per_ul"].value == pytest.approx(row.value / 50)
        else:
            assert row.value == pytest.approx(true + FALSE_B, abs=8)


def test_false_b_cells_are_taken_off_where_an_fmo_tube_shows_none(panel):
    """The cells of the FMO tube that bind CD20 have no CD19: the gate of B cells is empty but for what sticks."""
    _, files, tubes, strategy = panel
    fmo = replace(tubes["v2"], stain="fmo", marker="CD19")
    empty = find_controls(strategy, "v2", [(fmo, gate_file(files["fmo"], strategy))], None)["b_cells"]
    assert empty.events < FALSE_B
    # Sticky cells counted where there should be none, in a control as large: the planted rate.
    planted = Control(FALSE_B, empty.parents)
    row = rows(panel, "v2", {"b_cells": planted})["b_cells", "", "count"]
    assert row.lower <= DEPLETED <= row.upper
    assert row.value == pytest.approx(DEPLETED, abs=8)
    assert row.lob > FALSE_B


def test_the_median_of_cd40_lies_within_limits_that_false_cells_widen(panel):
    made, files, _, strategy = panel
    plain = rows(panel, "v2")["b_cells", "cd40", "median"]
    dirty = rows(panel, "v2", {"b_cells": Control(3, 30_000)})["b_cells", "cd40", "median"]
    assert dirty.lower < plain.lower < plain.upper < dirty.upper
    levels = values_in(files["v2"], strategy, "b_cells", [replace(strategy.markers["cd40"].axis, transform="")])
    assert plain.value == pytest.approx(float(np.median(levels)))
    assert plain.lower in levels
    first = rows(panel, "v1")["b_cells", "cd40", "median"]
    truth = made["v1"].truth
    unmixed = truth.unmixed[truth.where("b_cells"), truth.markers.index("cd40")]
    assert first.lower <= np.median(unmixed) * 1.02
    assert first.upper >= np.median(unmixed) * 0.98


def test_molecules_of_cd40_are_those_that_were_bound(panel):
    made, files, _, strategy = panel
    axis = replace(strategy.markers["cd40"].axis, transform="")
    channel = files["beads"].find(axis.source)
    levels = files["beads"].read([channel])[:, 0]
    line = calibrate_beads(levels, [None, *PEAKS[1:]], tube="beads", marker="cd40")
    assert line.is_linear
    row = rows(panel, "v1", lines={"cd40": line})["b_cells", "cd40", "mesf"]
    truth = made["v1"].truth
    bound = np.median(truth.mesf[truth.where("b_cells"), truth.markers.index("cd40")])
    assert row.lower <= bound <= row.upper
    assert row.value == pytest.approx(bound, rel=0.1)
