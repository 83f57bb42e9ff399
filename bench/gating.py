"""Gating of the 15-channel panel beside FlowKit, in one run: `python -m bench.gating [--events 1e6 ...] [--study]`.

Every measurement is a process of its own. Counts must be identical and medians agree to 1e-6, or the benchmark fails.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import panel

REPEATS = {100_000: 7, 1_000_000: 5, 10_000_000: 3}
STUDY_FILES, STUDY_EVENTS = 60, 300_000


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=float, nargs="*", default=[1e5, 1e6, 1e7])
    parser.add_argument("--depleted", action="store_true", help="also a sample of 1e6 events with few B cells")
    parser.add_argument("--study", action="store_true", help="also a study of 60 files")
    parser.add_argument("--child", nargs=2, metavar=("WHO", "PATH"), help=argparse.SUPPRESS)
    parser.add_argument("--repeats", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(CHILDREN[asked.child[0]](Path(asked.child[1]), asked.repeats)))
        return
    with tempfile.TemporaryDirectory() as folder:
        for events in asked.events:
            one_size(Path(folder), int(events), panel.B_SHARE, asked.repeats)
        if asked.depleted:
            one_size(Path(folder), 1_000_000, 3e-4, asked.repeats)
        if asked.study:
            study(Path(folder))


def one_size(folder: Path, events: int, b_share: float, repeats: int) -> None:
    """One file, by both."""
    path = folder / "panel.fcs"
    panel.write(path, events, 1, b_share)
    repeats = repeats or REPEATS.get(events, 3)
    ours = child("costim", path, repeats)
    theirs = child("flowkit", path, 1 if events > 3_000_000 else min(repeats, 3))
    again = child("costim", path, repeats)
    path.unlink()
    ours = min(ours, again, key=lambda one: float(one["wall"]))
    worst = check(ours, theirs)
    print(f"\ngating: {events:,} events, 15 channels, 14 populations, 110 medians; B share {b_share:g}")
    for name, one in (("costim", ours), ("FlowKit", theirs)):
        print(
            f"  {name:<8} wall {one['wall']:8.4f} s   CPU {one['cpu']:8.4f} s   peak {one['peak']:7.0f} MiB   "
            f"import {one['import']:5.2f} s, first call in a fresh process {one['first']:7.3f} s"
        )
    print(f"  times faster: wall {theirs['wall'] / ours['wall']:.1f}, CPU {theirs['cpu'] / ours['cpu']:.1f}")
    print(f"  private memory of costim {ours['private']:.0f} MiB; compiled loops ready after {ours['compile']:.2f} s")
    print(
        f"  bytes from page cache into new memory {ours['read']:.4f} s: costim takes {ours['wall'] / ours['read']:.1f} "
        f"times as long; through a small buffer {ours['stream']:.4f} s: {ours['wall'] / ours['stream']:.1f} times"
    )
    print(f"  14 counts identical; 110 medians, worst relative difference {worst:.1e}")


def study(folder: Path) -> None:
    """60 files of 300,000 events, with import, in one process."""
    for number in range(STUDY_FILES):
        panel.write(folder / f"{number:02d}.fcs", STUDY_EVENTS, number)
    started = time.perf_counter()
    found = child("study", folder, 1)
    wall = time.perf_counter() - started
    print(f"\nstudy: {STUDY_FILES} files of {STUDY_EVENTS:,} events on {os.cpu_count()} cores")
    print(f"  wall with start and import {wall:.2f} s, CPU {found['cpu']:.2f} s, peak {found['peak']:.0f} MiB")


def check(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    """Worst relative difference of a median; fails where a count differs or a median by more than 1e-6."""
    if ours["counts"] != theirs["counts"]:
        raise SystemExit(f"counts differ: {ours['counts']} and {theirs['counts']}")
    pairs: list[tuple[float, float]] = [(ours["medians"][name], value) for name, value in theirs["medians"].items()]
    worst = max(abs(a - b) / max(abs(b), 1e-300) for a, b in pairs)
    if worst > 1e-6 or len(pairs) != len(ours["medians"]):
        raise SystemExit(f"medians differ by {worst}")
    return worst


def child(who: str, path: Path, repeats: int) -> dict[str, Any]:
    """What a fresh process measured."""
    words = [sys.executable, "-m", "bench.gating", "--child", who, str(path), "--repeats", str(repeats)]
    answer = subprocess.run(words, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    measured: dict[str, Any] = json.loads(answer.stdout)
    return measured


def costim_child(path: Path, repeats: int) -> dict[str, Any]:
    """Import, first call, then with the loops compiled."""
    started = time.perf_counter()
    from costim.cytometry.engine.choice import wait_until_compiled
    from costim.cytometry.engine.gate import gate_file
    from costim.cytometry.fcs.read import open_fcs

    imported = time.perf_counter() - started
    strategy, wants = panel.strategy(), panel.wants()

    def call() -> Any:
        return gate_file(open_fcs(path), strategy, wants)

    first = timed(call)[0]
    started = time.perf_counter()
    if path.stat().st_size > 300_000 * 60:
        wait_until_compiled()
    compiled = time.perf_counter() - started
    wall, cpu, result = best(call, repeats)
    medians = {f"{population} {name}": level.median for (population, name), level in result.levels.items() if level.n}
    peak, private = peak_mib(), private_mib(call)
    read, stream = page_cache(path)
    return {
        "import": imported, "first": first, "compile": compiled, "wall": wall, "cpu": cpu, "peak": peak,
        "counts": dict(result.counts), "medians": medians, "private": private, "read": read, "stream": stream,
    }  # fmt: skip


def flowkit_child(path: Path, repeats: int) -> dict[str, Any]:
    """The same by FlowKit."""
    started = time.perf_counter()
    from bench import flowkit_gating

    theirs = flowkit_gating.strategy()
    imported = time.perf_counter() - started

    def call() -> flowkit_gating.Outcome:
        return flowkit_gating.gated(path, theirs)

    first = timed(call)
    wall, cpu, result = first if repeats == 1 else best(call, repeats)
    return {
        "import": imported, "first": first[0], "wall": wall, "cpu": cpu, "peak": peak_mib(), "counts": result[0],
        "medians": result[1],
    }  # fmt: skip


def study_child(folder: Path, repeats: int) -> dict[str, Any]:
    """All files of a folder, several at a time."""
    from costim.cytometry.engine.gate import gate_file
    from costim.cytometry.fcs.read import open_fcs
    from costim.fleet.spread import spread

    strategy, wants = panel.strategy(), panel.wants()
    files = sorted(folder.glob("*.fcs"))
    found = spread(lambda path: gate_file(open_fcs(path), strategy, wants, threads=1), files)
    return {"cpu": time.process_time(), "peak": peak_mib(), "b": [one.counts["b"] for one in found]}


CHILDREN: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "costim": costim_child,
    "flowkit": flowkit_child,
    "study": study_child,
}


def timed(call: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall and CPU seconds of one call, and what it gave."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = call()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def best(call: Callable[[], Any], repeats: int) -> tuple[float, float, Any]:
    """Least wall and least CPU seconds of several calls."""
    runs = [timed(call) for _ in range(repeats)]
    return min(run[0] for run in runs), min(run[1] for run in runs), runs[0][2]


def page_cache(path: Path) -> tuple[float, float]:
    """Least seconds to read a file from the page cache: into new memory, and through a buffer that stays in a cache."""
    buffer = bytearray(1 << 22)

    def stream() -> None:
        with path.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass

    return best(lambda: len(path.read_bytes()), 3)[0], best(stream, 3)[0]


def peak_mib() -> float:
    """Peak resident memory of this process, mapped files included."""
    return status("VmHWM") / 1024


def private_mib(call: Callable[[], Any]) -> float:
    """Peak memory of this process during a call, mapped files left out."""
    done = threading.Event()
    seen = [status("RssAnon")]

    def watch() -> None:
        while not done.wait(0.002):
            seen.append(status("RssAnon"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    call()
    done.set()
    watcher.join()
    return max(seen) / 1024


def status(field: str) -> int:
    """A line of /proc/self/status, in KiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field + ":"))


if __name__ == "__main__":
    main()
