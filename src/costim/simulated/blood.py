"""Blood in tubes: how many cells of which kind are recorded, and how much of each marker they carry.

Naive (IgD+ CD27-) and memory (CD27+) B cells follow the model; there are no double-negative cells, which it does not
have. CD40 and CD80 per cell follow the outputs `cd40` and `cd80`, alike on every subset; the shares of CD4+ T cells
with CD154, CD69 and ICOS follow `cd40l`, `cd69` and `icos`. Levels at baseline, differences between patients and
between days are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from costim.simulated.courses import Courses
from costim.simulated.design import StudyDesign
from costim.simulated.randomness import stream

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
B_MARKERS, T_MARKERS = ("cd40", "cd80"), ("cd154", "cd69", "icos")
FOLLOWS: Mapping[str, str] = MappingProxyType({"cd154": "cd40l", "cd69": "cd69", "icos": "icos"})
MEMORY_SUBSETS: Mapping[str, float] = MappingProxyType(
    {"unswitched_memory_b": 0.4, "switched_memory_b": 0.55, "plasmablasts": 0.05}
)
"""Shares of memory B cells."""
LYMPHOCYTES_PER_UL, LYMPHOCYTES_SPREAD = 1000.0, 0.3
"""Other lymphocytes than B cells, and how far patients differ (standard deviation of the logarithm)."""
MONOCYTES = 0.12
"""Share of the cells recorded that are no B cells."""
PATIENT_SPREAD, DAY_SPREAD, SHARE_SPREAD, COUNT_SPREAD = 0.25, 0.12, 0.15, 0.05
"""Standard deviations of logarithms: level of a patient; staining of a day; share of carriers from day to day; the
lymphocyte count by haematology."""
NAIVE_CARRIES = 0.2
"""Share of naive CD4+ T cells with a marker, as a part of that of memory cells."""
MOST = 0.95


@dataclass(frozen=True, slots=True)
class Blood:
    """Tubes of patients. Second axis of every array: visits with tubes, in the order of `visits`."""

    visits: tuple[int, ...]
    """Places of these visits in the design."""
    recorded: Counts
    """(visits,), living single cells of the B-cell tube."""
    b_cells: Counts
    """(patients, visits), B cells among them."""
    naive_b: Counts
    """(patients, visits), naive B cells among them."""
    b_share: Floats
    """(patients, visits), true share of B cells among the cells."""
    true_naive: Floats
    """(patients, visits), true share of naive cells among B cells."""
    per_ul: Floats
    """(patients, visits), true B cells per uL."""
    haematology: Counts
    """(patients, visits), lymphocytes per uL as counted."""
    levels: Mapping[str, Floats]
    """CD40, CD80 -> (patients, visits), factor on the usual level per cell."""
    staining: Mapping[str, Floats]
    """Marker -> (patients, visits), factor of the day and of drift on the signal."""
    carriers: Mapping[str, Floats]
    """CD154, CD69, ICOS -> (patients, visits), share of CD4+ T cells that carry it that day."""
    naive_cd4: Floats
    """(patients,), naive share of CD4+ T cells."""


def draw_blood(design: StudyDesign, courses: Courses, days: Counts, seed: int, first: int = 0) -> Blood:
    """Tubes of patients at the visits of the design that have tubes.

    Args:
        design: With its biases; `gate_drift` weakens the staining of later visits.
        courses: What is true.
        days: (patients, visits of the design), actual days.
        seed: Of the study.
        first: Place of the first patient among all.
    """
    places = tuple(i for i, visit in enumerate(design.visits) if visit.tubes)
    on = days[:, places]
    patients = on.shape[0]

    def draw(purpose: str) -> np.random.Generator:
        return stream(seed, purpose, first)

    naive, memory = courses.on("naive", on), courses.on("memory", on)
    usual = np.exp(LYMPHOCYTES_SPREAD * draw("lymphocytes").standard_normal((patients, 1))) * LYMPHOCYTES_PER_UL
    share = (naive + memory) / (naive + memory + usual / (1.0 - MONOCYTES))
    true_naive = naive / (naive + memory)
    recorded = np.array([design.visits[i].tubes for i in places])
    b_cells = draw("b cells").binomial(recorded, share)
    lymphocytes = (naive + memory + usual) * np.exp(COUNT_SPREAD * draw("haematology").standard_normal(on.shape))
    return Blood(
        visits=places,
        recorded=recorded,
        b_cells=b_cells,
        naive_b=draw("naive b cells").binomial(b_cells, true_naive),
        b_share=share,
        true_naive=true_naive,
        per_ul=naive + memory,
        haematology=np.rint(lymphocytes).astype(np.int64),
        levels={
            m: courses.on(m, on) * np.exp(PATIENT_SPREAD * draw(f"{m} of patient").standard_normal((patients, 1)))
            for m in B_MARKERS
        },
        staining={
            m: drift_of(design, places) * np.exp(DAY_SPREAD * draw(f"{m} of day").standard_normal(on.shape))
            for m in B_MARKERS
        }
        | {m: np.broadcast_to(drift_of(design, places), on.shape) for m in T_MARKERS},
        carriers={
            m: np.minimum(
                courses.on(FOLLOWS[m], on) * np.exp(SHARE_SPREAD * draw(f"{m} of day").standard_normal(on.shape)), MOST
            )
            for m in T_MARKERS
        },
        naive_cd4=np.asarray(draw("naive cd4").uniform(0.36, 0.48, patients)),
    )


def drift_of(design: StudyDesign, places: tuple[int, ...]) -> Floats:
    """Factor on the signal of outcome conjugates at each visit with tubes: full drift at the last, half before it."""
    amount = design.biases.gate_drift or 0.0
    parts = np.zeros(len(places))
    parts[-1:], parts[-2:-1] = 1.0, 0.5
    factors: Floats = 1.0 - amount * parts
    return factors


def carriers_by_kind(share: float, naive: float) -> tuple[float, float]:
    """Share of naive and of memory CD4+ T cells that carry a marker, so that of all of them `share` do.

    Args:
        share: Of CD4+ T cells, 0 to 1.
        naive: Share of naive cells among them.
    """
    memory = min(share / (NAIVE_CARRIES * naive + 1.0 - naive), MOST)
    return min(max((share - (1.0 - naive) * memory) / naive, 0.0), 1.0), memory
