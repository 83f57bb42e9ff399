"""BILAG-2004: grades of the nine systems, and their numeric total by a named scheme of points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from costim.measures import bilag_np
from costim.measures.bilag_np import GRADES
from costim.measures.bounds import Bounds, between
from costim.measures.facts import Facts, Visit
from costim.measures.result import Result, distinct, marked, weakest
from costim.registry.measure_catalogue import Choice, measures

SYSTEMS = (
    "constitutional",
    "mucocutaneous",
    "neuropsychiatric",
    "musculoskeletal",
    "cardiorespiratory",
    "gastrointestinal",
    "ophthalmic",
    "renal",
    "haematological",
)
"""The nine systems in the order of the form; the fact of a system is `bilag_<system>`."""
_QUIET = frozenset("DE")


@dataclass(frozen=True, slots=True)
class Grades:
    """Grades of the nine systems at one assessment, and what they rest on."""

    possible: Mapping[str, frozenset[str]]
    """System -> grades still possible; one when the grade is known, all five when nothing was recorded."""
    flags: tuple[str, ...] = ()
    """`bilag_grade_contradicted` when the typed neuropsychiatric grade is none that the items admit."""
    evidence: str = ""
    references: tuple[str, ...] = ()


def assess(facts: Facts) -> Grades:
    """Grades of the nine systems with flags and evidence.

    The neuropsychiatric grade is the typed one; where none was typed, the items give it (rule from memory, mark M).
    Where the items exclude the typed grade, both stay possible and the result is flagged: neither is overwritten.
    """
    info = measures()["bilag"]
    possible = {system: _typed(facts, system) for system in SYSTEMS}
    derived = bilag_np.grade(facts)
    typed = possible["neuropsychiatric"]
    flags: tuple[str, ...] = ()
    rule = info.criterion("grades")
    evidence, references = str(rule.evidence), rule.references
    if derived.recorded and len(typed) > 1:
        possible["neuropsychiatric"] = derived.possible
    elif not typed & derived.possible:
        # A grade without activity that only the earlier course contradicts: active grades are not in question.
        quiet = derived.possible & _QUIET if typed <= _QUIET else frozenset()
        possible["neuropsychiatric"] = typed | (quiet or derived.possible)
        flags = ("bilag_grade_contradicted",)
    if possible["neuropsychiatric"] != typed:
        evidence = weakest((evidence, derived.evidence))
        references = distinct(references, derived.references)
    return Grades(MappingProxyType(possible), flags, evidence, references)


def grades(facts: Facts) -> Mapping[str, frozenset[str]]:
    """Grades "A" to "E" still possible for each of the nine `SYSTEMS`."""
    return assess(facts).possible


def _typed(facts: Facts, system: str) -> frozenset[str]:
    grade = facts.choice(f"bilag_{system}")
    return frozenset({grade} if grade in GRADES else GRADES)


def is_new(before: str, now: str) -> bool:
    """Is a grade a new A or B? A that was not A; B that was C, D or E (an A that became B is not new)."""
    return (now == "A" and before != "A") or (now == "B" and before not in ("A", "B"))


def resting_on(result: Result, *graded: Grades) -> Result:
    """A result that was read from grades, with their evidence, sources and flags."""
    evidence = weakest((result.evidence, *(entry.evidence for entry in graded)))
    return replace(
        result,
        evidence=evidence,
        source=distinct(result.source, *(entry.references for entry in graded)),
        flags=marked(evidence, result.flags, *(entry.flags for entry in graded)),
    )


def total(possible: Mapping[str, frozenset[str]], scheme: str = "b2004_12_8_1") -> Bounds:
    """Numeric total of grades, 0 to 108 points (0 to 81 for `classic_9_3_1`), as bounds when grades are open.

    Raises:
        KeyError: no scheme of that name.

    Source: Yee 2010 for 12/8/1; the older schemes are those of the classic index (Cresswell 2009). Totals of different
    schemes are not comparable.
    """
    points: Mapping[str, int] = measures()["bilag"].extra["points"][scheme]
    open_points = [[points[g] for g in options] for options in possible.values()]
    return between(sum(min(p) for p in open_points), sum(max(p) for p in open_points))


def _unsaid(facts: Facts, system: str) -> tuple[str, ...]:
    """What would tell the grade: the grade itself, or the neuropsychiatric items where these were begun."""
    begun = bilag_np.grade(facts) if system == "neuropsychiatric" else None
    return (f"bilag_{system}", *(begun.missing if begun is not None and begun.recorded else ()))


def score(choice: Choice, visit: Visit) -> Result:
    """The numeric total of the visit by the scheme that the variant names."""
    found = assess(visit.now)
    scheme = choice.variant.name
    points: Mapping[str, int] = choice.measure.extra["points"][scheme]
    bounds = total(found.possible, scheme)
    worth = {system: {points[g] for g in options} for system, options in found.possible.items()}
    evidence = weakest((choice.variant.evidence, found.evidence))
    return Result(
        measure="bilag",
        variant=choice.name,
        window_days=choice.variant.window_days,
        bounds=bounds,
        unit=choice.measure.unit,
        complete=bounds.value is not None,
        decided_by=tuple(f"bilag_{system}" for system, p in worth.items() if min(p) > 0),
        missing=distinct(*(_unsaid(visit.now, system) for system, p in worth.items() if len(p) > 1)),
        source=distinct(choice.variant.references, found.references),
        evidence=evidence,
        flags=marked(evidence, found.flags),
    )
