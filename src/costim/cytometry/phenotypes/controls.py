"""False events of a population, counted in a control tube or in cells that cannot belong to it."""

from __future__ import annotations

from costim.cytometry.engine.result import Gated
from costim.cytometry.gates.model import Strategy
from costim.cytometry.phenotypes.errors import PhenotypeError
from costim.inference.cells.detection import Control


def control_of(gated: Gated, strategy: Strategy, population: str, *, tube: str, times: float = 1.0) -> Control:
    """False events of a population per event of its parent gate, in a tube where none should be.

    The tube is one without the defining marker (FMO), with an isotype in its place, or unstained; gates are the same.

    Args:
        gated: the control tube after gating.
        strategy: the same gates as those of the sample.
        population: the population that should be empty here.
        tube: name of the control, for messages.
        times: how many times as frequent false events are taken to be in the sample.

    Raises:
        PhenotypeError: the population is not in the strategy, or its parent gate is empty in the control.
    """
    parents = dict(strategy.populations())
    if population not in parents:
        raise PhenotypeError(
            f"{tube}: population {population!r} is not in the strategy {strategy.name!r}; expected one of "
            f"{', '.join(parents)}"
        )
    parent = parents[population]
    whole = gated.counts[parent] if parent else gated.events
    return _control(gated.counts[population], whole, f"{tube}: {parent or 'the file'}", times)


def control_within(gated: Gated, false: str, among: str, *, tube: str, times: float = 1.0) -> Control:
    """False events counted in the sample itself among cells that cannot belong to the population.

    Two gates that the strategy must have: `among`, such cells (T cells, dead cells), and `false`, those of them that
    carry the marker of the population all the same. The rate is taken to hold for the parent gate of the population.

    Raises:
        PhenotypeError: a population is not there, or `among` is empty.
    """
    missing = [name for name in (false, among) if name not in gated.counts]
    if missing:
        raise PhenotypeError(
            f"{tube}: population {', '.join(missing)} was not gated; expected one of {', '.join(gated.counts)}"
        )
    return _control(gated.counts[false], gated.counts[among], f"{tube}: {among}", times)


def _control(events: int, whole: int, place: str, times: float) -> Control:
    if whole == 0 or events > whole:
        raise PhenotypeError(
            f"{place}: {events} false of {whole} events, expected at least one event and no more false ones than that; "
            "acquire the control again or leave it out"
        )
    return Control(events, whole, times)
