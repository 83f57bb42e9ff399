"""Values on any axis of a strategy."""

from __future__ import annotations

import numpy as np
import pytest

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.compensation.problem import CompensationError
from costim.cytometry.events import Events
from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.gates.model import FROM_FILE, Axis, Ratio, Strategy
from costim.cytometry.transforms.logicle import Logicle
from tests.cytometry.written_file import WrittenFile

NAMES = ("Time", "FSC-A", "FITC-A", "PE-A", "APC-A")
MARKERS = ("", "", "CD3", "CD19 PE", "CD4")
SPILL = "3,FITC-A,PE-A,APC-A,1,0.15,0.01,0.02,1,0,0,0.005,1"
MATRIX = np.array([[1, 0.15, 0.01], [0.02, 1, 0], [0, 0.005, 1]])
SCALE = Logicle(262144, 0.5, 4.5, 0)


def true_and_measured(size: int = 500) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    true = np.column_stack([np.arange(size), rng.normal(5e4, 1e4, size), rng.lognormal(6, 2, (size, 3))])
    measured = true.copy()
    measured[:, 2:] = true[:, 2:] @ MATRIX
    return true, measured


def events(keywords: dict[str, str] | None = None, **strategy: object) -> tuple[np.ndarray, Events]:
    true, measured = true_and_measured()
    file = WrittenFile(NAMES, {"$SPILLOVER": SPILL} if keywords is None else keywords, measured, MARKERS)
    return true, Events(file, Strategy("s", (), {"logicle": SCALE}, **strategy))  # type: ignore[arg-type]


def test_uncompensated_values_are_those_of_the_file() -> None:
    _, found = events()
    assert np.array_equal(found.values(Axis("PE-A")), true_and_measured()[1][:, 3])
    assert found.findings == ()


@pytest.mark.parametrize(("source", "column"), [("FITC-A", 2), ("PE-A", 3), ("CD19", 3), ("cd4", 4), ("APC-A", 4)])
def test_compensated_by_the_file(source: str, column: int) -> None:
    true, found = events()
    assert np.allclose(found.values(Axis(source, FROM_FILE)), true[:, column], rtol=1e-9)
    expected = SCALE.apply(true[:, column])
    assert np.allclose(found.values(Axis(source, FROM_FILE, "logicle")), expected, rtol=0, atol=1e-12)


def test_channels_outside_the_matrix_are_themselves() -> None:
    true, found = events()
    assert found.made_of(Axis("FSC-A", FROM_FILE)).is_channel
    assert np.array_equal(found.values(Axis("FSC-A", FROM_FILE)), true[:, 1])


def test_a_file_without_matrix_is_said() -> None:
    _, found = events({})
    assert np.array_equal(found.values(Axis("PE-A", FROM_FILE)), true_and_measured()[1][:, 3])
    assert [finding.code for finding in found.findings] == ["no_compensation"]


def test_matrix_of_the_strategy_by_fluorochrome_and_by_detector() -> None:
    matrix = SpilloverMatrix.from_array("m", NAMES[2:], MATRIX, ("FITC", "PhycoE", "APC"))
    true, found = events({}, matrices={"m": matrix})
    for source in ("PhycoE", "PE-A", "CD19"):
        assert np.allclose(found.values(Axis(source, "m")), true[:, 3], rtol=1e-9)


def test_spectra_give_fluorochromes_and_leave_detectors_as_they_are() -> None:
    spectra = np.array([[1, 0.3, 0.1], [0.2, 1, 0.4]])
    matrix = SpilloverMatrix.from_array("m", NAMES[2:], spectra, ("a", "b"))
    true = np.random.default_rng(3).normal(1e3, 10, (50, 2))
    data = np.column_stack([np.zeros((50, 2)), true @ spectra])
    found = Events(WrittenFile(NAMES, {}, data), Strategy("s", (), matrices={"m": matrix}))  # type: ignore[arg-type]
    assert np.allclose(found.values(Axis("b", "m")), true[:, 1], rtol=1e-10)
    assert np.array_equal(found.values(Axis("PE-A", "m")), data[:, 3])


def test_detectors_that_the_file_lacks_are_all_named() -> None:
    matrix = SpilloverMatrix.from_array("m", ("PE-A", "X", "Y"), np.eye(3))
    _, found = events({}, matrices={"m": matrix})
    with pytest.raises(CompensationError, match=r"(?s)matrix m: found detector X.*matrix m: found detector Y"):
        found.values(Axis("PE-A", "m"))


def test_two_detectors_that_are_one_channel() -> None:
    matrix = SpilloverMatrix.from_array("m", ("PE-A", "CD19"), np.eye(2))
    _, found = events({}, matrices={"m": matrix})
    with pytest.raises(CompensationError, match="PE-A, CD19 are one channel"):
        found.values(Axis("PE-A", "m"))


def test_unknown_channel() -> None:
    with pytest.raises(FcsError, match="CD8"):
        events()[1].values(Axis("CD8"))


def test_ratio_and_its_scale() -> None:
    ratio = Ratio(Axis("CD4", FROM_FILE), Axis("FITC-A", FROM_FILE), a=2.0, b=10.0, c=5.0)
    true, found = events(ratios={"r": ratio})
    expected = 2 * (true[:, 4] - 10) / (true[:, 2] - 5)
    assert np.allclose(found.values(Axis("r")), expected, rtol=1e-7)
    assert np.allclose(found.values(Axis("r", "", "logicle")), SCALE.apply(expected), rtol=1e-7, atol=1e-12)


def test_ratio_over_zero_is_no_number() -> None:
    ratio = Ratio(Axis("FSC-A"), Axis("PE-A"), c=7.0)
    data = np.array([[0, 1, 0, 7, 0], [0, 0, 0, 7, 0], [0, 6, 0, 9, 0]], dtype=float)
    found = Events(WrittenFile(NAMES, {}, data), Strategy("s", (), ratios={"r": ratio}))  # type: ignore[arg-type]
    assert np.array_equal(found.values(Axis("r")), [np.nan, np.nan, 3.0], equal_nan=True)


def test_parts_are_parts_of_the_whole_to_the_bit() -> None:
    _, found = events()
    axis = Axis("CD19", FROM_FILE, "logicle")
    whole = found.values(axis)
    parts = [found.values(axis, start, min(start + 73, 500)) for start in range(0, 500, 73)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert found.values(axis) is whole
    with pytest.raises(ValueError, match="read-only"):
        whole[0] = 0


def test_a_bad_value_stays_in_the_channels_it_belongs_to() -> None:
    data = true_and_measured(3)[1]
    data[1, 4] = np.nan
    data[2, 2] = np.inf
    keywords = {"$SPILLOVER": "3,FITC-A,PE-A,APC-A,1,0.15,0,0.02,1,0,0,0,1"}
    found = Events(WrittenFile(NAMES, keywords, data), Strategy("s", ()))  # type: ignore[arg-type]
    finite = [np.isfinite(found.values(Axis(name, FROM_FILE))).tolist() for name in NAMES[2:]]
    assert finite == [[True, True, False], [True, True, False], [True, False, True]]


@pytest.mark.oracle
def test_flowkit_compensates_and_scales_alike(fcs_data) -> None:
    flowkit = pytest.importorskip("flowkit")
    from costim.cytometry.fcs.read import open_fcs

    path = fcs_data / "flowkit" / "100715.fcs"
    sample = flowkit.Sample(path)
    sample.apply_compensation(sample.metadata["spill"])
    theirs = sample.get_events(source="comp")
    found = Events(open_fcs(path), Strategy("s", (), {"logicle": SCALE}))
    for index, name in enumerate(sample.pnn_labels):
        ours = found.values(Axis(name, FROM_FILE))
        assert np.allclose(ours, theirs[:, index], rtol=1e-9, atol=1e-7)
    logicle = flowkit.transforms.LogicleTransform(262144, 0.5, 4.5, 0).apply(theirs[:, 5])
    assert np.allclose(found.values(Axis(sample.pnn_labels[5], FROM_FILE, "logicle")), logicle, rtol=0, atol=1e-11)
