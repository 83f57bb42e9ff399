"""Reading 1e6 events of 15 channels: CPU seconds and peak memory, beside flowio, FlowCal and fcsparser.

Each reader runs in a process of its own, five times; import is not counted. Peers give all events as stored.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

EVENTS, CHANNELS, REPEATS = 1_000_000, 15, 5

OURS = "from costim.cytometry.fcs.read import open_fcs"
READERS = {
    "costim, all scale values as float64": (OURS, "f = open_fcs(path); f.read(range(len(f.channels)))"),
    "costim, copy of the memory map": (OURS, "open_fcs(path).raw().copy()"),
    "costim, sum over the memory map": (OURS, "open_fcs(path).raw().sum()"),
    "costim, 3 channels as float64": (OURS, "open_fcs(path).read([0, 4, 9])"),
    "costim, open and check the CRC": (OURS, "open_fcs(path)"),
    "flowio, float64": ("import flowio", "flowio.FlowData(path).as_array()"),
    "FlowCal, float32": ("import FlowCal", "FlowCal.io.FCSData(path)"),
    "fcsparser, float32": ("import fcsparser", "fcsparser.parse(path, reformat_meta=False)"),
}
CHILD = """
import json, sys, time
path = sys.argv[1]
{importing}
cpu, wall = time.process_time(), time.perf_counter()
{reading}
used = time.process_time() - cpu, time.perf_counter() - wall
peak = next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([*used, peak]))
"""
MAKE = f"""
import sys
import numpy as np
from costim.cytometry.fcs.write import NewChannel, write_fcs
events = np.random.default_rng(1).lognormal(6, 2, ({EVENTS}, {CHANNELS})).astype(np.float32)
write_fcs(sys.argv[1], events, [NewChannel(f"P{{n}}-A", range=2**23) for n in range(1, {CHANNELS} + 1)])
"""


def measure(reader: str, path: Path) -> tuple[float, float, float]:
    """Best CPU and wall seconds, and peak memory of the process (MiB, with all that its imports took)."""
    importing, reading = READERS[reader]
    words = [sys.executable, "-W", "ignore", "-c", CHILD.format(importing=importing, reading=reading), str(path)]
    runs = [json.loads(subprocess.run(words, check=True, capture_output=True).stdout) for _ in range(REPEATS)]
    cpu, wall, peak = (min(column) for column in zip(*runs, strict=True))
    return cpu, wall, peak


def main() -> None:
    """Write one file and read it in every way."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tube.fcs"
        subprocess.run([sys.executable, "-c", MAKE, str(path)], check=True)
        print(f"\nreading FCS: {EVENTS:,} events of {CHANNELS} channels, {path.stat().st_size / 1e6:.0f} MB")
        first = 0.0
        for reader in READERS:
            cpu, wall, memory = measure(reader, path)
            first = first or cpu
            line = f"  {reader:<44} CPU {cpu:8.4f} s   wall {wall:8.4f} s   peak {memory:7.1f} MiB"
            print(line + f"   CPU of the first line / this {first / cpu:6.2f}")


if __name__ == "__main__":
    main()
