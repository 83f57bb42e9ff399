"""`costim fit`: what is written and said, what is refused. The sampler is put aside: its draws come from a made fit."""

from __future__ import annotations

import csv
import importlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from costim.cli import app
from tests.mechanism.fit.made_fit import made_fit

ROOT = Path(__file__).parents[2]
SEED = ROOT / "examples" / "tokunaga2007"
FEW = ["--draws", "60", "--checked-draws", "50", "--inner", "8"]


def _run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["fit", *map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.fixture
def _without_sampler(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("costim.mechanism.fit.sample")
    monkeypatch.setattr(module, "fit", lambda model, data, **_: made_fit(model.name, data, draws=60, spread=1.0))


@pytest.mark.slow
@pytest.mark.usefixtures("_without_sampler")
def test_the_seed_study_from_folder_to_page(tmp_path: Path) -> None:
    out = tmp_path / "fit"
    code, said = _run(SEED, "--variant", "loop", "--out", out, *FEW)
    assert code == 0, said
    assert "cannot show that costimulation carries the benefit" in said
    assert "such a study cannot separate them" in said
    assert "no_cooperative_loop" in said  # not asked for, and there all the same
    assert "NOT TO BE TRUSTED" in said  # 60 draws are too few
    page = (out / "fit.html").read_text("utf-8")
    assert "A model, not a measurement." in page
    assert "[speculative]" in page and "[published]" in page and "[derived]" in page
    assert "body surface area 1.6 m2" in page
    assert "no value: not recovered" in page
    assert page.count("<svg") == 6
    assert "http:" not in page.split("<svg")[0]
    rows = list(csv.DictReader((out / "posterior.csv").read_text("utf-8").splitlines()))
    assert {row["form"] for row in rows} == {"loop", "no_cooperative_loop"}
    assert {row["evidence"] for row in rows} <= {"published", "derived", "speculative"}
    assert all(row["informed"] in ("True", "False") for row in rows)
    draws = pl.read_parquet(out / "draws.parquet")
    assert draws.columns == ["form", "parameter", "chain", "draw", "value"]
    assert draws.filter((pl.col("form") == "loop") & (pl.col("parameter") == "K")).height == 60
    record = json.loads((out / "fit.json").read_text("utf-8"))
    assert record["relapse_known"] == 9 and record["subjects"] == 10
    provenance = json.loads((out / "provenance.json").read_text("utf-8"))
    assert provenance["generator"] == "costim"
    assert set(provenance["outputs"]) == {
        p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file() and p.name != "provenance.json"
    }


def test_wrong_form_and_foreign_folder_are_refused_before_anything_is_computed(tmp_path: Path) -> None:
    code, said = _run(SEED, "--variant", "lop", "--out", tmp_path / "x")
    assert code == 1 and "No form of the model is called lop" in said
    (tmp_path / "mine.txt").write_text("mine")
    code, said = _run(SEED, "--out", tmp_path)
    assert code == 1 and "was not written by costim" in said
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_study_without_infusions_says_what_is_missing(tmp_path: Path) -> None:
    code, said = _run(ROOT / "examples" / "rituximab_sle_2yr", "--out", tmp_path / "x")
    assert code == 1 and "records no infusion" in said
    assert not (tmp_path / "x").exists()


def test_without_the_extra_the_command_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    extra = importlib.import_module("costim.mechanism.fit.extra")
    real = extra.importlib.import_module

    def absent(name: str, *more: Any) -> Any:
        if name == "nutpie":
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(extra.importlib, "import_module", absent)
    code, said = _run(SEED, "--out", tmp_path / "x")
    assert code == 1 and "pip install 'costim[fit]'" in said
