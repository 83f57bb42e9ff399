"""B-cell depletion by a named threshold of the CD19+ count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from costim.measures.bounds import UNBOUNDED, Bounds, exact
from costim.measures.criteria import compare, conjunction, criteria_of
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import overlap
from costim.measures.result import Check, Quantity, Result, distinct, weakest
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, choose, measures

_CODE = "depletion"


@dataclass(frozen=True, slots=True)
class Count:
    """A CD19+ count (cells/uL) as it was read, and what is known of the assay."""

    printed: Bounds = UNBOUNDED
    """As the source prints it; a number below the limit still stands as printed."""
    limit: Fraction | None = None
    """Limit of the assay; None when it is not stated."""
    seen: Bounds = UNBOUNDED
    """What the acquired events allow; unbounded when none were stated."""


def upper_bound_without_events(leukocyte_events: Bounds, leukocytes: Bounds) -> Bounds:
    """CD19+ cells per uL when no CD19+ event was seen: from 0 to 3/N of the leukocyte count (95 %, rule of three).

    Args:
        leukocyte_events: leukocytes acquired, N.
        leukocytes: leukocyte count, x10^9/L.

    Returns:
        Unbounded when N or the count has no bound on the side that matters.
    """
    extra = measures()[_CODE].extra
    least, most = leukocyte_events.lower, leukocytes.upper
    if not least or least < 0 or most is None:
        return UNBOUNDED
    return Bounds(
        Fraction(0), exact(extra["events_when_none_seen"]) / least * most * exact(extra["cells_per_ul_of_leukocytes"])
    )


def depleted(count: Count, threshold: str) -> tuple[Truth, tuple[str, ...]]:
    """Is a count below a threshold, and what is to be said about it?

    Args:
        count: the count and its assay.
        threshold: `cd19_lt5`, `cd19_lt10`, `cd19_zero`, `hsfc`; with `+events_not_used`, `seen` is left aside.

    Returns:
        Yes when every count that is possible meets the threshold, no when none does, else unknown; and flags.

    Raises:
        ValueError: no threshold of that name.
    """
    choice = choose(_CODE, threshold)
    if choice.options["events"] == "events_not_used":
        count = replace(count, seen=UNBOUNDED)
    found, flags = _possible(count, choice.measure.extra["zero"][choice.variant.name])
    state = _meets(choice, found)
    if _below_limit(count) and state is not _meets(choice, count.printed):
        # Without the limit the printed count would have decided: the two do not go together.
        flags += ("count_contradicts_limit",)
    return state, flags


def _meets(choice: Choice, count: Bounds) -> Truth:
    return compare(criteria_of(choice)[0], Quantity(bounds=count)).state


def _below_limit(count: Count) -> bool:
    return count.limit is not None and count.printed.value is not None and count.printed.value < count.limit


def _possible(count: Count, zero: str) -> tuple[Bounds, tuple[str, ...]]:
    """The counts that are possible, by what the threshold makes of a printed 0."""
    found = count.printed.within(0, None)
    flags: tuple[str, ...] = ()
    if found.value == 0 and zero == "as_printed":
        return found, flags
    if _below_limit(count):
        found = Bounds(Fraction(0), count.limit, upper_open=True)
    elif found.value == 0 and zero == "needs_limit":
        found = Bounds(Fraction(0))
        flags = ("assay_limit_unknown",) if count.seen.unknown else ()
    if count.seen.unknown:
        return found, flags
    both = overlap(found, count.seen)
    if both is None:
        return found, (*flags, "count_contradicts_events")
    return both, (*flags, "rule_of_three") if both != found else flags


def read_count(facts: Facts) -> Count:
    """The CD19+ count of an assessment with its limit and events; events are read only when there was none."""
    no_event = facts.number("cd19_events").value == 0
    seen = upper_bound_without_events(facts.number("leukocyte_events"), facts.number("leukocytes"))
    return Count(facts.number("cd19_count"), facts.number("cd19_limit").value, seen if no_event else UNBOUNDED)


def check(facts: Facts, threshold: str) -> Check:
    """The threshold applied to an assessment.

    Raises:
        ValueError: no threshold of that name.
    """
    choice = choose(_CODE, threshold)
    count = read_count(facts)
    state, flags = depleted(count, threshold)
    if count.printed.value == 0 and facts.number("cd19_events").at_least(1) is Truth.YES:
        flags += ("count_contradicts_events",)
    criterion = criteria_of(choice)[0]
    three = ("costim_convention",) if "rule_of_three" in flags else ()
    return Check(
        name=criterion.name,
        state=state,
        missing=_would_decide(choice, facts, count) if state is Truth.UNKNOWN else (),
        flags=flags,
        evidence=weakest((criterion.evidence, "C" if three else "")),
        references=distinct(criterion.references, three),
    )


def _would_decide(choice: Choice, facts: Facts, count: Count) -> tuple[str, ...]:
    """What is not known and could decide: the count, or what tells how much a printed 0 proves."""
    events = ("cd19_events", "leukocyte_events", "leukocytes")
    assay = ("cd19_limit", *(events if choice.options["events"] == "rule_of_three" else ()))
    unsaid = tuple(name for name in assay if facts.number(name).value is None)
    return unsaid if count.printed.value == 0 and unsaid else ("cd19_count",)


def score(choice: Choice, visit: Visit) -> Result:
    """Are the B cells of the visit depleted by the threshold of the variant?"""
    return conjunction(choice, [check(visit.now, choice.name)])
