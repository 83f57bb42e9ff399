"""What is true of the ten invented patients: how many B cells they have when, of which kind, with how much CD40."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np

N = TypeVar("N", int, float)
SEED = 20_261_123
VISITS: Mapping[str, int] = MappingProxyType({"baseline": 0, "day28": 28, "month6": 182})
CD40_PER_CELL = 0.75
"""CD40 on every B cell six months after treatment, as a share of that before: true down-regulation."""
CD80_PER_CELL = 0.80
CD80_CARRIERS = 0.75
"""Share of the cells of each subset that carry CD80, as a share of that before."""
ICOS_PER_CELL = 0.88
CARRIERS_AFTER: Mapping[str, float] = MappingProxyType({"cd69": 0.75, "icos": 0.80, "cd154": 0.55})
"""Share of CD4+ T cells that carry a marker at month 6, as a share of that before; half of the way at day 28."""
T_CARRIERS: Mapping[str, float] = MappingProxyType(
    {
        "naive_cd4_t.cd69": 0.03,
        "memory_cd4_t.cd69": 0.16,
        "naive_cd4_t.icos": 0.05,
        "memory_cd4_t.icos": 0.44,
        "naive_cd4_t.cd154": 0.02,
        "memory_cd4_t.cd154": 0.14,
    }
)
"""Shares of carriers before treatment: higher than in the healthy."""
B_CELLS_BEFORE = (330, 345, 320, 325, 340, 320, 325, 360, 330, 335)
B_CELLS_DAY28 = (0, 2, 0, 5, 1, 12, 0, 3, 8, 1)
B_CELLS_MONTH6 = (260, 6, 310, 220, 190, 420, 0, 280, 240, 11)
"""Among the cells recorded. Three patients are still depleted."""
RETURNED = 100
"""From so many B cells on they count as returned."""


@dataclass(frozen=True, slots=True)
class Patient:
    """One invented patient."""

    subject: str
    sex: str
    age: int
    lymphocytes: Mapping[str, int]
    """Visit -> lymphocytes per uL of blood."""
    b_cells: Mapping[str, int]
    """Visit -> B cells among the cells recorded."""
    naive_b: Mapping[str, float]
    """Visit -> naive B cells as a share of B cells."""
    naive_cd4: Mapping[str, float]
    """Visit -> naive cells as a share of CD4+ T cells."""
    cd40: float
    """Factor on the CD40 of this patient at every visit."""
    cd80: float
    lot: Mapping[str, float]
    """Visit -> factor on the signal of the outcome conjugates: what staining varies from day to day."""
    days: Mapping[str, int]
    """Visit -> actual day."""


def patients() -> tuple[Patient, ...]:
    """The ten patients, the same at every call."""
    return tuple(_patient(number) for number in range(10))


def _patient(number: int) -> Patient:
    draw = np.random.Generator(np.random.PCG64(np.random.SeedSequence([SEED, number])))
    u = [round(float(x), 4) for x in draw.random(16)]
    before = 700 + round(700 * u[0])
    after = B_CELLS_MONTH6[number]
    returned = after >= RETURNED
    naive = round(0.56 + 0.10 * u[1], 3)
    naive_cd4 = round(0.36 + 0.12 * u[2], 3)
    return Patient(
        subject=f"S{number + 1:02d}",
        sex="F" if number % 5 != 3 else "M",
        age=22 + round(30 * u[3]),
        lymphocytes=_by_visit(before, round(before * (0.80 + 0.15 * u[4])), round(before * (0.95 + 0.25 * u[5]))),
        b_cells=_by_visit(B_CELLS_BEFORE[number], B_CELLS_DAY28[number], after),
        naive_b=_by_visit(naive, 0.30, round(0.78 + 0.06 * u[6], 3) if returned else 0.35),
        naive_cd4=_by_visit(naive_cd4, round(naive_cd4 + 0.01, 3), round(naive_cd4 + 0.05 + 0.04 * u[7], 3)),
        cd40=round(0.80 + 0.45 * u[8], 3),
        cd80=round(0.75 + 0.55 * u[9], 3),
        lot=_by_visit(*(round(0.96 + 0.08 * x, 3) for x in u[10:13])),
        days=_by_visit(0, 26 + round(4 * u[13]), 172 + round(20 * u[14])),
    )


def _by_visit(baseline: N, day28: N, month6: N) -> Mapping[str, N]:
    return MappingProxyType(dict(zip(VISITS, (baseline, day28, month6), strict=True)))
