"""Parquet, CSV, findings and provenance."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import pytest
from factory import companion_like, hostile_like, make_results, tokunaga_like
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from costim.registry.findings import Finding
from costim.registry.measurements import Measurement, measurements_frame
from costim.registry.provenance import CellAddress, InputFile, Results
from costim.report.plainfiles import (
    inert_text,
    join_list,
    write_csv,
    write_findings,
    write_parquet,
    write_plain_files,
    write_provenance,
)

ALL = pytest.mark.parametrize("results", [tokunaga_like(), companion_like(), hostile_like()])


def split_list(text: str) -> list[str]:
    """Undo `join_list`."""
    return [re.sub(r"\\(.)", r"\1", part) for part in re.findall(r"(?:^|;)((?:[^;\\]|\\.)*)", text, re.DOTALL)]


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@ALL
def test_files_and_their_bytes_are_the_same_twice(results: Results) -> None:
    files = write_plain_files(results)
    assert sorted(files) == [
        "effects.csv",
        "effects.parquet",
        "findings.csv",
        "measurements.csv",
        "measurements.parquet",
    ]
    assert files == write_plain_files(results)
    assert write_provenance(results, files) == write_provenance(results, files)


@ALL
def test_parquet_gives_the_table_back(results: Results) -> None:
    for frame in (results.measurements, results.effects):
        assert_frame_equal(pl.read_parquet(io.BytesIO(write_parquet(frame))), frame)


@ALL
def test_csv_holds_every_value(results: Results) -> None:
    for frame in (results.measurements, results.effects):
        written = rows(write_csv(frame))
        assert len(written) == frame.height
        for line, row in zip(written, frame.iter_rows(named=True), strict=True):
            for name, value in row.items():
                if value is None:
                    assert line[name] == ""
                elif isinstance(value, float):
                    assert float(line[name]) == value
                elif isinstance(value, str):
                    assert line[name] == inert_text(value)
                elif isinstance(value, list):
                    assert line[name] == inert_text(join_list(value))
                else:
                    assert line[name] == str(value).lower()


def test_negative_numbers_are_untouched_and_negative_words_are_not() -> None:
    frame = measurements_frame([Measurement(subject="-1", parameter="x", value=-2.5, lower=-2.5, text="+")])
    (line,) = rows(write_csv(frame))
    assert (line["subject"], line["value"], line["lower"], line["text"]) == ("'-1", "-2.5", "-2.5", "'+")
    assert b"\r" not in write_csv(frame)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("  =1", "'  =1"),
        ("＝１＋１", "'＝１＋１"),
        ("x;=1", "x;'=1"),
        ("x\n=1", "x\n'=1"),
        ("7-11", "7-11"),
        ("a = b; c", "a = b; c"),
        ("'=1", "'=1"),
        ("nul\0", "nul\ufffd"),
        ("", ""),
    ],
)
def test_text_that_looks_like_a_formula_gets_an_apostrophe(text: str, safe: str) -> None:
    assert inert_text(text) == safe


@given(st.text())
def test_inert_text_never_starts_a_formula_and_only_adds_apostrophes(text: str) -> None:
    safe = inert_text(text)
    for field in re.split(r"[;\t\r\n]", safe):
        assert not field.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    if "\ufffd" not in safe:
        assert safe.replace("'", "") == text.replace("'", "")


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_joined_lists_can_be_taken_apart(items: list[str]) -> None:
    assert split_list(join_list(items)) == items


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=4, unique=True))
def test_any_text_makes_a_readable_csv(texts: list[str]) -> None:
    frame = measurements_frame([Measurement(subject=t, parameter="p", cells=(f"labs/{t}/value",)) for t in texts])
    written = rows(write_csv(frame))
    assert [line["subject"] for line in written] == [inert_text(s) for s in frame["subject"]]
    assert_frame_equal(pl.read_parquet(io.BytesIO(write_parquet(frame))), frame)


def test_findings_come_errors_first_with_every_field_inert() -> None:
    note = Finding("note", "n", "b.csv", "", 3, "c", "f", "e", "a")
    error = Finding("error", "x", "a.csv", "s", None, "", "=1+1", "a, b", "do\nthis \ud800")
    data = write_findings((note, error))
    assert data == write_findings((error, note))
    first, second = rows(data)
    assert list(first) == ["severity", "code", "file", "sheet", "row", "column", "found", "expected", "action"]
    assert first["severity"] == "error"
    assert (first["row"], first["found"], first["action"]) == ("", "'=1+1", "do\nthis \ufffd")
    assert second["row"] == "3"


def provenance(results: Results, outputs: dict[str, Any] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(write_provenance(results, outputs or {}))
    return found


def test_provenance_names_inputs_versions_choices_and_cells(tmp_path: Path) -> None:
    results = tokunaga_like()
    (tmp_path / "f.svg").write_bytes(b"<svg/>")
    data = provenance(results, {"a.csv": b"1", "figures/f.svg": tmp_path / "f.svg", "provenance.json": b"old"})
    assert data["generator"] == "costim"
    assert data["versions"] == dict(results.versions)
    assert data["inputs"] == [
        {"name": f.name, "sha256": f.sha256, "bytes": f.n_bytes} for f in sorted(results.inputs, key=lambda f: f.name)
    ]
    assert data["seed"] == results.plan.study.seed
    assert data["day_convention"] == results.plan.study.day_convention
    assert data["variants"] == results.plan.variants.model_dump(mode="json")
    assert data["rows"]["measurements"] == results.measurements.height
    assert data["rows"]["effects"] == results.effects.height
    assert set(data["cells"]) == set(results.cells)
    assert all(set(c) == {"file", "sheet", "row", "column", "found"} for c in data["cells"].values())
    assert data["outputs"] == {
        "a.csv": hashlib.sha256(b"1").hexdigest(),
        "figures/f.svg": hashlib.sha256(b"<svg/>").hexdigest(),
    }
    assert str(tmp_path) not in json.dumps(data)


def test_provenance_is_sorted_and_does_not_depend_on_order() -> None:
    results = tokunaga_like()
    turned = replace(
        results,
        cells=MappingProxyType(dict(reversed(results.cells.items()))),
        inputs=tuple(reversed(results.inputs)),
        versions=MappingProxyType(dict(reversed(results.versions.items()))),
    )
    data = write_provenance(results, {"a": b"", "b": b""})
    assert data == write_provenance(turned, {"b": b"", "a": b""})
    assert list(json.loads(data)) == sorted(json.loads(data))


def test_the_plan_hash_changes_with_the_plan() -> None:
    info = {"id": "s", "title": "T", "day_convention": "first_infusion_is_day_0"}
    first, second = make_results({"study": info}), make_results({"study": info | {"seed": 1}})
    assert provenance(first)["plan_sha256"] == provenance(make_results({"study": info}))["plan_sha256"]
    assert provenance(first)["plan_sha256"] != provenance(second)["plan_sha256"]


@pytest.mark.parametrize("name", ["/home/x/labs.csv", "../labs.csv", "C:labs.csv", "a\\labs.csv"])
def test_provenance_holds_no_path_of_the_machine(name: str) -> None:
    results = replace(tokunaga_like(), inputs=(InputFile(name, "ab" * 32, 1),))
    with pytest.raises(ValueError, match="provenance names files inside the study folder only"):
        write_provenance(results, {})


def test_provenance_keeps_every_character() -> None:
    found = "tab\t nul\0 half \ud800 統"
    cells = MappingProxyType({"labs/a/value": CellAddress("labs.csv", "", 2, "value", found)})
    assert provenance(replace(tokunaga_like(), cells=cells))["cells"]["labs/a/value"]["found"] == found
