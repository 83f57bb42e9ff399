"""One run of each example study, shared by the tests of this folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


@dataclass(frozen=True)
class Run:
    """A report folder with its two long tables."""

    folder: Path
    measurements: pl.DataFrame
    effects: pl.DataFrame

    def section(self, name: str) -> str:
        """The words of one section of the page, without markup and drawings."""
        page = (self.folder / "report.html").read_text("utf-8")
        found = re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)
        assert found is not None, f"no section {name}"
        bare = re.sub(r"<(svg|script|style)\b.*?</\1>", "", found[0], flags=re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", bare))

    def effect(self, parameter: str, method: str, reading: str = "as_recorded", **fields: object) -> dict[str, object]:
        """The one effect row with these fields."""
        found = self.effects.filter(
            pl.col("parameter") == parameter,
            pl.col("method") == method,
            pl.col("reading") == reading,
            *(pl.col(name) == value for name, value in fields.items()),
        )
        assert found.height == 1, f"{parameter} {method} {fields}: {found.height} rows"
        return found.row(0, named=True)


def _run(name: str, folder: Path) -> Run:
    from costim.pipeline import run_study

    out = run_study(EXAMPLES / name, folder / "report")
    return Run(out, pl.read_parquet(out / "measurements.parquet"), pl.read_parquet(out / "effects.parquet"))


@pytest.fixture(scope="session")
def tokunaga(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return _run("tokunaga2007", tmp_path_factory.mktemp("tokunaga"))


@pytest.fixture(scope="session")
def companion(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return _run("rituximab_sle_2yr", tmp_path_factory.mktemp("companion"))
