"""Numbers on cells as printed: levels by their size, differences of shares in points, readings in words."""

from __future__ import annotations

from typing import Any

import pytest

from costim.registry.effects import Effect
from costim.report.cell_numbers import cell_number, unit_of_change
from costim.report.document import Quote, Term
from costim.report.sections.words import reading_words


@pytest.mark.parametrize(
    ("value", "text"),
    [(7170.48, "7170"), (-2092.31, "−2092"), (999.4, "999"), (79.41, "79.4"), (-0.6061, "−0.606"), (0.0, "0")],
)
def test_a_level_has_no_more_digits_than_cells_can_tell(value: float, text: str) -> None:
    assert cell_number(value) == text


@pytest.mark.parametrize(
    ("fields", "unit"),
    [
        ({"parameter": "cyt.b_cells.cd80.percent_positive", "method": "signed_rank"}, "percentage points"),
        (
            {"parameter": "cyt.b_cells.cd80.percent_positive", "method": "mean", "stratum": "change"},
            "percentage points",
        ),
        ({"parameter": "cyt.b_cells.cd80.percent_positive", "method": "mean", "stratum": "baseline"}, "%"),
        ({"parameter": "lab.c3", "method": "signed_rank"}, "%"),
    ],
)
def test_a_difference_of_percentages_on_cells_is_in_points(fields: dict[str, Any], unit: str) -> None:
    row = Effect(contrast="a_to_b", n=7, unit="%", estimate=-12.4, **fields)
    assert unit_of_change(row) == unit


def test_a_reading_that_no_file_names_is_told_in_words() -> None:
    said = reading_words("mfi_floor=lod")
    assert isinstance(said, Term)
    assert "mfi_floor" not in str(said)
    assert "limit of detection" in str(said)
    assert isinstance(reading_words("day_as_written"), Quote)
