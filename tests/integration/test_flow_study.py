"""Five markers of eight patients as one family, and a mean over three subsets, from the folder to the effects."""

from fractions import Fraction
from pathlib import Path

import pytest

from costim.pipeline import estimate_effects, measure_study
from costim.study.check import check_study

FOLDER = Path(__file__).parent / "flow_study"
MARKERS = ("cd80", "cd40", "cd69", "cd40l", "icos")
SUBSETS = ("naive", "memory", "plasmablast")


@pytest.fixture(scope="module")
def study():
    found, findings = check_study(FOLDER)
    assert {(f.severity, f.column) for f in findings} == {("warning", "test")}  # laboratory names of this study only
    return found


@pytest.fixture(scope="module")
def rows(study):
    effects = estimate_effects(study.plan, measure_study(study), study.tables["published"])
    return effects.to_dicts()


@pytest.fixture(scope="module")
def readings():
    """What the file says, read without the engine: (subject, visit, test) -> number as typed."""
    lines = (FOLDER / "labs.csv").read_text("utf-8").splitlines()[1:]
    cells = {tuple(line.split(",")[:3]): line.split(",")[3] for line in lines}
    return {key: Fraction(text) for key, text in cells.items() if text != "not done"}


def of(rows, parameter, method, **fields):
    found = [
        row
        for row in rows
        if (row["parameter"], row["method"]) == (parameter, method) and fields.items() <= row.items()
    ]
    assert len(found) == 1
    return found[0]


def test_whole_patients_are_turned_in_the_family(rows):
    """Counts of the 256 patterns, from a program that lists every one of them; patient 6 has no second ICOS."""
    family = [of(rows, f"lab.{marker}", "signed_rank") for marker in MARKERS]
    assert [row["n"] for row in family] == [8, 8, 8, 8, 7]
    assert [row["p"] * 256 for row in family] == [2, 4, 20, 28, 12]
    assert [row["p_adjusted"] * 256 for row in family] == pytest.approx([8, 12, 34, 34, 32])
    for row in family:
        assert {"adjusted_westfall_young", "incomplete_family"} <= set(row["flags"])
        assert (row["family"], row["text"]) == ("costimulation", "8 patients in the family")


def test_the_family_loses_less_than_by_holm(rows):
    family = [of(rows, f"lab.{marker}", "signed_rank") for marker in MARKERS]
    by_holm, largest = {}, 0.0
    for step, row in enumerate(sorted(family, key=lambda row: row["p"])):
        largest = max(largest, min(1.0, (5 - step) * row["p"]))
        by_holm[row["parameter"]] = largest
    assert all(row["p"] < row["p_adjusted"] < by_holm[row["parameter"]] for row in family)


def test_composition_and_expression_add_up_patient_by_patient(rows, readings):
    parts = {"composition": Fraction(0), "expression": Fraction(0)}
    for subject in map(str, range(1, 9)):
        shares, levels = [], []
        for visit in ("before", "week4"):
            own = [readings[subject, visit, f"{name}_share"] for name in SUBSETS]
            shares.append([share / sum(own) for share in own])
            levels.append([readings.get((subject, visit, f"{name}_cd40")) for name in SUBSETS])
        for k in range(3):
            f0, f1, m0, m1 = shares[0][k], shares[1][k], levels[0][k], levels[1][k]
            m1 = m0 if m1 is None else m1  # no plasmablast of patient 4 was left
            parts["composition"] += (f1 - f0) * (m0 + m1) / 16
            parts["expression"] += (m1 - m0) * (f0 + f1) / 16
    found = {part: of(rows, "lab.cd40_mfi", "composition_change", stratum=part) for part in ("total", *parts)}
    for part, mean in parts.items():
        assert found[part]["estimate"] == pytest.approx(float(mean), abs=1e-6)
    assert found["total"]["estimate"] == pytest.approx(float(sum(parts.values())), abs=1e-6)
    for row in found.values():
        assert (row["n"], row["n_missing"], row["unit"], row["p_min"]) == (8, 0, "MFI", 2 / 256)
        assert row["lower"] < row["estimate"] < row["upper"] < 0
        assert row["p"] < 0.05
        assert {"subset_empty", "shares_scaled"} <= set(row["flags"])
        assert row["p_adjusted"] is None
