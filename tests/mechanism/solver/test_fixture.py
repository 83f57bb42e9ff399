"""Rows of the specification, made there at rtol 1e-10 with other code."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.solver.solve import solve
from tests.mechanism.solver.asking import LOOP, doses, one_patient

TABLE = Path(__file__).parents[2] / "truth" / "mechanism_fixture.csv"
REGIMENS: dict[str, Schedule] = {
    "375x1": doses((0, 600, 0.2)),
    "500x4": doses(*((7 * i, 500, 0.2) for i in range(4))),
    "1000x2": doses((0, 1000, 0.2), (14, 1000, 0.2)),
}
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))


@pytest.mark.parametrize("rtol", [1e-6, 1e-10])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['regimen']}-{row['day']}")
def test_typical_patient_as_in_the_specification(row, rtol):
    values = one_patient()
    solved = solve(LOOP, values, REGIMENS[row["regimen"]], [float(row["day"])], rtol=rtol)
    state = dict(zip(LOOP.states, solved.states[0, 0], strict=True))
    state["C"] = state["A1"] / values[0, LOOP.value_names.index("V1")]
    state["CD19"] = state["N"] + state["M"]
    for name in ("C", "CD19", "M", "X", "Ta", "Tm", "Ab", "D"):
        expected = float(row[name])
        assert state[name] == pytest.approx(expected, rel=0.01 if expected < 0.01 else 0.002), name
