"""Every crafted file: exact values and exactly the findings named, or a refusal in the words expected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.fcs.findings import FcsError, findings_of
from costim.cytometry.fcs.read import open_fcs
from costim.registry.flags import flag_meanings
from tests.cytometry.fcs.bad_files import CASES
from tests.cytometry.fcs.case import Case


def test_there_are_enough_cases_with_names_of_their_own() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_file(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(case.make())
    if case.refused:
        with pytest.raises(FcsError) as refusal:
            open_fcs(path)
        message = str(refusal.value)
        assert message.startswith("tube.fcs: ")
        for words in case.refused:
            assert words in message
        assert {problem.code for problem in refusal.value.problems} <= set(flag_meanings())
        return
    file = open_fcs(path)
    assert {finding.code for finding in file.findings} == case.codes
    assert case.codes <= set(flag_meanings())
    assert all(f.found and f.expected and f.action and f.where for f in file.findings)
    assert [finding.code for finding in findings_of(file)] == [finding.code for finding in file.findings]
    if case.values:
        values = file.read(range(len(file.channels)))
        np.testing.assert_allclose(values, np.array(case.values), rtol=1e-12, atol=0)
        assert file.events == len(case.values)


def test_refusals_and_findings_say_nothing_of_a_person(tmp_path: Path) -> None:
    from tests.cytometry.fcs.encoder import build

    path = tmp_path / "tube.fcs"
    path.write_bytes(
        build(extra=b"$SRC|Mrs Jones|$SRC|Mr Jones|PATIENT NAME|Jones|PATIENT NAME|Smith|", change={"$MODE": None})
    )
    said = " ".join(str(finding) for finding in open_fcs(path).findings)
    assert "$SRC" in said
    assert "Jones" not in said
    assert "Smith" not in said
