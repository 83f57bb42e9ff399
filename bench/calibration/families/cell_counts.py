"""A few cells in a tube: their number and share, and how many were in a microlitre of blood. n = cells expected."""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from bench.calibration.case import Case
from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.inference.cells.concentration import compute_from_haematology, compute_per_bead
from costim.inference.counts.garwood import compute_garwood

FAMILY = "cell_counts"
CELLS = (5, 12, 20, 50, 200, 5000)
LYMPHOCYTES = (6_000, 100_000)
BEADS = (200, 5_000)
HAEMATOLOGY_CV = 0.05
PER_UL = 1_200.0
BEADS_PER_UL = 500.0
COVERS_MORE = "exact: covers more than 95 % where cells are few"


@cache
def _share_limits(cells: int, whole: int) -> tuple[float, float]:
    found = compute_clopper_pearson(cells, whole)
    return found.lower, found.upper


@cache
def _count_limits(cells: int) -> tuple[float, float]:
    found = compute_garwood(cells)
    return found.lower, found.upper


@cache
def _bead_limits(cells: int, beads: int) -> tuple[float, float]:
    found = compute_per_bead(cells, 0, beads, BEADS_PER_UL)
    return found.lower, np.inf if found.upper is None else found.upper


@cache
def _haematology_limits(cells: int, whole: int) -> tuple[float, float]:
    """For one lymphocyte per uL: the limits are proportional to what haematology found."""
    found = compute_from_haematology(cells, whole, 1.0, cv=HAEMATOLOGY_CV)
    return found.lower, np.inf if found.upper is None else found.upper


def _holds(limits: np.ndarray, truth: float) -> np.ndarray:
    return np.asarray((limits[:, 0] <= truth) & (truth <= limits[:, 1]))


def covers_share(cells: int, whole: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Does the interval of the share of lymphocytes hold it?"""
    found = rng.binomial(whole, cells / whole, repetitions)
    return _holds(np.array([_share_limits(k, whole) for k in found.tolist()]), cells / whole)


def covers_count(cells: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Does the interval of the number (and so of the concentration by volume) hold the number expected?"""
    return _holds(np.array([_count_limits(k) for k in rng.poisson(cells, repetitions).tolist()]), cells)


def covers_per_bead(cells: int, beads: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Does the interval hold the cells per uL when beads are counted beside them?"""
    pairs = zip(rng.poisson(cells, repetitions).tolist(), rng.poisson(beads, repetitions).tolist(), strict=True)
    return _holds(np.array([_bead_limits(*pair) for pair in pairs]), cells / beads * BEADS_PER_UL)


def covers_per_lymphocyte(cells: int, whole: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Does the interval hold the cells per uL when haematology counts lymphocytes with a normal error of 5 %?"""
    found = rng.binomial(whole, cells / whole, repetitions)
    read = PER_UL * (1 + HAEMATOLOGY_CV * rng.standard_normal(repetitions))
    limits = np.array([_haematology_limits(k, whole) for k in found.tolist()]) * read[:, None]
    return _holds(limits, cells / whole * PER_UL)


CASES = [
    case
    for n in CELLS
    for case in (
        Case(FAMILY, "garwood", "interval", "cells of the tube", n, partial(covers_count, n), note=COVERS_MORE),
        *(
            Case(
                FAMILY, "clopper_pearson", "interval", f"of {whole} lymphocytes", n,
                partial(covers_share, n, whole), note=COVERS_MORE,
            )
            for whole in LYMPHOCYTES
        ),
        *(
            Case(
                FAMILY, "per_bead", "interval", f"{beads} beads", n, partial(covers_per_bead, n, beads),
                note=COVERS_MORE,
            )
            for beads in BEADS
        ),
        Case(
            FAMILY, "per_lymphocyte, CV of haematology given", "interval", "of 100000 lymphocytes", n,
            partial(covers_per_lymphocyte, n, LYMPHOCYTES[1]), note="by Boole's inequality: covers more than 95 %",
        ),
    )
]  # fmt: skip
