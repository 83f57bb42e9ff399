"""Run the calibration study: `python -m bench.calibration.run [FAMILY ...]`; tables go to docs/calibration/.

`FAMILY:TEXT` renews only the cells whose name holds the text; every cell has a seed of its own, so the others stay.
"""

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
    """Simulate the cases of the families and write one table each."""
    TABLES.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2) as pool:
        for entry in asked or family_names():
            name, _, text = entry.partition(":")
            path = TABLES / f"{name}.csv"
            cases = cases_of(name)
            places = [(name, i) for i, case in enumerate(cases) if text in case.name]
            found = _committed(path) if text else {}
            for done, row in enumerate(pool.map(_run, places), start=1):
                found[_key(row)] = row
                print(f"\r{name}: {done} of {len(places)}", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(
                    found[case.family, case.method, case.kind, case.scenario, str(case.n)] for case in cases
                )


def _committed(path: Path) -> dict[tuple[str, ...], dict[str, object]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {_key(row): dict(row) for row in csv.DictReader(file)}


def _key(row: dict[str, object]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("family", "method", "kind", "scenario", "n"))


if __name__ == "__main__":
    main(sys.argv[1:])
