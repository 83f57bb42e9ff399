"""How numbers measured on cells are printed: levels of markers by their size, differences of shares in points."""

from __future__ import annotations

from types import MappingProxyType

from costim.registry.cytometry_parameters import PREFIX
from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.report import format as shown

DIFFERENCES = frozenset({"signed_rank", "mean_shift", "tipping_shift", "composition_change", "gate_jitter"})
"""Methods whose estimate is a difference of readings."""
LEVELS = frozenset({"AU", "MESF"})
"""Units of levels of markers: they span decades, and no cell tells more than three or four digits."""
POINTS = "percentage points"
FEW = MappingProxyType({"below_lod": "below LOD", "below_lloq": "below LLOQ"})
"""Too few cells (as flag, or as reason why a level is missing), in words short enough for a cell of a table."""


HOLLOW_COUNTS = "Hollow: counts below the limit of detection or of quantification. "
"""In captions."""


def on_cells(row: Effect | Measurement) -> bool:
    """Does the row speak of cells of a tube?"""
    return row.parameter.startswith(PREFIX)


def few_cells(row: Measurement) -> str:
    """`below LOD` or `below LLOQ` where the row rests on so few cells; blank where it does not."""
    return next((words for flag, words in FEW.items() if flag in row.flags), "")


def cell_number(value: float) -> str:
    """A level of a marker: whole from a thousand on, three significant digits below."""
    return shown.fixed(value, 0) if abs(value) >= 1000 else shown.significant(value, 3)


def in_points(row: Effect) -> bool:
    """Is it a difference of percentages on cells, which is not to be read as a relative change?"""
    return row.unit == "%" and on_cells(row) and (row.method in DIFFERENCES or row.stratum == "change")


def unit_of_change(row: Effect) -> str:
    """The unit of an estimate as printed."""
    return POINTS if in_points(row) else shown.unit_text(row.unit)
