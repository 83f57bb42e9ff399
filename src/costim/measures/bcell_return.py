"""Return of B cells: depleted at the assessment before, not depleted now."""

from __future__ import annotations

from costim.measures import depletion
from costim.measures.criteria import conjunction, judge
from costim.measures.facts import Visit
from costim.measures.result import Result
from costim.measures.truth import negated
from costim.registry.measure_catalogue import Choice


def score(choice: Choice, visit: Visit) -> Result:
    """Have the B cells returned since the assessment before, by the threshold of the variant?"""
    threshold = f"{choice.variant.name}+{choice.options['events']}"
    before, now = depletion.check(visit.previous, threshold), depletion.check(visit.now, threshold)
    was, is_not = (choice.measure.criterion(name) for name in ("was_depleted", "is_not_depleted"))
    checks = [
        judge(was, before.state, [f"previous.{name}" for name in before.missing], before.flags),
        judge(is_not, negated(now.state), now.missing, now.flags),
    ]
    return conjunction(choice, checks)
