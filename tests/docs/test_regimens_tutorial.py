"""Every command of the tutorial on regimens is run as it stands, and what the page quotes is what is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "compare-regimens.md"


@pytest.mark.slow
def test_the_tutorial_runs_and_quotes_what_is_printed(tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8")
    commands = re.findall(r"```bash\n(.*?)```", text, flags=re.S)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    printed = ""
    for block in commands:
        done = subprocess.run(  # noqa: PLW1510
            ["bash", "-euc", block],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": path, "COLUMNS": "200"},
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        assert not done.stderr
        printed += done.stdout
    quoted = [line for block in re.findall(r"```text\n(.*?)```", text, flags=re.S) for line in block.splitlines()]
    assert len(quoted) > 10
    lines = set(printed.splitlines())
    assert [line for line in quoted if line not in lines] == []
    assert (tmp_path / "out" / "regimens" / "simulation.html").is_file()
