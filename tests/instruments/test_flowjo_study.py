"""A FlowJo workspace as the gates of a study: samples found among its files, nothing left out in silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from costim.cli import app
from costim.cytometry.gate_files import gate, gate_files
from costim.cytometry.synthetic.sample import make_sample
from costim.cytometry.synthetic.write import write_sample
from costim.errors import CostimError
from costim.instruments.cytometry.in_parts import gate_study, with_gates
from costim.instruments.cytometry.record import record
from costim.pipeline import estimate_effects, measure_study
from costim.registry.findings import Finding
from costim.study.check import check_study, read_study
from costim.study.study import Study
from tests.cytometry.interchange.workspace_maker import LINEAR, MadeSample, Node, polygon, rectangle, workspace
from tests.instruments.cells_study import PANEL, SUBJECTS, VISITS, spec_of, write_study

CORNERS = [(20_000.0, 20_000.0), (120_000.0, 20_000.0), (120_000.0, 120_000.0), (20_000.0, 120_000.0)]
SCALES = dict.fromkeys(("FSC-A", "FSC-H", "SSC-A", "Time"), ("linear", LINEAR))
WSP_PANEL = PANEL.replace("ready:costimulation_b", "gates.wsp")
FEWER = "s1_month6.fcs"
"""The sample whose gate was drawn anew."""
RENAMED = "s2_baseline.fcs"
"""The sample that FlowJo knows under another name."""
ABSENT = "s3_day28.fcs"
"""The file that FlowJo never saw."""


def nodes(file: str) -> tuple[Node, ...]:
    corners = [(x + 2_000, y) for x, y in CORNERS] if file == FEWER else CORNERS
    inner = rectangle("low v1.2", [("SSC-A", None, 60_000.0)], count=11)
    magnetic = rectangle("Cluster 3", [("tSNE1", 1.0, 2.0)])
    return (polygon("cells", "FSC-A", "SSC-A", corners, below=(inner,), count=17), magnetic)


def samples(names: list[str]) -> Iterator[MadeSample]:
    for number, name in enumerate([n for n in names if n != ABSENT], start=1):
        keywords = {"$FIL": name}
        shown = "as exported.fcs" if name == RENAMED else name
        yield MadeSample(shown, list(SCALES), SCALES, nodes(name), keywords=keywords, number=str(number))
    yield MadeSample("of another study.fcs", list(SCALES), SCALES, nodes(""), number="99")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write_study(tmp_path_factory.mktemp("flowjo") / "study", panels=WSP_PANEL)
    known = make_sample(spec_of(1, "baseline"), 100)
    named = replace(known, keywords={**known.keywords, "$FIL": RENAMED})
    write_sample(named, made / "fcs" / RENAMED, every_event=False)
    names = [f"s{s}_{v}.fcs" for s in SUBJECTS for v in VISITS]
    (made / "gates.wsp").write_text(workspace(list(samples(names))), "utf-8")
    return made


@pytest.fixture(scope="module")
def checked(folder: Path) -> tuple[Study, list[Finding]]:
    study, findings = check_study(folder)
    assert study is not None, findings
    return study, findings


def test_samples_are_found_by_name_and_by_keyword(checked: tuple[Study, list[Finding]]) -> None:
    study, _ = checked
    stained = {f"fcs/s{s}_{v}.fcs" for s in SUBJECTS for v in VISITS}
    assert set(study.flowjo) == stained - {f"fcs/{ABSENT}"}
    assert study.flowjo[f"fcs/{RENAMED}"].file == "as exported.fcs"
    assert dict(study.gates["B"].exceptions).keys() == {f"fcs/{FEWER}"}


def test_what_the_workspace_holds_and_lacks_is_said_with_its_place(checked: tuple[Study, list[Finding]]) -> None:
    _, findings = checked
    said = {(f.code, f.file, f.sheet, f.column) for f in findings}
    assert ("flowjo_gates_differ", "gates.wsp", FEWER, "cells") in said
    assert ("flowjo_sample_unmatched", "gates.wsp", "of another study.fcs", "") in said
    assert ("flowjo_file_unmatched", ABSENT, "", "") in said
    assert ("flowjo_derived_parameter", "gates.wsp", FEWER, "Cluster 3") in said
    left_out = next(f for f in findings if f.code == "flowjo_derived_parameter")
    assert "tSNE1" in left_out.found and left_out.action
    assert left_out.place == f"gates.wsp, sample {left_out.sheet}, population Cluster 3"


def test_counts_of_flowjo_stand_in_the_record(checked: tuple[Study, list[Finding]]) -> None:
    study, _ = checked
    found = record(study)
    assert found is not None
    assert len(found.binned) == 2 * len(study.flowjo)
    assert {b.stated for b in found.binned} == {17, 11}
    exact = {(one.name, p.population): p.events for one in gate_study(study) for p in one.found.phenotypes}
    names = {row.name: row.file for row in found.tubes}
    assert all(exact[names[b.tube], b.population] == b.exact for b in found.binned)
    cells = [b for b in found.binned if b.population == "cells"]
    assert any(b.binned != b.exact for b in cells)
    assert all(abs(b.binned - b.exact) <= 0.05 * b.exact for b in cells)
    own = {t.file: t.exceptions for t in found.tubes if t.exceptions}
    assert own == {f"fcs/{FEWER}": ("cells",)}


def test_effects_of_populations_of_flowjo(folder: Path, checked: tuple[Study, list[Finding]]) -> None:
    study, _ = checked
    name = "cyt.cells/low v1.2.fraction_of_parent"
    asked = study.plan.endpoints[0].model_copy(update={"parameter": name, "scale": "difference"})
    planned = replace(study, plan=study.plan.model_copy(update={"endpoints": (asked,)}))
    rows = measure_study(planned)
    assert rows.filter(parameter=name).select("subject", "visit").n_unique() == len(SUBJECTS) * len(VISITS)
    effects = estimate_effects(planned.plan, rows, planned.tables["published"])
    assert effects.filter(pl.col("estimate").is_not_null(), parameter=name).height > 0


def test_a_sample_with_gates_of_its_own_is_gated_by_them(folder: Path, checked: tuple[Study, list[Finding]]) -> None:
    study, _ = checked
    by_study = {one.name: one for one in gate_study(study)}
    by_files = {one.name: one for one in gate_files([folder / "fcs"], folder / "gates.wsp")}
    assert by_study[f"fcs/{FEWER}"].own_gates == by_files[FEWER].own_gates == ("cells",)
    for name, one in by_study.items():
        assert dict(one.found.gated.counts) == dict(by_files[name.removeprefix("fcs/")].found.gated.counts)
    assert {f.code for f in by_files[FEWER].gate_findings} >= {
        "flowjo_gates_differ",
        "flowjo_sample_unmatched",
        "flowjo_file_unmatched",
        "flowjo_derived_parameter",
    }


def test_the_workspace_may_be_given_beside_a_study(folder: Path, checked: tuple[Study, list[Finding]]) -> None:
    from costim.cytometry.strategies.load import load_gates_noting

    study, _ = checked
    other = with_gates(study, load_gates_noting(folder / "gates.wsp"))
    assert other.flowjo.keys() == study.flowjo.keys()
    assert dict(other.gates["B"].exceptions) == dict(study.gates["B"].exceptions)
    ready = with_gates(study, load_gates_noting("ready:costimulation_b"))
    assert not ready.flowjo
    assert not [f for f in ready.findings if f.code.startswith("flowjo_")]


def test_the_command_says_what_it_left_out_and_why_counts_differ(folder: Path) -> None:
    gates = str(folder / "gates.wsp")
    asked = ["gate", str(folder), "--gates", gates, "--format", "json", "--flowjo-counts"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert "flowjo_derived_parameter" in {f["code"] for f in document["gate_findings"]}
    with_counts = [row for row in document["rows"] if row["flowjo_stored"] is not None]
    assert {row["population"] for row in with_counts} == {"cells", "cells/low v1.2"}
    assert all(row["flowjo_binned"] is not None and row["flowjo_words"] for row in with_counts)
    for said in ("gates of its own: cells", "flowjo_sample_unmatched", "flowjo_derived_parameter"):
        assert result.stderr.count(said) >= 1
    assert result.stderr.count("of another study.fcs") == 1  # what is wrong with a sample without a file is nobody's


def test_the_table_on_a_terminal_says_why_counts_differ(folder: Path) -> None:
    asked = ["gate", str(folder / "fcs"), "--gates", str(folder / "gates.wsp"), "--format", "table", "--flowjo-counts"]
    result = CliRunner().invoke(app, asked, env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    assert "in FlowJo" in result.stdout and "binned" in result.stdout
    assert "cannot be reproduced here" in result.stdout


def test_counts_of_flowjo_as_columns(folder: Path) -> None:
    plain = gate([folder / "fcs"], gates=folder / "gates.wsp")
    table = gate([folder / "fcs"], gates=folder / "gates.wsp", flowjo_counts=True)
    assert table.select(plain.columns).equals(plain)
    assert table.columns[-3:] == ["flowjo_stored", "flowjo_binned", "flowjo_words"]
    assert table.filter(file=ABSENT)["flowjo_binned"].null_count() == 2
    with pytest.raises(CostimError, match="no counts of FlowJo"):
        gate([folder / "fcs"], gates="ready:costimulation_b", flowjo_counts=True)


def test_a_sample_in_gates_toml_that_no_tube_bears_is_said(tmp_path: Path) -> None:
    from costim.cytometry.gates.write_toml import write_toml
    from costim.cytometry.strategies.load import load_gates

    folder = write_study(tmp_path / "study", panels=PANEL.replace("ready:costimulation_b", "gates.toml"))
    names = [f"s{s}_{v}.fcs" for s in SUBJECTS for v in VISITS]
    (tmp_path / "made.wsp").write_text(workspace(list(samples(names))), "utf-8")
    (folder / "gates.toml").write_text(write_toml(load_gates(tmp_path / "made.wsp")), "utf-8")
    study = read_study(folder)
    assert not [f for f in study.findings if f.code == "gates_of_no_sample"]
    text = (folder / "gates.toml").read_text("utf-8")
    (folder / "gates.toml").write_text(text.replace(FEWER, "s1_monht6.fcs"), "utf-8")
    found = next(f for f in read_study(folder).findings if f.code == "gates_of_no_sample")
    assert (found.severity, found.file, found.sheet) == ("warning", "gates.toml", "s1_monht6.fcs")
    assert "did you mean" in found.expected.lower() and FEWER in found.expected
