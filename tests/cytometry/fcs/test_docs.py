"""The reference page, the register of findings and the code name the same findings."""

from __future__ import annotations

import re
from pathlib import Path

from costim.registry.flags import flag_meanings
from tests.cytometry.fcs.bad_files import CASES

ROOT = Path(__file__).parents[3]
CODE = re.compile(r"\bfcs_[a-z0-9_]+\b")


def test_page_register_and_code_agree() -> None:
    page = set(CODE.findall((ROOT / "docs/reference/fcs.md").read_text(encoding="utf-8")))
    code = set()
    for path in (ROOT / "src/costim/cytometry/fcs").glob("*.py"):
        code |= set(re.findall(r'"(fcs_[a-z0-9_]+)"', path.read_text(encoding="utf-8")))
    registered = {name for name in flag_meanings() if name.startswith("fcs_")}
    assert code <= registered
    assert page - {"fcs_data"} == code


def test_every_finding_of_opening_has_a_crafted_file() -> None:
    from_values = {"fcs_values_not_finite", "fcs_values_beyond_range", "fcs_bits_masked"}
    page = (ROOT / "docs/reference/fcs.md").read_text(encoding="utf-8")
    table = page[page.index("## Repairs") : page.index("## What is refused")]
    listed = {code for line in table.splitlines() if line.startswith("| `") for code in CODE.findall(line)}
    assert listed - from_values == set().union(*(case.codes for case in CASES))
