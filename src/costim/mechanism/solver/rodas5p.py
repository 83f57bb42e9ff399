"""Coefficients of the stiffly accurate Rosenbrock method of order 5 with eight stages, and its interpolant of order 4.

Steinebach, G. (2023) Construction of Rosenbrock–Wanner method Rodas5P and numerical benchmarks within the Julia
Differential Equations package. BIT Numerical Mathematics 63:27. In the form of Hairer & Wanner, Solving Ordinary
Differential Equations II, IV.7 (7.25): products with the Jacobian are avoided. The equations do not name the time, so
coefficients of time derivatives are not needed. Orders of step and interpolant are tests.
"""

from __future__ import annotations

import numpy as np

STAGES = 8
GAMMA = 0.21193756319429014

_A6 = (-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946)
_A = (
    (),
    (3.0,),
    (2.849394379747939, 0.45842242204463923),
    (-6.954028509809101, 2.489845061869568, -10.358996098473584),
    (2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641),
    _A6,
    (*_A6, 1.0),
    (*_A6, 1.0, 1.0),
)
_C = (
    (),
    (-14.155112264123755,),
    (-17.97296035885952, -2.859693295451294),
    (147.12150275711716, -1.41221402718213, 71.68940251302358),
    (165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306),
    (24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471),
    (
        30.91273214028599,
        -3.1208243349937974,
        77.79954646070892,
        34.28646028294783,
        -19.097331116725623,
        -28.087943162872662,
    ),
    (
        37.80277123390563,
        -3.2571969029072276,
        112.26918849496327,
        66.9347231244047,
        -40.06618937091002,
        -54.66780262877968,
        -9.48861652309627,
    ),
)


def _square(rows: tuple[tuple[float, ...], ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    filled = np.zeros((STAGES, STAGES))
    for i, row in enumerate(rows):
        filled[i, : len(row)] = row
    return filled


A = _square(_A)
"""Stage i is taken at the state before plus increments j < i times A[i, j]. The step adds row 8 and increment 8 itself,
which is the estimated error."""
C = _square(_C)
"""Right side of stage i: rates there plus increments j < i times C[i, j] / step."""
H = np.array(
    [
        [
            25.948786856663858,
            -2.5579724845846235,
            10.433815404888879,
            -2.3679251022685204,
            0.524948541321073,
            1.1241088310450404,
            0.4272876194431874,
            -0.17202221070155493,
        ],
        [
            -9.91568850695171,
            -0.9689944594115154,
            3.0438037242978453,
            -24.495224566215796,
            20.176138334709044,
            15.98066361424651,
            -6.789040303419874,
            -6.710236069923372,
        ],
        [
            11.419903575922262,
            2.8879645146136994,
            72.92137995996029,
            80.12511834622643,
            -52.072871366152654,
            -59.78993625266729,
            -0.15582684282751913,
            4.883087185713722,
        ],
    ]
)
"""Along the step, at its part x: (1 - x) before + x (after + (1 - x) (d0 + x d1 + x^2 d2)), d = H increments."""
