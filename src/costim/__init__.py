"""costim: honest before/after studies of B-cell-targeted therapy in lupus.

Public names are imported on first use, so that `import costim` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import Any

_HOMES = {
    "check_study": "costim.study.check",
    "read_study": "costim.study.check",
    "measure_study": "costim.pipeline",
    "estimate_effects": "costim.pipeline",
    "run_study": "costim.pipeline",
    "Study": "costim.study.study",
    "CostimError": "costim.errors",
    "gate": "costim.cytometry.gate_files",
    # clinical measures of single visits
    "score": "costim.measures.score",
    "score_records": "costim.scoring.run",
    "parse_facts": "costim.measures.parse",
    "cite": "costim.scoring.cite",
    "render_sheet": "costim.scoring.sheet",
    "Visit": "costim.measures.facts",
    "Facts": "costim.measures.facts",
    "Item": "costim.measures.facts",
    "Scaled": "costim.measures.facts",
    "Drug": "costim.measures.facts",
    "Truth": "costim.measures.truth",
    "Bounds": "costim.measures.bounds",
    "Result": "costim.measures.result",
    "InputError": "costim.measures.problems",
}

__all__ = [
    "Bounds",
    "CostimError",
    "Drug",
    "Facts",
    "InputError",
    "Item",
    "Result",
    "Scaled",
    "Study",
    "Truth",
    "Visit",
    "check_study",
    "cite",
    "estimate_effects",
    "gate",
    "measure_study",
    "parse_facts",
    "read_study",
    "render_sheet",
    "run_study",
    "score",
    "score_records",
]
__version__ = version("costim")


def __getattr__(name: str) -> Any:
    """Import a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'costim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
