"""The invented cytometer: detectors, how much of each dye they see, and how many photo-electrons carry a signal.

The numbers are those of an ordinary three-laser instrument with 18-bit range, rounded; none is a measurement of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

RANGE = 262_144
"""$PnR of every scatter and fluorescence channel."""
SCATTER = ("FSC-A", "FSC-H", "FSC-W", "SSC-A")
SCATTER_VOLTAGES: Mapping[str, float] = MappingProxyType(
    {"FSC-A": 320.0, "FSC-H": 320.0, "FSC-W": 320.0, "SSC-A": 350.0}
)
TIMESTEP = 0.01
"""Seconds per tick of the Time channel."""
VOLTAGE_POWER = 7.0
"""The gain of a photomultiplier rises with about the seventh power of its voltage."""


@dataclass(frozen=True, slots=True)
class Detector:
    """One fluorescence detector with the dye it is meant for."""

    name: str
    """$PnN."""
    units_per_mesf: float
    """Linear units for one molecule of equivalent soluble fluorochrome."""
    units_per_electron: float
    """Linear units for one photo-electron: the smaller, the less a bright signal spreads."""
    noise: float
    """Standard deviation of the electronic noise, in linear units."""
    autofluorescence: float
    """Median signal of an unstained lymphocyte, in linear units."""
    voltage: float
    """$PnV."""


DETECTORS = (
    Detector("FITC-A", 0.8, 12.0, 35.0, 95.0, 480.0),
    Detector("PE-A", 1.0, 9.0, 30.0, 60.0, 455.0),
    Detector("PerCP-Cy5-5-A", 0.9, 22.0, 40.0, 45.0, 560.0),
    Detector("PE-Cy7-A", 1.1, 18.0, 35.0, 30.0, 600.0),
    Detector("APC-A", 1.2, 10.0, 30.0, 40.0, 570.0),
    Detector("APC-Cy7-A", 0.7, 24.0, 45.0, 35.0, 620.0),
    Detector("BV421-A", 1.3, 8.0, 30.0, 90.0, 410.0),
    Detector("BV510-A", 0.6, 14.0, 35.0, 110.0, 430.0),
    Detector("BV605-A", 0.9, 15.0, 35.0, 60.0, 500.0),
)

# Rows: the dye meant for the detector of that name; columns: the detectors in the order of DETECTORS.
_SPILLOVER = np.array(
    [
        [1.0, 0.18, 0.03, 0.004, 0.0, 0.0, 0.001, 0.03, 0.01],
        [0.015, 1.0, 0.22, 0.03, 0.001, 0.0, 0.0, 0.002, 0.16],
        [0.001, 0.002, 1.0, 0.18, 0.05, 0.08, 0.0, 0.001, 0.02],
        [0.002, 0.02, 0.01, 1.0, 0.001, 0.1, 0.0, 0.0, 0.004],
        [0.0, 0.001, 0.02, 0.01, 1.0, 0.12, 0.0, 0.0, 0.003],
        [0.0, 0.001, 0.005, 0.08, 0.06, 1.0, 0.0, 0.0, 0.001],
        [0.001, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.09, 0.01],
        [0.04, 0.02, 0.005, 0.001, 0.0, 0.001, 0.08, 1.0, 0.12],
        [0.002, 0.08, 0.15, 0.02, 0.02, 0.004, 0.02, 0.03, 1.0],
    ]
)


def detector(name: str) -> Detector:
    """The detector of this $PnN."""
    return next(d for d in DETECTORS if d.name == name)


def spillover(names: Sequence[str]) -> NDArray[np.float64]:
    """Signal of each dye in each detector as a share of that in its own.

    Args:
        names: $PnN of k detectors.

    Returns:
        Shape (k, k), dyes in rows, ones on the diagonal.
    """
    places = [next(i for i, d in enumerate(DETECTORS) if d.name == name) for name in names]
    return _SPILLOVER[np.ix_(places, places)].copy()


def detect(
    signals: NDArray[np.float64], names: Sequence[str], gains: NDArray[np.float64], draw: np.random.Generator
) -> NDArray[np.float64]:
    """What detectors report for the light that reaches them: photo-electrons are counted, noise is added.

    The expected value is `signals * gains`; its variance is that of a Poisson count of photo-electrons plus the
    electronic noise, so that compensated signals spread as they do on an instrument.

    Args:
        signals: Expected light per event and detector, in linear units at the usual voltage, shape (n, k), at least 0.
        names: $PnN of the k detectors.
        gains: Gain of each event and detector against the usual voltage, shape (n, k) or (k,).
        draw: Random numbers.

    Returns:
        Shape (n, k), linear units; may be below 0.
    """
    units = np.array([detector(name).units_per_electron for name in names])
    noise = np.array([detector(name).noise for name in names])
    electrons = draw.poisson(signals / units).astype(np.float64)
    values: NDArray[np.float64] = electrons * units * gains + draw.standard_normal(signals.shape) * noise
    return values
