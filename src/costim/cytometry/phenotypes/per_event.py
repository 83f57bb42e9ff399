"""What one event of a tube stands for as a concentration, to give limits of detection in cells per uL."""

from __future__ import annotations

from costim.cytometry.engine.result import Gated
from costim.cytometry.gates.lineage import lineage
from costim.cytometry.gates.model import Strategy
from costim.cytometry.tube import Tube


def per_ul_of_an_event(gated: Gated, strategy: Strategy, tube: Tube, population: str) -> float | None:
    """Cells per uL of blood for each event of a population; the order of sources is that of the concentrations.

    Counting beads go first, then the volume, then haematology, which speaks only within the lymphocytes. No error of
    beads, volume or haematology is in it.

    Returns:
        None where the tube has no concentration, or no bead or lymphocyte was counted.
    """
    beads, lymphocytes = strategy.roles.get("beads", ""), strategy.roles.get("lymphocytes", "")
    if population == beads:
        return None
    if beads and tube.beads_added and tube.blood_ul:
        counted = gated.counts[beads]
        return tube.beads_added / tube.blood_ul / counted if counted else None
    if tube.blood_ul and tube.acquired_fraction:
        return 1.0 / (tube.blood_ul * tube.acquired_fraction)
    inside = lymphocytes in lineage(dict(strategy.populations()), population)
    if tube.lymphocytes_per_ul is None or not inside or not gated.counts[lymphocytes]:
        return None
    return tube.lymphocytes_per_ul / gated.counts[lymphocytes]
