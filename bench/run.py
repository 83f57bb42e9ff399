"""Benchmarks: CPU seconds, wall, peak memory, as ratios to a peer measured in the same run.

Machines are shared and noisy: each command runs several times, the minimum is printed, and nothing here is a test.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]


def in_child(words: list[str], repeats: int) -> tuple[float, float, float]:
    """Best CPU seconds, wall seconds and peak memory (MiB) of a command."""
    best = (float("inf"), float("inf"), float("inf"))
    for _ in range(repeats):
        started = time.perf_counter()
        pid = os.posix_spawn(
            words[0], words, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
        )
        _, status, usage = os.wait4(pid, 0)
        wall = time.perf_counter() - started
        if status:
            raise SystemExit(f"{' '.join(words)} failed")
        best = min(best, (usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024))
    return best


def in_process(call: Callable[[], object], repeats: int) -> tuple[float, float, float]:
    """Best CPU and wall seconds of a call, and this process's peak memory (MiB)."""
    best = (float("inf"), float("inf"))
    for _ in range(repeats):
        cpu, wall = time.process_time(), time.perf_counter()
        call()
        best = min(best, (time.process_time() - cpu, time.perf_counter() - wall))
    return *best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show(name: str, ours: tuple[float, float, float], peer_name: str, peer: tuple[float, float, float]) -> None:
    """One line each for us and the peer."""
    print(f"\n{name}")
    for label, (cpu, wall, memory) in (("costim", ours), (peer_name, peer)):
        print(f"  {label:<44} CPU {cpu:10.3g} s   wall {wall:10.3g} s   peak {memory:7.1f} MiB")
    print(f"  ratio costim / peer: CPU {ours[0] / peer[0]:.3g}, wall {ours[1] / peer[1]:.3g}")


def main() -> None:
    """Run all benchmarks."""
    python = sys.executable
    show(
        "start: costim --help",
        in_child([python, "-m", "costim.cli", "--help"], 5),
        "pip --help",
        in_child([python, "-m", "pip", "--help"], 5),
    )
    libraries = "import polars, scipy.special, matplotlib.figure, docx, typst, xlsxwriter, jinja2, pydantic"
    with tempfile.TemporaryDirectory() as folder:
        show(
            "the main job: costim run examples/tokunaga2007",
            in_child([python, "-m", "costim.cli", "run", str(ROOT / "examples/tokunaga2007"), "--out", folder], 3),
            "importing its libraries alone",
            in_child([python, "-c", libraries], 3),
        )
    one_core = os.environ | {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    subprocess.run([python, str(ROOT / "bench/scoring.py")], check=True, env=one_core)
    subprocess.run([python, str(ROOT / "bench/survival.py")], check=True, env=one_core)
    subprocess.run([python, "-m", "bench.paired"], check=True, env=one_core, cwd=ROOT)
    subprocess.run([python, "-m", "bench.westfall_young"], check=True, env=one_core, cwd=ROOT)
    subprocess.run([python, "-m", "bench.repeated"], check=True, env=one_core, cwd=ROOT)
    subprocess.run([python, "-m", "bench.fcs_reading"], check=True, env=one_core, cwd=ROOT)
    subprocess.run([python, "-m", "bench.gating", "--depleted", "--study"], check=True, cwd=ROOT)
    subprocess.run([python, "-m", "bench.mechanism"], check=True, cwd=ROOT)


if __name__ == "__main__":
    subprocess.run([sys.executable, "--version"], check=True)
    main()
