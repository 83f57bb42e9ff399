"""Coefficients of the explicit Runge–Kutta pair 5(4) with seven stages and its free interpolant of order 4.

Tsitouras, Ch. (2011) Runge–Kutta pairs of order 5(4) satisfying only the first column simplifying assumption. Computers
& Mathematics with Applications 62(2):770–775, table 1 and equation for the interpolant. Order conditions of step and
interpolant are tests.
"""

from __future__ import annotations

ORDER = 5

A21 = 0.161
A31, A32 = -0.008480655492356989, 0.335480655492357
A41, A42, A43 = 2.8971530571054935, -6.359448489975075, 4.3622954328695815
A51, A52, A53, A54 = 5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525
A61, A62, A63, A64, A65 = (
    5.86145544294642,
    -12.92096931784711,
    8.159367898576159,
    -0.071584973281401,
    -0.028269050394068383,
)
# Weights of the step; the seventh stage is the first of the next one.
B1, B2, B3, B4, B5, B6 = (
    0.09646076681806523,
    0.01,
    0.4798896504144996,
    1.379008574103742,
    -3.290069515436081,
    2.324710524099774,
)
# Weights of the step minus those of the embedded one of order 4.
E1, E2, E3, E4, E5, E6, E7 = (
    -0.00178001105222577714,
    -0.0008164344596567469,
    0.007880878010261995,
    -0.1447110071732629,
    0.5823571654525552,
    -0.45808210592918697,
    0.015151515151515152,
)
# Weights of stages along the step: stage i counts Ri1 x + Ri2 x^2 + Ri3 x^3 + Ri4 x^4 at the part x of it (R11 = 1).
R12, R13, R14 = -2.763706197274826, 2.9132554618219126, -1.0530884977290216
R22, R23, R24 = 0.13169999999999998, -0.2234, 0.1017
R32, R33, R34 = 3.9302962368947516, -5.941033872131505, 2.490627285651253
R42, R43, R44 = -12.411077166933676, 30.33818863028232, -16.548102889244902
R52, R53, R54 = 37.50931341651104, -88.1789048947664, 47.37952196281928
R62, R63, R64 = -27.896526289197286, 65.09189467479366, -34.87065786149661
R72, R73, R74 = 1.5, -4.0, 2.5

STABLE = 3.2
"""Steps longer than this over the largest eigenvalue (negative real) are held down by stability, not by accuracy."""
