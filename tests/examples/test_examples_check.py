"""The example studies pass the check of the program."""

from __future__ import annotations

import pytest

from costim.study.alternatives import readings
from costim.study.check import check_study
from tests.examples.source import ROOT

EXAMPLES = sorted(p.name for p in (ROOT / "examples").iterdir() if p.is_dir())


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_error_and_no_repair(name: str) -> None:
    study, findings = check_study(ROOT / "examples" / name)
    assert study is not None
    assert {f.severity for f in findings} <= {"warning", "note"}


def test_every_warning_of_the_seed_study_is_a_reading_that_was_not_recovered() -> None:
    _, findings = check_study(ROOT / "examples" / "tokunaga2007")
    assert {f.code for f in findings if f.severity == "warning"} == {"no_baseline"}


def test_readings_of_the_companion_study() -> None:
    study, _ = check_study(ROOT / "examples" / "rituximab_sle_2yr")
    assert study is not None
    assert set(readings(study)) == {
        "patient3_102months_5mg",
        "patient5_22mg_8to2",
        "patient6_63months_0mg",
        "patient7_33months_0mg",
        "patient10_64months_0mg",
    }
