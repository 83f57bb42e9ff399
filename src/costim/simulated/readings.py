"""What a study sees of its patients: visits as they took place, SLEDAI items, laboratory values, images.

Each quantity has random numbers of its own: a bias switched on leaves alone what it does not touch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.model.model import Model
from costim.simulated.activity_items import ITEMS, SUBJECTIVE, draw_items, totals
from costim.simulated.courses import Courses
from costim.simulated.design import LATE, StudyDesign
from costim.simulated.enrolment import Entered, draw_fluctuation
from costim.simulated.laboratory import (
    IGG_SPREAD,
    IGG_USUAL,
    RAISED_DNA,
    igg_of,
    long_lived_share,
    read_cd19,
    read_dna,
    read_igg,
)
from costim.simulated.randomness import stream

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PULSE_WEARS_OFF = 30.0
"""Days; assumed."""
IMPROVED_AT, IMPROVED_SLOPE = 0.6, 0.1
"""An image at month 6 counts as improved with the probability `1 / (1 + exp((D - 0.6) / 0.1))`; assumed."""
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of patients; visits that were missed have readings too, which nobody saw. First axis: patients."""

    days: NDArray[np.int64]
    """(patients, visits), actual study days."""
    attended: Bools
    """(patients, visits)."""
    expected: Floats
    """(patients, visits), expected SLEDAI with fluctuation and all that biases do to the disease."""
    items: Bools
    """(patients, visits, items), as noted."""
    cd19: Floats
    """(patients, visits), cells per uL."""
    dna: Floats
    """(patients, visits), IU/mL."""
    igg: Floats
    """(patients, visits), g/L."""
    image_improved: Bools
    """(patients,), verdict at month 6."""

    @property
    def sledai(self) -> Floats:
        """(patients, visits), total of the items noted."""
        return totals(self.items)


def read(
    design: StudyDesign,
    model: Model,
    entered: Entered,
    courses: Courses,
    seed: int,
    *,
    first: int = 0,
    again: bool = False,
) -> Readings:
    """Readings of all visits.

    Args:
        design: With its biases.
        model: Of the patients.
        entered: The patients; their baseline was read when they entered.
        courses: What happens to them.
        seed: Start of the random numbers.
        first: Place of the first patient among all, where patients are read in pieces.
        again: Replace the baseline reading by another one of the same day, on which nobody was selected.
    """
    shape = (entered.values.shape[0], len(design.visits))

    def draw(purpose: str) -> np.random.Generator:
        return stream(seed, purpose, first)

    days = visit_days(design, shape[0], draw("days"))
    activity = np.take_along_axis(courses.activity, days, axis=1)
    dna = read_dna(courses.on("anti_dsdna", days), draw("dna"))
    factor = draw_fluctuation(design.fluctuation, shape, draw("fluctuation"))
    expected = courses.on("sledai", days) * factor * pulse_effect(design, days)
    if not again:
        dna[:, 0] = entered.dna
    items = draw_items(expected, entered.earliness, dna > RAISED_DNA, draw("items"))
    if not again:
        items[:, 0] = entered.items
    items &= ~_left_out(design, items.shape, draw("readers"))
    usual_igg = IGG_USUAL * np.exp(IGG_SPREAD * draw("usual igg").standard_normal((shape[0], 1)))
    igg = igg_of(usual_igg, np.take_along_axis(courses.antibody, days, axis=1), long_lived_share(model, entered.values))
    return Readings(
        days=days,
        attended=attendance(design, days, activity, draw("attendance")),
        expected=expected,
        items=items,
        cd19=read_cd19(courses.on("cd19", days), draw("cd19")),
        dna=dna,
        igg=read_igg(igg, draw("igg")),
        image_improved=_verdicts(design, activity[:, design.place(LATE)], draw("images")),
    )


def visit_days(design: StudyDesign, patients: int, draw: np.random.Generator) -> NDArray[np.int64]:
    """Actual days, even within the windows, shape (patients, visits)."""
    lowest = np.array([v.day - v.window for v in design.visits])
    highest = np.array([v.day + v.window for v in design.visits])
    return draw.integers(lowest, highest + 1, size=(patients, lowest.size))


def pulse_effect(design: StudyDesign, days: NDArray[np.int64]) -> Floats:
    """Factor of steroid pulses on activity; 1 at baseline, which is read before the first of them."""
    relief = design.biases.steroid_pulse or 0.0
    effect: Floats = np.where(days > 0, 1.0 - relief * np.exp(-days / PULSE_WEARS_OFF), 1.0)
    return effect


def attendance(design: StudyDesign, days: NDArray[np.int64], activity: Floats, draw: np.random.Generator) -> Bools:
    """Which visits took place: not those after loss to follow-up, nor those missed. Baseline always does."""
    chance = draw.random(days.shape)
    waits = np.asarray(draw.exponential(size=days.shape[0]))
    lost = waits * DAYS_PER_YEAR / max(design.dropout_per_year, 1e-12)
    missed = np.full(days.shape, design.biases.missing_visits or 0.0)
    ill = (design.biases.missing_when_ill or 0.0) * np.clip(activity, 0.0, 1.0)
    missed = 1.0 - (1.0 - missed) * (1.0 - ill)
    attended: Bools = (days <= lost[:, None]) & (chance >= missed)
    attended[:, 0] = True
    return attended


def _left_out(design: StudyDesign, shape: tuple[int, ...], draw: np.random.Generator) -> Bools:
    """Items that readers who know of the treatment do not note; never at baseline."""
    share = design.biases.unblinded_readers or 0.0
    subjective = np.isin(ITEMS, SUBJECTIVE)
    out: Bools = np.asarray(draw.random(shape)) < share
    out &= subjective
    out[:, 0] = False
    return out


def _verdicts(design: StudyDesign, activity: Floats, draw: np.random.Generator) -> Bools:
    chance = improved_chance(activity)
    kindness = design.biases.unblinded_readers or 0.0
    verdicts: Bools = draw.random(activity.size) < chance + (1.0 - chance) * kindness
    return verdicts


def improved_chance(activity: Floats) -> Floats:
    """Probability that a blinded reader calls an image improved, by activity relative to baseline."""
    chance: Floats = 1.0 / (1.0 + np.exp((activity - IMPROVED_AT) / IMPROVED_SLOPE))
    return chance
