"""The study that is refitted: ten patients, eleven visits, blood counts, markers and activity, four regimens."""

from __future__ import annotations

import numpy as np

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.observed.data import FitData

MODEL = "loop"
DAYS = (0, 7, 14, 28, 56, 84, 126, 182, 252, 308, 365)
OUTPUTS = ("cd19", "cd40", "cd80", "cd40l", "cd69", "icos", "sledai")
LIMITS = {"cd19": 5.0}
BSA = 1.6
# 375 mg/m2 once and twice, 500 mg weekly four times, 1000 mg twice: days and mg at 1.6 m2.
REGIMENS = (((0,), 600.0), ((0, 14), 600.0), ((0, 7, 14, 21), 500.0), ((0, 14), 1000.0))
HOURS = 4.8


def pattern(patients: int = 10, days: tuple[int, ...] = DAYS, outputs: tuple[str, ...] = OUTPUTS) -> FitData:
    """Who is dosed and read when; readings are placeholders."""
    most = max(len(doses) for doses, _ in REGIMENS)
    start, amount = np.zeros((patients, most)), np.zeros((patients, most))
    for patient in range(patients):
        doses, mg = REGIMENS[patient % len(REGIMENS)]
        start[patient] = (*doses, *[doses[-1]] * (most - len(doses)))
        amount[patient, : len(doses)] = mg
    size = patients * len(days) * len(outputs)
    return FitData(
        subjects=tuple(f"p{i + 1}" for i in range(patients)),
        schedule=Schedule(start, amount, np.full(start.shape, HOURS / 24)),
        covariate_names=("BSA",),
        covariates=np.full((patients, 1), BSA),
        outputs=outputs,
        subject=np.repeat(np.arange(patients), len(days) * len(outputs)),
        output=np.tile(np.arange(len(outputs)), patients * len(days)),
        day=np.tile(np.repeat(np.array(days, dtype=np.float64), len(outputs)), patients),
        lower=np.ones(size),
        upper=np.ones(size),
        relapse=np.full((patients, 2), np.nan),
    )
