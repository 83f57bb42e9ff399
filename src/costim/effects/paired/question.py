"""One paired change as every method is given it."""

from __future__ import annotations

from dataclasses import dataclass

from costim.effects.changes import Changes
from costim.effects.evidence import Evidence
from costim.effects.pairs import Pair
from costim.registry.effects import Effect
from costim.registry.parameters import parameter as registered
from costim.registry.plan_assumptions import OtherCauses
from costim.registry.plan_questions import Contrast, Endpoint


@dataclass(frozen=True, slots=True, eq=False)
class PairedQuestion:
    """An endpoint and one of its contrasts, with the readings.

    `pairs` has every subject of the study, `changes.rows` those with both readings as numbers. `base` is a row to be
    filled by `dataclasses.replace`: parameter, contrast, unit, n, n_missing, flags, measurements and reading are set.
    """

    endpoint: Endpoint
    contrast: Contrast
    evidence: Evidence
    pairs: tuple[Pair, ...]
    changes: Changes
    base: Effect

    @property
    def level(self) -> float:
        """Confidence level of the study."""
        return self.evidence.plan.study.level

    @property
    def downwards(self) -> bool:
        """Whether a fall is the better direction, or none is worse; the sign of W+ follows it."""
        return registered(self.base.parameter).worse != "lower"

    @property
    def other_causes(self) -> OtherCauses | None:
        """What the plan assumes about other causes; an entry for the contrast goes before a general one."""
        entries = [c for c in self.evidence.plan.other_causes if c.parameter == self.endpoint.parameter]
        fitting = [c for c in entries if c.contrast == self.contrast.name] + [c for c in entries if c.contrast is None]
        return fitting[0] if fitting else None
