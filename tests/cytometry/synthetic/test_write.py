"""Synthetic tubes as files: what is read is what was made, and the truth stands beside it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import flowio
import numpy as np
import pytest

from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.synthetic.blood import blood_cells
from costim.cytometry.synthetic.sample import make_sample
from costim.cytometry.synthetic.spec import SampleSpec
from costim.cytometry.synthetic.write import write_sample

SPEC = SampleSpec(
    panel="b_cells", cells=blood_cells(400, b_cells=12), optional=("cd38",), false_b=3, doublets=9, dead=7, sticky=0.4
)


def test_our_reader_gives_back_what_was_made(tmp_path: Path) -> None:
    sample = make_sample(SPEC, 1)
    write_sample(sample, tmp_path / "tube.fcs")
    file = open_fcs(tmp_path / "tube.fcs")
    assert file.findings == ()
    assert [c.name for c in file.channels] == [c.name for c in sample.channels]
    assert [c.marker for c in file.channels] == [c.marker for c in sample.channels]
    assert [c.voltage for c in file.channels] == [c.voltage for c in sample.channels]
    values = file.read(range(len(file.channels)))
    assert np.array_equal(values[:, :-1], sample.events[:, :-1])
    assert values[:, -1] == pytest.approx(sample.events[:, -1] * 0.01)
    assert file.keywords["$CYT"] == "costim synthetic"
    assert "Synthetic" in file.keywords["$COM"]
    assert file.keywords["COSTIM SYNTHETIC"] == "panel b_cells, fully stained, seed 1"


@pytest.mark.oracle
def test_flowio_reads_the_same(tmp_path: Path) -> None:
    sample = make_sample(SPEC, 2)
    write_sample(sample, tmp_path / "tube.fcs")
    other = flowio.FlowData(str(tmp_path / "tube.fcs"))
    assert np.array_equal(other.as_array(preprocess=False), sample.events)
    assert other.text["spillover"] == sample.keywords["$SPILLOVER"]


def test_the_truth_counts_what_is_in_the_file(tmp_path: Path) -> None:
    sample = make_sample(SPEC, 3)
    written = write_sample(sample, tmp_path / "tube.fcs")
    assert [p.name for p in written] == ["tube.fcs", "tube.truth.json", "tube.truth.csv"]
    rows = list(csv.DictReader((tmp_path / "tube.truth.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == SPEC.events
    b = [r for r in rows if r["event_type"] == "cell" and r["kind"] in ("naive_b", "unswitched_memory_b")]
    assert len(b) == SPEC.cells["naive_b"] + SPEC.cells["unswitched_memory_b"]
    assert sum(r["sticky"] == "yes" for r in rows) == 3 + round(0.4 * 7)
    assert sum(r["partner"] != "" for r in rows) == 9
    told = json.loads((tmp_path / "tube.truth.json").read_text(encoding="utf-8"))
    assert told["label"].startswith("synthetic")
    assert told["event_types"]["false_b"] == 3
    assert {k: v["count"] for k, v in told["cells"].items()} == {k: v for k, v in SPEC.cells.items() if v}
    naive = [float(r["cd40_mesf"]) for r in rows if r["event_type"] == "cell" and r["kind"] == "naive_b"]
    assert told["cells"]["naive_b"]["markers"]["cd40"]["median_mesf_of_carriers"] == pytest.approx(
        np.median(naive), abs=1
    )


def test_the_truth_may_be_its_summary_only_and_bytes_repeat(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_sample(make_sample(SPEC, 5), tmp_path / name / "tube.fcs", every_event=False)
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert files == ["tube.fcs", "tube.truth.json"]
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
