"""Patterns of small studies for tests of the fit."""

from __future__ import annotations

import numpy as np

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.observed.data import FitData

DOSES = (((0.0,), 600.0), ((0.0, 14.0), 1000.0), ((0.0, 7.0, 14.0, 21.0), 500.0))
DAYS = (0.0, 14.0, 56.0, 180.0, 300.0)


def pattern(patients: int, outputs: tuple[str, ...], days: tuple[float, ...] = DAYS) -> FitData:
    """Everybody read on every day; readings are placeholders."""
    start, amount = np.zeros((patients, 4)), np.zeros((patients, 4))
    for i in range(patients):
        doses, mg = DOSES[i % 3]
        start[i, : len(doses)] = doses
        start[i, len(doses) :] = doses[-1]
        amount[i, : len(doses)] = mg
    rows = [(s, o, d) for s in range(patients) for d in days for o in range(len(outputs))]
    subject, output, day = (np.array(column) for column in zip(*rows, strict=True))
    return FitData(
        subjects=tuple(f"p{i + 1}" for i in range(patients)),
        schedule=Schedule(start, amount, np.full(start.shape, 0.2)),
        covariate_names=("BSA",),
        covariates=np.linspace(1.5, 1.8, patients)[:, None],
        outputs=outputs,
        subject=subject.astype(np.int64),
        output=output.astype(np.int64),
        day=day.astype(np.float64),
        lower=np.ones(len(rows)),
        upper=np.ones(len(rows)),
        relapse=np.full((patients, 2), np.nan),
    )
