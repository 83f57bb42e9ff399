"""SLE responder index: the index falls by k, BILAG and physician global assessment do not worsen (Furie 2009)."""

from __future__ import annotations

from dataclasses import replace

from costim.measures import sledai
from costim.measures.criteria import change, compare, criterion_of, judge, verdict
from costim.measures.facts import Visit
from costim.measures.new_grades import Comparison, against_baseline, bilag_check, limits
from costim.measures.pga_change import rise
from costim.measures.result import Check, Result
from costim.measures.truth import Truth, all_of, negated, truth_of
from costim.registry.measure_catalogue import Choice, choose

NOT_EVALUABLE = "not_evaluable"
_FAILURE = "treatment_failure"
_CLASSIC = "sri_selena_classicbilag"


def score(choice: Choice, visit: Visit) -> Result:
    """Response against entry: yes, no, not evaluable (index at entry below k), or unknown.

    A treatment failure is flagged and changes nothing, unless the option counts it as no response.

    Raises:
        ValueError: the scale of a PGA is not known, or the reading lies outside it.
    """
    entry, fall = _index(choice, visit)
    bilag = against_baseline(choice, visit)
    most_a, most_b = limits(choice)
    worse = (
        bilag_check(choice, "no_new_bilag_a", bilag, lambda t: t.new_a <= most_a),
        bilag_check(choice, "at_most_one_new_bilag_b", bilag, lambda t: t.new_b <= most_b),
    )
    pga = compare(criterion_of(choice, "pga_not_worse"), rise(visit.now, visit.baseline))
    others = (pga, *_failure(choice, visit))
    rest = all_of(check.state for check in (fall, *others))
    below = NOT_EVALUABLE if choice.options["entry"] == "below_k_not_evaluable" else str(Truth.NO)
    possible = {below} if entry.state is not Truth.YES else set()
    if entry.state is not Truth.NO:
        for t in bilag.tallies:
            state = all_of((truth_of(t.new_a <= most_a and t.new_b <= most_b), rest))
            possible |= {"yes", "no"} if state is Truth.UNKNOWN else {str(state)}
    return verdict(
        choice,
        possible,
        (entry, fall, *worse, *others),
        flags=_flags(choice, visit, bilag),
        window_days=choose("sledai", choice.options["index"]).variant.window_days,
        decided_by=(entry.name,) if possible == {NOT_EVALUABLE} else (),
    )


def _index(choice: Choice, visit: Visit) -> tuple[Check, Check]:
    """Is the index at entry at least k, and where it is, does it fall by k?"""
    version = choice.options["index"]
    now, before = sledai.index(version, visit), sledai.index(version, Visit(visit.baseline))
    rule = criterion_of(choice, choice.options["k"])
    k = -(rule.limit or 0)
    entry = before.bounds.at_least(k)
    missing = tuple(f"baseline.{name}" for name in before.missing)
    if entry is Truth.UNKNOWN:
        # Below k at entry is an outcome by itself, so that a fall is asked of the rest.
        before = replace(before, bounds=before.bounds.within(k, None))
    return (
        judge(criterion_of(choice, "baseline_index"), entry, missing),
        compare(rule, change(now, before, "baseline")),
    )


def _failure(choice: Choice, visit: Visit) -> tuple[Check, ...]:
    """The criterion on treatment failure, where the option asks for it."""
    if choice.options["failure"] == "failure_apart":
        return ()
    failed = visit.now.statement(_FAILURE)
    return (judge(criterion_of(choice, "no_treatment_failure"), negated(failed), (_FAILURE,)),)


def _flags(choice: Choice, visit: Visit, bilag: Comparison) -> tuple[str, ...]:
    failed = visit.now.statement(_FAILURE) is Truth.YES and choice.options["failure"] == "failure_apart"
    classic = choice.variant.name == _CLASSIC and not bilag.counted
    return (
        *(("treatment_failure_reported",) if failed else ()),
        *(("classic_bilag_from_2004",) if classic else ()),
    )
