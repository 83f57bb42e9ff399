"""The doses of an event table as regimens of virtual patients."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from costim.errors import CostimError

if TYPE_CHECKING:
    from costim.mechanism.dosing.regimen import DoseUnit, Regimen


def regimens_of_events(path: Path, agent: str) -> list[Regimen]:
    """One regimen for each occasion of the table, days counted from its first infusion, amounts as they stand.

    Raises:
        CostimError: everything that is wrong with the table; or that it holds no dose.
    """
    from costim.mechanism.dosing.event_table import read_events
    from costim.mechanism.dosing.regimen import Dose, Regimen
    from costim.mechanism.model.agents import load_agent, with_agent
    from costim.mechanism.model.catalogue import load_model

    drug = load_agent(agent)
    unit: DoseUnit = "cells" if drug.amount_unit == "cells" else "mg"
    found = []
    for occasion in read_events(path, with_agent(load_model("loop"), drug)).occasions():
        infusions = [dose for dose in occasion.infusions if dose[1] > 0]
        if infusions:
            first = infusions[0][0]
            doses = tuple(Dose(start - first, amount, unit, 24 * days) for start, amount, days in infusions)
            found.append(Regimen(f"{occasion.subject}, occasion {occasion.number}", doses))
    if not found:
        raise CostimError(f"{path} holds no dose: give at least one row with EVID 1 and an amount.")
    return found
