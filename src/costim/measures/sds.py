"""Zung Self-Rating Depression Scale: raw score and index from twenty items, or both readings of a total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from costim.measures.answer import number_answer
from costim.measures.bounds import UNBOUNDED, Bounds, between, exact, known
from costim.measures.codings import codings, limits_of, possible_scales
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import hull, overlap, with_typed
from costim.measures.result import Quantity, Result, distinct
from costim.measures.whole import whole
from costim.registry.measure_catalogue import Choice, measures

_CODE = "sds"
RAW, INDEX = "sds_raw", "sds_index"
ITEMS = tuple(f"sds_{number}" for number in range(1, 21))


def raw_score(answers: Mapping[str, Bounds]) -> Bounds:
    """Raw score, 20 to 80 points (Zung 1965).

    Args:
        answers: `sds_1` to `sds_20` as ticked, 1 to 4; ten of them are reversed here. One that is not there takes its
            whole range.
    """
    extra = measures()[_CODE].extra
    least, most = exact(extra["item_minimum"]), exact(extra["item_maximum"])
    total = known(0)
    for number, name in enumerate(ITEMS, start=1):
        answer = whole(answers.get(name, UNBOUNDED)).within(least, most)
        total = total.plus(known(least + most).minus(answer) if number in extra["reversed"] else answer)
    return total


def to_index(raw: Bounds) -> Bounds:
    """Index of a raw score: 40 is 50, exactly."""
    return raw.times(_index_per_raw())


def to_raw(index: Bounds) -> Bounds:
    """Raw score of an index: 50 is 40, exactly."""
    return index.times(1 / _index_per_raw())


def _index_per_raw() -> Fraction:
    return exact(measures()[_CODE].extra["index_per_raw"])


def both_readings(total: Bounds) -> dict[str, Bounds]:
    """The index of a total whose kind is not stated, if it is a raw score and if it is an index already.

    Returns:
        `sds_raw` -> the index if the total is a raw score, `sds_index` -> if it is an index; one is left out where the
        total is impossible as such. 58 gives 72.5 and 58.
    """
    inside = {scale: overlap(total, between(*limits_of(scale))) for scale in possible_scales(_CODE, [total])}
    return {
        scale: to_index(points) if scale == RAW else points for scale, points in inside.items() if points is not None
    }


def index(facts: Facts) -> Quantity:
    """The index of an assessment: from the items, a raw score, an index, or a total that may be either."""
    return read(facts)[0]


def read(facts: Facts) -> tuple[Quantity, tuple[Bounds, ...]]:
    """The index of an assessment, and its readings, one of which is right: 58 may be an index of 58 or of 72.5.

    Nothing lies between two readings, so what holds for each of them holds for the assessment.
    """
    info = measures()[_CODE].variants[INDEX]
    answers = {name: facts.number(name) for name in ITEMS}
    given = tuple(name for name, answer in answers.items() if not answer.unknown)
    found = Quantity(
        bounds=to_index(raw_score(answers)),
        missing=tuple(name for name, answer in answers.items() if answer.value is None) if given else (INDEX,),
        decided_by=given,
        evidence=info.evidence,
        references=info.references,
    )
    found = with_typed(found, to_index(whole(facts.number(RAW))), RAW, "inconsistent_total")
    found = with_typed(found, facts.number(INDEX), INDEX, "inconsistent_total")
    typed = facts.number(_CODE)
    if typed.unknown:
        return found, (found.bounds,)
    possible = {scale: overlap(found.bounds, points) for scale, points in both_readings(typed).items()}
    kept = {scale: points for scale, points in possible.items() if points is not None}
    if not kept:
        return replace(found, flags=distinct(found.flags, ("inconsistent_total",))), (found.bounds,)
    if found.bounds.value is not None:
        return found, (found.bounds,)
    bounds = hull(kept.values())
    narrowed = replace(
        found,
        bounds=bounds,
        missing=() if bounds.value is not None else found.missing,
        decided_by=(*found.decided_by, _CODE),
        flags=distinct(found.flags, _coding_flag(tuple(kept))),
    )
    return narrowed, tuple(kept.values())


def _coding_flag(scales: Sequence[str]) -> tuple[str, ...]:
    names = {codings()[_CODE][scale] for scale in scales}
    return ("coding_inferred",) if len(names) == 1 else ("coding_not_stated",)


def score(choice: Choice, visit: Visit) -> Result:
    """Raw score or index of the visit; higher is worse."""
    found = index(visit.now)
    if choice.variant.name == RAW:
        found = replace(found, bounds=to_raw(found.bounds))
    return number_answer(choice, found)
