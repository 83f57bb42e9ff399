"""Virtual patients under regimens, in pieces: memory does not grow with patients, results do not depend on pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.errors import CostimError
from costim.fleet.spread import Progress, cores, spread
from costim.mechanism.dosing.of_patients import schedule_of
from costim.mechanism.dosing.regimen import Regimen
from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.model import Model
from costim.mechanism.population.patients import Patients
from costim.mechanism.simulate.bands import bands_for
from costim.mechanism.simulate.endpoints import Endpoints, Rules
from costim.mechanism.simulate.piece import RELATIVE, Task, simulate_piece
from costim.mechanism.simulate.simulation import Course, Simulation

Floats = NDArray[np.float64]
Given = Regimen | Sequence[Regimen] | Schedule
"""One regimen for all patients, one for each, or infusions already in mg."""

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
PIECE = 256
"""Patients of one piece of work."""
WAVE = 4
"""Pieces per worker that are under way together."""
CLUSTER_WAVE = 128
"""The same on a cluster, whose size is not known: pieces in all."""


def simulate(
    model: Model,
    regimens: Mapping[str, Given],
    patients: Patients,
    times: ArrayLike,
    *,
    keep: Literal["summary", "all"] = "summary",
    what: Sequence[str] | None = None,
    levels: Sequence[float] = LEVELS,
    rules: Rules | None = None,
    rtol: float = 1e-6,
    threads: int | None = None,
    cluster: str = "",
    progress: Progress | None = None,
) -> Simulation:
    """The same patients under each regimen.

    Results are the same, byte for byte, whatever the number of threads and whether on this machine or a cluster.

    Args:
        model: As the patients were drawn from.
        regimens: By label: a regimen for all, one for each patient, or a `Schedule`.
        patients: Of `draw_patients` or `typical`.
        times: (times,) days of the bands, ascending. Endpoints are found on every day from 0 to the last of them.
        keep: `all` also keeps every patient's outputs at `times`.
        what: Outputs of the model, or `NAME/baseline`: all outputs by default.
        levels: Of the quantiles, 0 to 1.
        rules: What counts as depletion, return, relapse.
        rtol: Relative tolerance of the solver.
        threads: The number of cores by default.
        cluster: Address of a Dask scheduler; blank for this machine.
        progress: Told after each piece of work: done, of how many.

    Raises:
        CostimError: nothing to simulate, or something asked for in a way that cannot be done; all of it together.
    """
    grid = np.asarray(times, dtype=np.float64)
    wanted = tuple(model.outputs) if what is None else tuple(what)
    _check(model, regimens, patients, grid, wanted, levels)
    rules = rules or Rules()
    schedules = {label: _schedule(model, given, patients) for label, given in regimens.items()}
    pieces = -(-len(patients.values) // PIECE)
    done = 0
    courses = {}
    for label, infusions in schedules.items():
        tell = _offset(progress, done, pieces * len(schedules))
        tasks = _Tasks(model, patients, infusions, grid, wanted, rules, rtol, keep == "summary", threads, cluster)
        courses[label] = _course(label, tasks, levels, tell)
        done += pieces
    return Simulation(model.name, patients, grid, wanted, tuple(levels), rules, courses)


class _Tasks:
    """Pieces of one course."""

    def __init__(  # noqa: PLR0917 - what a course is made of, from one caller
        self,
        model: Model,
        patients: Patients,
        infusions: Schedule,
        times: Floats,
        what: tuple[str, ...],
        rules: Rules,
        rtol: float,
        single: bool,
        threads: int | None,
        cluster: str,
    ) -> None:
        self.model, self.values, self.infusions, self.times, self.what = model, patients.values, infusions, times, what
        self.rules, self.rtol, self.single, self.cluster = rules, rtol, single, cluster
        self.firsts = range(0, len(self.values), PIECE)
        self.workers = threads
        many = cores(threads)
        # Cores that no piece is left for help with the pieces there are.
        self.threads = 1 if cluster else max(1, many // len(self.firsts))
        self.wave = CLUSTER_WAVE if cluster else WAVE * many

    def waves(self) -> Iterator[Sequence[int]]:
        """First patients of the pieces that are under way together."""
        for begin in range(0, len(self.firsts), self.wave):
            yield self.firsts[begin : begin + self.wave]

    def task(self, first: int) -> Task:
        """The piece from patient `first` on."""
        part = slice(first, first + PIECE)
        infusions = Schedule(self.infusions.start[part], self.infusions.amount[part], self.infusions.duration[part])
        return Task(
            self.model,
            self.values[part],
            infusions,
            self.times,
            self.what,
            self.rules,
            self.rtol,
            self.threads,
            self.single,
        )


def _course(label: str, tasks: _Tasks, levels: Sequence[float], progress: Progress) -> Course:
    count = len(tasks.values)
    bands = bands_for(count, len(tasks.times), len(tasks.what))
    endpoints, status = Endpoints.blank(count), np.zeros(count, dtype=np.uint8)
    values = None if tasks.single else np.empty((count, len(tasks.times), len(tasks.what)))
    before = 0
    for firsts in tasks.waves():
        tell = _offset(progress, before, len(tasks.firsts))
        found = spread(
            simulate_piece,
            [tasks.task(first) for first in firsts],
            workers=tasks.workers,
            cluster=tasks.cluster,
            progress=tell,
        )
        for first, piece in zip(firsts, found, strict=True):
            bands.add(first, piece.seen.astype(np.float32))
            endpoints.fill(first, piece.endpoints)
            status[first : first + PIECE] = piece.status
            if values is not None:
                values[first : first + PIECE] = piece.seen
        before += len(firsts)
    return Course(label, bands.quantiles(levels), bands.error, endpoints, status, values)


def _offset(progress: Progress | None, before: int, total: int) -> Progress:
    """Progress of a part, told as progress of the whole."""

    def tell(done: int, _: int) -> None:
        if progress is not None:
            progress(before + done, total)

    return tell


def _schedule(model: Model, given: Given, patients: Patients) -> Schedule:
    return given if isinstance(given, Schedule) else schedule_of(model, given, patients.covariates)


def _check(  # noqa: PLR0917 - what `simulate` was given
    model: Model,
    regimens: Mapping[str, Given],
    patients: Patients,
    times: Floats,
    what: tuple[str, ...],
    levels: Sequence[float],
) -> None:
    problems = []
    if not regimens:
        problems.append("no regimen; give at least one.")
    if not len(patients.values):
        problems.append("no patient; draw at least one.")
    elif patients.values.shape[1] != len(model.value_names):
        problems.append(
            f"patients have {patients.values.shape[1]} values, model {model.name} takes {len(model.value_names)}: "
            "draw them from the same model."
        )
    if times.ndim != 1 or not times.size or not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        problems.append("times must be at least one day, ascending, none twice.")
    for name in dict.fromkeys(what):
        if name.removesuffix(RELATIVE) not in model.outputs:
            problems.append(f"model {model.name} has no output {name!r}; it has {', '.join(model.outputs)}.")
    if not what or len(set(what)) < len(what):
        problems.append("name at least one output, none twice.")
    if not levels or not all(0 <= level <= 1 for level in levels):
        problems.append("levels of bands lie from 0 to 1.")
    for label, given in regimens.items():
        if isinstance(given, Schedule) and len(given.start) != len(patients.values):
            problems.append(f"{label}: infusions of {len(given.start)} patients for {len(patients.values)}.")
    if problems:
        raise CostimError("This cannot be simulated.\n" + "\n".join(f"- {words}" for words in problems))
