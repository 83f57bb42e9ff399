"""Every block of the tutorial on FCS files is run as it stands; its workspace is what our code writes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cytometry.interchange.tutorial_workspace import ASSET, text
from tests.cytometry.interchange.workspace_maker import LABEL

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "fcs-to-figure.md"
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def test_the_workspace_is_written_by_our_code_and_says_so() -> None:
    written = ASSET.read_text("utf-8")
    assert LABEL in written
    assert written == text(ROOT / "examples" / "synthetic_bt" / "fcs")


@pytest.mark.slow
def test_the_tutorial_runs(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "synthetic_bt", tmp_path / "examples" / "synthetic_bt")
    shutil.copytree(ASSET.parent, tmp_path / ASSET.parent.relative_to(ROOT))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    so_far, said = "", []
    for language, block in BLOCK.findall(PAGE.read_text("utf-8")):
        # A later block of Python goes on where the one before it ended.
        so_far += block if language == "python" else ""
        command = ["bash", "-euo", "pipefail", "-c", block] if language == "bash" else [sys.executable, "-c", so_far]
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        said.append(done.stdout)
    everything = "\n".join(said)
    assert "Cluster 3 | the parameter 'tSNE1'" in everything
    assert "Singlets None 2644 2653" in everything
    assert "cyt.b_cells.count month6 2.0" in everything
    ends = re.search(r"cyt\.naive_b\.cd40\.median times 0\.\d+ \((0\.\d+), (0\.\d+)\) 7", everything)
    assert ends is not None
    assert float(ends[1]) < 0.75 < float(ends[2])
    all_b = re.search(r"cyt\.b_cells\.cd40\.median times 0\.\d+ \(0\.\d+, (0\.\d+)\) 7", everything)
    assert all_b is not None
    assert float(all_b[1]) < 0.75
    rows = (tmp_path / "out" / "two_tubes.csv").read_text("utf-8")
    assert "S01_baseline_b_cells.fcs,,,,,b_cells,lymphocytes,,fraction_of_parent" in rows
    assert ",331,2232,clopper_pearson," in rows
    for marker in ("cd40", "cd80"):
        figures = tmp_path / "out" / "cd40_cd80_report" / "figures"
        assert (figures / f"levels-cyt-b-cells-{marker}-median.svg").stat().st_size > 1000
