"""Infusions of patients of a model: body sizes from their covariates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from costim.errors import CostimError
from costim.mechanism.dosing.regimen import Regimen, schedule_each
from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.model import Model

CELLS = "cells"
"""Unit of the states of a model whose agent is cells."""


def schedule_of(model: Model, regimen: Regimen | Sequence[Regimen], covariates: NDArray[np.float64]) -> Schedule:
    """Infusions of patients.

    Args:
        model: Names its covariates; `BSA` (m2) and `weight` (kg) size the doses.
        regimen: One for all, or one for each.
        covariates: (patients, `model.covariates`).

    Raises:
        CostimError: another number of regimens than of patients; a dose per m2 or kg of a model without that covariate;
            doses of cells for a model of a drug in mg, or the other way round.
    """
    count = len(covariates)
    regimens = [regimen] * count if isinstance(regimen, Regimen) else list(regimen)
    if len(regimens) != count:
        raise CostimError(f"{len(regimens)} regimens for {count} patients: give one for all, or one for each.")
    _check_units(model, regimens)
    names = list(model.covariates)
    sizes = {name: covariates[:, names.index(name)] for name in ("BSA", "weight") if name in names}
    return schedule_each(regimens, bsa=sizes.get("BSA"), weight=sizes.get("weight"))


def _check_units(model: Model, regimens: Sequence[Regimen]) -> None:
    cells = any(state.unit == CELLS for state in model.states.values())
    for regimen in dict.fromkeys(regimens):
        wrong = [dose.unit for dose in regimen.doses if dose.unit.startswith("cells") != cells]
        if wrong:
            words = "is of cells: use cells or cells/kg" if cells else "is of a drug in mg: use mg, mg/m2 or mg/kg"
            raise CostimError(f"Regimen {regimen.name!r} is in {wrong[0]}; the model {model.title!r} {words}.")
