"""Run the calibration study: `python -m bench.calibration.run [FAMILY ...]`; tables go to docs/calibration/."""

from __future__ import annotations

import csv
import importlib
import pkgutil
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.calibration import families
from bench.calibration.case import FIELDS, Case, run_case

TABLES = Path(__file__).parents[2] / "docs" / "calibration"


def family_names() -> list[str]:
    """Modules that offer cases."""
    return sorted(module.name for module in pkgutil.iter_modules(families.__path__))


def cases_of(name: str) -> list[Case]:
    """The cases of one family, in its order."""
    return list(importlib.import_module(f"bench.calibration.families.{name}").CASES)


def _run(place: tuple[str, int]) -> dict[str, object]:
    return run_case(cases_of(place[0])[place[1]])


def main(asked: list[str]) -> None:
    """Simulate every case of the families and write one table each."""
    TABLES.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2) as pool:
        for name in asked or family_names():
            places = [(name, i) for i in range(len(cases_of(name)))]
            rows = []
            for done, row in enumerate(pool.map(_run, places), start=1):
                rows.append(row)
                print(f"\r{name}: {done} of {len(places)}", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            with (TABLES / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
