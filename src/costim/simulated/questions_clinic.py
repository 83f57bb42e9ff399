"""Questions about activity, relapse, B-cell counts, antibodies and images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from costim.simulated.courses import RULES
from costim.simulated.design import EARLY, LATE
from costim.simulated.questions import (
    Floats,
    Question,
    change_since_baseline,
    happened_after,
    happened_by,
    mean,
    pseudo_median,
    ratio,
    share,
)
from costim.simulated.sampled import Sampled

DAYS_PER_MONTH = 30.4375


def clinical_questions(places: Mapping[str, int]) -> Iterator[Question]:
    """Every question that needs no tube.

    Args:
        places: Visit -> place in the design.
    """
    for visit in (EARLY, LATE):
        yield from _activity(visit, places[visit])
    yield from _survival()
    yield from _laboratory(places[EARLY], places[LATE])


def _activity(visit: str, place: int) -> Iterator[Question]:
    change = change_since_baseline(lambda s: s.sledai, place)

    def improved(s: Sampled) -> Floats:
        found = change(s)
        return np.where(np.isnan(found), np.nan, found < 0)

    head = ("sledai.total", f"baseline_to_{visit}")
    words = "of the change of SLEDAI, points"
    yield Question(*head, "mean_shift", "", None, change, mean, f"Population mean {words}")
    yield Question(*head, "mean", "change", None, change, mean, f"Population mean {words}")
    yield Question(*head, "signed_rank", "", None, change, pseudo_median, f"Population pseudo-median {words}")
    told = "Probability that SLEDAI as read is lower than at baseline"
    yield Question(*head, "proportion", "improved", None, improved, share, told)


def _depleted_until(s: Sampled) -> Floats:
    return np.where(s.return_day > 0, s.return_day, np.nan)


def _survival() -> Iterator[Question]:
    relapse = f"activity {RULES.relapse_rise:g} of baseline above its lowest so far, after day {RULES.after:g}"
    for months in (6, 12, 24):
        free = happened_after(lambda s: s.relapse_day, months * DAYS_PER_MONTH)
        words = f"Probability of no relapse up to month {months}; relapse: {relapse}"
        yield Question("event.relapse", "", "kaplan_meier", "", months, free, share, words)
    for day in (183, 365):
        words = f"Of patients whose true CD19 count fell below 10 per uL: probability that it is back by day {day}"
        back = happened_by(_depleted_until, day)
        yield Question("bcell.return_day", "", "kaplan_meier", "attained", day, back, share, words)
    for day in (28, 91, 183):
        words = f"Probability that activity has not halved by day {day}; then the manifestation goes"
        there = happened_after(lambda s: s.resolution_day, day)
        yield Question("np.resolution_days", "", "kaplan_meier", "", day, there, share, words)


def _laboratory(early: int, late: int) -> Iterator[Question]:
    def depleted(s: Sampled) -> Floats:
        return np.where(s.attended[:, early], s.cd19[:, early] < RULES.depleted_below, np.nan)

    def improved(s: Sampled) -> Floats:
        return np.where(s.attended[:, late], s.improved, np.nan)

    words = "Probability that the CD19 count as read on day 28 is below 10 per uL"
    yield Question("bcell.depleted", "baseline_to_day28", "proportion", "yes", None, depleted, share, words)
    dna = change_since_baseline(lambda s: np.log(np.maximum(s.dna, 0.1)), late)
    words = "Geometric mean of anti-dsDNA at month 6 over baseline"
    yield Question("lab.anti_dsdna", "baseline_to_month6", "geometric_mean_ratio", "", None, dna, ratio, words)
    igg = change_since_baseline(lambda s: s.igg, late)
    head = ("lab.igg", "baseline_to_month6")
    yield Question(*head, "mean_shift", "", None, igg, mean, "Population mean of the change of IgG, g/L")
    yield Question(*head, "signed_rank", "", None, igg, pseudo_median, "Population pseudo-median of the change of IgG")
    words = "Probability that a blinded reader calls the image at month 6 improved"
    yield Question("imaging.verdict", "", "proportion", "improved", None, improved, share, words)
