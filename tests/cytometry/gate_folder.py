"""Small FCS files whose counts are known beforehand, and gates for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from costim.cytometry.fcs.write import NewChannel, write_fcs

CHANNELS = (NewChannel("FSC-A"), NewChannel("FITC-A", "CD3"), NewChannel("PE-A", "CD19"))
SPILL = "2,FITC-A,PE-A,1,0.1,0.05,1"
GATES = """
schema = 1
name = "two_cells"

[axes]
fsc = { channel = "FSC-A" }
cd3 = { channel = "CD3", compensation = "file" }
cd19 = { channel = "CD19", compensation = "file" }

[[gates]]
name = "cells"
kind = "rectangle"
bounds = [{ axis = "fsc", from = 100.0 }]

[[gates]]
name = "b_cells"
parent = "cells"
kind = "rectangle"
bounds = [{ axis = "cd19", from = 500.0 }, { axis = "cd3", below = 500.0 }]

[[gates]]
name = "t_cells"
parent = "cells"
kind = "rectangle"
bounds = [{ axis = "cd3", from = 500.0 }, { axis = "cd19", below = 500.0 }]

[markers.cd19]
axis = "cd19"
populations = ["b_cells"]
"""


def write_tube(path: Path, *, b_cells: int, t_cells: int, debris: int = 7, seed: int = 0) -> None:
    """A file with so many B cells (CD19 about 1,000 to 1,999, each level once), T cells and debris, in random order."""
    size = b_cells + t_cells + debris
    true = np.zeros((size, 3))
    true[: b_cells + t_cells, 0] = 1000
    true[:b_cells, 2] = 1000 + 1000 * np.arange(b_cells) / max(b_cells, 1)
    true[b_cells : b_cells + t_cells, 1] = 2000
    measured = true.copy()
    measured[:, 1:] = true[:, 1:] @ np.array([[1, 0.1], [0.05, 1]])
    np.random.default_rng(seed).shuffle(measured)
    write_fcs(path, measured.astype(np.float32), CHANNELS, {"$SPILLOVER": SPILL})


def write_folder(folder: Path, files: int = 4) -> Path:
    """Tubes `tube0.fcs` ... with 10 B cells more in each, and `gates.toml` beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        write_tube(folder / f"tube{number}.fcs", b_cells=10 + 10 * number, t_cells=100, seed=number)
    (folder / "gates.toml").write_text(GATES, "utf-8")
    return folder
