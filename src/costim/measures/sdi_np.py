"""SLICC/ACR damage index: the neuropsychiatric items, of any cause, that never decrease."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from costim.measures.bounds import Bounds, between, known
from costim.measures.criteria import compare, stated
from costim.measures.facts import Facts, Visit
from costim.measures.result import Quantity, Result, distinct, marked, weakest
from costim.measures.truth import Truth, all_of
from costim.measures.whole import whole
from costim.registry.measure_catalogue import Choice, MeasureInfo

_STROKES, _APART = "sdi_strokes", "sdi_months_between_strokes"
_SEIZURES, _THERAPY = "sdi_seizures", "sdi_seizure_therapy_months"


@dataclass(frozen=True, slots=True)
class Damage:
    """Points of one item, and what they rest on."""

    item: str
    points: Bounds
    missing: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def damage(choice: Choice, facts: Facts) -> tuple[Damage, ...]:
    """Points of the five items, 0 to 1 each and 0 to 2 for strokes; unknown items have both ends.

    Source: Gladman 1996 (items from secondary sources, weights from memory).
    """
    info = choice.measure
    return (
        _statement(info, facts, "sdi_cognitive_or_psychosis"),
        _seizures(info, facts),
        _strokes(choice, facts),
        _statement(info, facts, "sdi_neuropathy"),
        _statement(info, facts, "sdi_transverse_myelitis"),
    )


def score(choice: Choice, visit: Visit) -> Result:
    """Sum of the five items, 0 to 6; flagged `damage_decreased` when an item falls against the assessment before."""
    now, before = damage(choice, visit.now), damage(choice, visit.previous)
    fell = any(_below(new.points, old.points) for new, old in zip(now, before, strict=True))
    total = known(0)
    for entry in now:
        total = total.plus(entry.points)
    evidence = weakest((choice.variant.evidence, *(c.evidence for c in choice.measure.criteria)))
    return Result(
        measure="sdi_np",
        variant=choice.name,
        bounds=total,
        unit=choice.measure.unit,
        complete=total.value is not None,
        decided_by=tuple(d.item for d in now if d.points.lower != 0),
        missing=distinct(*(d.missing for d in now)),
        source=choice.variant.references,
        evidence=evidence,
        flags=marked(
            evidence,
            *(d.flags for d in now),
            ("damage_decreased",) if fell else (),
            () if total.value is not None else ("items_incomplete",),
        ),
    )


def _below(new: Bounds, old: Bounds) -> bool:
    """Does every possible number now lie below every one before?"""
    return new.upper is not None and old.lower is not None and new.upper < old.lower


def _worth(state: Truth, points: int) -> Bounds:
    ends = {Truth.NO: (0, 0), Truth.UNKNOWN: (0, points), Truth.YES: (points, points)}[state]
    return between(*ends)


def _weight(info: MeasureInfo, name: str) -> int:
    weight = info.facts[name].weight
    if weight is None:
        raise ValueError(f"{info.code}.toml: {name} has no weight")
    return weight


def _statement(info: MeasureInfo, facts: Facts, name: str) -> Damage:
    state = facts.statement(name)
    return Damage(name, _worth(state, _weight(info, name)), (name,) if state is Truth.UNKNOWN else ())


def _seizures(info: MeasureInfo, facts: Facts) -> Damage:
    """The recorded answer; else the months of therapy."""
    therapy = Quantity(bounds=facts.number(_THERAPY), missing=(_THERAPY,))
    check = compare(info.criterion("seizure_therapy"), therapy)
    state, flags = stated(facts.statement(_SEIZURES), check.state)
    return Damage(
        _SEIZURES,
        _worth(state, _weight(info, _SEIZURES)),
        (_SEIZURES, _THERAPY) if state is Truth.UNKNOWN else (),
        flags,
    )


def _strokes(choice: Choice, facts: Facts) -> Damage:
    """One point for a stroke, two for more than one; by default only when two lie at least 6 months apart."""
    table = choice.measure.extra["stroke_points"]
    strokes, between_two = whole(facts.number(_STROKES).within(0, None)), facts.number(_APART)
    apart = compare(choice.measure.criterion("strokes_apart"), Quantity(bounds=between_two)).state
    if choice.options["repeated_strokes"] == "strokes_any_interval":
        apart = Truth.YES
    more = strokes.at_least(2)
    repeated = all_of((more, apart))
    lower, upper = _worth(strokes.at_least(1), table["one"]), Fraction(table["more"])
    points = {
        Truth.YES: known(upper),
        Truth.NO: lower,
        Truth.UNKNOWN: Bounds(lower.lower, upper),
    }[repeated]
    counted = more if apart is not Truth.NO else strokes.at_least(1)
    missing = ((_STROKES,) if counted is Truth.UNKNOWN or strokes.at_least(1) is Truth.UNKNOWN else ()) + (
        (_APART,) if apart is Truth.UNKNOWN and more is not Truth.NO else ()
    )
    flags = ("strokes_contradict",) if more is Truth.NO and not between_two.unknown else ()
    return Damage(_STROKES, points, missing if points.value is None else (), flags)
