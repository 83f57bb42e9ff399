"""Response to rituximab by named conventions: Leeds (BILAG-2004 grades) and EXPLORER (as stated)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from costim.measures import bilag
from costim.measures.bilag_np import GRADES
from costim.measures.criteria import criterion_of, judge, verdict
from costim.measures.facts import Facts, Visit
from costim.measures.result import Check, Result
from costim.measures.truth import Truth, all_of, negated, truth_of
from costim.registry.measure_catalogue import Choice, choose

_ACTIVE = ("A", "B")
_MANY = 2
"""Persistent grades B beyond which their number does not matter."""
_FLARE = "bilag_flare_since_baseline"


@dataclass(frozen=True, slots=True)
class _Course:
    """What the nine systems did between two assessments, as far as the rule asks."""

    active: bool = False
    """Was any system at A or B at entry?"""
    failed: bool = False
    """Is an active system now at A, or at a B that the rule does not take for a persistent one?"""
    new: bool = False
    """Is a system at a new A or B?"""
    persistent: int = 0
    """Active systems at a persistent B; 2 stands for more."""
    improved: bool = False
    """Has an active system a better grade than at entry?"""

    def after(self, before: str, now: str, any_b: bool) -> _Course:
        """The course when one more system went from one grade to another."""
        active = before in _ACTIVE
        persists = active and now == "B" and (any_b or before == "B")
        return _Course(
            active=self.active or active,
            failed=self.failed or (active and now in _ACTIVE and not persists),
            new=self.new or bilag.is_new(before, now),
            persistent=min(_MANY, self.persistent + persists),
            # Grades are letters, the most active first: a later one is better.
            improved=self.improved or (active and now > before),
        )


def respond(
    now: Mapping[str, Iterable[str]],
    baseline: Mapping[str, Iterable[str]],
    flare: Truth = Truth.UNKNOWN,
    variant: str = "leeds",
) -> Result:
    """The Leeds response of two BILAG-2004 assessments: major, partial, none, not_applicable or unknown.

    Args:
        now: system (`bilag.SYSTEMS`) -> grades "A" to "E" still possible, e.g. `{"renal": "C"}`; a system that is not
            there may have any grade.
        baseline: likewise at entry.
        flare: was there an A or B flare between the two? New A or B grades at the assessment are seen from the grades.
        variant: `leeds` with options, e.g. `leeds+b_since_entry`.

    Raises:
        ValueError: no variant or option of that name, or one that is not of Leeds.

    Source: Md Yusof 2017, abstract.
    """
    choice = choose("rituximab_response", variant)
    if choice.variant.name != "leeds":
        raise ValueError(f"rituximab_response: {variant!r} does not rest on grades; give leeds or leeds+OPTION")
    return _leeds(choice, _filled(now), _filled(baseline), flare, ())


def _filled(grades: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    return {system: frozenset(grades.get(system, GRADES)) for system in bilag.SYSTEMS}


def _leeds(
    choice: Choice,
    now: Mapping[str, frozenset[str]],
    baseline: Mapping[str, frozenset[str]],
    flare: Truth,
    flags: tuple[str, ...],
) -> Result:
    courses = _after_all(bilag.SYSTEMS, now, baseline, choice.options["persistent_b"] == "any_b")
    stated = [answer for answer in (True, False) if flare is not (Truth.NO if answer else Truth.YES)]
    possible = {_outcome(choice, course, between) for course in courses for between in stated}
    bearing = _bearing(choice, now, baseline, stated)
    grades = tuple(name for name in bearing if name != _FLARE)
    seen = _over(courses, lambda c: c.new)
    contradicted = ("flare_contradicted",) if seen is Truth.YES and flare is Truth.NO else ()
    checks = (
        judge(criterion_of(choice, "active_at_baseline"), _over(courses, lambda c: c.active), grades),
        judge(
            criterion_of(choice, "c_or_better"),
            _over(courses, lambda c: not c.failed and not c.persistent),
            grades,
        ),
        _no_flare(choice, seen, flare, grades, contradicted),
        judge(
            criterion_of(choice, "one_persistent_b"),
            _over(courses, lambda c: not c.failed and c.persistent == 1),
            grades,
        ),
        judge(criterion_of(choice, "improvement"), _over(courses, lambda c: c.improved), grades),
    )
    found = verdict(choice, possible, checks, flags=flags, decided_by=_decisive(choice, possible, checks))
    return replace(found, missing=() if found.complete else bearing)


def _after_all(
    systems: Iterable[str],
    now: Mapping[str, frozenset[str]],
    baseline: Mapping[str, frozenset[str]],
    any_b: bool,
) -> set[_Course]:
    """Every course that these systems may have taken together."""
    courses = {_Course()}
    for system in systems:
        pairs = [(b, n) for b in baseline[system] for n in now[system]]
        courses = {course.after(b, n, any_b) for course in courses for b, n in pairs}
    return courses


def _outcome(choice: Choice, course: _Course, between: bool) -> str:
    """The response of one course, with or without a flare between the assessments."""
    if not course.active:
        return "not_applicable"
    if course.failed or course.new:
        return "none"
    if not course.persistent:
        return "none" if between else "major"
    tolerated = not between or choice.options["partial_flare"] == "flare_leaves_partial"
    better = course.improved or choice.options["partial_improvement"] == "improvement_not_needed"
    return "partial" if course.persistent == 1 and tolerated and better else "none"


def _no_flare(choice: Choice, seen: Truth, flare: Truth, grades: tuple[str, ...], flags: tuple[str, ...]) -> Check:
    missing = (
        *((_FLARE,) if flare is Truth.UNKNOWN else ()),
        *(grades if seen is Truth.UNKNOWN else ()),
    )
    return judge(criterion_of(choice, "no_flare"), all_of((negated(seen), negated(flare))), missing, flags)


def _over(courses: Iterable[_Course], holds: Callable[[_Course], bool]) -> Truth:
    """Does it hold in every course, in none, or is it open?"""
    answers = {holds(course) for course in courses}
    return truth_of(answers.pop()) if len(answers) == 1 else Truth.UNKNOWN


def _bearing(
    choice: Choice,
    now: Mapping[str, frozenset[str]],
    baseline: Mapping[str, frozenset[str]],
    stated: Sequence[bool],
) -> tuple[str, ...]:
    """Open facts that change the response for some completion of the others."""
    any_b = choice.options["persistent_b"] == "any_b"
    rest = {s: _after_all((t for t in bilag.SYSTEMS if t != s), now, baseline, any_b) for s in bilag.SYSTEMS}

    def differ(system: str, pairs: Sequence[tuple[str, str]]) -> bool:
        return any(
            len({_outcome(choice, course.after(b, n, any_b), between) for b, n in pairs}) > 1
            for course in rest[system]
            for between in stated
        )

    here = [s for s in bilag.SYSTEMS if any(differ(s, [(b, n) for n in now[s]]) for b in baseline[s])]
    there = [s for s in bilag.SYSTEMS if any(differ(s, [(b, n) for b in baseline[s]]) for n in now[s])]
    courses = _after_all(bilag.SYSTEMS, now, baseline, any_b)
    flare = any(len({_outcome(choice, course, between) for between in stated}) > 1 for course in courses)
    return (*(f"bilag_{s}" for s in here), *(f"baseline.bilag_{s}" for s in there), *((_FLARE,) if flare else ()))


def _decisive(choice: Choice, possible: set[str], checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Criteria that settle the response; blank leaves those that fail."""
    if possible == {"major"}:
        return ("c_or_better", "no_flare")
    if possible == {"not_applicable"}:
        return ("active_at_baseline",)
    if possible == {"partial"}:
        names = ["one_persistent_b"]
        names += ["no_flare"] if choice.options["partial_flare"] == "flare_excludes_partial" else []
        names += ["improvement"] if choice.options["partial_improvement"] == "improvement_needed" else []
        return tuple(names)
    return tuple(c.name for c in checks if c.state is Truth.NO and c.name != "active_at_baseline")


def _explorer(choice: Choice, facts: Facts) -> Result:
    """Major by its three statements; partial only as it was stated, because its rule was not seen."""
    stated = {
        "c_or_better_week24": ("explorer_c_or_better_week24", facts.statement("explorer_c_or_better_week24")),
        "no_severe_flare": (
            "explorer_severe_flare_by_week24",
            negated(facts.statement("explorer_severe_flare_by_week24")),
        ),
        "kept_to_week52": ("explorer_kept_to_week52", facts.statement("explorer_kept_to_week52")),
    }
    major = all_of(state for _, state in stated.values())
    partial = facts.statement("explorer_partial")
    possible = {
        outcome
        for outcome, left in (
            ("major", major is not Truth.NO),
            ("partial", major is not Truth.YES and partial is not Truth.NO),
            ("none", major is not Truth.YES and partial is not Truth.YES),
        )
        if left
    }
    checks = [judge(criterion_of(choice, name), state, (fact,)) for name, (fact, state) in stated.items()]
    open_partial = major is not Truth.YES and partial is Truth.UNKNOWN
    checks.append(judge(criterion_of(choice, "stated_partial"), partial, ("explorer_partial",) if open_partial else ()))
    if major is Truth.NO:
        checks = [*(judge(criterion_of(choice, c.name), c.state) for c in checks[:-1]), checks[-1]]
    decisive = {
        "major": tuple(stated),
        "partial": (*(c.name for c in checks if c.state is Truth.NO), "stated_partial"),
    }
    settled = next(iter(possible)) if len(possible) == 1 else ""
    return verdict(choice, possible, checks, decided_by=decisive.get(settled, ()))


def score(choice: Choice, visit: Visit) -> Result:
    """The response of the visit against the assessment at entry, by the convention that the variant names."""
    if choice.variant.name == "explorer":
        return _explorer(choice, visit.now)
    now, baseline = bilag.assess(visit.now), bilag.assess(visit.baseline)
    found = _leeds(choice, now.possible, baseline.possible, visit.now.statement(_FLARE), (*now.flags, *baseline.flags))
    return bilag.resting_on(found, now, baseline)
