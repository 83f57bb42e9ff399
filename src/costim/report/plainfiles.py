r"""The files for other programs: Parquet (faithful), CSV (safe to open in a spreadsheet), findings and provenance.

CSV text that a spreadsheet could take for a formula (it begins with `=`, `+`, `-`, `@`, their full-width forms, a tab
or a line break, also after a `;`, a tab or a line break inside the text) gets a leading apostrophe, and characters no
XML file may hold become U+FFFD. Lists are joined with `;`, a `;` or `\` inside an element is preceded by `\`. Numbers
are untouched. Parquet holds every text unchanged: programs read that, people open the CSV.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from costim.registry.findings import Finding, sort_findings
from costim.report.characters import legal_text
from costim.report.format import hide_dates

if TYPE_CHECKING:
    import polars as pl

    from costim.registry.plan import Plan
    from costim.registry.provenance import Results

GENERATOR = "costim"
"""The mark in `provenance.json` by which a report folder is known as ours."""
_STARTS_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_HIDES_FORMULA = re.compile(r"([;\t\r\n]\s*)(?=[=+\-@＝＋－＠])")


def inert_text(text: str) -> str:
    """Text for a CSV cell: an apostrophe stands before anything a spreadsheet could read as a formula."""
    safe = _HIDES_FORMULA.sub(r"\1'", legal_text(text))
    return f"'{safe}" if _STARTS_FORMULA.match(safe) else safe


def join_list(items: list[str]) -> str:
    r"""List to one text: elements joined with `;`, a `;` or `\` inside an element preceded by `\`."""
    return ";".join(re.sub(r"([;\\])", r"\\\1", item) for item in items)


def write_parquet(frame: pl.DataFrame) -> bytes:
    """The table as Parquet, the same bytes for the same table."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=3, statistics=True, row_group_size=100_000)
    return buffer.getvalue()


def write_csv(frame: pl.DataFrame) -> bytes:
    """The table as CSV: UTF-8, line feeds, lists joined, text inert (see the head of this module)."""
    import polars as pl

    changed = []
    for name, kind in frame.schema.items():
        if kind == pl.List(pl.String()):
            texts = [None if v is None else inert_text(join_list(v)) for v in frame[name].to_list()]
        elif kind == pl.String():
            texts = [None if v is None else inert_text(v) for v in frame[name].to_list()]
        else:
            continue
        changed.append(pl.Series(name, texts, dtype=pl.String()))
    return frame.with_columns(changed).write_csv(line_terminator="\n").encode()


def write_findings(findings: tuple[Finding, ...]) -> bytes:
    """All findings as CSV, errors first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([f.name for f in fields(Finding)])
    for finding in sort_findings(list(findings)):
        writer.writerow([inert_text(hide_dates(v)) if isinstance(v, str) else v for v in finding.as_dict().values()])
    return buffer.getvalue().encode()


def plan_hash(plan: Plan) -> str:
    """SHA-256 of the plan as canonical JSON."""
    data = json.dumps(plan.model_dump(mode="json", by_alias=True), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(data.encode()).hexdigest()


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or re.match(r"^[A-Za-z]:", name):
        raise ValueError(f"provenance names files inside the study folder only, not {name!r}")
    return name


def write_provenance(results: Results, outputs: Mapping[str, bytes | Path]) -> bytes:
    """Where the numbers come from, as JSON with sorted keys; no time, no path of the machine.

    Args:
        results: What the report is made of.
        outputs: The other files of the report folder; their hashes let a later run see which files were edited.

    Raises:
        ValueError: an input file is not named relative to the study folder.
    """
    plan = results.plan
    data: dict[str, Any] = {
        "generator": GENERATOR,
        "study": plan.study.id,
        "day_convention": plan.study.day_convention,
        "seed": plan.study.seed,
        "level": plan.study.level,
        "variants": plan.variants.model_dump(mode="json"),
        "plan_sha256": plan_hash(plan),
        "versions": dict(results.versions),
        "inputs": [
            {"name": _inside(f.name), "sha256": f.sha256, "bytes": f.n_bytes}
            for f in sorted(results.inputs, key=lambda f: f.name)
        ],
        "rows": {
            "measurements": results.measurements.height,
            "effects": results.effects.height,
            "findings": len(results.findings),
            "published": results.published.height,
        },
        "cells": {cell: asdict(a) | {"found": hide_dates(a.found)} for cell, a in results.cells.items()},
        "outputs": {name: _sha256(content) for name, content in outputs.items() if name != "provenance.json"},
    }
    text = json.dumps(data, sort_keys=True, indent=1, ensure_ascii=False)
    # A character that UTF-8 cannot hold becomes the escape by which JSON writes it: nothing is lost.
    return (text + "\n").encode("utf-8", "backslashreplace")


def _sha256(content: bytes | Path) -> str:
    return hashlib.sha256(content if isinstance(content, bytes) else content.read_bytes()).hexdigest()


def write_plain_files(results: Results) -> dict[str, bytes]:
    """Both long tables as Parquet and CSV, and `findings.csv`, by file name. `write_provenance` comes last."""
    return {
        "measurements.parquet": write_parquet(results.measurements),
        "measurements.csv": write_csv(results.measurements),
        "effects.parquet": write_parquet(results.effects),
        "effects.csv": write_csv(results.effects),
        "findings.csv": write_findings(results.findings),
    }
