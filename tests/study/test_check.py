import subprocess
import sys

import pytest

from costim.registry.findings import SEVERITIES
from costim.registry.flags import flag_meanings
from costim.study.check import check_study, read_study
from costim.study.errors import StudyError
from tests.study.folder import CONFIG, write_study


def test_read_study_raises_with_everything(tmp_path):
    folder = write_study(tmp_path / "s", {"subjects": "subject,sex\n1,Q\n2,R\n"})
    with pytest.raises(StudyError) as caught:
        read_study(folder)
    assert [(f.row, f.code) for f in caught.value.findings] == [(2, "unknown_category"), (3, "unknown_category")]
    assert str(caught.value).startswith("subjects.csv\n  error    row 2, column sex  Found: Q.")
    assert str(caught.value).endswith("2 errors.")


def test_read_study_returns_the_study(tmp_path):
    folder = write_study(tmp_path / "s")
    assert read_study(str(folder)).plan.study.id == "small"


def test_findings_are_sorted_errors_first(tmp_path):
    scales = "subject,visit,scale,value\n1,entry,gsc,7\n1,entry,gcs,16\n"
    findings = check_study(write_study(tmp_path / "s", {"scales": scales, "labs": "\ufeffsubject,visit,test\n"}))[1]
    order = [SEVERITIES.index(f.severity) for f in findings]
    assert order == sorted(order)
    assert len({f.severity for f in findings}) == 3


def test_every_finding_says_what_to_do_and_has_a_meaning(tmp_path):
    scales = "subject,visit,scale,value,extra\n1,entry,gsc,7,\n1,entry,gcs,16,\n3,day2,gcs,x,\n"
    findings = check_study(write_study(tmp_path / "s", {"scales": scales, "lab": "a"}, CONFIG + "[more]\n"))[1]
    assert len(findings) > 4
    for finding in findings:
        assert finding.action
        assert flag_meanings()[finding.code]
        assert set(finding.as_dict()) == {
            "severity", "code", "file", "sheet", "row", "column", "found", "expected", "action",
        }  # fmt: skip


def test_the_registry_and_study_modules_import_without_polars():
    code = (
        "import sys, costim.study.check, costim.study.alternatives, costim.registry.units, costim.study.messages; "
        "sys.exit(any(m in sys.modules for m in ('polars', 'numpy', 'openpyxl')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_path_of_this_machine_is_in_what_is_said(tmp_path):
    folder = write_study(tmp_path / "s", {"subjects": "subject,sex\n1,Q\n2,R\n"})
    for finding in check_study(folder)[1]:
        assert str(tmp_path) not in str(finding.as_dict())
