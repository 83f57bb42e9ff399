"""Write the whole example study into a folder."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.cytometry.synthetic.example.planted import patients
from costim.cytometry.synthetic.example.tables import (
    Row,
    cell_rows,
    csv_text,
    infusions,
    level_rows,
    planted_rows,
    sample_row,
    subjects,
    visits,
)
from costim.cytometry.synthetic.example.tubes import planned_tubes

TEXTS = ("study.toml", "PROVENANCE.md")


def write_example(folder: Path) -> None:
    """Write tables, FCS files and truth; the same bytes every time.

    Args:
        folder: Where to; made if it is not there. Files of the same names are replaced.
    """
    everyone = patients()
    (folder / "fcs").mkdir(parents=True, exist_ok=True)
    (folder / "truth").mkdir(exist_ok=True)
    samples: list[Row] = []
    cells: list[Row] = []
    levels: list[Row] = []
    for tube in (tube for patient in everyone for tube in planned_tubes(patient)):
        sample = tube.make()
        channels = [NewChannel(c.name, c.marker, c.range, c.voltage) for c in sample.channels]
        write_fcs(folder / "fcs" / f"{tube.name}.fcs", sample.events, channels, sample.keywords)
        samples.append(sample_row(tube, sample))
        if tube.spec is not None:
            cells += cell_rows(tube, sample)
        levels += level_rows(tube)
    tables = {
        "subjects": subjects(everyone),
        "infusions": infusions(everyone),
        "visits": visits(everyone),
        "samples": samples,
        "truth/cells": cells,
        "truth/levels": levels,
        "truth/planted": planted_rows(everyone),
    }
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_bytes(csv_text(rows).encode())
    for name in TEXTS:
        text = (files("costim.cytometry.synthetic.example") / "texts" / name).read_bytes()
        (folder / name).write_bytes(text)
