"""BILAG against entry: new A, new B, and improvement of what was A or B, over all grades that are still possible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

from costim.measures import bilag
from costim.measures.bounds import Bounds
from costim.measures.criteria import criterion_of
from costim.measures.facts import Visit
from costim.measures.result import Check, distinct, weakest
from costim.measures.truth import Truth, truth_of
from costim.registry.measure_catalogue import Choice

NEVER, QUIET = "E", "D"
"""Grades of a system without activity: never involved, and involved before."""
_COUNTS = {"no_new_bilag_a": "new_bilag_a", "at_most_one_new_bilag_b": "new_bilag_b"}


@dataclass(frozen=True, slots=True)
class Tally:
    """What one completion of the grades comes to."""

    new_a: int = 0
    """Systems with a new A; counted no further than the limit of the criterion and one."""
    new_b: int = 0
    """Systems with a new B, likewise."""
    active: bool = False
    """Was a system graded A or B at entry?"""
    improved: bool = True
    """Did every such system improve?"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """BILAG of a visit against entry."""

    tallies: frozenset[Tally]
    """What the completions that the facts admit come to; at least one."""
    missing: Callable[[Callable[[Tally], Any]], tuple[str, ...]]
    """Facts that leave something about a tally unknown."""
    flags: tuple[str, ...]
    evidence: str
    references: tuple[str, ...]
    counted: bool
    """Did the source give both counts, so that grades are not needed for them?"""


def step(before: str, now: str, rules: Mapping[str, Mapping[str, Sequence[str]]]) -> Tally:
    """What one system adds, with its grade at entry and its grade now.

    A system that is graded E (never involved) after A to D is read as D: without activity is what both say.

    Args:
        before: grade at entry, A to E.
        now: grade at the visit, A to E.
        rules: `new_grades`, and where improvement matters `improved`, from the catalogue.
    """
    grade = QUIET if now == NEVER and before != NEVER else now
    new, improved = rules["new_grades"], rules.get("improved", {})
    return Tally(
        new_a=int(grade == "A" and before in new["A"]),
        new_b=int(grade == "B" and before in new["B"]),
        active=before in improved,
        improved=grade in improved.get(before, grade),
    )


def tally(
    before: Mapping[str, Iterable[str]],
    now: Mapping[str, Iterable[str]],
    rules: Mapping[str, Mapping[str, Sequence[str]]],
    most: tuple[int, int],
) -> frozenset[Tally]:
    """What every completion of the possible grades comes to.

    Args:
        before: system -> possible grades at entry.
        now: system -> possible grades at the visit; the same systems.
        rules: see `step`.
        most: new A and new B are counted up to these numbers.
    """
    reached = frozenset({Tally()})
    for system, earlier in before.items():
        steps = {step(b, n, rules) for b in earlier for n in now[system]}
        reached = frozenset(
            Tally(
                new_a=min(most[0], known.new_a + added.new_a),
                new_b=min(most[1], known.new_b + added.new_b),
                active=known.active or added.active,
                improved=known.improved and added.improved,
            )
            for known in reached
            for added in steps
        )
    return reached


def limits(choice: Choice) -> tuple[int, int]:
    """How many systems with a new A and with a new B the measure allows."""
    allowed = [criterion_of(choice, name).limit or 0 for name in _COUNTS]
    return int(allowed[0]), int(allowed[1])


def against_baseline(choice: Choice, visit: Visit) -> Comparison:
    """The grades of the visit against those at entry, with the counts that the source states.

    Typed counts win: completions of the grades that come to other counts are left out, and where none is left the
    counts stand and `statement_contradicts_facts` says so.

    Args:
        choice: variant of `sri` or `bicla`.
        visit: the visit, with the assessment at entry.
    """
    before, now = bilag.assess(visit.baseline), bilag.assess(visit.now)
    most = (limits(choice)[0] + 1, limits(choice)[1] + 1)
    rules: dict[str, Mapping[str, Sequence[str]]] = {
        name: choice.measure.extra[name] for name in ("new_grades", "improved") if name in choice.measure.extra
    }
    stated = [visit.now.number(name) for name in _COUNTS.values()]
    admitted = tuple(_capped(count, cap) for count, cap in zip(stated, most, strict=True))
    found = tally(before.possible, now.possible, rules, most)
    kept = frozenset(t for t in found if t.new_a in admitted[0] and t.new_b in admitted[1])
    clash = () if kept else ("statement_contradicts_facts",)
    if not kept:
        kept = frozenset(replace(t, new_a=a, new_b=b) for t in found for a in admitted[0] for b in admitted[1])
    impossible = any(
        now.possible[system] == {NEVER} and NEVER not in before.possible[system] for system in bilag.SYSTEMS
    )

    def missing(about: Callable[[Tally], Any]) -> tuple[str, ...]:
        named = []
        for system in bilag.SYSTEMS:
            earlier, later = before.possible[system], now.possible[system]
            if len({about(step(b, n, rules)) for b in earlier for n in later}) > 1:
                named += [f"bilag_{system}"] if len(later) > 1 else []
                named += [f"baseline.bilag_{system}"] if len(earlier) > 1 else []
        return tuple(named)

    return Comparison(
        tallies=kept,
        missing=missing,
        flags=distinct(before.flags, now.flags, clash, ("never_involved_contradicted",) if impossible else ()),
        evidence=weakest((before.evidence, now.evidence)),
        references=distinct(before.references, now.references),
        counted=all(count.value is not None for count in stated),
    )


def _capped(count: Bounds, cap: int) -> tuple[int, ...]:
    """Whole numbers that a stated count admits, those from the cap on as the cap; all of them when none was stated."""
    lower = 0 if count.lower is None else max(0, ceil(count.lower) + int(count.lower_open and count.lower % 1 == 0))
    upper = cap if count.upper is None else floor(count.upper) - int(count.upper_open and count.upper % 1 == 0)
    return tuple(dict.fromkeys(min(cap, n) for n in range(lower, max(lower, upper) + 1)))


def bilag_check(choice: Choice, name: str, found: Comparison, about: Callable[[Tally], bool]) -> Check:
    """A criterion on BILAG: yes when every completion meets it, no when none does.

    Args:
        choice: variant of `sri` or `bicla`.
        name: of the criterion.
        found: the grades against entry.
        about: does a completion meet it?
    """
    rule = criterion_of(choice, name)
    answers = {about(entry) for entry in found.tallies}
    state = truth_of(answers.pop()) if len(answers) == 1 else Truth.UNKNOWN
    return Check(
        name=name,
        state=state,
        missing=(found.missing(about) or tuple(_COUNTS.values())) if state is Truth.UNKNOWN else (),
        flags=found.flags,
        evidence=weakest((rule.evidence, found.evidence)),
        references=distinct(rule.references, found.references),
    )
