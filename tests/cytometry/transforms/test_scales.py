"""Properties that every scale has."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.transforms.biex import Biex
from costim.cytometry.transforms.edge import edge
from costim.cytometry.transforms.linear import Linear
from costim.cytometry.transforms.log import Log
from costim.cytometry.transforms.logicle import Logicle
from costim.cytometry.transforms.scale import Scale, ScaleError
from tests.cytometry.transforms.scales import ALL, BIEXES, HYPERLOGS, LOGICLES, UNBOUNDED, sweep

ids = repr


@pytest.mark.parametrize("scale", UNBOUNDED, ids=ids)
def test_invert_undoes_apply_on_the_scale_and_beyond(scale: Scale) -> None:
    y = np.linspace(-1.5, 2.5, 4001)
    assert np.allclose(scale.apply(scale.invert(y)), y, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("scale", [s for s in UNBOUNDED if not isinstance(s, Log)], ids=ids)
def test_apply_undoes_invert(scale: Scale) -> None:
    x = sweep()
    back = scale.invert(scale.apply(x))
    unit = float(scale.invert(scale.apply(0.0) + 1e-3))
    assert np.allclose(back, x, rtol=1e-11, atol=1e-11 * unit)


@pytest.mark.parametrize("scale", BIEXES, ids=ids)
def test_channels_of_biex_go_there_and_back(scale: Biex) -> None:
    y = np.linspace(0.01, scale.channels, 5000)
    assert np.allclose(scale.apply(scale.invert(y)), y, rtol=0, atol=1e-7)


@pytest.mark.parametrize("scale", ALL, ids=ids)
def test_scales_rise(scale: Scale) -> None:
    x = sweep()
    if isinstance(scale, Log):
        x = x[x > 0]
    if isinstance(scale, Biex):
        x = x[(scale.apply(x) > 0) & (scale.apply(x) < scale.channels)]
    apart = np.diff(x) > 1e-9 * np.abs(x[1:]) + 1e-9
    rises = np.diff(scale.apply(x))
    assert (rises >= 0).all()
    assert (rises[apart] > 0).mean() > 0.99


@pytest.mark.parametrize("scale", ALL, ids=ids)
def test_a_value_does_not_depend_on_its_neighbours(scale: Scale) -> None:
    x = np.random.default_rng(5).normal(0, 1e4, 9000)
    whole = scale.apply(x)
    one_by_one = np.array([scale.apply(value) for value in x[:300]])
    assert np.array_equal(whole[:300], one_by_one)
    assert np.array_equal(whole[4000:], scale.apply(x[4000:]))
    assert np.array_equal(scale.apply(x.reshape(3, -1)), whole.reshape(3, -1))
    assert np.array_equal(scale.apply(x[::-3]), whole[::-3])


@pytest.mark.parametrize("scale", ALL, ids=ids)
def test_what_is_no_number_stays_so_and_infinity_lies_at_the_ends(scale: Scale) -> None:
    nan, low, high = scale.apply(np.array([np.nan, -np.inf, np.inf]))
    assert np.isnan(nan)
    assert low == (0 if isinstance(scale, Biex) else -np.inf)
    assert high == (scale.channels if isinstance(scale, Biex) else np.inf)
    assert scale.apply(7).shape == ()
    assert scale.apply([]).shape == (0,)


@pytest.mark.parametrize("scale", UNBOUNDED, ids=ids)
def test_the_top_of_the_scale_is_one(scale: Scale) -> None:
    assert float(scale.apply(scale.t)) == pytest.approx(1, abs=1e-14)  # type: ignore[attr-defined]


@pytest.mark.parametrize("scale", ALL, ids=ids)
def test_bounds_cut_and_invert_says_so(scale: Scale) -> None:
    low, high = (500.0, 3000.0) if isinstance(scale, Biex) else (0.2, 0.8)
    cut = replace(scale, bound_min=low, bound_max=high)
    x = sweep()
    assert np.array_equal(cut.apply(x), np.clip(scale.apply(x), low, high))
    inside = np.linspace(low, high, 11)[1:-1]
    assert np.array_equal(cut.invert(inside), scale.invert(inside))
    assert cut.invert(low) == -np.inf
    assert cut.invert(high) == scale.invert(high)
    assert cut.invert(high + 1e-9) == np.inf


@settings(max_examples=100)
@given(
    scale=st.sampled_from(ALL),
    bounds=st.sampled_from([(None, None), (0.1, None), (None, 0.9), (0.1, 0.9)]),
    place=st.floats(-0.5, 1.5) | st.sampled_from([0.0, 0.1, 0.25, 0.9, 1.0]),
    near=st.integers(-4, 4),
)
def test_comparing_with_the_edge_is_comparing_scale_values(
    scale: Scale, bounds: tuple[float | None, float | None], place: float, near: int
) -> None:
    unit = scale.channels if isinstance(scale, Biex) else 1.0
    low, high = (None if bound is None else bound * unit for bound in bounds)
    scale, y = replace(scale, bound_min=low, bound_max=high), place * unit
    begin = edge(scale, y)
    x = np.concatenate([sweep(), [begin] if np.isfinite(begin) else []])
    assert np.array_equal(scale.apply(x) >= y, x >= begin)
    if np.isfinite(begin) and not isinstance(scale, Logicle):
        x = begin + near * np.spacing(begin) * 64
        assert bool(scale.apply(x) >= y) == (x >= begin)


@pytest.mark.parametrize("scale", [*LOGICLES, *HYPERLOGS], ids=ids)
def test_values_near_the_greatest_number_have_a_place(scale: Scale) -> None:
    x = 10.0 ** np.arange(100, 288)
    y = scale.apply(x)
    assert np.all(np.diff(y) > 0)
    assert scale.invert(y) == pytest.approx(x, rel=1e-9)
    assert np.all(np.diff(scale.apply(10.0 ** np.arange(280, 300, 0.25))) >= 0)
    assert scale.apply(-x) == pytest.approx(2 * scale.apply(0.0) - y, rel=1e-14)


def test_whole_numbers_on_a_threshold_are_inside() -> None:
    scale = Linear(1023)
    for channel in range(1024):
        y = float(scale.apply(channel))
        assert edge(scale, y) <= channel
        assert edge(scale, np.nextafter(y, 2)) > channel


def test_values_at_or_below_zero_lie_below_every_threshold_of_a_log_scale() -> None:
    assert Log(10000, 4).apply([-5.0, 0.0, -0.0]).tolist() == [-np.inf] * 3
    assert Log(10000, 4, bound_min=0).apply([-5.0, 0.0, 0.5]).tolist() == [0.0] * 3
    assert edge(Log(10000, 4, bound_min=0), 0.0) == -np.inf


@pytest.mark.parametrize("scale", ALL, ids=ids)
def test_scales_travel_and_compare(scale: Scale) -> None:
    assert pickle.loads(pickle.dumps(scale)) == scale  # noqa: S301
    assert hash(scale) == hash(replace(scale))
    assert replace(scale, bound_min=0.125) != scale


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"bound_min": 0.5, "bound_max": 0.5}, "bound_min 0.5 must lie below bound_max 0.5"),
        ({"bound_max": np.inf}, "bound_max must be a finite number, not inf"),
    ],
)
def test_bounds_that_bound_nothing_are_refused(bounds: dict[str, float], words: str) -> None:
    with pytest.raises(ScaleError, match=words):
        Linear(10, **bounds)
