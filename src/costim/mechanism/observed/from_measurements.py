"""Measurements of a study -> what a fit sees of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from costim.errors import CostimError
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.observed.data import FitData
from costim.mechanism.observed.infusions import DOSE, Treated, read_infusions
from costim.mechanism.observed.observed import Notes, Observed
from costim.mechanism.observed.readings import Reading, read_readings
from costim.mechanism.observed.relapses import UnknownStatus, read_relapses
from costim.registry.measurements import AS_RECORDED

if TYPE_CHECKING:
    import polars as pl

    from costim.registry.plan import Plan

RITUXIMAB = frozenset({"rituximab"})


def observed(
    plan: Plan,
    measurements: pl.DataFrame,
    *,
    unknown_status: UnknownStatus = "lower_bound",
    drugs: frozenset[str] = RITUXIMAB,
) -> Observed:
    """What a study tells the model.

    Args:
        plan: its contrasts say which visits lie before treatment.
        measurements: the measurements table; only the preferred reading is used.
        unknown_status: what a time to relapse means whose status the study does not give; see `read_relapses`.
        drugs: names of the drugs whose infusions the model follows.

    Returns:
        Readings, doses and relapse as the fit takes them; every assumption made; every row left out, and why.

    Raises:
        CostimError: no subject has infusions the model can use, or nothing was read in those who have.
    """
    notes = Notes()
    rows = [row for row in measurements.iter_rows(named=True) if row["reading"] == AS_RECORDED]
    treated = read_infusions(rows, load_model("loop"), drugs, notes)
    if not treated.subjects:
        raise CostimError(_nobody(notes))
    before = frozenset(visit for contrast in plan.contrasts for visit in contrast.baseline.visits)
    readings = read_readings(rows, treated.subjects, before, notes)
    relapse = read_relapses(rows, treated.subjects, unknown_status, notes)
    if not readings and np.isnan(relapse).all():
        raise CostimError(
            "The study has infusions but no reading that the model could be held against (CD19+ counts, CD40, CD80, "
            "CD40L, CD69, ICOS, anti-dsDNA, SLEDAI) and no time to relapse: there is nothing to fit."
        )
    return Observed(_fit_data(treated, readings, relapse), notes.assumptions(), notes.unused())


def _fit_data(treated: Treated, readings: list[Reading], relapse: np.ndarray[Any, np.dtype[np.float64]]) -> FitData:
    outputs = tuple(sorted({reading.output for reading in readings}))
    return FitData(
        subjects=treated.subjects,
        schedule=treated.schedule,
        covariate_names=tuple(load_model("loop").covariates),
        covariates=treated.covariates,
        outputs=outputs,
        subject=np.array([r.subject for r in readings], dtype=np.int64),
        output=np.array([outputs.index(r.output) for r in readings], dtype=np.int64),
        day=np.array([r.day for r in readings], dtype=np.float64),
        lower=np.array([r.lower for r in readings], dtype=np.float64),
        upper=np.array([r.upper for r in readings], dtype=np.float64),
        relapse=relapse,
        cells=tuple(r.row for r in readings),
    )


def _nobody(notes: Notes) -> str:
    reasons = [f"{u.reason} (subjects {', '.join(u.subjects)})" for u in notes.unused() if u.parameter == DOSE]
    if not reasons:
        return "The study records no infusion, so that there is nothing the model could explain: fill in infusions.csv."
    return "No subject has infusions the model can use: " + "; ".join(reasons) + "."
