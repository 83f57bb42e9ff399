"""The coverages printed on the pages of paired methods are those of the committed table."""

import csv
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
TABLE = {
    (r["method"], r["kind"], r["scenario"], int(r["n"])): float(r["rate"])
    for r in csv.DictReader((DOCS / "calibration" / "paired.csv").read_text("utf-8").splitlines())
}
SCENARIOS = {
    "normal": "normal",
    "SLEDAI-like": "sledai_like",
    "skewed": "skewed",
    "skewed readings": "skewed",
    "skewed changes": "skewed_change",
}
METHODS = {
    "percentile": "bootstrap of the mean, percentile",
    "BCa": "bootstrap of the mean, BCa",
    "sign flip": "sign flip of the mean",
    "d_z, noncentral t": "d_z, noncentral t",
    "d_av, normal approximation": "d_av, normal approximation",
    "rank-biserial, Fisher's z": "rank-biserial, Fisher z",
}


def printed(page):
    """(first two cells, numbers) of the rows of the table under Calibration; blank cells repeat the one above."""
    text = (DOCS / "methods" / page).read_text("utf-8").partition("## Calibration")[2]
    lines = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    sizes = [int(cell.removeprefix("n = ")) for cell in lines[0][2:]]
    above = ["", ""]
    for cells in lines[2:]:
        above = [cell or before for cell, before in zip(cells[:2], above, strict=True)]
        yield above, list(zip(sizes, cells[2:], strict=True))


@pytest.mark.parametrize("page", ["bootstrap.md", "effect-sizes.md"])
def test_printed_coverages_are_those_of_the_table(page):
    checked = 0
    for names, cells in printed(page):
        scenario = next(SCENARIOS[name] for name in names if name in SCENARIOS)
        method = next(METHODS[name] for name in names if name in METHODS)
        for n, cell in cells:
            digits = len(cell.partition(".")[2])
            assert float(cell) == pytest.approx(TABLE[method, "interval", scenario, n], abs=0.5001 * 10**-digits)
            checked += 1
    assert checked >= 27


def worst(method, kind, *, holds=True):
    found = [
        rate
        for (name, what, scenario, _), rate in TABLE.items()
        if (name, what) == (method, kind) and (scenario != "skewed_change") == holds
    ]
    return min(found) if kind == "interval" else max(found)


@pytest.mark.parametrize(
    ("page", "pattern", "method", "kind"),
    [
        ("signed-rank.md", r"rejected at most ([\d.]+) %", "signed rank (pratt)", "test"),
        ("signed-rank.md", r"held the truth in ([\d.]+) % or more", "Hodges-Lehmann (pratt)", "interval"),
        ("sign-test.md", r"rejected in at most ([\d.]+) %", "sign test", "test"),
        ("sign-test.md", r"in\s+([\d.]+) % or more", "share improved, Clopper-Pearson", "interval"),
        ("sign-flip.md", r"rejected at most ([\d.]+) %", "sign flip of the mean", "test"),
        ("sign-flip.md", r"held the truth in ([\d.]+) % or\s+more", "sign flip of the mean", "interval"),
    ],
)
def test_printed_worst_cases_are_those_of_the_table(page, pattern, method, kind):
    text = " ".join((DOCS / "methods" / page).read_text("utf-8").split())
    figure = float(re.search(pattern, text).group(1)) / 100
    assert figure == pytest.approx(worst(method, kind), abs=0.000501)
