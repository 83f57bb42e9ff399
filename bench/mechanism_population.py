"""100,000 virtual patients over two years: seconds and peak memory of draw and simulation, in a process of its own.

python -m bench.mechanism_population [COUNT]
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from costim.mechanism.dosing.regimen import REGIMENS
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.population.draw import draw_patients, typical
from costim.mechanism.simulate.run import simulate

WEEKS = np.arange(0.0, 731.0, 7.0)


def main(count: int) -> None:
    """Print what it took; bands of all outputs every week, endpoints on every day."""
    model, regimens = load_model("loop"), {"375x2": REGIMENS["375x2"]}
    started = time.perf_counter()
    simulate(model, regimens, typical(model), WEEKS)
    print(f"first result                {time.perf_counter() - started:8.2f} s")
    started, cpu = time.perf_counter(), time.process_time()
    patients = draw_patients(model, count, 1)
    drawn = time.perf_counter()
    found = simulate(model, regimens, patients, WEEKS).courses["375x2"]
    wall = time.perf_counter() - started
    print(f"draw                        {drawn - started:8.2f} s")
    print(f"draw and simulation         {wall:8.2f} s   {count / wall:8.0f} patients/s")
    print(f"CPU                         {time.process_time() - cpu:8.2f} s")
    print(f"peak memory                 {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:8.2f} GiB")
    print(f"patients not integrated     {int(found.failed.sum()):8d}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
