"""The linear value at which a gate begins, to the last bit."""

from __future__ import annotations

from math import inf, isfinite, isnan, nextafter

import numpy as np

from costim.cytometry.transforms.scale import Scale


def edge(scale: Scale, y: float) -> float:
    """Least double x with `scale.apply(x) >= y`, so that comparing x with it and comparing scale values agree exactly.

    `scale.invert(y)` is that number but for rounding, which decides where events lie exactly on a threshold, as whole
    numbers do on a linear scale. Minus infinity where every value reaches `y`, plus infinity where no finite one does.

    Found by bisection of the doubles around `invert(y)`, as long as rounding has not made the scale fall between two
    neighbours; where it has, by a few units in the last place, the edge is one of those neighbours.
    """
    guess = float(scale.invert(y))
    if isnan(guess):
        return guess
    if not isfinite(guess):
        return guess
    below, reached = _bracket(scale, y, guess)
    while True:
        middle = below + (reached - below) / 2.0
        if not below < middle < reached:
            return reached
        if _reaches(scale, middle, y):
            reached = middle
        else:
            below = middle


def _reaches(scale: Scale, x: float, y: float) -> bool:
    return bool(scale.apply(x) >= y)


def _bracket(scale: Scale, y: float, guess: float) -> tuple[float, float]:
    """A double that does not reach `y` and a greater one that does."""
    step = max(abs(guess) * float(np.finfo(np.float64).eps), nextafter(0.0, inf))
    below = reached = guess
    while _reaches(scale, below, y) and below > -inf:
        below, step = below - step, step * 2.0
    step = max(abs(guess) * float(np.finfo(np.float64).eps), nextafter(0.0, inf))
    while not _reaches(scale, reached, y) and reached < inf:
        reached, step = reached + step, step * 2.0
    return below, reached
