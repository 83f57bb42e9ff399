"""The parts of a composition: their names in print, and the rows that hold them."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.report.figures.view import View

PARTS = ("composition", "expression", "interaction")
"""In the order in which they are added up."""
NAMES = {
    "total": "Change altogether",
    "composition": "by other shares of the subsets",
    "expression": "by another level in the subsets",
    "interaction": "by both together",
}


def composition_rows(view: View, code: str, contrast: str) -> dict[str, Effect]:
    """The rows of a composition by part; empty unless the whole and a part have an estimate."""
    rows = view.find(parameter=code, contrast=contrast, method="composition_change")
    found = {row.stratum: row for row in rows if row.estimate is not None and row.stratum in NAMES}
    return found if "total" in found and len(found) > 1 else {}
