"""What FlowKit makes of the same workspace and file: an independent reader of FlowJo workspaces."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np


def flowkit_memberships(workspace: Path, fcs: Path) -> dict[str, np.ndarray]:
    """Population path -> which events, by FlowKit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import flowkit

        opened = flowkit.Workspace(str(workspace), fcs_samples=[str(fcs)])
        sample = fcs.name
        opened.analyze_samples(sample_id=sample, use_mp=False)
        gates = opened.get_gate_ids(sample)
        return {
            "/".join((*path[1:], name)): np.asarray(opened.get_gate_membership(sample, name, path))
            for name, path in gates
        }
