"""Which phenotypes are asked for, so that the others need not be computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from costim.cytometry.gates.model import Strategy
    from costim.cytometry.phenotypes.phenotype import Statistic


@dataclass(frozen=True, slots=True)
class Asked:
    """Names of phenotypes: `population.statistic` and `population.marker.statistic`; None = every one."""

    names: frozenset[str] | None = None

    def has(self, population: str, statistic: Statistic, marker: str = "") -> bool:
        """Is this number asked for?"""
        return self.names is None or ".".join(filter(None, (population, marker, statistic))) in self.names

    def has_level(self, population: str, marker: str) -> bool:
        """Is anything asked for about a marker on a population?"""
        start = f"{population}.{marker}."
        return self.names is None or any(name.startswith(start) for name in self.names)

    def has_any(self, statistic: Statistic) -> bool:
        """Is this statistic asked for, of whichever population and marker?"""
        return self.names is None or any(name.endswith(f".{statistic}") for name in self.names)

    def part_of(self, strategy: Strategy) -> Strategy:
        """The strategy with no gates but those that what is asked for rests on.

        Populations that are asked for, their subsets, those with a role, and all that these lie in.
        """
        from costim.cytometry.strategies.prune import leading_to

        if self.names is None:
            return strategy
        return replace(strategy, gates=leading_to(strategy, set(self._resting_on(strategy))).gates)

    def _resting_on(self, strategy: Strategy) -> Iterator[str]:
        yield from strategy.roles.values()
        for population, _ in strategy.populations():
            if any(name.startswith(f"{population}.") for name in self.names or ()):
                yield population
                yield from strategy.subsets.get(population, ())


EVERYTHING = Asked()
