"""What one asks of the events of a file, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from costim.cytometry.gates.model import Axis


def median_ranks(n: int) -> tuple[int, ...]:
    """Ranks whose mean value is the median of n values: one when n is odd, two when it is even, none of nothing."""
    if n == 0:
        return ()
    return (n // 2,) if n % 2 else (n // 2 - 1, n // 2)


@dataclass(frozen=True, slots=True)
class Want:
    """A level that is wanted of one population on one axis, in linear units."""

    population: str
    """A population of the strategy; blank for all events."""
    axis: Axis
    """Its transform is ignored."""
    name: str
    """What the level is called in `Gated.levels`."""
    ranks: Callable[[int], Sequence[int]] = median_ranks
    """Given the number n of finite values, which of them are wanted: 0-based ranks, 0 being the least value. Ranks that
    n values do not have are left out."""
    above: tuple[float, ...] = ()
    """Linear thresholds: how many finite values are at or above each."""
    means: bool = True
    """Is the arithmetic mean wanted, and the mean of the logarithms?"""


@dataclass(frozen=True, slots=True)
class Levels:
    """The level of one channel on one population, in linear units."""

    n: int
    """Events with a finite value: those that everything below speaks of."""
    ranks: tuple[int, ...]
    """Ranks that were wanted, rising, each once."""
    values: tuple[float, ...]
    """The values at these ranks, exact order statistics."""
    mean: float | None
    """Arithmetic mean; None when not wanted or of nothing."""
    log_mean: float | None
    """Mean of the natural logarithms of the positive values; None when not wanted or where none is positive."""
    n_not_positive: int
    """Finite values at or below 0, which have no logarithm."""
    n_not_finite: int
    """Events whose value is not a number or infinite."""
    above: tuple[int, ...]
    """For each threshold of `Want.above` the number of finite values at or above it."""

    def at(self, rank: int) -> float:
        """Value at a rank that was wanted.

        Raises:
            KeyError: the rank was not wanted, or there are not so many values.
        """
        try:
            return self.values[self.ranks.index(rank)]
        except ValueError:
            raise KeyError(rank) from None

    @property
    def median(self) -> float | None:
        """The median where its ranks were wanted; None of nothing."""
        ranks = median_ranks(self.n)
        return sum(self.at(rank) for rank in ranks) / len(ranks) if ranks else None


@dataclass(frozen=True, slots=True)
class Gated:
    """One file after gating."""

    events: int
    """Events in the file."""
    counts: Mapping[str, int]
    """Population -> events, in the order of the strategy."""
    levels: Mapping[tuple[str, str], Levels]
    """(population, name of the want) -> level, in the order of the wants."""
    not_finite: int
    """Events with a value that is not a number or infinite in a channel that a gate or a want looks at."""
