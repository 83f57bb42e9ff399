"""Glasgow Coma Scale and its bands."""

from __future__ import annotations

from itertools import product

import pytest

from costim.measures.bounds import Bounds, between, exact, known
from costim.measures.facts import Facts, Visit
from costim.measures.gcs import COMPONENTS, sum_of_components
from costim.measures.result import Result
from costim.measures.score import score

ROWS = [range(1, 5), range(1, 6), range(1, 7)]


def result(code: str = "gcs", **numbers: int | Bounds) -> Result:
    values = {name: n if isinstance(n, Bounds) else known(n) for name, n in numbers.items()}
    return score(code, Visit(Facts(values)))


def test_w27_sum_of_components() -> None:
    found = result(gcs_eye=3, gcs_verbal=4, gcs_motor=6)
    assert (found.bounds, found.complete, found.decided_by) == (known(13), True, COMPONENTS)
    assert (found.variant, found.evidence, found.flags) == ("gcs_1974", "M", ("unverified_rule",))
    assert result("gcs_band", gcs_eye=3, gcs_verbal=4, gcs_motor=6).state == "from_13_to_15"


def test_component_that_could_not_be_tested_leaves_bounds_and_no_total() -> None:
    found = result(gcs_eye=3, gcs_motor=6)
    assert (found.bounds, found.complete, found.missing) == (between(10, 14), False, ("gcs_verbal",))
    assert found.value is None


def test_bounds_hold_every_completion() -> None:
    for values in product(*ROWS):
        whole = {name: known(points) for name, points in zip(COMPONENTS, values, strict=True)}
        for shown in product([True, False], repeat=3):
            part = {name: whole[name] for name, keep in zip(COMPONENTS, shown, strict=True) if keep}
            bounds = sum_of_components(part)
            free = [row if not keep else [value] for row, keep, value in zip(ROWS, shown, values, strict=True)]
            totals = {sum(chosen) for chosen in product(*free)}
            assert bounds == between(min(totals), max(totals))


def test_a_range_is_kept() -> None:
    found = result(gcs=between(7, 11))
    assert found.bounds == between(7, 11)
    band = result("gcs_band", gcs=between(7, 11))
    assert (band.state, band.possible, band.complete) == ("unknown", ("at_most_8", "from_9_to_12"), False)


def test_a_typed_total_narrows_the_components_or_contradicts_them() -> None:
    assert result(gcs=12, gcs_eye=3, gcs_motor=6).value == 12
    found = result(gcs=8, gcs_eye=3, gcs_verbal=4, gcs_motor=6)
    assert (found.bounds, "inconsistent_total" in found.flags) == (known(13), True)


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (3, "at_most_8"),
        (8, "at_most_8"),
        (9, "from_9_to_12"),
        (12, "from_9_to_12"),
        (13, "from_13_to_15"),
        (15, "from_13_to_15"),
    ],
)
def test_bands(total: int, band: str) -> None:
    assert result("gcs_band", gcs=total).state == band


def test_points_are_whole_numbers() -> None:
    above_8 = Bounds(exact(8), None, lower_open=True)
    assert result("gcs_band", gcs=above_8).possible == ("from_9_to_12", "from_13_to_15")
    below_9 = Bounds(None, exact(9), upper_open=True)
    assert result("gcs_band", gcs=below_9).state == "at_most_8"
