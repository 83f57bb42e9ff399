"""The panel of the gating benchmark: 15 channels, 14 populations, 110 medians. Synthetic throughout."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.engine.result import Want
from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.cytometry.gates.model import (
    Axis,
    Divider,
    Gate,
    Polygon,
    Quadrant,
    Quadrants,
    Range,
    Rectangle,
    Strategy,
)
from costim.cytometry.transforms.logicle import Logicle

MARKERS = ("CD19", "CD3", "CD4", "CD27", "IgD", "CD40", "CD80", "CD69", "ICOS", "CD154")
DETECTORS = tuple(f"FL{number}-A" for number in range(1, 11))
SCATTER = ("FSC-A", "FSC-H", "FSC-W", "SSC-A")
MATRIX = "panel"
SCALE = "logicle"
LOGICLE = Logicle(t=262144.0, w=0.5, m=4.5, a=0.0)
MEASURED = (
    ("b", "b_27_igd", "b_27_only", "b_igd_only", "b_neither", "b_cd40", "b_cd80"),
    ("t4", "t4_cd69", "t4_icos", "t4_cd154"),
)
B_SHARE, T4_SHARE = 0.1, 0.42
"""Of lymphocytes."""


def spillover() -> NDArray[np.float64]:
    """Rows fluorochromes, columns detectors: a few per cent to the neighbours, less further away."""
    distance = np.abs(np.subtract.outer(np.arange(10), np.arange(10)))
    lean = np.where(np.subtract.outer(np.arange(10), np.arange(10)) < 0, 1.0, 0.5)
    return np.where(distance == 0, 1.0, 0.12 * lean / (1.0 + distance**2))


def events(n: int, seed: int, b_share: float = B_SHARE) -> NDArray[np.float32]:
    """Events as an instrument would store them, shape (n, 15): scatter, ten detectors, time."""
    generator = np.random.Generator(np.random.PCG64(seed))
    kind = generator.random(n)
    lymph = kind < 0.55
    size = np.where(lymph, generator.normal(90e3, 9e3, n), generator.normal(120e3, 30e3, n))
    grain = np.where(lymph, generator.normal(40e3, 7e3, n), generator.normal(120e3, 35e3, n))
    double = generator.random(n) < 0.06
    width = np.where(double, generator.normal(1.7, 0.1, n), generator.normal(1.0, 0.03, n))
    values = np.empty((n, 15), dtype=np.float32)
    values[:, 0] = size * width
    values[:, 1] = size
    values[:, 2] = 65536.0 * width
    values[:, 3] = grain * np.where(double, 1.5, 1.0)
    subset = generator.random(n)
    b = lymph & (subset < b_share)
    t4 = lymph & (subset >= b_share) & (subset < b_share + T4_SHARE)
    t8 = lymph & (subset >= b_share + T4_SHARE) & (subset < b_share + T4_SHARE + 0.25)
    share = {
        "CD19": b, "CD3": t4 | t8, "CD4": t4, "CD27": (b & (kind < 0.2)) | t4, "IgD": b & (kind > 0.12),
        "CD40": b & (kind < 0.5), "CD80": b & (kind < 0.1), "CD69": t4 & (kind < 0.08), "ICOS": t4 & (kind > 0.4),
        "CD154": t4 & (kind < 0.04),
    }  # fmt: skip
    true = np.empty((n, 10), dtype=np.float32)
    for k, marker in enumerate(MARKERS):
        bright = 10.0 ** generator.normal(4.0 - 0.07 * k, 0.25, n)
        true[:, k] = np.where(share[marker], bright, generator.normal(60.0, 90.0, n))
    mixed = true @ spillover().astype(np.float32)
    values[:, 4:14] = mixed + generator.normal(0.0, 1.0, (n, 10)) * np.sqrt(np.abs(mixed) * 3.0 + 400.0)
    values[:, 14] = np.sort(generator.random(n)) * 60_000.0
    return values


def write(path: Path, n: int, seed: int, b_share: float = B_SHARE) -> None:
    """Write such a sample as FCS 3.1."""
    channels = [
        *(NewChannel(name) for name in SCATTER),
        *(NewChannel(detector, marker) for detector, marker in zip(DETECTORS, MARKERS, strict=True)),
        NewChannel("Time", range=65536),
    ]
    write_fcs(path, events(n, seed, b_share), channels)


def axis(marker: str, transform: str = SCALE) -> Axis:
    """A compensated fluorochrome on the logicle scale."""
    return Axis(DETECTORS[MARKERS.index(marker)], MATRIX, transform)


def strategy() -> Strategy:
    """14 populations."""
    cut = {marker: float(LOGICLE.apply(value)) for marker, value in zip(MARKERS, (1200.0,) * 10, strict=True)}

    def positive(name: str, parent: str, marker: str) -> Gate:
        return Rectangle(name, parent, (Range(axis(marker), cut[marker], None),))

    raw = {name: Axis(name) for name in SCATTER}
    singlets = ((20e3, 15e3), (250e3, 200e3), (250e3, 245e3), (150e3, 165e3), (20e3, 28e3))
    lymph = ((60e3, 20e3), (110e3, 15e3), (125e3, 45e3), (105e3, 70e3), (70e3, 65e3), (55e3, 40e3))
    t4 = tuple((float(LOGICLE.apply(x)), float(LOGICLE.apply(y))) for x, y in (
        (900.0, 1000.0), (30e3, 700.0), (150e3, 3000.0), (150e3, 2e5), (5e3, 2e5), (800.0, 20e3),
    ))  # fmt: skip
    quadrants = (
        Quadrant("b_neither", (("cd27", 0), ("igd", 0))),
        Quadrant("b_27_only", (("cd27", 1), ("igd", 0))),
        Quadrant("b_igd_only", (("cd27", 0), ("igd", 1))),
        Quadrant("b_27_igd", (("cd27", 1), ("igd", 1))),
    )
    dividers = (Divider("cd27", axis("CD27"), (cut["CD27"],)), Divider("igd", axis("IgD"), (cut["IgD"],)))
    gates: tuple[Gate, ...] = (
        Rectangle("time", "", (Range(Axis("Time"), 600.0, 59_400.0),)),
        Polygon("singlets", "time", raw["FSC-A"], raw["FSC-H"], singlets),
        Polygon("lymph", "singlets", raw["FSC-A"], raw["SSC-A"], lymph),
        Rectangle("b", "lymph", (Range(axis("CD19"), cut["CD19"], None), Range(axis("CD3"), None, cut["CD3"]))),
        Quadrants("b_subsets", "b", dividers, quadrants),
        positive("b_cd40", "b", "CD40"),
        positive("b_cd80", "b", "CD80"),
        Polygon("t4", "lymph", axis("CD3"), axis("CD4"), t4),
        positive("t4_cd69", "t4", "CD69"),
        positive("t4_icos", "t4", "ICOS"),
        positive("t4_cd154", "t4", "CD154"),
    )
    matrix = SpilloverMatrix.from_array(MATRIX, DETECTORS, spillover())
    return Strategy("panel", gates, {SCALE: LOGICLE}, {MATRIX: matrix})


def wants() -> list[Want]:
    """110 medians: ten fluorochromes in eleven populations."""
    return [
        Want(population, axis(marker, ""), marker, means=False)
        for populations in MEASURED
        for population in populations
        for marker in MARKERS
    ]
