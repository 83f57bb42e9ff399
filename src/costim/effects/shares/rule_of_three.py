"""No subject, or every subject: the one-sided exact limit."""

from __future__ import annotations

from dataclasses import replace

from costim.effects.shares.question import ShareQuestion
from costim.inference.binary.rule_of_three import compute_rule_of_three
from costim.registry.effects import Effect


def estimate_rule_of_three(question: ShareQuestion) -> list[Effect]:
    """Row `rule_of_three` with `upper` when nobody, with `lower` when everybody is counted; else none."""
    if question.n == 0 or question.undecided or question.count not in (0, question.n):
        return []
    limit = compute_rule_of_three(question.n, level=question.level).upper
    row = replace(question.base, method="rule_of_three", level=question.level, count=question.count)
    if question.count == 0:
        return [replace(row, estimate=0.0, upper=limit)]
    return [replace(row, estimate=1.0, lower=1 - limit)]
