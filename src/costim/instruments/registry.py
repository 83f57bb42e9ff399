"""The ordered registry of instruments."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from costim.instruments import (
    bcells,
    comedications,
    events,
    exposure,
    imaging,
    labs,
    manifestations,
    measured,
    scales,
    sledai,
    subjects,
)
from costim.instruments.cytometry import measure as cytometry
from costim.registry.measurements import Measurement
from costim.study.study import Study

INSTRUMENTS: MappingProxyType[str, Callable[[Study], list[Measurement]]] = MappingProxyType(
    {
        "subjects": subjects.measure,
        "exposure": exposure.measure,
        "comedications": comedications.measure,
        "sledai": sledai.measure,
        "manifestations": manifestations.measure,
        "scales": scales.measure,
        "labs": labs.measure,
        "bcells": bcells.measure,
        "cytometry": cytometry.measure,
        "imaging": imaging.measure,
        "events": events.measure,
        "measures": measured.measure,
    }
)
"""Name -> function from the study to its measurement rows, in the order of the report."""
