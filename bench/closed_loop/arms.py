"""The arms of the closed loop: a design of a study, and how many studies of it are analysed."""

from __future__ import annotations

from dataclasses import dataclass

from costim.simulated.biases import BIASES, Biases
from costim.simulated.design import StudyDesign

NO_BIAS, NO_BIAS_CELLS, NO_DRUG = "none", "none_cells", "selected_high_no_drug"


@dataclass(frozen=True, slots=True)
class Arm:
    """Studies of one design; seeds run from 1."""

    name: str
    design: StudyDesign
    studies: int


def usual(name: str) -> Biases:
    """One bias with its usual amount."""
    return Biases(**{name: BIASES[name].usual})


OF_TABLES = ("selected_high", "steroid_pulse", "missing_visits", "missing_when_ill", "unblinded_readers")
OF_CELLS = ("gate_drift", "spill_error")
# A study has infusions with an amount above 0: a thousandth of a milligram does nothing.
ARMS = {
    arm.name: arm
    for arm in (
        Arm(NO_BIAS_CELLS, StudyDesign(fcs=True), 200),
        Arm(NO_BIAS, StudyDesign(), 700),
        *(Arm(name, StudyDesign(biases=usual(name)), 200) for name in OF_TABLES),
        Arm(NO_DRUG, StudyDesign(regimens=("0.001 mg x1",), biases=usual("selected_high")), 200),
        *(Arm(name, StudyDesign(fcs=True, biases=usual(name)), 30) for name in OF_CELLS),
    )
}
"""In the order in which they are run. Every study has ten patients."""
