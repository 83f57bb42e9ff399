"""What the engine must find in a tube, so that its phenotypes can be written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from costim.cytometry.engine.result import Want
from costim.cytometry.gates.lineage import lineage
from costim.cytometry.gates.model import Marker, Strategy
from costim.cytometry.phenotypes.asked import EVERYTHING, Asked
from costim.cytometry.phenotypes.ranks import plan_ranks
from costim.cytometry.phenotypes.settings import Settings

NOTHING: Mapping[str, float] = MappingProxyType({})


def wants(
    strategy: Strategy,
    *,
    thresholds: Mapping[str, float] = NOTHING,
    controlled: Collection[str] = (),
    settings: Settings = Settings(),  # noqa: B008 -- frozen
    asked: Asked = EVERYTHING,
) -> tuple[Want, ...]:
    """Levels of every marker on every population that the strategy names for it.

    Args:
        strategy: gates and markers.
        thresholds: name of a threshold -> where it was found, on the scale of its axis; a fixed one need not be given.
        controlled: populations whose false events a control counts; these and what lies inside them need more ranks.
        settings: confidence level.
        asked: which phenotypes will be written.
    """
    parents = dict(strategy.populations())
    found = []
    for name, marker in strategy.markers.items():
        bound = linear_threshold(strategy, marker, thresholds)
        for population in marker.populations:
            if not asked.has_level(population, name):
                continue
            inside = any(one in controlled for one in lineage(parents, population))
            found.append(
                Want(
                    population=population,
                    axis=marker.axis,
                    name=name,
                    ranks=plan_ranks(settings.level, contaminated=inside),
                    above=() if bound is None else (bound,),
                )
            )
    return tuple(found)


def linear_threshold(strategy: Strategy, marker: Marker, thresholds: Mapping[str, float]) -> float | None:
    """The threshold of a marker in linear units; None where it has none, or none was found."""
    import numpy as np

    declared = next((one for one in strategy.thresholds if one.name == marker.threshold), None)
    value = thresholds.get(marker.threshold, declared.value if declared else None)
    if not marker.threshold or value is None:
        return None
    axis = declared.axis if declared else marker.axis
    if not axis.transform:
        return float(value)
    return float(strategy.transforms[axis.transform].invert(np.asarray([value]))[0])
