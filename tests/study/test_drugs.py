"""Names of drugs in the comedications table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.study.folder import findings_of, only, where

HEAD = "subject,drug,visit,dose,unit,frequency\n"


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("PSL", "write the generic name: a short or brand name of a glucocorticoid would be a dose of 0"),
        ("Medrol", "write the generic name: a short or brand name of a glucocorticoid would be a dose of 0"),
        ("prednisolon", None),
        ("methylprednisolone", None),
        ("betametasone", None),
        ("azathioprine", None),
    ],
)
def test_a_steroid_that_would_be_a_dose_of_zero_is_refused(tmp_path: Path, name: str, action: str | None) -> None:
    found = findings_of(tmp_path, {"comedications": f"{HEAD}1,{name},entry,5,mg,daily\n"})
    if action is None:
        assert [f for f in found if f.code == "unknown_drug"] == []
        return
    finding = only(found, "unknown_drug")
    assert (finding.severity, finding.found, finding.action) == ("error", name, action)
    assert where(finding) == ("comedications.csv", "", 2, "drug")


def test_one_finding_for_a_name_that_stands_in_many_rows(tmp_path: Path) -> None:
    rows = "".join(f"{s},psl,{v},5,mg,daily\n" for s in (1, 2) for v in ("entry", "day28"))
    assert only(findings_of(tmp_path, {"comedications": HEAD + rows}), "unknown_drug").severity == "error"
