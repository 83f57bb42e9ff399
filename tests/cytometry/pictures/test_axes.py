"""Axes: ticks stand where the scale puts their number; all tubes and near gate bounds are shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.gates.model import Axis, Strategy
from costim.cytometry.pictures.axes import NEAR, linear_ticks, picture_axis, placed, rounded, scale_ticks
from costim.cytometry.transforms.asinh import Asinh
from costim.cytometry.transforms.logicle import Logicle
from costim.cytometry.transforms.scale import Scale
from costim.registry.gate_pictures import PictureAxis

LOGICLE = Logicle(t=262_144.0, w=0.5, m=4.5, a=0.0)
STRATEGY = Strategy("s", (), transforms={"display": LOGICLE})
SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹−", "0123456789-")


def number_of(label: str) -> float:
    """`−10³` -> -1000."""
    if label == "0":
        return 0.0
    sign, power = label.split("10", 1)
    return (-1.0 if sign else 1.0) * 10.0 ** int(power.translate(SUPERSCRIPT))


@pytest.mark.parametrize("scale", [LOGICLE, Asinh(t=262_144.0, m=4.5, a=0.0), Logicle(t=1e5, w=1.2, m=5.0, a=0.5)])
def test_labels_say_the_linear_number_of_their_place(scale: Scale) -> None:
    low, high = (float(v) for v in scale.apply(np.array([-2_000.0, 200_000.0])))
    ticks = scale_ticks(scale, low, high)
    named = [tick for tick in ticks if tick.label]
    assert len(named) >= 3
    for tick in named:
        assert tick.position == pytest.approx(float(scale.apply(number_of(tick.label))))
    places = [tick.position for tick in ticks]
    assert places == sorted(places)
    assert all(low <= place <= high for place in places)
    gaps = np.diff([tick.position for tick in named])
    assert (gaps >= NEAR * (high - low) - 1e-12).all()


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e7))
@settings(max_examples=80)
def test_linear_ticks_are_few_and_inside(low: float, span: float) -> None:
    ticks = linear_ticks(low, low + span)
    assert 1 <= len(ticks) <= 7
    assert all(low - 1e-6 * span <= tick.position <= low + span * (1 + 1e-6) for tick in ticks)


def test_the_axis_spans_every_tube_and_near_bounds_only() -> None:
    axis = Axis("CD19", "file", "display")
    tubes = [np.linspace(0.2, 0.5, 1_000), np.linspace(0.4, 0.7, 50)]
    shown = picture_axis(axis, "CD19", STRATEGY, tubes, [0.75, 40.0])
    assert shown.lower < 0.201
    assert 0.75 < shown.upper < 1.0


@pytest.mark.parametrize("tubes", [[np.empty(0)], [np.full(5, np.nan)], [np.full(5, 3.0)], []])
def test_tubes_without_spread_still_have_an_axis(tubes: list[np.ndarray]) -> None:
    shown = picture_axis(Axis("FSC-A"), "FSC-A", STRATEGY, tubes, [])
    assert shown.lower < shown.upper


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=50))
@settings(max_examples=60)
def test_what_lies_beyond_is_drawn_at_the_end_and_counted(values: list[float]) -> None:
    axis = PictureAxis("x", -2.0, 3.0)
    at, beyond = placed(np.array(values), axis)
    assert int(beyond.sum()) == sum(not -2.0 <= v <= 3.0 for v in values)
    drawn = rounded(at, axis)
    assert all(-2.0 - 1e-9 <= v <= 3.0 + 1e-9 for v in drawn)
    assert np.allclose(drawn, np.clip(values, -2, 3), atol=5e-4)
