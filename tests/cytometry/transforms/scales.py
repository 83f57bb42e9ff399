"""Scales that the tests try, common and extreme, and the values they are tried on."""

from __future__ import annotations

import numpy as np

from costim.cytometry.transforms.asinh import Asinh
from costim.cytometry.transforms.biex import Biex
from costim.cytometry.transforms.hyperlog import Hyperlog
from costim.cytometry.transforms.linear import Linear
from costim.cytometry.transforms.log import Log
from costim.cytometry.transforms.logicle import Logicle

LOGICLES = [
    Logicle(262144, 0.5, 4.5, 0),
    Logicle(262144, 0, 4.5, 0),
    Logicle(1000, 1, 4, 1),
    Logicle(1000, 1, 4, 0),
    Logicle(10000, 0.001, 5, 0.5),
    Logicle(262144, 1.2, 4.5, -0.7),
    Logicle(4194304, 2.25, 4.5, 0),
    Logicle(1, 0.3, 1, -0.1),
]
HYPERLOGS = [
    Hyperlog(262144, 0.5, 4.5, 0),
    Hyperlog(1000, 1, 4, 1),
    Hyperlog(10000, 0.01, 5, 0.5),
    Hyperlog(262144, 1.2, 4.5, -0.7),
    Hyperlog(4194304, 2.25, 4.5, 0),
]
OTHERS = [
    Linear(1000),
    Linear(262144, 100),
    Linear(10, 10),
    Log(10000, 5),
    Log(262144, 4.5),
    Asinh(1000, 4, 1),
    Asinh(262144, 4.5, 0),
    Asinh(10, 1, 1),
]
BIEXES = [Biex(), Biex(0.5, -100), Biex(1, -31.6, 4.5, 4194304.0), Biex(0, -1, 4.0, 262143.0), Biex(2, -1000, 5.5)]
UNBOUNDED = [*LOGICLES, *HYPERLOGS, *OTHERS]
ALL = [*UNBOUNDED, *BIEXES]


def sweep() -> np.ndarray:
    """Linear values of both signs over 12 decades, zero among them."""
    positive = np.unique(np.concatenate([np.logspace(-5, 7, 2001), np.linspace(0, 3e5, 1001)[1:]]))
    return np.concatenate([-positive[::-1], [0.0], positive])
