"""Composition or expression from single cells: the quick split is that of the program, and the promise is kept."""

import numpy as np
import pytest
from bench.calibration.families.decomposition import CELLS, CHUNK, Planted, counted_parts
from bench.calibration.page import read_tables

from costim.inference.composition.kitagawa import compute_kitagawa

ROWS = [row for row in read_tables()["decomposition"] if row["method"].startswith("log means")]


def test_planted_parts_are_held_in_93_percent_of_studies_with_a_dozen_cells_or_more():
    held = {(r["method"], r["scenario"], r["n"]): float(r["rate"]) for r in ROWS if r["kind"] == "interval"}
    assert len(held) >= 2 * 2 * len(CELLS)
    assert {key: rate for key, rate in held.items() if rate < 0.93} == {}


def test_more_naive_cells_are_not_reported_as_less_expression():
    rejected = [float(r["rate"]) for r in ROWS if r["kind"] == "test"]
    assert len(rejected) >= len(CELLS)
    assert max(rejected) <= 0.055


@pytest.mark.parametrize("on_logs", [True, False])
def test_parts_of_many_patients_equal_those_of_the_program(on_logs, monkeypatch):
    planted, counted = Planted(falls=True, on_logs=on_logs), []
    draw = Planted.count

    def keep(self, *given):
        counted.append(draw(self, *given))
        return counted[-1]

    monkeypatch.setattr(Planted, "count", keep)
    found = next(counted_parts(planted, (60, 12), 5, np.random.default_rng(3), 4))
    (f0, m0, *_), (f1, m1, *_) = counted
    assert CHUNK >= 4
    assert np.isnan(m1).any()
    for study in range(4):
        for patient in range(5):
            one = (study, patient)
            wanted = compute_kitagawa(f0[one], f1[one], m0[one], m1[one])
            assert found["expression"][one] == pytest.approx(wanted.expression)
            assert found["composition"][one] == pytest.approx(wanted.composition)
