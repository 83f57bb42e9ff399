"""Finding channels, looking at values, travelling between processes, and what is never printed."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.fcs.channels import Channel
from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.fcs.names import find_channel
from costim.cytometry.fcs.personal import PERSONAL, may_be_printed
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.fcs.values import check_values
from tests.cytometry.fcs.case import SPOILT
from tests.cytometry.fcs.encoder import COUNTS, build, integers

PANEL = [
    ("FSC-A", ""), ("FSC-H", ""), ("V450-A", "CD19 PE-Cy7"), ("V450-H", "CD19 PE-Cy7"), ("B515-A", "CD45RA-FITC"),
    ("R660-A", "HLA-DR APC"), ("PE-Cy7-A", "CD4;PE-Cy7;780/60"), ("PE-A", "cd40"), ("G1", "IgD"), ("G2", "IGD"),
    ("CD27 BV605", ""), ("Time", ""),
]  # fmt: skip


def channels(labels: list[tuple[str, str]]) -> list[Channel]:
    return [
        Channel(number, name, marker, 32, 1024.0, "F", (0.0, 0.0), 1.0, None, name == "Time")
        for number, (name, marker) in enumerate(labels, start=1)
    ]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("FSC-A", "FSC-A"), ("fsc-a", "FSC-A"), ("FSC A", "FSC-A"), ("CD19", "V450-A"), ("cd19", "V450-A"),
        ("CD19 PE-Cy7", "V450-A"), ("CD45RA", "B515-A"), ("HLA-DR", "R660-A"), ("HLADR", "R660-A"), ("CD4", "PE-Cy7-A"),
        ("CD40", "PE-A"), ("IgD", "G1"), ("IGD", "G2"), ("CD27", "CD27 BV605"), ("time", "Time"), ("PE-A", "PE-A"),
    ],
)  # fmt: skip
def test_a_name_means_one_channel(source: str, name: str) -> None:
    panel = channels(PANEL)
    assert panel[find_channel(source, panel, "tube.fcs")].name == name


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("CD80", "tube.fcs: channel CD80: found no such channel; expected one of FSC-A, FSC-H, V450-A (CD19 PE-Cy7)"),
        ("PE", "found no such channel"),
        ("Cy7", "found no such channel"),
        ("FSC", "found no such channel"),
        ("igd", "found 2 channels of that name: G1 (IgD), G2 (IGD); expected one channel"),
        ("", "found no such channel"),
        ("-", "found no such channel"),
    ],
)
def test_a_name_that_means_none_or_several(source: str, words: str) -> None:
    with pytest.raises(FcsError) as refusal:
        find_channel(source, channels(PANEL), "tube.fcs")
    assert words in str(refusal.value)


def test_repeated_names_are_not_chosen_from() -> None:
    with pytest.raises(FcsError, match="2 channels of that name"):
        find_channel("FL1-A", channels([("FL1-A", ""), ("FL1-A", "")]), "tube.fcs")


def test_values_that_are_not_finite_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(build(events=SPOILT))
    file = open_fcs(path)
    assert file.count_not_finite([3, 0]) == (0, 2)
    (finding,) = check_values(file)
    assert (finding.code, finding.where) == ("fcs_values_not_finite", "$P1N FSC-A")
    assert finding.found.startswith("2 values")
    assert check_values(file, [1, 2, 3]) == ()


def test_values_beyond_the_range_and_masked_bits_are_said(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    events = [(1010, 1000, 2048 + 7), *COUNTS[1:]]
    path.write_bytes(build(integers(16, 1000), events))
    file = open_fcs(path)
    assert file.read([0, 2])[0].tolist() == [1010, 7]
    said = [(finding.code, finding.where, finding.found) for finding in check_values(file)]
    assert said == [
        ("fcs_values_beyond_range", "$P1N FL1, $P2N FL2", "1 values"),
        ("fcs_bits_masked", "$P3N FL3", "1 values with such bits"),
    ]


def test_is_scale_says_where_stored_numbers_may_be_used(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(build(change={"$P2G": "2"}))
    assert [open_fcs(path).is_scale(index) for index in range(4)] == [True, False, True, False]
    path.write_bytes(build(integers(16, 1024), COUNTS))
    assert not open_fcs(path).is_scale(0)
    path.write_bytes(build(integers(16, 65536), COUNTS))
    assert open_fcs(path).is_scale(0)
    path.write_bytes(build(integers(16, 65536, "4,1"), COUNTS))
    assert not open_fcs(path).is_scale(0)


def test_blocks_beyond_the_events_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(build())
    file = open_fcs(path)
    assert file.read([0], 18, 99).shape == (2, 1)
    assert file.read([0], 30, 40).shape == (0, 1)
    assert file.read([], 0, 5).shape == (5, 0)
    with pytest.raises(IndexError):
        file.read([4])


def test_a_file_travels_without_its_data(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(build())
    file = open_fcs(path)
    sent = pickle.dumps(file)
    assert len(sent) < 5_000
    again = pickle.loads(sent)  # noqa: S301
    assert again == file
    np.testing.assert_array_equal(again.read([0, 3]), file.read([0, 3]))
    with pytest.raises(TypeError):
        again.keywords["$TOT"] = "7"


def test_errors_travel_too(tmp_path: Path) -> None:
    with pytest.raises(FcsError) as refusal:
        open_fcs(tmp_path / "none.fcs")
    again = pickle.loads(pickle.dumps(refusal.value))  # noqa: S301
    assert str(again) == str(refusal.value)
    assert again.problems == refusal.value.problems


def test_a_file_that_changed_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(build())
    file = open_fcs(path)
    path.write_bytes(build() + b"more")
    with pytest.raises(FcsError, match="another size"):
        file.read([0])
    path.unlink()
    with pytest.raises(FcsError, match="can no longer be read"):
        file.read([0])


def test_folders_and_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FcsError, match="a folder"):
        open_fcs(tmp_path)
    with pytest.raises(FcsError, match=r"none\.fcs: file: found nothing"):
        open_fcs(tmp_path / "none.fcs")


def test_personal_keywords_are_never_printed() -> None:
    assert not [keyword for keyword in PERSONAL if may_be_printed(keyword)]
    for keyword in ("$P3N", "$P12S", "$TOT", "$CYT", "$SPILLOVER", "$P1V"):
        assert may_be_printed(keyword)
    for keyword in ("ANYTHING", "PATIENT", "$P1NX", "NAME OF THE PATIENT"):
        assert not may_be_printed(keyword)
