"""The populations that one population lies in."""

from __future__ import annotations

from collections.abc import Mapping


def lineage(parents: Mapping[str, str], population: str) -> tuple[str, ...]:
    """The population and those it lies in, outwards; without the blank name of all events.

    Of parents that lead in a ring each stands once: `check_strategy` names them.
    """
    found: list[str] = []
    while population and population not in found:
        found.append(population)
        population = parents.get(population, "")
    return tuple(found)
