"""Against flowutils (the C code of Moore and Parks) and FlowKit, and values printed in GatingML 2.0."""

from __future__ import annotations

import numpy as np
import pytest

from costim.cytometry.transforms.asinh import Asinh
from costim.cytometry.transforms.biex import Biex
from costim.cytometry.transforms.hyperlog import Hyperlog
from costim.cytometry.transforms.linear import Linear
from costim.cytometry.transforms.log import Log
from costim.cytometry.transforms.logicle import Logicle
from costim.cytometry.transforms.scale import Scale
from tests.cytometry.transforms.scales import BIEXES, HYPERLOGS, LOGICLES, sweep

flowutils = pytest.importorskip("flowutils.transforms")
pytestmark = pytest.mark.oracle


@pytest.mark.parametrize(
    ("scale", "x", "printed"),
    [
        (Log(10000, 5), [0.5, 1, 10, 100, 1000, 1023, 10000, 1e5, 262144],
         [0.139794, 0.2, 0.4, 0.6, 0.8, 0.801975, 1, 1.2, 1.28371]),
        (Linear(1000, 0), [-100, -10, -1, 0, 0.3, 1, 10, 100, 1000],
         [-0.1, -0.01, -0.001, 0, 0.0003, 0.001, 0.01, 0.1, 1]),
        (Asinh(1000, 4, 1), [-10, -5, -1, 0, 0.3, 1, 3, 10, 100, 1000],
         [-0.200009, -0.139829, -0.000856, 0.2, 0.303776, 0.400856, 0.495521, 0.600009, 0.8, 1]),
        (Logicle(1000, 1, 4, 0), [-10, -5, -1, 0, 0.3, 1, 3, 10, 100, 1000],
         [0.067574, 0.147986, 0.228752, 0.25, 0.256384, 0.271248, 0.312897, 0.432426, 0.739548, 1]),
        (Logicle(1000, 0, 4, 1), [-10, -5, -1, 0, 0.3, 1, 3, 10, 100, 1000],
         [-0.200009, -0.139829, -0.000856, 0.2, 0.303776, 0.400856, 0.495521, 0.600009, 0.8, 1]),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_values_printed_in_gatingml(scale: Scale, x: list[float], printed: list[float]) -> None:
    """Tables of examples in sections 6.2 to 6.5, six digits."""
    assert np.allclose(scale.apply(x), printed, rtol=0, atol=6e-6)


@pytest.mark.parametrize("scale", LOGICLES, ids=repr)
def test_logicle(scale: Logicle) -> None:
    x, parameters = sweep(), {"t": scale.t, "m": scale.m, "w": scale.w, "a": scale.a}
    assert np.allclose(scale.apply(x), flowutils.logicle(x, None, **parameters), rtol=0, atol=2e-12)
    y = np.linspace(0, 1, 1001)
    assert np.allclose(
        scale.invert(y), flowutils.logicle_inverse(y, None, **parameters), rtol=1e-9, atol=1e-11 * scale.t
    )


@pytest.mark.parametrize("scale", HYPERLOGS, ids=repr)
def test_hyperlog(scale: Hyperlog) -> None:
    x, parameters = sweep(), {"t": scale.t, "m": scale.m, "w": scale.w, "a": scale.a}
    assert np.allclose(scale.apply(x), flowutils.hyperlog(x, None, **parameters), rtol=0, atol=2e-12)
    y = np.linspace(0, 1, 1001)
    assert np.allclose(
        scale.invert(y), flowutils.hyperlog_inverse(y, None, **parameters), rtol=1e-9, atol=1e-11 * scale.t
    )


@pytest.mark.parametrize("scale", [Asinh(1000, 4, 1), Asinh(262144, 4.5, 0), Asinh(10, 1, 1)], ids=repr)
def test_asinh(scale: Asinh) -> None:
    x = sweep()
    assert np.allclose(scale.apply(x), flowutils.asinh(x, None, scale.t, scale.m, scale.a), rtol=0, atol=1e-14)


@pytest.mark.parametrize("scale", [Log(10000, 5), Log(262144, 4.5)], ids=repr)
def test_log(scale: Log) -> None:
    x = sweep()
    x = x[x > 0]
    assert np.allclose(scale.apply(x), flowutils.log(x, None, scale.t, scale.m), rtol=0, atol=1e-14)


@pytest.mark.parametrize("scale", [Linear(1000), Linear(262144, 100)], ids=repr)
def test_linear(scale: Linear) -> None:
    flowkit = pytest.importorskip("flowkit")
    x = sweep()
    assert np.array_equal(scale.apply(x), flowkit.transforms.LinearTransform(scale.t, scale.a).apply(x))


@pytest.mark.parametrize("scale", BIEXES, ids=repr)
def test_biex(scale: Biex) -> None:
    flowkit = pytest.importorskip("flowkit")
    theirs = flowkit.transforms.WSPBiexTransform(scale.negative, scale.width, scale.positive, scale.maximum)
    x = sweep()
    assert np.allclose(scale.apply(x), theirs.apply(x), rtol=0, atol=1e-8)
    y = np.linspace(0.5, 4095.5, 1000)
    assert np.allclose(scale.invert(y), theirs.inverse(y), rtol=1e-9, atol=1e-9)
