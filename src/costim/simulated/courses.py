"""What really happens to patients from day to day: B cells, markers, activity, and when they relapse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.dosing.regimen import Regimen, parse_regimen, schedule_each
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.model.equations import python_functions
from costim.mechanism.model.model import Model
from costim.mechanism.simulate.endpoints import WATCHED, Endpoints, Rules, compute_endpoints
from costim.mechanism.solver.solve import solve
from costim.simulated.design import StudyDesign, StudyDesignError
from costim.simulated.enrolment import Entered

Floats = NDArray[np.float64]
NEEDED = ("cd19", "naive", "memory", "cd40", "cd80", "cd40l", "cd69", "icos", "anti_dsdna", "sledai")
"""Outputs of the model that a study reads."""
RULES = Rules(depleted_below=10.0)
"""Relapse as the mechanism defines it; B cells count as depleted as in the plan of the study (`cd19_lt10`)."""
PIECE = 1000
"""Patients solved at a time."""


@dataclass(frozen=True, slots=True)
class Courses:
    """True courses on every whole day from 0."""

    outputs: Mapping[str, Floats]
    """Output -> (patients, days)."""
    activity: Floats
    """Relative to own baseline, (patients, days)."""
    antibody: Floats
    """Pathogenic IgG relative to own baseline, (patients, days)."""
    endpoints: Endpoints
    """Days of relapse and return by `RULES`; inf: not within the days followed; NaN: could not be solved."""

    @property
    def failed(self) -> NDArray[np.bool_]:
        """(patients,), no solution could be found; every number of them is NaN."""
        return np.isnan(self.endpoints.relapse_day)

    def on(self, output: str, days: NDArray[np.int64]) -> Floats:
        """An output of each patient on days of his own.

        Args:
            output: Name.
            days: (patients, visits), whole days.
        """
        return np.take_along_axis(self.outputs[output], days, axis=1)


def regimens_of(design: StudyDesign, count: int) -> tuple[Regimen, ...]:
    """Regimen of each patient: those of the design in turn."""
    known = {text: parse_regimen(text) for text in design.regimens}
    return tuple(known[design.regimens[i % len(design.regimens)]] for i in range(count))


@cache
def _outputs_of(model: str) -> Callable[[Floats, Floats], Floats]:
    return python_functions(load_model(model)).outputs


def follow(design: StudyDesign, model: Model, entered: Entered, first: int = 0) -> Courses:
    """Courses of patients who have entered.

    Args:
        design: Visits and regimens.
        model: The model behind the patients.
        entered: The patients; the first takes the regimen in place `first`.
        first: Place of the first patient among all.

    Raises:
        StudyDesignError: The model lacks an output that a study reads.
    """
    lacking = [name for name in NEEDED if name not in model.outputs]
    if lacking:
        raise StudyDesignError(f"The model {model.name} cannot make a study: it has no output {', '.join(lacking)}.")
    count = entered.values.shape[0]
    covariates = dict(zip(model.covariates, entered.covariates.T, strict=True))
    regimens = regimens_of(design, first + count)[first:]
    doses = schedule_each(regimens, bsa=covariates.get("BSA"), weight=covariates.get("weight"))
    times = np.arange(design.last_day + 1, dtype=np.float64)
    solved = solve(model, entered.values, doses, times)
    seen = _outputs_of(design.model)(solved.states, entered.values[:, None, :])
    outputs = {name: seen[..., place] for place, name in enumerate(model.outputs) if name in NEEDED}
    scale = {name: entered.values[:, model.value_names.index(name)] for name in ("SLEDAI0", "Ab0")}
    baseline = {name: outputs[name][:, 0] for name in WATCHED}
    return Courses(
        outputs=outputs,
        activity=outputs["sledai"] / scale["SLEDAI0"][:, None],
        antibody=outputs["anti_dsdna"] / scale["Ab0"][:, None],
        endpoints=compute_endpoints(times, {name: outputs[name] for name in WATCHED}, baseline, RULES, count=count),
    )


def pieces(entered: Entered) -> Iterator[tuple[int, Entered]]:
    """Patients in pieces that fit into memory, each with the place of its first."""
    count = entered.values.shape[0]
    for start in range(0, count, PIECE):
        yield start, entered.at(np.arange(start, min(start + PIECE, count)))
