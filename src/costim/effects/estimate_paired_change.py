"""Paired change of a number: every method of `METHODS`, for each contrast of the endpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from costim.effects.changes import find_changes
from costim.effects.evidence import Evidence
from costim.effects.paired.descriptions import estimate_descriptions
from costim.effects.paired.directions import estimate_directions
from costim.effects.paired.effect_sizes import estimate_effect_sizes
from costim.effects.paired.mean_shift import estimate_mean_shift
from costim.effects.paired.non_overlap import estimate_non_overlap
from costim.effects.paired.question import PairedQuestion
from costim.effects.paired.regression_to_the_mean import estimate_regression_to_the_mean
from costim.effects.paired.reliable_change import estimate_reliable_change
from costim.effects.paired.retest import estimate_test_retest
from costim.effects.paired.shrunken_change import estimate_shrunken_change
from costim.effects.paired.signed_rank import estimate_signed_rank
from costim.effects.paired.steroid_tipping import estimate_steroid_tipping
from costim.effects.pairs import contrasts_of, find_pairs
from costim.registry.effects import Effect
from costim.registry.plan_questions import Contrast, Endpoint

METHODS: tuple[Callable[[PairedQuestion], list[Effect]], ...] = (
    estimate_descriptions,
    estimate_signed_rank,
    estimate_directions,
    estimate_mean_shift,
    estimate_effect_sizes,
    estimate_reliable_change,
    estimate_shrunken_change,
    estimate_non_overlap,
    estimate_test_retest,
    estimate_regression_to_the_mean,
    estimate_steroid_tipping,
)
"""Each gives its rows, none when it does not apply; a row that was asked for and cannot be computed carries a flag."""


def estimate_paired_change(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """All rows of a paired-change endpoint; see `docs/explanation/rooms.md`."""
    contrasts = contrasts_of(endpoint, evidence.plan)
    if not contrasts:
        empty = Effect(parameter=endpoint.parameter, method="signed_rank", n=0, n_missing=len(evidence.subjects))
        return [replace(empty, flags=("no_contrast",), reading=evidence.reading)]
    questions = [build_question(endpoint, contrast, evidence) for contrast in contrasts]
    return [row for question in questions for method in METHODS for row in method(question)]


def build_question(endpoint: Endpoint, contrast: Contrast, evidence: Evidence) -> PairedQuestion:
    """The readings of one contrast, and the row that methods fill."""
    pairs = find_pairs(evidence, endpoint.parameter, contrast)
    changes = find_changes(endpoint.parameter, pairs)
    n = len(changes.rows)
    base = Effect(
        parameter=endpoint.parameter,
        method="mean",
        contrast=contrast.name,
        unit=changes.unit,
        n=n,
        n_missing=changes.n_missing,
        flags=changes.flags if n else (*changes.flags, "no_pairs"),
        measurements=changes.measurements,
        reading=evidence.reading,
    )
    return PairedQuestion(endpoint, contrast, evidence, pairs, changes, base)
