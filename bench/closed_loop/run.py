"""Run the closed loop: `python -m bench.closed_loop.run FOLDER [ARM ...]`.

One file per arm, FOLDER/ARM.jsonl, one line per study. What is there already is not run again, so that a run may be
stopped and taken up; `ARM:COUNT` asks for another number of studies. `python -m bench.closed_loop.page FOLDER` makes
the table, the figure and the page of them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.closed_loop.arms import ARMS, Arm
from bench.closed_loop.one_study import run_study


def done_seeds(path: Path) -> set[int]:
    """Seeds with a whole line in the file."""
    if not path.exists():
        return set()
    found = set()
    for line in path.read_text("utf-8").splitlines():
        try:
            found.add(int(json.loads(line)["seed"]))
        except (ValueError, KeyError):  # the run was stopped within this line
            continue
    return found


def run_arm(arm: Arm, folder: Path, studies: int) -> None:
    """Studies of one arm that are not yet in its file."""
    path = folder / f"{arm.name}.jsonl"
    missing = [seed for seed in range(1, studies + 1) if seed not in done_seeds(path)]
    for number, seed in enumerate(missing, start=1):
        try:
            record = run_study(arm, seed)
        except RuntimeError as refused:  # a fault to be mended; the page is not made before
            record = {"arm": arm.name, "seed": seed, "seconds": 0.0, "refused": str(refused), "compared": []}
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
        print(f"{arm.name}: {number} of {len(missing)}, {record['seconds']} s", file=sys.stderr, flush=True)


def main(words: list[str]) -> None:
    """Run the arms asked for, all of them if none is named."""
    folder = Path(words[0])
    folder.mkdir(parents=True, exist_ok=True)
    for word in words[1:] or list(ARMS):
        name, _, count = word.partition(":")
        run_arm(ARMS[name], folder, int(count) if count else ARMS[name].studies)


if __name__ == "__main__":
    main(sys.argv[1:])
