"""Caption and text alternative of simulated courses."""

from __future__ import annotations

from costim.registry.simulation_record import SimulationRecord
from costim.report.document import Inlines, Term
from costim.report.format import plain, significant


def simulation_caption(record: SimulationRecord) -> Inlines:
    """What is seen, and that nobody measured it."""
    middle = Term(f"{plain(100 * record.share_of_patients)}%")
    over: Inlines = ()
    if record.draws:
        over = (
            "; the area about the shares without relapse holds ",
            Term(f"{plain(100 * record.level)}%"),
            " of what comes out when the typical patient is drawn anew",
        )
    return (
        "Simulated, not measured: virtual patients after the first dose. Lines: medians; areas: the middle ",
        middle,
        " of the patients under the first form of the model",
        *over,
        ". Values below a tenth of a unit are drawn at it where an axis is logarithmic.",
    )


def simulation_alternative(record: SimulationRecord) -> str:
    """Every arm in words: lowest medians and shares without relapse at the end."""
    parts = ["Simulated courses of virtual patients."]
    for arm in record.arms:
        lowest = ", ".join(f"{band.label} {significant(min(band.median), 2)}" for band in arm.bands)
        last = f"{100 * arm.relapse_free[-1]:.0f}% without simulated relapse at day {plain(arm.relapse_free_days[-1])}"
        parts.append(f"{arm.regimen}, {arm.model_title}: lowest medians {lowest}; {last}.")
    return " ".join(parts)
