"""A tube of made-up events with every kind of gate and scale, and a workspace for it; both written by our code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from costim.cytometry.fcs.write import NewChannel, write_fcs
from tests.cytometry.interchange.workspace_maker import (
    BIEX,
    FASINH,
    LINEAR,
    LOG,
    LOGICLE,
    MadeSample,
    Node,
    boolean,
    ellipse,
    ellipse_points,
    polygon,
    rectangle,
    workspace,
)

CHANNELS = ("FSC-A", "SSC-A", "CD19-A", "CD27-A", "IgD-A", "CD40-A", "Time")
DETECTORS = CHANNELS[2:6]
SPILL = ((1.0, 0.12, 0.01, 0.0), (0.03, 1.0, 0.08, 0.02), (0.0, 0.05, 1.0, 0.2), (0.01, 0.0, 0.06, 1.0))
SCALES = {
    "FSC-A": ("linear", LINEAR),
    "SSC-A": ("linear", LINEAR),
    "Time": ("linear", {"minRange": 0, "maxRange": 100}),
    "CD19-A": ("logicle", LOGICLE),
    "CD27-A": ("biex", BIEX),
    "IgD-A": ("fasinh", FASINH),
    "CD40-A": ("log", LOG),
}
SCALES = SCALES | {f"Comp-{name}": SCALES[name] for name in DETECTORS}


def made_events(seed: int, count: int = 6000) -> np.ndarray:
    """Events over the whole of every display and beyond, shape (count, 7)."""
    rng = np.random.default_rng(seed)
    scatter = rng.normal((90_000, 60_000), (25_000, 22_000), (count, 2))
    bright = 10 ** rng.uniform(1.0, 5.3, (count, 4)) * rng.choice([1.0, 1.0, 1.0, -0.02], (count, 4))
    time = np.sort(rng.uniform(0, 100, count))
    measured = bright @ np.asarray(SPILL)
    return np.column_stack([scatter, measured, time]).astype(np.float32).astype(np.float64)


def write_tube(path: Path, events: np.ndarray) -> None:
    write_fcs(path, events, [NewChannel(name) for name in CHANNELS], {"$TIMESTEP": "1", "$FIL": path.name})


def every_gate() -> list[Node]:
    """Hierarchy with rectangle, polygon, ellipse, quadrants, ranges, complements and Booleans."""
    foci, edge = ellipse_points((88.0, 60.0), (40.0, 22.0), 0.4)
    bright_foci, bright_edge = ellipse_points((150.0, 140.0), (70.0, 45.0), 2.0)
    quadrants = [
        rectangle("Q1: CD27- , IgD+", [("Comp-CD27-A", None, 900.0), ("Comp-IgD-A", 1500.0, None)]),
        rectangle("Q2: CD27+ , IgD+", [("Comp-CD27-A", 900.0, None), ("Comp-IgD-A", 1500.0, None)]),
        rectangle("Q3: CD27+ , IgD-", [("Comp-CD27-A", 900.0, None), ("Comp-IgD-A", None, 1500.0)]),
        rectangle("Q4: CD27- , IgD-", [("Comp-CD27-A", None, 900.0), ("Comp-IgD-A", None, 1500.0)]),
    ]
    b_cells = rectangle(
        "CD19+",
        [("Comp-CD19-A", 400.0, None)],
        below=(
            *quadrants,
            polygon(
                "CD40 bright", "Comp-CD19-A", "Comp-CD40-A", [(800, 300), (90000, 200), (120000, 90000), (700, 40000)]
            ),
            polygon("wedge", "Comp-CD27-A", "Comp-IgD-A", [(-300, -200), (60000, 100), (3000, 80000)], inside=False),
            boolean(
                "AndNode", "memory bright", ["Lymphocytes/CD19+/Q3: CD27+ , IgD-", "Lymphocytes/CD19+/CD40 bright"]
            ),
            boolean("OrNode", "memory", ["Lymphocytes/CD19+/Q2: CD27+ , IgD+", "Lymphocytes/CD19+/Q3: CD27+ , IgD-"]),
            boolean("NotNode", "not bright", ["Lymphocytes/CD19+/CD40 bright"]),
        ),
    )
    return [
        ellipse("Lymphocytes", "FSC-A", "SSC-A", foci, edge, below=(b_cells,)),
        ellipse("oblique", "Comp-CD19-A", "Comp-CD27-A", bright_foci, bright_edge),
        rectangle("early", [("Time", 10.0, 60.0)]),
        rectangle("raw CD19", [("CD19-A", 1000.0, 50000.0), ("SSC-A", 0.0, 80000.0)], inside=False),
    ]


def made_sample(file: str, nodes: Sequence[Node] | None = None, **more) -> MadeSample:
    given = {"scales": SCALES, "matrix": (DETECTORS, SPILL)} | more
    return MadeSample(file, CHANNELS, nodes=every_gate() if nodes is None else nodes, **given)


def write_workspace(path: Path, *samples: MadeSample, **more) -> Path:
    path.write_text(workspace(samples, **more), encoding="utf-8")
    return path
