"""Glasgow Coma Scale from eye, verbal and motor response."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from costim.instruments.rows import Reading, between, exact
from costim.registry.parameters import parameter

COMPONENTS = ("gcs_eye", "gcs_verbal", "gcs_motor")


def compute_gcs(components: Mapping[str, Reading]) -> Reading:
    """Total of the three components, 3 to 15 points (Teasdale and Jennett 1974).

    Args:
        components: `gcs_eye` (1 to 4), `gcs_verbal` (1 to 5), `gcs_motor` (1 to 6). One that is not there or could not
            be tested takes its whole range: there is no total then, only bounds.
    """
    lower = upper = Decimal(0)
    for name in COMPONENTS:
        known = parameter(f"scale.{name}")
        reading = components.get(name, Reading())
        least, most = exact(known.minimum or 0), exact(known.maximum or 0)
        lower += least if reading.lower is None else reading.lower
        upper += most if reading.upper is None else reading.upper
    return between(lower.normalize(), upper.normalize())
