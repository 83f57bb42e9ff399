"""Rival models beside each other, and the sentences that go with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from costim.mechanism.fit.leave_one_out import LeftOut

MEDIATION = (
    "All patients were treated. Whatever fits best, such data cannot show that costimulation carries the benefit: "
    "activity, molecules and B cells fall together, and each could be the cause, the consequence or a bystander."
)
"""Said with every comparison."""


@dataclass(frozen=True, slots=True)
class Rival:
    """One model against the best of them."""

    model: str
    elpd: float
    se: float
    difference: float
    """elpd minus that of the best; 0 for the best."""
    difference_se: float
    """Over patients, of their paired differences; 0 for the best."""
    doubtful: tuple[str, ...]
    """Patients whose score is not to be trusted in this model or in the best."""

    @property
    def told_apart(self) -> bool:
        """Is the difference at least twice its standard error, and every score to be trusted?"""
        return self.difference_se > 0 and abs(self.difference) >= 2 * self.difference_se and not self.doubtful


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rivals, the best first."""

    rivals: tuple[Rival, ...]
    patients: int
    observations: str
    """What all of them were fitted to, in words."""

    @property
    def best(self) -> Rival:
        """The model with the largest score: the first of the list, not the winner."""
        return self.rivals[0]

    def sentences(self) -> tuple[str, ...]:
        """What may be said: one sentence per rival, then what no comparison of this kind can show."""
        return (*(self._against(rival) for rival in self.rivals[1:]), MEDIATION)

    def _against(self, rival: Rival) -> str:
        difference = f"elpd {rival.difference:.1f}, standard error {rival.difference_se:.1f}"
        pair = f"{self.best.model} and {rival.model}"
        if rival.doubtful:
            return (
                f"The scores of {pair} ({difference}) rest on patients that importance sampling could not leave out "
                f"({', '.join(rival.doubtful)}): no order of the two is claimed. "
                "--refit-doubtful leaves them out one by one."
            )
        if not rival.told_apart:
            return f"{pair} foretell left-out patients equally well within twice the standard error ({difference})."
        caution = " With so few patients the standard error itself is too small." if self.patients < 30 else ""
        return f"{self.best.model} foretells left-out patients better than {rival.model} ({difference}).{caution}"


def compare_scores(scores: Mapping[str, LeftOut], observations: str) -> Comparison:
    """Rivals by their leave-one-patient-out scores on the same observations.

    Args:
        scores: model -> its scores, over the same patients in the same order.
        observations: what all of them were fitted to, in words.

    Raises:
        ValueError: no model, or models scored on different patients.

    Source: Vehtari, Gelman, Gabry 2017 (paired standard error); Sivula, Magnusson, Vehtari 2020, arXiv 2008.10296
    (too small where observations are few or models alike).
    """
    if not scores:
        raise ValueError("no model to compare")
    if len({score.subjects for score in scores.values()}) > 1:
        raise ValueError("rivals must be scored on the same patients in the same order")
    ordered = sorted(scores.items(), key=lambda item: (-item[1].total, item[0]))
    best = ordered[0][1]
    n = len(best.subjects)
    rivals = []
    for name, score in ordered:
        paired = score.elpd - best.elpd
        se = float(np.sqrt(n * paired.var(ddof=1))) if n > 1 and score is not best else 0.0
        doubtful = tuple(s for s in best.subjects if s in {*score.doubtful, *best.doubtful})
        rivals.append(Rival(name, score.total, score.se, float(paired.sum()), se, doubtful))
    return Comparison(tuple(rivals), n, observations)
