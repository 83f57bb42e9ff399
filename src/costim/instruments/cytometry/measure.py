"""The cytometry instrument: FCS files and gates in, measurement rows out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from costim.instruments.cytometry.gated import GatedPanel
from costim.instruments.cytometry.phenotype_rows import phenotype_rows
from costim.instruments.cytometry.run import run
from costim.instruments.times import UNDATED, When, visit_days
from costim.registry.measurements import Measurement
from costim.registry.moved_gates import asked_parameters, draw_number
from costim.study.study import Study

MEASURED_OTHERWISE = ("voltage_changed", "panel_changed", "instrument_changed", "scale_changed")
"""Changes of the acquisition after which a level, and what lies within a gate, is not what it was before."""
CYTOMETRY = "samples"
"""Table of the study folder that rows of this instrument come from."""


def measure(study: Study) -> list[Measurement]:
    """Rows `cyt.<population>.<statistic>` and `cyt.<population>.<marker>.<statistic>` of every stained tube.

    Under a reading with moved gates only parameters that the plan asks for are given.

    Args:
        study: the checked study, with the gates of its panels.

    Returns:
        Rows by subject, panel and visit; none for a study without FCS files.

    Raises:
        CostimError: a file cannot be read, or gates cannot be applied to it.
    """
    if not study.gates:
        return []
    days = visit_days(study)
    rows = [row for panel in run(study) for row in _of_panel(study, panel, days)]
    if draw_number(study.reading) is not None:
        asked = asked_parameters(study.plan)
        return [row for row in rows if row.parameter in asked]
    return rows


def _of_panel(study: Study, panel: GatedPanel, days: Mapping[tuple[str, str], When]) -> Iterator[Measurement]:
    changed = {finding.file for finding in panel.changes if finding.code in MEASURED_OTHERWISE}
    for tube in panel.tubes:
        when = days.get((panel.subject, tube.placed.tube.visit), UNDATED)
        doubts = ("acquisition_changed",) if tube.placed.tube.path.name in changed else ()
        yield from phenotype_rows(study, tube.placed, when, tube.phenotypes, doubts)
