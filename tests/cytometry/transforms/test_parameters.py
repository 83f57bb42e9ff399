"""Parameters that make no scale are refused in words, all at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from costim.cytometry.transforms.asinh import Asinh
from costim.cytometry.transforms.biex import Biex
from costim.cytometry.transforms.hyperlog import Hyperlog
from costim.cytometry.transforms.linear import Linear
from costim.cytometry.transforms.log import Log
from costim.cytometry.transforms.logicle import Logicle
from costim.cytometry.transforms.scale import Scale, ScaleError

NAN = float("nan")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Linear(0), "T, the top of the scale in linear units, must be above 0, not 0"),
        (lambda: Linear(10, 11), "A must lie between 0 and T = 10, not 11"),
        (lambda: Linear(10, -1), "A must lie between 0 and T = 10, not -1"),
        (lambda: Log(NAN, 4), "T, the top of the scale in linear units, must be above 0, not nan"),
        (lambda: Log(10, 0), "M, the number of decades, must be above 0 and at most 100, not 0"),
        (lambda: Asinh(10, 4, 5), "A, the further negative decades, must lie between 0 and M = 4, not 5"),
        (lambda: Asinh(10, 4, -0.1), "A, the further negative decades, must lie between 0 and M = 4, not -0.1"),
        (lambda: Logicle(-1), "T, the top of the scale in linear units, must be above 0, not -1"),
        (lambda: Logicle(10, -0.1), "W, the linear decades, must be at least 0, not -0.1"),
        (lambda: Logicle(10, 2.3, 4.5), "W, the linear decades, must be at most M / 2 = 2.25, not 2.3"),
        (lambda: Logicle(10, 0.5, 4.5, -0.6), "A, the further negative decades, must be at least -W = -0.5, not -0.6"),
        (lambda: Logicle(10, 1, 4.5, 2.6), "A, the further negative decades, must be at most M - 2 W = 2.5, not 2.6"),
        (lambda: Logicle(10, NAN), "W, the linear decades, must be at least 0, not nan"),
        (lambda: Hyperlog(10, 0), "W, the linear decades, must be above 0 (logicle and asinh allow 0)"),
        (lambda: Hyperlog(10, 2.3, 4.5), "W, the linear decades, must be at most M / 2 = 2.25, not 2.3"),
        (lambda: Biex(negative=-1), "negative, the further negative decades, must be at least 0, not -1"),
        (lambda: Biex(width=10), "width must be -1 (narrow) or a greater negative number such as -100, not 10"),
        (lambda: Biex(width=-1000, positive=1.5), "positive, the decades above zero, must exceed 1.5, not 1.5"),
        (lambda: Biex(channels=1), "channels must be at least 2, not 1"),
        (lambda: Biex(maximum=0), "maximum, the top of the scale in linear units, must be above 0, not 0"),
    ],
)
def test_refused(make: Callable[[], Scale], words: str) -> None:
    with pytest.raises(ScaleError, match=re.escape(words)):
        make()


def test_all_problems_at_once() -> None:
    with pytest.raises(ScaleError) as caught:
        Logicle(0, 3, 4, 1, bound_min=1, bound_max=0)
    assert str(caught.value).count(";") == 3


@pytest.mark.parametrize(
    "scale", [Logicle(10, 2.25, 4.5, 0), Logicle(10, 0.5, 4.5, -0.5), Logicle(10, 1, 4.5, 2.5), Logicle(10, 0, 4.5, 0)]
)
def test_ends_of_the_ranges_are_scales(scale: Logicle) -> None:
    assert float(scale.apply(10)) == pytest.approx(1, abs=1e-14)
