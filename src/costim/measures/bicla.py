"""BILAG-based composite lupus assessment: what was active improved, and nothing else became worse (Wallace 2011)."""

from __future__ import annotations

from costim.measures import sledai
from costim.measures.criteria import change, compare, criterion_of, judge, verdict
from costim.measures.facts import Visit
from costim.measures.new_grades import against_baseline, bilag_check, limits
from costim.measures.pga_change import rise
from costim.measures.result import Result
from costim.measures.truth import Truth, all_of, negated, truth_of
from costim.registry.measure_catalogue import Choice, choose

NOT_APPLICABLE = "not_applicable"
_FAILURE = "treatment_failure"


def score(choice: Choice, visit: Visit) -> Result:
    """Response against entry: yes, no, not applicable (no system graded A or B at entry), or unknown.

    Raises:
        ValueError: the scale of a PGA is not known, or the reading lies outside it.
    """
    version = choice.options["index"]
    bilag = against_baseline(choice, visit)
    most_a, most_b = limits(choice)
    entry = bilag_check(choice, "baseline_bilag_a_or_b", bilag, lambda t: t.active)
    by_grades = (
        bilag_check(choice, "bilag_improved", bilag, lambda t: t.improved),
        bilag_check(choice, "no_new_bilag_a", bilag, lambda t: t.new_a <= most_a),
        bilag_check(choice, "at_most_one_new_bilag_b", bilag, lambda t: t.new_b <= most_b),
    )
    moved = change(sledai.index(version, visit), sledai.index(version, Visit(visit.baseline)), "baseline")
    failed = visit.now.statement(_FAILURE)
    others = (
        compare(criterion_of(choice, "index_not_worse"), moved),
        compare(criterion_of(choice, "pga_not_worse"), rise(visit.now, visit.baseline)),
        judge(criterion_of(choice, "no_treatment_failure"), negated(failed), missing=(_FAILURE,)),
    )
    rest = all_of(check.state for check in others)
    inactive = NOT_APPLICABLE if choice.options["entry"] == "inactive_not_applicable" else str(Truth.NO)
    possible: set[str] = set()
    for t in bilag.tallies:
        met = t.improved and t.new_a <= most_a and t.new_b <= most_b
        state = all_of((truth_of(met), rest))
        either = {"yes", "no"} if state is Truth.UNKNOWN else {str(state)}
        possible |= either if t.active else {inactive}
    return verdict(
        choice,
        possible,
        (entry, *by_grades, *others),
        window_days=choose("sledai", version).variant.window_days,
        decided_by=(entry.name,) if possible == {NOT_APPLICABLE} else (),
    )
