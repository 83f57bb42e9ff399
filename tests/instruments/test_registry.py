"""All instruments together: the contract every row keeps."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.instruments.registry import INSTRUMENTS
from costim.registry.datafiles import read_rows
from costim.registry.flags import flag_meanings
from costim.registry.measurements import Measurement, measurements_frame
from costim.registry.parameters import parameter, parameters
from costim.study.study import Study
from tests.instruments.builders import make_study

MISSING = {"", "blank", "not_done", "not_reported", "not_recovered", "not_recorded"}


def whole_study() -> Study:
    """A study with something in every table."""
    return make_study(
        {"depletion": "cd19_lt5"},
        plan={
            "visits": [{"name": "entry"}, {"name": "d28"}],
            "measures": [{"measure": "doris"}, {"measure": "csledai"}, {"measure": "steroids"}, {"measure": "bilag"}],
        },
        subjects=[
            {"subject": "1", "sex": "F", "age_years": 35, "disease_duration": 19, "disease_duration_unit": "years"},
            {"subject": "2", "weight_kg": 60},
        ],
        infusions=[
            {"subject": "1", "infusion": 1, "day": 0, "drug": "rituximab", "amount": 375, "unit": "mg/m2"},
            {"subject": "2", "infusion": 1, "day": 0, "drug": "rituximab", "amount": 500, "unit": "mg"},
        ],
        comedications=[
            {"subject": "1", "drug": "betamethasone", "dose": 1, "unit": "mg"},
            {"subject": "2", "drug": "prednisolone", "start_day": -10, "dose": "5-10", "unit": "mg"},
            {"subject": "2", "drug": "methylprednisolone", "visit": "d28", "dose": 1, "unit": "g", "frequency": "once"},
        ],
        prior_treatments=[{"subject": "1", "treatment": "cyclosporine"}],
        visits=[
            {"subject": "1", "visit": "entry", "day": "not reported"},
            {"subject": "1", "visit": "d28", "time": 4, "time_unit": "weeks"},
            {"subject": "2", "visit": "entry", "day": 0},
            {"subject": "2", "visit": "d28", "day": "27-29"},
        ],
        sledai=[
            {"subject": "1", "visit": "entry", "item": "total", "total": 2},
            {"subject": "1", "visit": "entry", "item": "psychosis", "state": "present"},
            {"subject": "2", "visit": "d28", "item": "rash", "state": "not done"},
            {"subject": "2", "visit": "entry", "item": "total", "total": "not recovered"},
        ],
        manifestations=[
            {"subject": "1", "kind": "np", "term": "psychosis", "outcome": "resolved", "resolution_day": "<=5"},
            {"subject": "1", "kind": "np_classification", "term": "psychosis"},
            {"subject": "2", "kind": "systemic", "term": "fever", "onset_day": -3},
        ],
        scales=[
            {"subject": "1", "visit": "entry", "scale": "gcs", "value": "7-11"},
            {"subject": "1", "visit": "d28", "scale": "gcs_eye", "value": 4},
            {"subject": "2", "visit": "d28", "scale": "clinical_response", "category": "MCR"},
        ],
        labs=[
            {"subject": "1", "visit": "entry", "test": "c3", "value": "<5"},
            {"subject": "1", "visit": "d28", "test": "cd19_count", "value": 0, "unit": "cells/uL"},
            {"subject": "1", "visit": "d28", "timepoint": "pre", "test": "igg", "value": 900, "unit": "mg/dL"},
            {"subject": "2", "visit": "entry", "test": "igg", "value": "not done"},
        ],
        assessments=[
            {"subject": "1", "visit": "entry", "fact": "bilag_renal", "value": "B"},
            {"subject": "2", "visit": "entry", "fact": "bilag_renal", "value": "not done"},
            {"subject": "2", "visit": "entry", "fact": "drugs", "value": "complete"},
        ],
        imaging=[
            {"subject": "1", "visit": "entry", "modality": "mri", "finding": "abnormal", "pattern_class": "II;III"},
            {"subject": "1", "visit": "d28", "modality": "mri", "verdict": "improved"},
            {"subject": "2", "visit": "d28", "modality": "any", "verdict": "not recovered"},
        ],
        events=[
            {"subject": "1", "event": "end_of_response", "time": 22, "time_unit": "months", "status": "unknown"},
            {"subject": "2", "event": "end_of_response", "time": "not recovered"},
            {"subject": "2", "event": "infection"},
        ],
    )


def measured(study: Study) -> list[Measurement]:
    return [row for measure in INSTRUMENTS.values() for row in measure(study)]


def test_order_of_the_registry() -> None:
    assert list(INSTRUMENTS) == [
        "subjects", "exposure", "comedications", "sledai", "manifestations",
        "scales", "labs", "bcells", "cytometry", "imaging", "events", "measures",
    ]  # fmt: skip


def test_every_instrument_speaks_and_an_empty_study_is_silent() -> None:
    study = whole_study()
    for name, measure in INSTRUMENTS.items():
        # Cytometry needs FCS files: `test_cytometry.py` writes some.
        assert (name == "cytometry") == (not measure(study)), name
        assert measure(make_study()) == [], name


def test_every_row_keeps_the_contract() -> None:
    study = whole_study()
    rows = measured(study)
    assert measurements_frame(rows).height == len(rows)
    for row in rows:
        assert row.cells, row.key
        for cell in row.cells:
            assert study.address(cell).found, cell
        assert row.parameter in parameters(), row.parameter
        assert row.missing in MISSING
        assert set(row.flags) <= set(flag_meanings()), row.flags
        assert len(set(row.flags)) == len(row.flags)
        told = row.text is not None or row.relation != ""
        assert told is (row.missing == "") or row.parameter.startswith("event."), row
        if row.relation == "=":
            assert row.value == row.lower == row.upper
        else:
            assert row.value is None
        if row.unit and row.parameter.startswith(
            ("lab.", "scale.", "subject.", "sledai.", "event.", "doris.", "csledai.", "steroids.", "bilag.")
        ):
            assert row.unit == parameter(row.parameter).unit


def test_named_reading_marks_every_row() -> None:
    rows = measured(replace(whole_study(), reading="other"))
    assert {row.reading for row in rows} == {"other"}


@given(st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_order_of_rows_and_columns_leaves_the_measurements_alone(random: object) -> None:
    study = whole_study()
    before = {name: frame.clone() for name, frame in study.tables.items()}

    def shuffled(frame: pl.DataFrame) -> pl.DataFrame:
        rows, columns = list(range(frame.height)), list(frame.columns)
        random.shuffle(rows)  # type: ignore[attr-defined]  # hypothesis gives a Random
        random.shuffle(columns)  # type: ignore[attr-defined]
        return frame[rows].select(columns)

    other = replace(study, tables=MappingProxyType({name: shuffled(frame) for name, frame in study.tables.items()}))
    assert measured(other) == measured(study)
    assert all(study.tables[name].equals(frame) for name, frame in before.items())


@pytest.mark.parametrize("name", ["labs", "scales"])
def test_measures_are_complete(name: str) -> None:
    rows = read_rows(f"measures/{name}.csv")
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        assert row["label"]
        assert row["log"] in ("yes", "no")
        if row["minimum"] and row["maximum"]:
            assert float(row["minimum"]) < float(row["maximum"])


def test_every_reference_of_a_measure_is_known() -> None:
    from costim.registry.catalogue import references

    names = ["labs", "scales", "sledai_items", "sledai_versions"]
    cited = {row["reference"] for name in names for row in read_rows(f"measures/{name}.csv")} - {""}
    assert cited <= set(references())


def test_weights_of_sledai_sum_to_105() -> None:
    weights = [int(row["weight"]) for row in read_rows("measures/sledai_items.csv")]
    assert (len(weights), sum(weights)) == (24, 105)
    assert sorted(weights) == [1] * 3 + [2] * 7 + [4] * 6 + [8] * 8


def test_units_of_labs_can_be_converted() -> None:
    from costim.registry.units import find_unit

    for row in read_rows("measures/labs.csv"):
        assert find_unit(row["unit"]) is not None, row["code"]
