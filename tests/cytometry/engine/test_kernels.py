"""When which kernel is used, and what it costs to have it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench import panel

from costim.cytometry.engine import choice
from costim.cytometry.engine.gate import gate_file, gate_with
from costim.cytometry.engine.kernel_numba import NumbaKernel, compile_all
from costim.cytometry.engine.kernel_numpy import NumpyKernel
from costim.cytometry.fcs.read import open_fcs
from tests.cytometry.engine.memory_file import MemoryFile

SMALL_FILE = """
import sys, threading
from pathlib import Path
from bench import panel
from costim.cytometry.engine.gate import gate_file
from costim.cytometry.fcs.read import open_fcs
gate_file(open_fcs(Path(sys.argv[1])), panel.strategy(), panel.wants())
assert threading.active_count() == 1, threading.enumerate()
print(*sorted({"numba", "scipy", "polars", "flowkit"} & set(sys.modules)))
"""


def test_a_small_file_loads_no_compiler(tmp_path: Path) -> None:
    path = tmp_path / "small.fcs"
    panel.write(path, 5_000, 3)
    words = [sys.executable, "-c", SMALL_FILE, str(path)]
    answer = subprocess.run(words, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert answer.stdout.strip() == ""


def test_loops_are_loaded_in_the_background_once_they_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = choice._Compiled()
    monkeypatch.setattr(choice, "_compiled", fresh)
    choice.prepare(choice.WORTH - 1)
    assert isinstance(choice.kernel_now(), NumpyKernel)
    assert fresh._thread is None
    choice.prepare(1)
    choice.wait_until_compiled()
    assert isinstance(choice.kernel_now(), NumbaKernel)


def test_compilation_stops_when_the_program_ends() -> None:
    asked = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) == 3

    assert compile_all(stop) is None
    assert len(asked) == 3


def test_compiled_without_a_folder_to_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from numba.core import caching

    from costim.cytometry.engine import kernel_numba, loops

    for kind in (caching.CompileResultCacheImpl, caching.CacheImpl):
        monkeypatch.setattr(kind, "_locator_classes", [])
    loop = kernel_numba._cached(loops.chosen)
    out = np.empty(4, dtype=np.intp)
    assert loop(np.array([3, 0, 3], dtype=np.uint8), out) == 2
    assert out[:2].tolist() == [0, 2]


def test_one_file_by_both_kernels_and_any_number_of_threads(tmp_path: Path) -> None:
    path = tmp_path / "panel.fcs"
    panel.write(path, 200_000, 5)
    file, strategy, wants = open_fcs(path), panel.strategy(), panel.wants()
    compiled = compile_all()
    assert compiled is not None
    one = gate_file(file, strategy, wants, threads=1)
    for kernel in (NumpyKernel(), compiled):
        for threads in (1, 2, 5):
            assert gate_with(lambda kernel=kernel: kernel, file, strategy, wants, threads) == one  # type: ignore[misc]


@pytest.mark.parametrize("kind", ["<f4", ">f4", "<f8"])
def test_events_that_are_no_numbers_are_counted_in_channels_that_are_looked_at(kind: str) -> None:
    from costim.cytometry.gates.model import Axis, Range, Rectangle, Strategy

    stored = np.ones((10, 3), dtype=kind)
    stored[2, 0], stored[3, 0], stored[3, 1], stored[4, 2] = np.nan, np.inf, -np.inf, np.nan
    file: Any = MemoryFile(stored)
    strategy = Strategy("s", (Rectangle("g", "", (Range(Axis("C0"), 0.0), Range(Axis("C1"), 0.0))),))
    for kernel in (NumpyKernel(), compile_all()):
        assert kernel is not None
        found = gate_with(lambda kernel=kernel: kernel, file, strategy, (), 1)  # type: ignore[misc]
        assert found.not_finite == 2
        assert found.counts == {"g": 8}
