"""Named alternative readings through the pipeline."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import polars as pl
from tests.integration.conftest import EXAMPLES


def with_reading(folder: Path, *row: str) -> Path:
    """The companion study with one more alternative reading."""
    study = folder / "study"
    shutil.copytree(EXAMPLES / "rituximab_sle_2yr", study)
    with (study / "alternatives.csv").open("a", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerow(row)
    return study


def test_a_value_that_the_other_reading_does_not_give_is_missing_there(tmp_path: Path) -> None:
    # Read as a pulse, the dose of patient 1 is no daily dose: the preferred dose must not stand in for it.
    from costim.pipeline import analyse_study
    from costim.study.check import read_study

    key = ("pulse", "comedications", "1", "day0", "prednisolone_equivalent", "frequency", "once", "said for the test")
    results = analyse_study(read_study(with_reading(tmp_path, *key)))
    pulse = results.measurements.filter(pl.col("reading") == "pulse", pl.col("subject") == "1")
    dose = pulse.filter(pl.col("parameter") == "steroid.prednisone_equivalent").row(0, named=True)
    assert (dose["value"], dose["lower"], dose["missing"]) == (None, None, "not_recorded")
    assert pulse.filter(pl.col("parameter") == "steroid.pulse_equivalent").height == 1
    assert set(dose["cells"]) <= results.cells.keys()
    test = results.effects.filter(
        pl.col("parameter") == "steroid.prednisone_equivalent", pl.col("method") == "signed_rank"
    )
    assert dict(zip(test["reading"], test["n"], strict=True))["as_recorded"] == 10
    assert dict(zip(test["reading"], test["n"], strict=True))["pulse"] == 9
