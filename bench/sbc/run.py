"""`python -m bench.sbc.run [--first 0] [--count 240] [--pilot]`: adds the refits that the table does not hold yet.

One process, one core; a second may take other seeds. Rows are appended as they come; a run that was stopped goes
on where it stood. The pilot (other seeds) decides beforehand which parameters are called estimable.
"""

from __future__ import annotations

import argparse
import csv
import os
import traceback
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from bench.sbc.case import pattern
from bench.sbc.refit import refit

RESULTS = Path(__file__).parent / "results"
TABLE, PILOT = RESULTS / "loop.csv", RESULTS / "loop_pilot.csv"
FIRST, FIRST_PILOT = 1, 100_001


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=240)
    arguments.add_argument("--first", type=int, default=0, help="offset of the first seed")
    arguments.add_argument("--pilot", action="store_true")
    given = arguments.parse_args()
    path, first = (PILOT, FIRST_PILOT) if given.pilot else (TABLE, FIRST)
    path.parent.mkdir(exist_ok=True)
    for seed in range(first + given.first, first + given.first + given.count):
        if seed not in _done(path):
            try:
                row = refit(seed, pattern())
            except Exception as error:  # a refit that fails is a row of its own file, never a missing one
                traceback.print_exc()
                with path.with_suffix(".failed.txt").open("a", encoding="utf-8") as failed:
                    failed.write(f"{seed}\t{type(error).__name__}: {error}\n")
                continue
            _append(path, row)
            print(seed, row["seconds"], row["least_effective"], row["divergences"], flush=True)


def _done(path: Path) -> set[int]:
    if not path.exists():
        return set()
    with path.open(encoding="utf-8", newline="") as file:
        return {int(row["seed"]) for row in csv.DictReader(file)}


def _append(path: Path, row: dict[str, float]) -> None:
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        if new:
            writer.writeheader()
        writer.writerow(row)


if __name__ == "__main__":
    main()
