"""A power found by simulation, and the smallest sample size that reaches one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
REPETITIONS = 10_000
LARGEST = 300
"""Sample sizes are searched up to here unless another limit is given."""
LOOK_AHEAD = 5
"""Sizes above the smallest are simulated until so many in a row reach the power."""
OUT_OF_REACH = 0.1
"""Where a sketch at the largest size falls short by so much, the sizes below are not tried."""
SKETCH = 500
"""Repetitions of the first look, which only says where to search."""
LARGEST_SIMULATION = 20_000_000
"""Patients of all simulated studies of one size together; they are held in memory at once."""
Watch = Callable[[int], None]
"""Called with each sample size before it is simulated."""


@dataclass(frozen=True, slots=True)
class SimulatedPower:
    """Share of simulated studies that succeeded; `standard_error` is that of the simulation, not of the study."""

    n: int
    power: float
    standard_error: float
    repetitions: int
    seed: int


@dataclass(frozen=True, slots=True)
class SimulatedPlan:
    """What was found.

    `smallest` is the first sample size whose simulated power reaches the one asked for, None up to `largest`. `steady`
    is the first from which it also stays there over the next sizes tried: exact tests climb in steps and may fall
    between them. `tried` are all sample sizes that were simulated with every repetition, in order.
    """

    smallest: SimulatedPower | None
    steady: SimulatedPower | None
    tried: tuple[SimulatedPower, ...]
    largest: int


def check_size(n: int, repetitions: int) -> None:
    """Refuse a simulation of nothing, and one that would neither end nor fit into memory.

    Raises:
        ValueError: n or repetitions below 1, or too many patients in all.
    """
    if n < 1 or repetitions < 1:
        raise ValueError(f"a simulation needs patients and repetitions, found {n!r} and {repetitions!r}")
    if n * repetitions > LARGEST_SIMULATION:
        raise ValueError(
            f"{repetitions} simulated studies of {n} patients are too many: expected at most {LARGEST_SIMULATION} "
            "patients in all, so give fewer repetitions or fewer patients"
        )


def summarise(successes: NDArray[np.bool_], n: int, seed: int) -> SimulatedPower:
    """Power and its Monte-Carlo error from one outcome per simulated study."""
    size = int(successes.size)
    share = float(successes.mean())
    return SimulatedPower(n, share, (share * (1 - share) / size) ** 0.5, size, seed)


def find_smallest(
    simulate: Callable[[int], SimulatedPower],
    sketch: Callable[[int], SimulatedPower],
    target: float,
    sizes: tuple[int, int],
    watch: Watch | None = None,
) -> SimulatedPlan:
    """The smallest n with power >= `target`.

    A sketch with few repetitions finds the neighbourhood by bisection; from well below it every n is simulated in
    turn, since the power of an exact test climbs in steps and may fall between them.

    Args:
        simulate: power at n with all repetitions.
        sketch: power at n with few.
        target: power wanted.
        sizes: smallest and largest n to try.
        watch: called with each n.
    """
    low, high = sizes
    while low < high:
        middle = (low + high) // 2
        if sketch(middle).power >= target:
            high = middle
        else:
            low = middle + 1
    found: dict[int, SimulatedPower] = {}

    def at(n: int) -> SimulatedPower:
        if n not in found:
            if watch is not None:
                watch(n)
            found[n] = simulate(n)
        return found[n]

    if low == sizes[1] and sketch(low).power < target - OUT_OF_REACH:
        return SimulatedPlan(None, None, (at(low),), sizes[1])
    n = max(sizes[0], min(low - 4, int(0.85 * low)))
    while n > sizes[0] and at(n).power >= target:
        n -= 1
    while n < sizes[1] and at(n).power < target:
        n += 1
    reached = at(n).power >= target
    if reached:
        following, held = n + 1, 0
        while following <= sizes[1] and held < LOOK_AHEAD:
            held = held + 1 if at(following).power >= target else 0
            following += 1
    tried = tuple(found[k] for k in sorted(found))
    last_failure = max((t.n for t in tried if t.power < target), default=0)
    steady = next((t for t in tried if t.n > last_failure), None)
    return SimulatedPlan(at(n) if reached else None, steady, tried, sizes[1])
