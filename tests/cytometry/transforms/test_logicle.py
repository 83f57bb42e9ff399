"""Logicle and hyperlog against their published definitions, solved slowly and exactly."""

from __future__ import annotations

from fractions import Fraction
from math import exp, log, log10

import numpy as np
import pytest

from costim.cytometry.transforms.hyperlog import Hyperlog
from costim.cytometry.transforms.logicle import Logicle
from tests.cytometry.transforms.scales import HYPERLOGS, LOGICLES


def published_logicle(scale: Logicle, y: float) -> float:
    """B(y) of Moore and Parks 2012, as printed, the part below zero mirrored; d by bisection."""
    t, w, m, a = scale.t, scale.w, scale.m, scale.a
    relative = w / (m + a)
    x2 = a / (m + a)
    x1, x0 = x2 + relative, x2 + 2 * relative
    b = (m + a) * log(10)
    low, high = 0.0, b
    for _ in range(2000):
        d = (low + high) / 2
        if 2 * (log(d) - log(b)) + relative * (d + b) < 0:
            low = d
        else:
            high = d
    d = high
    c_a = exp(x0 * (b + d))
    f_a = exp(b * x1) - c_a * exp(-d * x1)
    top = t / (exp(b) - f_a - c_a * exp(-d))
    sign, y = (1, y) if y >= x1 else (-1, 2 * x1 - y)
    return sign * top * (exp(b * y) - c_a * exp(-d * y) - f_a)


def published_hyperlog(scale: Hyperlog, y: float) -> float:
    """EH(y) of GatingML 2.0, as printed, the part below zero mirrored."""
    t, w, m, a = scale.t, scale.w, scale.m, scale.a
    relative = w / (m + a)
    x2 = a / (m + a)
    x1, x0 = x2 + relative, x2 + 2 * relative
    b = (m + a) * log(10)
    c_a = exp(b * x0) / relative
    f_a = exp(b * x1) + c_a * x1
    top = t / (exp(b) + c_a - f_a)
    sign, y = (1, y) if y >= x1 else (-1, 2 * x1 - y)
    return sign * top * (exp(b * y) + c_a * y - f_a)


@pytest.mark.parametrize("scale", LOGICLES, ids=repr)
def test_logicle_is_the_published_function(scale: Logicle) -> None:
    for y in np.linspace(-0.3, 1.3, 81):
        expected = published_logicle(scale, float(y))
        # The printed form loses digits near zero, of the order of its largest term there.
        assert float(scale.invert(y)) == pytest.approx(expected, rel=1e-10, abs=1e-11 * scale.t)


@pytest.mark.parametrize("scale", HYPERLOGS, ids=repr)
def test_hyperlog_is_the_published_function(scale: Hyperlog) -> None:
    for y in np.linspace(-0.3, 1.3, 81):
        expected = published_hyperlog(scale, float(y))
        assert float(scale.invert(y)) == pytest.approx(expected, rel=1e-10, abs=1e-11 * scale.t)


@pytest.mark.parametrize("scale", [*LOGICLES, *HYPERLOGS], ids=repr)
def test_fast_roots_are_those_of_bisection(scale: Logicle | Hyperlog) -> None:
    rng = np.random.default_rng(11)
    x = np.concatenate([rng.normal(0, scale.t / 100, 300), rng.lognormal(log(scale.t) - 3, 3, 300), [0.0, scale.t]])
    low, high = np.full_like(x, -20.0), np.full_like(x, 20.0)
    for _ in range(80):
        middle = (low + high) / 2
        below = scale.invert(middle) < x
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    assert np.max(np.abs(scale.apply(x) - high) / np.maximum(np.abs(high), 1e-3)) < 1e-12


@pytest.mark.parametrize("scale", [*LOGICLES, *HYPERLOGS], ids=repr)
def test_mirrored_about_zero(scale: Logicle | Hyperlog) -> None:
    x = np.logspace(-3, 6, 50)
    zero = float(scale.apply(0))
    assert zero == pytest.approx((scale.a + scale.w) / (scale.m + scale.a), abs=1e-15)
    assert np.allclose(scale.apply(x) - zero, zero - scale.apply(-x), rtol=0, atol=1e-14)


def test_far_above_zero_logicle_is_a_logarithm() -> None:
    scale = Logicle(262144, 0.5, 4.5, 0)
    one, ten = scale.apply([20000.0, 200000.0])
    assert ten - one == pytest.approx(1 / 4.5, rel=3e-3)


def test_without_linear_decades_logicle_is_a_hyperbolic_sine() -> None:
    scale = Logicle(262144, 0, 4.5, 0)
    x = np.linspace(-1000, 262144, 1000)
    gain = np.sinh(4.5 * np.log(10)) / 262144
    assert np.allclose(scale.apply(x), np.arcsinh(x * gain) / (4.5 * np.log(10)), rtol=0, atol=1e-15)


def test_second_derivative_vanishes_at_zero() -> None:
    scale = Logicle(262144, 1, 4.5, 0)
    zero, step = float(scale.apply(0)), 1e-3
    above = [float(scale.invert(zero + k * step)) for k in (1, 2)]
    assert above[1] / above[0] == pytest.approx(2, rel=2e-5)
    assert float(Fraction(above[0])) > 0
    assert log10(above[0]) < 2
