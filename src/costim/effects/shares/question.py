"""What every method of a share is asked."""

from __future__ import annotations

from dataclasses import dataclass

from costim.effects.evidence import Evidence
from costim.registry.effects import Effect
from costim.registry.plan_questions import Contrast, Endpoint


@dataclass(frozen=True, slots=True)
class ShareQuestion:
    """`count` of `n` subjects with an answer say yes, `undecided` may.

    `base` holds what the rows share: parameter, contrast, stratum, n, n_missing, denominator, flags, measurements and
    reading.
    """

    endpoint: Endpoint
    contrast: Contrast | None
    evidence: Evidence
    base: Effect
    count: int
    undecided: int

    @property
    def n(self) -> int:
        """Subjects with an answer."""
        return self.base.n

    @property
    def level(self) -> float:
        """Confidence level of the study."""
        return self.evidence.plan.study.level
