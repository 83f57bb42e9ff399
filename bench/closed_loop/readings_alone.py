"""Are intervals of SLEDAI short in the closed loop by chance? Many more studies, without their folders.

`python -m bench.closed_loop.readings_alone` draws the patients and readings of studies as `write_study` does, with
seeds of their own, and asks the sign-flip test whether it keeps the truth: its inversion is the interval that costim
prints.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.calibration.many_flips import flip_p_values
from bench.closed_loop.ideal import LEAST_PAIRS
from bench.closed_loop.table import TABLE
from costim.simulated.cohort import draw_cohort
from costim.simulated.design import StudyDesign
from costim.simulated.sampled import sample_population

FIRST, STUDIES, POPULATION = 100_001, 4_000, 40_000
VISITS = ("day28", "month6")
RESULT = TABLE.parent / "readings_alone.csv"


@dataclass(frozen=True, slots=True)
class Alone:
    """Coverage of the mean change to one visit."""

    visit: str
    studies: int
    coverage: float
    truth: float
    mean_estimate: float
    """Over the studies."""
    mean_error: float
    """Its Monte-Carlo standard error."""

    @property
    def error(self) -> float:
        """Monte-Carlo standard error of the coverage."""
        return float(np.sqrt(self.coverage * (1 - self.coverage) / self.studies))


def compute(studies: int = STUDIES, population: int = POPULATION) -> list[Alone]:
    """One entry per visit."""
    design = StudyDesign()
    places = {visit.name: i for i, visit in enumerate(design.visits)}
    whole = sample_population(design, population).fair.sledai
    found: dict[str, list[tuple[float, bool]]] = {visit: [] for visit in VISITS}
    truth = {visit: float(np.nanmean(_changes(whole, places, visit))) for visit in VISITS}
    for seed in range(FIRST, FIRST + studies):
        readings = draw_cohort(design, seed).readings
        for visit in VISITS:
            changes = _changes(np.where(readings.attended, readings.sledai, np.nan), places, visit)
            changes = changes[np.isfinite(changes)]
            if len(changes) >= LEAST_PAIRS:
                kept = flip_p_values((changes - truth[visit])[None])[0] > 0.05
                found[visit].append((float(changes.mean()), bool(kept)))
    return [_summed(visit, truth[visit], np.array(rows)) for visit, rows in found.items()]


def _summed(visit: str, truth: float, rows: np.ndarray) -> Alone:
    means, kept = rows[:, 0], rows[:, 1]
    error = float(means.std(ddof=1) / np.sqrt(len(means)))
    return Alone(visit, len(rows), float(kept.mean()), truth, float(means.mean()), error)


def _changes(sledai: np.ndarray, places: dict[str, int], visit: str) -> np.ndarray:
    return np.asarray(sledai[:, places[visit]] - sledai[:, places["baseline"]])


def read_alone(path: Path = RESULT) -> list[Alone]:
    """The committed table."""
    with path.open(encoding="utf-8", newline="") as file:
        names = ("coverage", "truth", "mean_estimate", "error")
        return [
            Alone(row["visit"], int(row["studies"]), *(float(row[name]) for name in names))
            for row in csv.DictReader(file)
        ]


def main() -> None:
    with RESULT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["visit", "studies", "coverage", "truth", "mean_estimate", "error"])
        for one in compute():
            numbers = (one.coverage, one.truth, one.mean_estimate, one.mean_error)
            writer.writerow([one.visit, one.studies, *(f"{number:.4f}" for number in numbers)])


if __name__ == "__main__":
    main()
