"""Phenotypes of a tube as measurement rows; levels on too few cells stay out, and say why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from costim.cytometry.phenotypes.phenotype import Phenotype
from costim.instruments.cytometry.tubes import Placed
from costim.instruments.rows import joined
from costim.instruments.times import When
from costim.registry.cytometry_parameters import PREFIX
from costim.registry.measurements import Measurement
from costim.registry.parameters import parameter
from costim.study.study import Study

CELLS = ("fcs_file", "data_set", "blood_ul", "acquired_fraction", "beads_added", "lymphocytes_per_ul")


def phenotype_rows(
    study: Study, placed: Placed, when: When, phenotypes: tuple[Phenotype, ...], doubts: tuple[str, ...] = ()
) -> Iterator[Measurement]:
    """One row per phenotype.

    A level on fewer cells than the limit of detection is missing (`below_lod`); between that and the limit of
    quantification it is missing (`below_lloq`) unless the study asks for levels from the limit of detection on
    (`variants.mfi_floor`). So it is with a share of a population that itself has so few cells. Counts, and shares of
    large populations, are always given: that there are few cells is itself the result. `doubts` are flags of the tube.
    """
    floor = study.plan.variants.mfi_floor
    shared = {
        "subject": placed.tube.subject,
        "visit": placed.tube.visit,
        "timepoint": placed.tube.timepoint,
        "item": placed.tube.panel,
        "source": "samples",
        "cells": joined(placed.row.source(*CELLS), when.cells),
        "reading": study.reading,
        **when.fields(),
    }
    for found in phenotypes:
        yield _row(shared, (*doubts, *when.flags), found, floor)


def _row(shared: Mapping[str, Any], flags: tuple[str, ...], found: Phenotype, floor: str) -> Measurement:
    code = PREFIX + ".".join(part for part in (found.population, found.marker, found.statistic) if part)
    missing = _why_missing(found, floor)
    known = not missing
    too_few = () if found.status == "ok" else (found.status,)
    value = found.value if known else None
    return Measurement(
        parameter=code,
        value=value,
        lower=value,
        upper=value,
        relation="=" if known else "",
        unit=parameter(code).unit,
        missing=missing,
        flags=joined(too_few, found.flags, flags),
        interval_lower=found.lower if known else None,
        interval_upper=found.upper if known else None,
        interval_level=found.level if known and (found.lower, found.upper) != (None, None) else None,
        interval_method=found.interval_method if known else "",
        events=found.events,
        **shared,
    )


def _why_missing(found: Phenotype, floor: str) -> str:
    stands = found.status if found.marker else found.whole_status
    if stands == "below_lod" or (stands == "below_lloq" and floor == "lloq"):
        return stands
    return "not_recorded" if found.value is None else ""
