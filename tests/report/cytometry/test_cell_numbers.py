"""Numbers on cells as printed: levels by their size, differences of shares in points, readings in words."""

from __future__ import annotations

from typing import Any

import pytest

from costim.registry.effects import Effect
from costim.report.cell_numbers import cell_number, unit_of_change
from costim.report.document import Quote, Term
from costim.report.sections.composition import _verdict
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


@pytest.mark.parametrize(
    ("parts", "p", "said"),
    [
        ((-0.03, -0.30), 0.0156, ": most of it is expression."),
        ((-5.8, -6.3), 0.0156, ": both have a part in it."),
        ((-6.0, -1.0), 0.0156, ": most of it is composition."),
        ((6.0, -8.0), 0.0156, ": the parts pull in opposite directions."),
        ((-0.03, -0.30), 0.30, "."),
    ],
)
def test_composition_or_expression_is_answered_in_words(parts: tuple[float, float], p: float, said: str) -> None:
    def row(stratum: str, estimate: float, p: float | None = None) -> Effect:
        base: dict[str, Any] = {"parameter": "cyt.b_cells.cd40.log_mean", "contrast": "a_to_b", "n": 7}
        return Effect(**base, method="composition_change", stratum=stratum, estimate=estimate, p=p)

    mixed, own = row("composition", parts[0]), row("expression", parts[1])
    assert _verdict(row("total", sum(parts), p), mixed, own) == said
