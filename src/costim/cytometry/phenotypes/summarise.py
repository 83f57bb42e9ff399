"""From a gated tube to its phenotypes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from costim.cytometry.engine.result import Gated
from costim.cytometry.gates.model import Strategy
from costim.cytometry.phenotypes.asked import EVERYTHING, Asked
from costim.cytometry.phenotypes.background import NO_CONTROLS, Controls
from costim.cytometry.phenotypes.count_rows import count_rows
from costim.cytometry.phenotypes.level_rows import level_rows
from costim.cytometry.phenotypes.phenotype import Phenotype
from costim.cytometry.phenotypes.sample import GatedSample
from costim.cytometry.phenotypes.settings import Settings
from costim.cytometry.tube import Tube
from costim.inference.cells.bead_calibration import BeadLine

NO_LINES: Mapping[str, BeadLine] = MappingProxyType({})


def summarise(
    gated: Gated,
    strategy: Strategy,
    tube: Tube,
    *,
    controls: Controls = NO_CONTROLS,
    bead_lines: Mapping[str, BeadLine] = NO_LINES,
    settings: Settings = Settings(),  # noqa: B008 -- frozen
    asked: Asked = EVERYTHING,
) -> tuple[Phenotype, ...]:
    """Every number that the strategy asks of one tube.

    Args:
        gated: counts of all populations, and the levels that `wants` asked for, with the same settings, controls and
            `asked`.
        strategy: populations, roles and markers.
        tube: what is known of the blood.
        controls: population -> false events of its gate; speaks for the populations inside it too. See `find_controls`.
        bead_lines: marker -> line through calibration beads of the same day and settings.
        settings: confidence level and error rates.
        asked: which of them to give; the others are not computed.

    Returns:
        Rows of the populations in the order of the strategy, then of the markers in theirs.

    Raises:
        PhenotypeError: a control or a bead line names what the strategy does not have.
    """
    check_names(strategy, controls, bead_lines)
    sample = GatedSample(gated, dict(strategy.populations()), controls, settings)
    roles = dict(strategy.roles)
    rows = [row for population in sample.parents for row in count_rows(sample, population, tube, roles, asked)]
    for name, marker in strategy.markers.items():
        for population in marker.populations:
            if asked.has_level(population, name):
                found = gated.levels[population, name]
                rows += level_rows(sample, population, name, found, line=bead_lines.get(name), asked=asked)
    return tuple(rows)


def check_names(strategy: Strategy, controls: Controls, bead_lines: Mapping[str, BeadLine]) -> None:
    """Refuse controls and lines that would be passed over in silence.

    Raises:
        PhenotypeError: names every one.
    """
    from costim.cytometry.phenotypes.errors import PhenotypeError

    populations = [name for name, _ in strategy.populations()]
    problems = [
        f"control of {name!r}: the strategy has the populations {', '.join(populations)}; give one of them"
        for name in controls
        if name not in populations
    ]
    problems += [
        f"bead calibration of {name!r}: the strategy has the markers {', '.join(strategy.markers)}; give one of them"
        for name in bead_lines
        if name not in strategy.markers
    ]
    if problems:
        raise PhenotypeError("\n".join(problems))
