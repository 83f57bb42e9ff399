"""Share of subjects in named categories, or above a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from costim.effects.categories import find_standings, ids_of_standings
from costim.effects.evidence import Evidence, ids_of
from costim.effects.paired.directions import proportion_rows, share_variants
from costim.effects.pairs import contrasts_of
from costim.effects.shares.answers import answer_of, comparable_units, unit_flags
from costim.effects.shares.benchmark import estimate_benchmarks
from costim.effects.shares.mcnemar import estimate_mcnemar
from costim.effects.shares.question import ShareQuestion
from costim.effects.shares.rule_of_three import estimate_rule_of_three
from costim.effects.shares.shrunken_share import estimate_shrunken_share
from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.registry.effects import Effect
from costim.registry.flags import raised
from costim.registry.plan_questions import Contrast, Endpoint

ALL_SUBJECTS = "missing_as_bounds"
"""Variant whose denominator is every subject of the study."""
METHODS: tuple[Callable[[ShareQuestion], list[Effect]], ...] = (
    estimate_rule_of_three,
    estimate_benchmarks,
    estimate_shrunken_share,
    estimate_mcnemar,
)
"""Each gives its rows beside the share itself, none when it does not apply."""


def estimate_proportion(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """Rows `proportion` with exact limits and those the plan names, `missing_as_bounds`, and the rows of `METHODS`.

    The denominator are the subjects with a reading; the others are `n_missing`, and `missing_as_bounds` counts them as
    either. Without a contrast a subject counts when any of its rows does. A range that reaches across `above` leaves
    the subject undecided: then bounds. The stratum says what is counted. A number in another unit than that of the
    parameter, or in none, is not compared with `above`: the subject counts as one without a reading.
    """
    contrasts = contrasts_of(endpoint, evidence.plan) if endpoint.contrast else ()
    chosen: tuple[Contrast | None, ...] = contrasts or (None,)
    return [row for contrast in chosen for row in _estimate(endpoint, contrast, evidence)]


def _estimate(endpoint: Endpoint, contrast: Contrast | None, evidence: Evidence) -> list[Effect]:
    standings = find_standings(evidence, endpoint.parameter, contrast)
    readings = [r for s in standings for r in s.readings]
    units = comparable_units(endpoint, readings)
    answers = {s.subject: answer_of(s.readings, endpoint, units) for s in standings}
    judged = [s for s in standings if answers[s.subject] != "missing"]
    flags = {
        "no_data": not judged,
        "ambiguous_reading": any(s.missing == "ambiguous_reading" for s in standings),
    }
    base = Effect(
        parameter=endpoint.parameter,
        method="proportion",
        contrast=contrast.name if contrast else "",
        stratum=" or ".join(endpoint.categories) or ("" if endpoint.above is None else f"above {endpoint.above:g}"),
        n=len(judged),
        n_missing=len(standings) - len(judged),
        denominator=len(judged),
        flags=(*raised(flags), *unit_flags(endpoint, readings)),
        measurements=ids_of(r for s in judged for r in s.readings),
        reading=evidence.reading,
    )
    told = [answers[s.subject] for s in judged]
    level, variants = evidence.plan.study.level, share_variants(evidence.plan)
    if not endpoint.categories and endpoint.above is None:
        empty = replace(base, denominator=0, flags=("nothing_to_count",))
        return proportion_rows(empty, 0, 0, level, variants)
    question = ShareQuestion(endpoint, contrast, evidence, base, told.count("yes"), told.count("undecided"))
    rows = proportion_rows(base, question.count, question.undecided, level, variants)
    if 0 < len(judged) < len(standings):
        everyone = replace(base, denominator=len(standings), measurements=ids_of_standings(standings, evidence))
        rows.append(_over_all(everyone, question.count, question.undecided, level))
    return [*rows, *(row for method in METHODS for row in method(question))]


def _over_all(row: Effect, count: int, undecided: int, level: float) -> Effect:
    """The share of all subjects if none, and if all, of those without an answer are in the category."""
    n = row.n + row.n_missing
    least = compute_clopper_pearson(count, n, level=level)
    most = compute_clopper_pearson(count + undecided + row.n_missing, n, level=level)
    return replace(
        row,
        variant=ALL_SUBJECTS,
        level=level,
        estimate_lower=least.estimate,
        estimate_upper=most.estimate,
        lower=least.lower,
        upper=most.upper,
        flags=(*row.flags, "bounds_over_unknowns"),
    )
