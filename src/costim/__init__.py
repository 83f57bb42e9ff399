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
}

__all__ = ["CostimError", "Study", "check_study", "estimate_effects", "measure_study", "read_study", "run_study"]
__version__ = version("costim")


def __getattr__(name: str) -> Any:
    """Import a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'costim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
