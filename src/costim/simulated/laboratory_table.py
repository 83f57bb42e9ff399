"""labs.csv: B-cell counts, anti-dsDNA and IgG of every visit that took place."""

from __future__ import annotations

from collections.abc import Iterator

from costim.simulated.clinical_tables import Row, attended
from costim.simulated.cohort import Cohort
from costim.simulated.laboratory import CD19_LLOQ, DNA_LLOQ, RAISED_DNA, printed


def labs(cohort: Cohort) -> Iterator[Row]:
    """Results as a laboratory prints them; blood is drawn before the infusion of the day."""
    readings = cohort.readings
    for place, subject, number, visit, _ in attended(cohort):
        key = {"subject": subject, "visit": visit, "timepoint": "pre" if number == 0 else ""}
        yield {
            **key,
            "test": "cd19_count",
            "value": printed(float(readings.cd19[place, number]), CD19_LLOQ),
            "unit": "cells/uL",
            "upper_limit": "",
            "lloq": f"{CD19_LLOQ:g}",
        }
        dna = float(readings.dna[place, number])
        yield {
            **key,
            "test": "anti_dsdna",
            "value": printed(dna, DNA_LLOQ),
            "unit": "IU/mL",
            "upper_limit": f"{RAISED_DNA:g}",
            "lloq": f"{DNA_LLOQ:g}",
        }
        igg = float(readings.igg[place, number])
        yield {**key, "test": "igg", "value": f"{igg:.2f}", "unit": "g/L", "upper_limit": "", "lloq": ""}
