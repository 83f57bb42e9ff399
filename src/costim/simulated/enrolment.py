"""Who enters: virtual patients with their activity read once before treatment, all of them or only those read high."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.model.model import Model
from costim.mechanism.population.draw import draw_patients
from costim.mechanism.population.patients import Patients
from costim.simulated.activity_items import draw_earliness, draw_items, totals
from costim.simulated.design import StudyDesign, StudyDesignError
from costim.simulated.laboratory import RAISED_DNA, read_dna
from costim.simulated.randomness import seed_for, stream

Floats = NDArray[np.float64]
SMALLEST_SHARE = 0.002
"""A cut that fewer of the candidates pass is refused: nobody would find ten patients."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Patients of a study, with what was read of them at baseline. First axis of every array: patients."""

    values: Floats
    """(patients, values of the model)."""
    covariates: Floats
    """(patients, covariates of the model)."""
    earliness: Floats
    """(patients, items), order in which items appear."""
    dna: Floats
    """Anti-dsDNA as read at baseline, IU/mL."""
    items: NDArray[np.bool_]
    """(patients, items) present at baseline."""
    candidate: NDArray[np.int64]
    """Number of the patient among all who were screened, from 0."""

    def at(self, places: NDArray[np.int64]) -> Entered:
        """Some of the patients."""
        return Entered(*(getattr(self, f.name)[places] for f in fields(self)))


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who entered and who was screened."""

    entered: Entered
    screened: int
    unstable_share: float
    """Share of the virtual patients drawn whose baseline was not stable; they were drawn again."""


def enrol(design: StudyDesign, model: Model, count: int, seed: int) -> Enrolment:
    """Screen virtual patients until enough have entered.

    Args:
        design: Its bias `selected_high`, where present, is the SLEDAI that the baseline reading must exceed.
        model: Of the virtual patients.
        count: Patients wanted.
        seed: Start of the random numbers.

    Raises:
        StudyDesignError: Fewer than one candidate in 500 passes the cut.
    """
    cut = design.biases.selected_high
    found: list[Entered] = []
    screened = drawn = unstable = have = 0
    while have < count:
        size = _block_size(count, have, screened)
        patients = draw_patients(model, size, seed_for(seed, "patients"), first=screened)
        drawn, unstable = drawn + patients.drawn, unstable + patients.unstable
        block = _read_baseline(design, model, patients, seed, screened)
        passed = np.arange(size) if cut is None else np.flatnonzero(totals(block.items) > cut)
        found.append(block.at(passed))
        screened, have = screened + size, have + passed.size
        if have < count and screened >= 2000 and have < SMALLEST_SHARE * screened:
            raise StudyDesignError(
                f"The study cannot be simulated: of {screened} virtual patients screened, {have} had a SLEDAI above "
                f"{cut:g}. Choose a lower cut for selected_high."
            )
    everyone = Entered(*(np.concatenate([getattr(e, f.name) for e in found]) for f in fields(Entered)))
    return Enrolment(everyone.at(np.arange(count)), screened, unstable / drawn if drawn else 0.0)


def _block_size(count: int, have: int, screened: int) -> int:
    """Candidates to screen next: as many as are missing, more once the share that passes is known."""
    if not screened:
        return count
    share = max(have / screened, 0.01)
    return int(min(max((count - have) / share * 1.2, 10), 20_000))


def _read_baseline(design: StudyDesign, model: Model, patients: Patients, seed: int, first: int) -> Entered:
    values = patients.values
    size = values.shape[0]
    names = model.value_names
    earliness = draw_earliness(size, stream(seed, "earliness", first))
    dna = read_dna(values[:, names.index("Ab0")], stream(seed, "dna at baseline", first))
    expected = values[:, names.index("SLEDAI0")] * draw_fluctuation(
        design.fluctuation, (size,), stream(seed, "fluctuation at baseline", first)
    )
    items = draw_items(
        expected[:, None], earliness, dna[:, None] > RAISED_DNA, stream(seed, "items at baseline", first)
    )
    return Entered(values, patients.covariates, earliness, dna, items[:, 0], np.arange(first, first + size))


def draw_fluctuation(cv: float, shape: tuple[int, ...], draw: np.random.Generator) -> Floats:
    """Log-normal factors with mean 1 and the given coefficient of variation; independent between visits."""
    spread = np.sqrt(np.log1p(cv**2))
    factors: Floats = np.exp(spread * draw.standard_normal(shape) - spread**2 / 2)
    return factors
