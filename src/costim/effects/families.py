"""p-values of one family corrected together, by the method the plan declares.

Only signed-rank tests of paired changes are corrected: they are the tests whose null hypothesis, signs that could as
well be turned, is the same for every member. Other tests that name the family keep their p and say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import nan

import numpy as np

from costim.effects.estimate_paired_change import build_question
from costim.effects.evidence import Evidence
from costim.effects.paired.question import PairedQuestion
from costim.effects.pairs import contrasts_of
from costim.inference.families.benjamini_hochberg import compute_benjamini_hochberg
from costim.inference.families.holm import compute_holm
from costim.inference.families.westfall_young import WestfallYoung, compute_westfall_young
from costim.registry.effects import Effect
from costim.registry.plan_assumptions import Family

TESTS = {
    "proportion": ("mcnemar", "benchmark_test"),
    "rate": ("rate_ratio",),
    "repeated_change": ("mixed_model_test", "friedman"),
    "composition": ("composition_change",),
}
"""Tests of endpoints that are no paired change, which a family does not correct."""


def adjust_families(effects: Sequence[Effect], evidence: Evidence) -> list[Effect]:
    """Fill `p_adjusted` of signed-rank rows that share a family; other rows pass, flagged where they name one.

    A member without a p-value (no pairs) was not tested and does not count. A family that the plan does not declare is
    corrected by Holm's method.
    """
    declared = {family.name: family for family in evidence.plan.families}
    members: dict[str, list[int]] = {}
    for i, row in enumerate(effects):
        if row.method == "signed_rank" and row.family and row.p is not None:
            members.setdefault(row.family, []).append(i)
    changed: dict[int, Effect] = {i: _uncorrected(effects[i]) for i in _other_tests(effects, evidence)}
    for name, places in members.items():
        family = declared.get(name) or Family(name=name, correction="holm")
        changed |= zip(places, _correct([effects[i] for i in places], family, evidence), strict=True)
    return [changed.get(i, row) for i, row in enumerate(effects)]


def _correct(rows: list[Effect], family: Family, evidence: Evidence) -> list[Effect]:
    if family.correction == "westfall_young":
        questions = _questions(rows, family.name, evidence)
        if all(question.changes.is_exact for question in questions):
            return _by_sign_flips(rows, questions, family, evidence)
        rows = [_flagged(row, "family_by_holm") for row in rows]
    by_rate = family.correction == "benjamini_hochberg"
    compute = compute_benjamini_hochberg if by_rate else compute_holm
    adjusted = compute([row.p if row.p is not None else 1.0 for row in rows])
    flag = "adjusted_benjamini_hochberg" if by_rate else "adjusted_holm"
    return [_flagged(replace(row, p_adjusted=p), flag) for row, p in zip(rows, adjusted, strict=True)]


def _questions(rows: list[Effect], family: str, evidence: Evidence) -> list[PairedQuestion]:
    """The readings behind each row."""
    asked = {
        (endpoint.parameter, contrast.name): (endpoint, contrast)
        for endpoint in reversed(evidence.plan.endpoints)  # of two endpoints that ask the same the first gave the row
        if endpoint.kind == "paired_change" and endpoint.family == family
        for contrast in contrasts_of(endpoint, evidence.plan)
    }
    return [build_question(*asked[row.parameter, row.contrast], evidence) for row in rows]


def _by_sign_flips(
    rows: list[Effect], questions: list[PairedQuestion], family: Family, evidence: Evidence
) -> list[Effect]:
    """Westfall and Young over the patients of all members; one patient's changes are turned together."""
    found = compute_westfall_young(
        _table(questions, evidence),
        incomplete=family.incomplete,
        zeros=evidence.plan.variants.zeros,
        resolution=[question.changes.resolution for question in questions],
        scale=[question.changes.scale for question in questions],
        seed=evidence.plan.study.seed,
    )
    return [_filled(row, p, found) for row, p in zip(rows, found.adjusted, strict=True)]


def _table(questions: list[PairedQuestion], evidence: Evidence) -> np.ndarray:
    """Changes, patients by members; NaN where a patient has none."""
    columns = [{row.subject: row.change[0] for row in question.changes.rows} for question in questions]
    return np.array([[column.get(subject, nan) for column in columns] for subject in evidence.subjects], dtype=float)


def _filled(row: Effect, adjusted: float | None, found: WestfallYoung) -> Effect:
    """The row with its adjusted p, which is never below the p of all pairs of that member."""
    if found.is_incomplete:
        row = _flagged(replace(row, text=f"{found.n} patients in the family"), "incomplete_family")
    if adjusted is None:
        return _flagged(row, "no_complete_patient")
    row = _flagged(replace(row, p_adjusted=max(adjusted, row.p or 0.0)), "adjusted_westfall_young")
    row = replace(row, seed=found.seed if found.seed is not None else row.seed)
    at_floor = found.draws is None and (row.p_adjusted or 1.0) <= found.p_floor * (1 + 1e-9)
    return _flagged(row, "p_at_floor") if at_floor else row


def _other_tests(effects: Sequence[Effect], evidence: Evidence) -> list[int]:
    """Rows with the p of an endpoint that names a family but is no paired change."""
    named = {
        (endpoint.parameter, contrast, method)
        for endpoint in evidence.plan.endpoints
        if endpoint.family and endpoint.kind != "paired_change"
        for contrast in ("", *(c.name for c in contrasts_of(endpoint, evidence.plan)))
        for method in TESTS.get(endpoint.kind, ())
    }
    return [
        i for i, row in enumerate(effects) if row.p is not None and (row.parameter, row.contrast, row.method) in named
    ]


def _uncorrected(row: Effect) -> Effect:
    return _flagged(row, "not_corrected_in_family")


def _flagged(row: Effect, flag: str) -> Effect:
    return row if flag in row.flags else replace(row, flags=(*row.flags, flag))
