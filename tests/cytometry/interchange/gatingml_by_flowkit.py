"""What FlowKit makes of a Gating-ML document and an FCS file."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np

from costim.cytometry.gates.model import Quadrants, Strategy

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import flowkit


def memberships_by_flowkit(text: str, fcs: Path, strategy: Strategy) -> dict[str, np.ndarray]:
    """Population -> which events; the strategy gives names and parents only, FlowKit reads the document."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gates = flowkit.parse_gating_xml(io.BytesIO(text.encode()))
        sample = flowkit.Sample(str(fcs), ignore_offset_error=True)
        results = gates.gate_sample(sample)
        paths: dict[str, tuple[str, ...]] = {"": ("root",)}
        for gate in strategy.gates:
            above = paths[gate.parent]
            if isinstance(gate, Quadrants):
                paths |= {quadrant.name: (*above, gate.name, quadrant.name) for quadrant in gate.quadrants}
            else:
                paths[gate.name] = (*above, gate.name)
        return {
            name: np.asarray(results.get_gate_membership(name, paths[name][:-1])) for name, _ in strategy.populations()
        }
