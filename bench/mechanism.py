"""Virtual patients beside SciPy, diffrax and libRoadRunner, in one run: `python -m bench.mechanism [--quick]`.

Twelve states, four regimens in turn, 730 days, 63 readings, variability as specified. Every measurement is a process of
its own; wall and CPU seconds, since machines are shared. The error is |x - reference| / (|reference| + 0.001 of its
maximum over time), reference by LSODA at 1e-11.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
DAYS = np.unique(np.r_[np.arange(0.0, 29.0, 2.0), np.linspace(28.0, 730.0, 49)])
JUDGED = 200
"""Patients whose error is looked at."""
Array = NDArray[np.float64]


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer patients, no peers but SciPy")
    parser.add_argument("--child", nargs=2, metavar=("WHAT", "COUNT"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(children()[asked.child[0]](int(asked.child[1]))))
        return
    print(f"mechanism: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    starts()
    ours = [child("costim", count) for count in ((1_000,) if asked.quick else (1_000, 10_000))]
    for one in ours:
        line("costim, solve", one)
    error = child("error", 40 if asked.quick else JUDGED)
    print(f"  error of costim at rtol 1e-6, {error['count']} patients: 99.9th percentile {error['p999']:.1e}, "
          f"largest {error['most']:.1e}")  # fmt: skip
    if not asked.quick:
        stream = child("stream", 100_000)
        line("costim, simulate (daily endpoints, bands)", stream)
        print(f"  all of it {stream['wall']:.1f} s, peak {stream['peak']:.0f} MiB")
    best = max(ours, key=lambda one: one["count"])
    peers = [("LSODA", 40), ("Radau", 10)] + ([] if asked.quick else [("libroadrunner", 40), ("diffrax", 500)])
    for name, count in peers:
        one = child(name, count)
        line(name, one)
        ratio = (best["count"] / best["cpu"]) / (one["count"] / one["cpu"])
        print(f"    costim does {ratio:,.0f} times as many patients per CPU second; error of {name} {one['p999']:.1e}")


def starts() -> None:
    """First result in a process without kept machine code, and in the next."""
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"NUMBA_CACHE_DIR": folder}
        for label in ("cold", "kept"):
            one = child("first", 8, env)
            print(
                f"  first result of simulate, six regimens, {label}: wall {one['whole']:.1f} s, CPU {one['cpu']:.1f} s"
                f" (of which import {one['import']:.1f} s)"
            )


def line(name: str, one: dict[str, Any]) -> None:
    """One measurement."""
    print(
        f"  {name:<42} {one['count']:>7,} patients   {one['count'] / one['wall']:>9,.0f} /s   "
        f"{one['count'] / one['cpu']:>9,.0f} / CPU s   compile {one.get('compile', 0.0):.1f} s"
    )


def child(what: str, count: int, env: dict[str, str] | None = None) -> dict[str, Any]:
    """One measurement in a process of its own."""
    words = [sys.executable, "-m", "bench.mechanism", "--child", what, str(count)]
    started = time.perf_counter()
    done = subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT, env=env)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found | {"whole": time.perf_counter() - started}


def children() -> dict[str, Callable[[int], dict[str, Any]]]:
    """What a child process can be asked to measure."""
    from bench import mechanism_peers as peers

    return {
        "costim": costim, "error": error, "stream": stream, "first": first, "diffrax": peers.diffrax_vmap,
        "libroadrunner": peers.roadrunner, "LSODA": peers.lsoda, "Radau": peers.radau,
    }  # fmt: skip


def mixed(count: int, seed: int = 1) -> tuple[Any, Any, Any]:
    """Model, patients, and the four regimens in turn."""
    from costim.mechanism.dosing.schedule import Schedule
    from costim.mechanism.model.catalogue import load_model
    from costim.mechanism.population.draw import draw_patients

    model = load_model("loop")
    start = np.tile([0.0, 7.0, 14.0, 21.0], (count, 1))
    amount = np.zeros((count, 4))
    amount[0::4, 0], amount[1::4, :2], amount[2::4], amount[3::4, :2] = 600.0, 600.0, 500.0, 1000.0
    start[1::4, 1] = start[3::4, 1] = 14.0
    return model, draw_patients(model, count, seed), Schedule(start, amount, np.full((count, 4), 0.2))


def timed(call: Callable[[], Any], repeats: int = 3) -> dict[str, float]:
    """Best wall and CPU seconds."""
    best = [float("inf"), float("inf")]
    for _ in range(repeats):
        cpu, wall = time.process_time(), time.perf_counter()
        call()
        best = [min(best[0], time.perf_counter() - wall), min(best[1], time.process_time() - cpu)]
    return {"wall": best[0], "cpu": best[1]}


def errors(found: Array, reference: Array) -> dict[str, float]:
    """99.9th percentile and maximum, as the specification counts."""
    most = np.abs(reference).max(axis=1, keepdims=True)
    error = (np.abs(found - reference) / (np.abs(reference) + 0.001 * most + 1e-300))[:, 1:]
    return {"p999": float(np.percentile(error, 99.9)), "most": float(error.max())}


def costim(count: int) -> dict[str, Any]:
    """Our solver, every core."""
    from costim.mechanism.solver.solve import solve

    model, patients, schedule = mixed(count)
    started = time.perf_counter()
    solve(model, patients.values[:2], type(schedule)(*(one[:2] for one in (schedule.start, schedule.amount,
          schedule.duration))), DAYS)  # fmt: skip
    ready = time.perf_counter() - started
    return {"count": count, "compile": ready} | timed(lambda: solve(model, patients.values, schedule, DAYS))


def error(count: int) -> dict[str, Any]:
    """Our error."""
    from costim.mechanism.solver.plain import solve_plain
    from costim.mechanism.solver.solve import solve

    model, patients, schedule = mixed(count)
    reference = solve_plain(model, patients.values, schedule, DAYS, rtol=1e-11, atol=1e-13).states
    return {"count": count} | errors(solve(model, patients.values, schedule, DAYS).states, reference)


def stream(count: int) -> dict[str, Any]:
    """A large population through `simulate`: bands and endpoints, not trajectories."""
    from costim.mechanism.simulate.run import simulate

    model, patients, schedule = mixed(count)
    simulate(model, {"mix": schedule}, patients, DAYS)
    found = timed(lambda: simulate(model, {"mix": schedule}, patients, DAYS), 1)
    return {"count": count, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024} | found


def first(count: int) -> dict[str, Any]:
    """The first result of a process."""
    started = time.perf_counter()
    from costim.mechanism.dosing.regimen import REGIMENS
    from costim.mechanism.model.catalogue import load_model
    from costim.mechanism.population.draw import draw_patients
    from costim.mechanism.simulate.run import simulate

    imported = time.perf_counter() - started
    model = load_model("loop")
    regimens = dict(REGIMENS) if isinstance(REGIMENS, dict) else {one.name: one for one in REGIMENS}
    simulate(model, regimens, draw_patients(model, count, 1), DAYS)
    return {"count": count, "import": imported, "cpu": time.process_time()}


if __name__ == "__main__":
    main()
