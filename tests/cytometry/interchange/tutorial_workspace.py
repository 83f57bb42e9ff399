"""The workspace of the tutorial: gates for four tubes of the synthetic example, written by our code and not by FlowJo.

`python -m tests.cytometry.interchange.tutorial_workspace` writes it anew.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from costim.cytometry.compensation.read_matrix import matrix_of_file
from costim.cytometry.fcs.read import open_fcs
from tests.cytometry.interchange.workspace_maker import (
    BIEX,
    LINEAR,
    MadeSample,
    Node,
    boolean,
    ellipse,
    ellipse_points,
    polygon,
    rectangle,
    workspace,
)

ROOT = Path(__file__).parents[3]
ASSET = ROOT / "docs" / "tutorial" / "fcs_to_figure" / "b_cells.wsp"
TUBES = ("S01_baseline", "S01_month6", "S04_baseline", "S04_month6")
SINGLETS = [(5000.0, 8000.0), (150000.0, 170000.0), (150000.0, 135000.0), (20000.0, 14000.0)]
IGD, CD80, CD3, CD19, CD40, DEAD, CD27 = (
    f"Comp-{name}" for name in ("FITC-A", "PE-A", "PerCP-Cy5-5-A", "PE-Cy7-A", "APC-A", "APC-Cy7-A", "BV421-A")
)


def nodes(tube: str) -> list[Node]:
    """The tree of one tube; in S04_month6 the ellipse was drawn anew, and S01_baseline has a cluster of a plug-in."""
    middle = (60.5, 21.5) if tube != "S04_month6" else (62.5, 23.0)
    foci, edge = ellipse_points(middle, (24.0, 13.0), 0.1)
    b_cells = "Singlets/Lymphocytes/Live/B cells"
    subsets = [
        rectangle("Q1: CD27- , IgD+", [(CD27, None, 1100.0), (IGD, 2100.0, None)]),
        rectangle("Q2: CD27+ , IgD+", [(CD27, 1100.0, None), (IGD, 2100.0, None)]),
        rectangle("Q3: CD27+ , IgD-", [(CD27, 1100.0, None), (IGD, None, 2100.0)]),
        rectangle("Q4: CD27- , IgD-", [(CD27, None, 1100.0), (IGD, None, 2100.0)]),
        boolean("OrNode", "Memory", [f"{b_cells}/Q2: CD27+ , IgD+", f"{b_cells}/Q3: CD27+ , IgD-"]),
        polygon(
            "CD40+ CD80+", CD40, CD80, [(1500.0, 1500.0), (1500.0, 200000.0), (200000.0, 200000.0), (200000.0, 1500.0)]
        ),
    ]
    if tube == "S01_baseline":
        subsets.append(rectangle("Cluster 3", [("tSNE1", 10.0, 20.0), ("tSNE2", -5.0, 5.0)]))
    inner = rectangle("B cells", [(CD19, 2100.0, None), (CD3, None, 1500.0)], below=tuple(subsets))
    live = rectangle("Live", [(DEAD, None, 2500.0)], below=(inner,))
    lymphocytes = ellipse("Lymphocytes", "FSC-A", "SSC-A", foci, edge, below=(live,))
    return [polygon("Singlets", "FSC-A", "FSC-H", SINGLETS, below=(lymphocytes,))]


def made(tube: str, number: int, folder: Path) -> MadeSample:
    """One tube: channels and matrix as its file has them."""
    file = open_fcs(folder / f"{tube}_b_cells.fcs")
    matrix, _ = matrix_of_file(file)
    assert matrix is not None
    linear = [channel.name for channel in file.channels if not channel.marker and channel.name != "Time"]
    scales = dict.fromkeys(linear, ("linear", LINEAR)) | {"Time": ("linear", {"minRange": 0, "maxRange": 60})}
    scales |= {f"{prefix}{name}": ("biex", BIEX) for name in matrix.detectors for prefix in ("", "Comp-")}
    rows = [[float(np.round(value, 10)) for value in row] for row in matrix.values]
    keywords = {"$FIL": file.path.name, "$TOT": str(file.events), "$SPILLOVER": file.keywords["$SPILLOVER"]}
    return MadeSample(
        file.path.name,
        [channel.name for channel in file.channels],
        scales,
        nodes(tube),
        matrix=(matrix.detectors, rows),
        keywords=keywords,
        events=file.events,
        number=str(number),
    )


def text(folder: Path) -> str:
    """The text of the workspace for the tubes in a folder."""
    return workspace([made(tube, number, folder) for number, tube in enumerate(TUBES, start=1)])


if __name__ == "__main__":
    ASSET.write_text(text(ROOT / "examples" / "synthetic_bt" / "fcs"), encoding="utf-8")
