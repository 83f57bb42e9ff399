"""The two staining panels that can be made, and the conjugates in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Conjugate:
    """An antibody (or a viability dye) with the detector that reads it."""

    marker: str
    """$PnS."""
    detector: str
    """$PnN."""
    optional: bool = False
    """In the tube only when the specification asks for it."""

    @property
    def key(self) -> str:
        """The marker as in parameters: lower case."""
        return self.marker.lower()


PANELS: Mapping[str, tuple[Conjugate, ...]] = MappingProxyType(
    {
        "b_cells": (
            Conjugate("IgD", "FITC-A"),
            Conjugate("CD80", "PE-A"),
            Conjugate("CD3", "PerCP-Cy5-5-A"),
            Conjugate("CD19", "PE-Cy7-A"),
            Conjugate("CD40", "APC-A"),
            Conjugate("Viability", "APC-Cy7-A"),
            Conjugate("CD27", "BV421-A"),
            Conjugate("CD20", "BV510-A"),
            Conjugate("CD38", "BV605-A", optional=True),
        ),
        "t_cells": (
            Conjugate("CD45RA", "FITC-A"),
            Conjugate("CD154", "PE-A"),
            Conjugate("CD4", "PerCP-Cy5-5-A"),
            Conjugate("CD69", "PE-Cy7-A"),
            Conjugate("ICOS", "APC-A"),
            Conjugate("Viability", "APC-Cy7-A"),
            Conjugate("CD3", "BV421-A"),
            Conjugate("CD45RO", "BV605-A", optional=True),
        ),
    }
)


def conjugates(panel: str, optional: tuple[str, ...] = ()) -> tuple[Conjugate, ...]:
    """The conjugates in a tube.

    Args:
        panel: `b_cells` or `t_cells`.
        optional: Keys of the optional markers that are in it.
    """
    return tuple(c for c in PANELS[panel] if not c.optional or c.key in optional)
