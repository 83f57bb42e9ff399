"""Matrices as CSV, the way programs and people write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.compensation.csv_matrix import read_csv_matrix
from costim.cytometry.compensation.problem import CompensationError

VALUES = [[1, 0.15], [0.02, 1]]


def written(folder: Path, text: str, name: str = "comp.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    "text",
    [
        "FITC-A,PE-A\n1,0.15\n0.02,1\n",
        ",FITC-A,PE-A\nFITC-A,1,0.15\nPE-A,0.02,1\n",
        "\ufeffFITC-A;PE-A\r\n1;0,15\r\n0,02;1\r\n",
        "FITC-A\tPE-A\n1\t0.15\n0.02\t1\n\n",
        "# FITC-A,PE-A\n1,0.15\n0.02,1\n",
        "fluorochrome,FITC-A,PE-A\nPE-A,0.02,1\nFITC-A,1,0.15\n",
        "detector,FITC-A,PE-A\nFITC-A,1,0.02\nPE-A,0.15,1\n",
        '"",' + '"FITC-A","PE-A"\n"FITC-A",1,0.15\n"PE-A",0.02,1\n',
    ],
)
def test_ways_of_writing(tmp_path: Path, text: str) -> None:
    matrix, findings = read_csv_matrix(written(tmp_path, text))
    assert matrix.detectors == matrix.fluorochromes == ("FITC-A", "PE-A")
    assert matrix.array().tolist() == VALUES
    assert (matrix.name, findings) == ("comp", ())


def test_both_orientations(tmp_path: Path) -> None:
    path = written(tmp_path, ",FITC-A,PE-A\nFITC-A,1,0.15\nPE-A,0.02,1\n")
    assert read_csv_matrix(path, rows="fluorochromes")[0].array().tolist() == VALUES
    assert read_csv_matrix(path, rows="detectors")[0].array().tolist() == np.transpose(VALUES).tolist()


def test_the_first_cell_must_not_contradict(tmp_path: Path) -> None:
    path = written(tmp_path, "detector,FITC-A,PE-A\nFITC-A,1,0.15\nPE-A,0.02,1\n")
    with pytest.raises(
        CompensationError, match=r"comp\.csv, line 1: found 'detector' in the first cell; expected fluoro"
    ):
        read_csv_matrix(path, rows="fluorochromes")


def test_fluorochromes_have_names_of_their_own(tmp_path: Path) -> None:
    matrix, _ = read_csv_matrix(written(tmp_path, ",FL1,FL2\nFITC,1,0.15\nPE,0.02,1\n"), name="mine")
    assert (matrix.detectors, matrix.fluorochromes, matrix.name) == (("FL1", "FL2"), ("FITC", "PE"), "mine")


def test_spectra(tmp_path: Path) -> None:
    matrix, findings = read_csv_matrix(written(tmp_path, ",V1,V2,V3\nBV421,1,0.5,0.2\nBV510,0.3,0.9,1\n"))
    assert matrix.array().shape == (2, 3)
    assert matrix.inverse().shape == (3, 2)
    assert findings == ()


def test_percent(tmp_path: Path) -> None:
    matrix, findings = read_csv_matrix(written(tmp_path, "FITC-A,PE-A\n100,15\n2,100\n"))
    assert matrix.array().tolist() == VALUES
    assert [finding.code for finding in findings] == ["matrix_in_percent"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "comp.csv"),
        ("FITC-A,PE-A\n", "0 rows of numbers"),
        ("FITC-A,PE-A\n1\n0.02,1\n", "line 2: found 1 numbers; expected 2"),
        ("FITC-A,PE-A\n1,x\n0.02,y\n", "line 2, column PE-A: found 'x'; expected a number"),
        ("FITC-A,\n1,0.1\n0.02,1\n", "a header cell that is blank"),
        ("FITC-A PE-A\n1 0\n0 1\n", "channel names divided by comma, semicolon or tab"),
        ("FITC-A,PE-A\n1,0.15\n", "1 rows of [2] numbers"),
        ("FITC-A,FITC-A\n1,0.1\n0,1\n", "detector FITC-A more than once"),
        ("FITC-A,PE-A\n1,1\n1,1\n", "singular"),
        ("FITC-A,PE-A\n1,nan\n1,1\n", "line 2, column PE-A: found 'nan'; expected a number"),
        ("FITC-A,PE-A\n1,1_0\n1,1\n", "line 2, column PE-A: found '1_0'; expected a number"),
        ('"' + 200_000 * "a" + '",PE-A\n1,0\n', "comp.csv, line 1: found field larger than field limit"),
    ],
)
def test_broken(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CompensationError) as caught:
        read_csv_matrix(written(tmp_path, text))
    assert words in str(caught.value)


def test_several_problems_at_once(tmp_path: Path) -> None:
    with pytest.raises(CompensationError) as caught:
        read_csv_matrix(written(tmp_path, "FITC-A,PE-A\n1,x\n0.02,y,3\n"))
    assert str(caught.value).startswith("3 things to mend")


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(CompensationError, match="No such file"):
        read_csv_matrix(tmp_path / "none.csv")
    path = tmp_path / "latin.csv"
    path.write_bytes("PE-A,\xb5\n1,0\n0,1\n".encode("latin-1"))
    with pytest.raises(CompensationError, match="no UTF-8"):
        read_csv_matrix(path)
