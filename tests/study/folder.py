"""Small study folders for the tests: a sound one, and the means to spoil it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from costim.registry.findings import Finding
from costim.study.check import check_study
from costim.study.study import Study

CONFIG = """\
schema = 1
[study]
id = "small"
title = "A small study"
day_convention = "first_infusion_is_day_0"
[[visits]]
name = "entry"
day = 0
[[visits]]
name = "day28"
day = 28
window = [-3, 3]
[[contrasts]]
name = "entry_to_day28"
baseline = { visits = ["entry"] }
post = { visits = ["day28"] }
[[endpoints]]
parameter = "scale.gcs"
kind = "paired_change"
contrast = "entry_to_day28"
"""

TABLES: dict[str, str] = {
    "subjects": "subject,sex,age_years\n1,F,35\n2,M,7-11\n",
    "visits": "subject,visit,day\n1,entry,0\n1,day28,28\n2,entry,0\n2,day28,27\n",
    "scales": "subject,visit,scale,value\n1,entry,gcs,7-11\n1,day28,gcs,15\n2,entry,gcs,13\n2,day28,gcs,not done\n",
}


def write_study(folder: Path, tables: Mapping[str, str | bytes | None] = {}, config: str | None = CONFIG) -> Path:
    """The sound study with some tables replaced (None = left out)."""
    folder.mkdir(exist_ok=True)
    if config is not None:
        (folder / "study.toml").write_text(config, encoding="utf-8")
    for name, text in {**TABLES, **tables}.items():
        if text is not None:
            (folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return folder


def findings_of(
    folder: Path, tables: Mapping[str, str | bytes | None] = {}, config: str | None = CONFIG
) -> list[Finding]:
    """All findings about the spoilt study."""
    return check_study(write_study(folder, tables, config))[1]


def study_of(folder: Path, tables: Mapping[str, str | bytes | None] = {}, config: str | None = CONFIG) -> Study:
    """The study, which must have no error."""
    study, findings = check_study(write_study(folder, tables, config))
    assert study is not None, findings
    return study


def only(findings: list[Finding], code: str) -> Finding:
    """The one finding of a code."""
    found = [f for f in findings if f.code == code]
    assert len(found) == 1, findings
    return found[0]


def errors(findings: list[Finding]) -> list[str]:
    """Codes of the errors."""
    return [f.code for f in findings if f.severity == "error"]


def where(finding: Finding) -> tuple[str, str, int | None, str]:
    """File, sheet, row and column."""
    return finding.file, finding.sheet, finding.row, finding.column
