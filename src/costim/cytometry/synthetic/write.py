"""A synthetic tube as files: FCS 3.1, and the truth beside it."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import numpy as np

from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.cytometry.synthetic.cells import cell_kinds
from costim.cytometry.synthetic.sample import Sample
from costim.cytometry.synthetic.truth import EVENT_TYPES, Truth


def write_sample(sample: Sample, path: Path, *, every_event: bool = True) -> tuple[Path, ...]:
    """Write `<name>.fcs`, `<name>.truth.json` (counts, medians) and `<name>.truth.csv` (one row per event).

    Args:
        sample: The tube.
        path: The FCS file; the truth is put beside it under the same name.
        every_event: Write the row of each event too; without it the truth is its summary.

    Returns:
        The files written. The same sample gives the same bytes.
    """
    channels = [NewChannel(c.name, c.marker, c.range, c.voltage) for c in sample.channels]
    write_fcs(path, sample.events, channels, dict(sample.keywords))
    summary = path.with_suffix(".truth.json")
    summary.write_text(json.dumps(sample.truth.summary(), indent=1) + "\n", encoding="utf-8")
    if not every_event:
        return path, summary
    events = path.with_suffix(".truth.csv")
    events.write_text(events_text(sample.truth), encoding="utf-8")
    return path, summary, events


def events_text(truth: Truth) -> str:
    """CSV with one row per event in the order of the file: what it is, and the MESF bound to it."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["event", "event_type", "kind", "partner", "sticky", "unsteady", *(f"{m}_mesf" for m in truth.markers)]
    )
    kinds = [*cell_kinds(), ""]
    beads = EVENT_TYPES.index("calibration_bead")
    rows = zip(
        truth.event_type.tolist(),
        truth.kind.tolist(),
        truth.partner.tolist(),
        truth.sticky.tolist(),
        truth.unsteady.tolist(),
        np.rint(truth.mesf).astype(np.int64).tolist(),
        strict=True,
    )
    for number, (event_type, kind, partner, sticky, unsteady, mesf) in enumerate(rows):
        name = f"peak {kind}" if event_type == beads else kinds[kind]
        flags = ["yes" if sticky else "no", "yes" if unsteady else "no"]
        writer.writerow([number, EVENT_TYPES[event_type], name, kinds[partner], *flags, *mesf])
    return out.getvalue()
