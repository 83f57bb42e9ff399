"""Write a complete study folder of virtual patients, with the truth beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from costim.errors import CostimError
from costim.simulated import clinical_tables
from costim.simulated.blood import draw_blood
from costim.simulated.clinical_tables import Row
from costim.simulated.cohort import Cohort, draw_cohort
from costim.simulated.design import StudyDesign
from costim.simulated.laboratory_table import labs
from costim.simulated.plan_text import plan_text
from costim.simulated.truth import POPULATION, Truth, population_truth
from costim.simulated.truth_tables import write_truth
from costim.simulated.tubes import tubes_of, write_tube
from costim.simulated.written import write_csv

TABLES: Mapping[str, Callable[[Cohort], Iterator[Row]]] = MappingProxyType(
    {
        "subjects": clinical_tables.subjects,
        "infusions": clinical_tables.infusions,
        "visits": clinical_tables.visits,
        "sledai": clinical_tables.sledai,
        "manifestations": clinical_tables.manifestations,
        "comedications": clinical_tables.comedications,
        "events": clinical_tables.events,
        "imaging": clinical_tables.imaging,
        "labs": labs,
    }
)
TRUTH_FOLDER = "truth"


def write_study(out: Path | str, design: StudyDesign, seed: int, *, population: int = POPULATION) -> Truth:
    """Write a study folder that `costim check` accepts and `costim run` analyses, and the folder `truth` in it.

    The truth is in no table of the study. The same design and seed give the same bytes, whatever the number of threads.

    Args:
        out: Folder to write; it must not exist, or be empty.
        design: The study; with `fcs` also tubes, controls and the questions that rest on them.
        seed: At least 0.
        population: Virtual patients behind the true values; worked out once per design and kept.

    Returns:
        What is true of the population, also written to `truth/population.csv`.

    Raises:
        CostimError: The folder holds something or cannot be written, or the design cannot be carried out. Then nothing
            was written.
    """
    folder = Path(out)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CostimError(f"{folder} is there already and is not an empty folder. Name another one for the study.")
    cohort = draw_cohort(design, seed)
    truth = population_truth(design, population)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
            whole = Path(scratch) / folder.name
            _write(whole, cohort, truth)
            whole.replace(folder)
    except OSError as problem:
        raise CostimError(
            f"The study could not be written to {folder}: {problem.strerror}. Nothing was written. Name another folder."
        ) from problem
    return truth


def _write(folder: Path, cohort: Cohort, truth: Truth) -> None:
    design, seed = cohort.design, cohort.seed
    blood = draw_blood(design, cohort.courses, cohort.readings.days, seed)
    folder.mkdir()
    (folder / "study.toml").write_bytes(plan_text(design, seed, truth.registry).encode())
    for name, rows in TABLES.items():
        write_csv(folder / f"{name}.csv", rows(cohort))
    if design.fcs:
        (folder / "fcs").mkdir()
        write_csv(folder / "samples.csv", (write_tube(tube, folder, seed) for tube in tubes_of(cohort, blood)))
    write_truth(folder / TRUTH_FOLDER, cohort, blood, truth)
