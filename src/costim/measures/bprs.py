"""Brief Psychiatric Rating Scale: totals on a declared coding of the items, conversion, and codings inferred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from costim.measures.answer import number_answer
from costim.measures.bounds import Bounds, between
from costim.measures.codings import codings, limits_of, possible_scales
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import hull, overlap
from costim.measures.result import Quantity, Result, distinct
from costim.measures.whole import whole
from costim.registry.measure_catalogue import Choice, measures

_CODE = "bprs"


def items(scale: str) -> int:
    """Number of items of a scale with a declared coding, e.g. 18 of `bprs18_1_7`.

    Raises:
        KeyError: no coding of that name.
    """
    return int(measures()[_CODE].extra["items"][scale])


def floor(scale: str) -> Fraction:
    """The least total of a scale with a declared coding: 18 of `bprs18_1_7`, 0 of `bprs18_0_6`."""
    return limits_of(scale)[0]


def recode(total: Bounds, scale: str, to: str) -> Bounds | None:
    """A total on another coding of the same items; None when the number of items differs.

    Args:
        total: points on `scale`.
        scale: coding it was made on, e.g. `bprs18_0_6`.
        to: coding wanted, e.g. `bprs18_1_7`.
    """
    if items(scale) != items(to):
        return None
    shift = floor(to) - floor(scale)
    return Bounds(
        None if total.lower is None else total.lower + shift,
        None if total.upper is None else total.upper + shift,
        total.lower_open,
        total.upper_open,
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """The total of one assessment, by the codings it is possible on, which exclude each other."""

    totals: Mapping[str, Bounds]
    """Coding -> total; one entry when the coding is declared, none without a total."""
    declared: bool
    """Is the coding declared?"""
    names_no_coding: bool
    """Was a total typed without its coding, too? Such totals of one person share one coding."""
    flags: tuple[str, ...] = ()


def read(facts: Facts, wanted: str = "") -> Reading:
    """The total of an assessment: declared with its coding, or typed without and read under each possible one.

    A declared coding counts; a number typed beside it is the same number, and `inconsistent_total` is raised when it
    is another. Where totals on several codings are declared, that on the coding wanted counts, else one of as many
    items, else the first; `codings_contradict` is raised when they contradict each other.

    Args:
        facts: of the assessment.
        wanted: coding that is asked for; blank where any will do.
    """
    typed = whole(facts.number(_CODE))
    stated = [scale for scale in codings()[_CODE] if not facts.number(scale).unknown]
    stated.sort(key=lambda scale: (scale != wanted, bool(wanted) and items(scale) != items(wanted)))
    if not stated:
        return _undeclared(typed)
    scale = stated[0]
    both = overlap(_declared(facts, scale), typed)
    counted, contradicted = _narrowed(facts, stated, both or _declared(facts, scale), wanted)
    flags = ("codings_contradict",) if contradicted else ()
    if both is None:
        return Reading({scale: counted}, declared=True, names_no_coding=False, flags=(*flags, "inconsistent_total"))
    return Reading({scale: counted}, declared=True, names_no_coding=not typed.unknown, flags=flags)


def _declared(facts: Facts, scale: str) -> Bounds:
    return whole(facts.number(scale)).within(*limits_of(scale))


def _narrowed(facts: Facts, stated: Sequence[str], counted: Bounds, wanted: str) -> tuple[Bounds, bool]:
    """The total that counts as all declared ones of as many items allow, and whether one of them contradicts it.

    A total of other items contradicts it where no coding was asked for.
    """
    contradicted = False
    for other in stated[1:]:
        recoded = recode(_declared(facts, other), other, stated[0])
        common = None if recoded is None else overlap(recoded, counted)
        contradicted |= common is None and not (recoded is None and wanted)
        counted = common or counted
    return counted, contradicted


def _undeclared(typed: Bounds) -> Reading:
    if typed.unknown:
        return Reading({}, declared=False, names_no_coding=False)
    inside = {scale: overlap(typed, between(*limits_of(scale))) for scale in possible_scales(_CODE, [typed])}
    totals = {scale: total for scale, total in inside.items() if total is not None}
    return Reading(totals, declared=False, names_no_coding=True)


def coding_flags(reading: Reading, scales: Iterable[str]) -> tuple[str, ...]:
    """What is to be said about the coding of a total when these codings are still possible for it."""
    names = {codings()[_CODE][scale] for scale in scales}
    if reading.declared or not names:
        return ()
    return ("coding_inferred",) if len(names) == 1 else ("coding_not_stated",)


def total(facts: Facts, scale: str) -> Quantity:
    """The total of an assessment on a coding.

    Args:
        facts: a total with its coding (`bprs18_1_7` ...), or `bprs`, whose coding is not stated.
        scale: coding wanted.

    Returns:
        Exact when the coding is declared with the same number of items; the bounds of every possible coding when it
        is not declared; the range of the scale when the number of items differs.
    """
    info = measures()[_CODE].variants[scale]
    reading, everything = read(facts, scale), between(*limits_of(scale))
    recoded = [recode(points, name, scale) or everything for name, points in reading.totals.items()]
    bounds = hull(recoded) if recoded else everything
    return Quantity(
        bounds=bounds,
        missing=() if bounds.value is not None else (scale,),
        decided_by=tuple(reading.totals) if reading.declared else (_CODE,) if recoded else (),
        flags=distinct(reading.flags, coding_flags(reading, reading.totals)),
        evidence=info.evidence,
        references=info.references,
    )


def score(choice: Choice, visit: Visit) -> Result:
    """The total of the visit on the coding of the variant; higher is worse."""
    return number_answer(choice, total(visit.now, choice.variant.name))
