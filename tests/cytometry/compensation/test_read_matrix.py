"""Matrices under the keywords of FCS 2.0 to 3.2, sound and broken."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.compensation.problem import CompensationError
from costim.cytometry.compensation.read_matrix import matrix_of_file
from tests.cytometry.written_file import WrittenFile

NAMES = ("FSC-A", "FITC-A", "PE-A", "APC-A")
VALUES = [[1, 0.15, 0.01], [0.02, 1, 0], [0, 0.005, 1]]
SPILL = "3,FITC-A,PE-A,APC-A,1,0.15,0.01,0.02,1,0,0,0.005,1"


def read(text: str, keyword: str = "$SPILLOVER", names: tuple[str, ...] = NAMES) -> tuple[SpilloverMatrix, list[str]]:
    matrix, findings = matrix_of_file(WrittenFile(names, {keyword: text}))  # type: ignore[arg-type]
    assert matrix is not None
    return matrix, [f"{finding.severity} {finding.code}" for finding in findings]


def refused(text: str, keyword: str = "$SPILLOVER", names: tuple[str, ...] = NAMES) -> str:
    with pytest.raises(CompensationError) as caught:
        read(text, keyword, names)
    return str(caught.value)


@pytest.mark.parametrize("keyword", ["$SPILLOVER", "$SPILL", "SPILL", "SPILLOVER"])
def test_named_matrix(keyword: str) -> None:
    matrix, findings = read(SPILL, keyword)
    assert matrix.detectors == matrix.fluorochromes == NAMES[1:]
    assert matrix.array().tolist() == VALUES
    assert matrix.name == keyword
    assert findings == []


def test_no_keyword_no_matrix() -> None:
    for keywords in ({}, {"$SPILLOVER": " "}, {"SPILL": "0"}):
        assert matrix_of_file(WrittenFile(NAMES, keywords)) == (None, ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        " 3 , FITC-A , PE-A , APC-A , 1 , 0.15 , 0.01 , 0.02 , 1 , 0 , 0 , 0.005 , 1 ",
        SPILL + ",",
        SPILL.replace("FITC-A", "fitc-a").replace("PE-A", "PE -A"),
        SPILL.replace("0.15", "1.5E-1").replace("0.02", ".02"),
        SPILL.replace(",0.02", ",\n0.02"),
    ],
)
def test_harmless_ways_of_writing(text: str) -> None:
    assert read(text)[0].array().tolist() == VALUES


def test_percent_is_noticed() -> None:
    matrix, findings = read("2,FITC-A,PE-A,100,15,2,100")
    assert matrix.array().tolist() == [[1, 0.15], [0.02, 1]]
    assert findings == ["repair matrix_in_percent"]


def test_decimal_commas_are_noticed() -> None:
    matrix, findings = read("2,FITC-A,PE-A,1,000,0,150,0,020,1,000")
    assert matrix.array().tolist() == [[1, 0.15], [0.02, 1]]
    assert findings == ["repair spillover_decimal_comma"]


def test_channels_by_number() -> None:
    matrix, findings = read("3,2,3,4," + SPILL.split(",", 4)[4])
    assert matrix.detectors == NAMES[1:]
    assert findings == ["repair spillover_by_number"]


def test_numbers_that_are_names_are_names() -> None:
    matrix, findings = read("2,3,2,1,0.1,0,1", names=("9", "3", "2"))
    assert matrix.detectors == ("3", "2")
    assert findings == []


def test_comma_in_a_name() -> None:
    names = ("FSC", "B 530/30,A", "PE, area", "APC")
    matrix, _ = read("3,B 530/30,A,PE, area,APC,1,0.15,0.01,0.02,1,0,0,0.005,1", names=names)
    assert matrix.detectors == names[1:]
    assert matrix.array().tolist() == VALUES


def test_comma_in_a_name_that_is_the_beginning_of_another() -> None:
    matrix, _ = read("2,PE,PE,A,1,0.5,0.25,1", names=("PE", "PE,A"))
    assert matrix.detectors == ("PE", "PE,A")
    assert matrix.array().tolist() == [[1, 0.5], [0.25, 1]]


def test_unknown_channel_without_spill_is_left_out() -> None:
    matrix, findings = read("3,FITC-A,BV421-A,PE-A,1,0,0.15,0,1,0,0.02,0,1")
    assert matrix.detectors == ("FITC-A", "PE-A")
    assert matrix.array().tolist() == [[1, 0.15], [0.02, 1]]
    assert findings == ["repair spillover_channel_dropped"]


def test_unknown_channel_with_spill_is_refused() -> None:
    message = refused("3,FITC-A,BV421-A,PE-A,1,0,0.15,0,1,0.1,0.02,0,1")
    assert message.startswith("tube.fcs, $SPILLOVER: found channels BV421-A, which the file does not have; expected")
    assert "FSC-A, FITC-A, PE-A, APC-A" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3,FITC-A,PE-A,APC-A,1,0.15,0.01,0.02", "found 4 numbers for 3 channels; expected 9"),
        (SPILL + ",0.5", "found 10 numbers for 3 channels; expected 9"),
        ("3,FITC-A,PE-A", "found 0 numbers for 3 channels; expected 9"),
        ("x,FITC-A", "'x' as the first entry"),
        ("-2,FITC-A", "'-2' as the first entry"),
        ("99999999,FITC-A", "'99999999' as the first entry"),
        (SPILL.replace("0.15", "abc"), "'abc' among the numbers"),
        (SPILL.replace("0.15", "nan"), "'nan' among the numbers"),
        (SPILL.replace("0.15", "1e999"), "'1e999' among the numbers"),
        ("2,2,²,1,0,0,1", "channels 2, ², which the file does not have"),
        (f"2,2,{5000 * '1'},1,0.1,0,1", f"channels {5000 * '1'}, which the file does not have"),
        ("2,FITC-A,FITC-A,1,0,0,1", "detector FITC-A more than once"),
        ("2,FITC-A,PE-A,1,1,1,1", "a singular matrix"),
        ("2,FITC-A,PE-A,1,0.1,0.1,100", "diagonal 1, 100; expected 1 throughout (fractions) or 100"),
        ("2,FITC-A,PE-A,0,0.1,0.1,0", "diagonal 0, 0"),
        ("3,2,3,9," + SPILL.split(",", 4)[4], "channels 9, which the file does not have"),
    ],
)
def test_broken(text: str, words: str) -> None:
    message = refused(text)
    assert message.count("tube.fcs, ") >= 1
    assert words in message


def test_all_problems_at_once() -> None:
    message = refused("3,FITC-A,PE-A,APC-A,1,x,0.01,0.02")
    assert "2 things to mend" in message
    assert "4 numbers for 3 channels" in message
    assert "'x' among the numbers" in message


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("2,FITC-A,PE-A,1,0.995,0.995,1", "warning matrix_ill_conditioned"),
        ("2,FITC-A,PE-A,1,-0.1,0,1", "note spillover_negative"),
        ("2,FITC-A,PE-A,1,1.5,0,1", "note spillover_above_one"),
        ("2,FITC-A,PE-A,1,0.1,0.1,0.9", "warning spillover_diagonal"),
    ],
)
def test_odd_numbers_are_said(text: str, finding: str) -> None:
    assert read(text)[1] == [finding]


def test_the_standard_keyword_comes_first_and_a_difference_is_said() -> None:
    other = SPILL.replace("0.15", "0.25")
    for second, codes in ((SPILL, []), (other, ["spillover_keywords_differ"]), ("2,x", ["spillover_keywords_differ"])):
        file = WrittenFile(NAMES, {"SPILL": second, "$SPILLOVER": SPILL})
        matrix, findings = matrix_of_file(file)  # type: ignore[arg-type]
        assert matrix is not None
        assert matrix.array().tolist() == VALUES
        assert [finding.code for finding in findings] == codes


def test_comp_of_fcs_3_0_is_all_channels_in_order() -> None:
    matrix, findings = read("2,1,0.1,0.2,1", "$COMP", ("FL1", "FL2"))
    assert matrix.detectors == ("FL1", "FL2")
    assert matrix.array().tolist() == [[1, 0.1], [0.2, 1]]
    assert findings == ["warning compensation_loosely_defined"]
    assert "2 rows and no channel names; expected one row for each of the 4" in refused("2,1,0.1,0.2,1", "$COMP")


def test_repairs_of_comp_are_said_as_those_of_spillover() -> None:
    matrix, findings = read("2,1,000,0,150,0,020,1,000", "$COMP", ("FL1", "FL2"))
    assert matrix.array().tolist() == [[1, 0.15], [0.02, 1]]
    assert findings == ["warning compensation_loosely_defined", "repair spillover_decimal_comma"]


def test_percentages_of_fcs_2_0() -> None:
    keywords = {"$DFC1TO2": "15.0", "$DFC2TO1": "2", "$DFC1TO1": "0.0", "$DFC7TO1": "0.0"}
    matrix, findings = matrix_of_file(WrittenFile(("FL1", "FL2"), keywords))  # type: ignore[arg-type]
    assert matrix is not None
    assert np.allclose(matrix.array(), [[1, 0.15], [0.02, 1]], rtol=1e-15)
    assert [finding.code for finding in findings] == ["compensation_loosely_defined"]


def test_percentages_of_fcs_2_0_that_are_all_zero_are_no_matrix() -> None:
    keywords = {f"$DFC{i}TO{j}": "0.0" for i in range(1, 11) for j in range(1, 11)}
    assert matrix_of_file(WrittenFile(NAMES, keywords)) == (None, ())  # type: ignore[arg-type]


def test_percentages_of_channels_that_are_not_there_and_words() -> None:
    keywords = {"$DFC1TO9": "5", "$DFC2TO1": "much", "$DFC1TO2": "1_0"}
    with pytest.raises(CompensationError) as caught:
        matrix_of_file(WrittenFile(NAMES, keywords))  # type: ignore[arg-type]
    assert "tube.fcs, $DFC1TO9: found 5; expected channels 1 to 4 only" in str(caught.value)
    assert "tube.fcs, $DFC2TO1: found 'much'; expected a number of percent" in str(caught.value)
    assert "tube.fcs, $DFC1TO2: found '1_0'; expected a number of percent" in str(caught.value)


@settings(max_examples=100)
@given(st.text(alphabet="0123456789,.-+eE \nFITCPEA", max_size=60))
def test_any_text_is_a_matrix_or_a_message(text: str) -> None:
    try:
        matrix, _ = matrix_of_file(WrittenFile(NAMES, {"$SPILLOVER": text}))  # type: ignore[arg-type]
    except CompensationError as error:
        assert re.match(r"(\d+ things to mend|tube\.fcs, \$SPILLOVER)", str(error))
    else:
        assert matrix is None or np.isfinite(matrix.inverse()).all()
