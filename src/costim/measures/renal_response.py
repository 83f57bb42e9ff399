"""Renal response by KDIGO 2024: complete, partial or none, against the assessment at entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from costim.measures.bounds import Bounds, Exact, exact
from costim.measures.criteria import compare, criterion_of, judge, verdict
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import overlap
from costim.measures.result import Check, Quantity, Result
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, choose


@dataclass(frozen=True, slots=True)
class Kidney:
    """Numbers of one assessment."""

    upcr: Bounds
    """Protein to creatinine ratio, g/g."""
    egfr: Bounds
    """Estimated glomerular filtration rate, mL/min/1.73 m2."""


@dataclass(frozen=True, slots=True)
class _Proteinuria:
    """A way the ratio may have gone."""

    below_half: bool
    """Below 0.5 g/g."""
    halved: bool
    """At most one half of that at entry, and below 3 g/g."""


def respond(now: Kidney, baseline: Kidney, variant: str = "") -> Result:
    """The renal response of two assessments: complete, partial, none or unknown.

    Complete: ratio below 0.5 g/g with stable kidney function. Partial: ratio at most half of that at entry and below
    3 g/g, with stable kidney function unless `+partial_by_proteinuria` is chosen. Equality is literal: 0.5 g/g is not
    complete, a fall of exactly one half is partial, eGFR at exactly 85 % (or 90 %) is stable.

    Args:
        now: of the assessment.
        baseline: at entry.
        variant: `kdigo2024_within15` or `kdigo2024_within10`.

    Raises:
        ValueError: no variant or option of that name.

    Source: KDIGO 2024, as secondary sources have it [S].
    """
    return _respond(choose("renal_response", variant), now, baseline, ())


def _respond(choice: Choice, now: Kidney, baseline: Kidney, flags: tuple[str, ...]) -> Result:
    now = Kidney(now.upcr.within(0, None), now.egfr.within(0, None))
    baseline = Kidney(baseline.upcr.within(0, None), baseline.egfr.within(0, None))
    checks = _checks(choice, now, baseline)
    function = checks["kidney_function"].state
    stable = [answer for answer in (True, False) if function is not (Truth.NO if answer else Truth.YES)]
    ways = tuple(_ways(choice, now.upcr, baseline.upcr))
    needed = choice.options["partial_function"] == "partial_needs_function"
    outcomes = {way: tuple(_outcome(way, kept, needed) for kept in stable) for way in ways}
    possible = {outcome for answers in outcomes.values() for outcome in answers}
    # What changes nothing is not missing: the ratio where each way ends alike, function where it never decides.
    relevant = {
        "kidney_function": any(len(set(answers)) > 1 for answers in outcomes.values()),
        **dict.fromkeys(_PROTEINURIA, len(set(outcomes.values())) > 1),
    }
    kept = tuple(c if relevant[name] else _without_missing(c) for name, c in checks.items())
    if baseline.upcr.below(_limit(choice, "proteinuria_complete")) is Truth.YES:
        flags = (*flags, "no_proteinuria_at_baseline")
    return verdict(choice, possible, kept, flags=flags, decided_by=_deciding(possible, checks, needed))


_PROTEINURIA = ("proteinuria_complete", "proteinuria_partial", "proteinuria_halved")


def _checks(choice: Choice, now: Kidney, baseline: Kidney) -> dict[str, Check]:
    ratio = Quantity(bounds=now.upcr, missing=_open(now.upcr, "upcr"))
    found = {name: compare(criterion_of(choice, name), ratio) for name in _PROTEINURIA[:2]}
    found["proteinuria_halved"] = _against_baseline(choice, "proteinuria_halved", "upcr", now.upcr, baseline.upcr)
    found["kidney_function"] = _against_baseline(choice, "kidney_function", "egfr", now.egfr, baseline.egfr)
    return found


def _against_baseline(choice: Choice, name: str, fact: str, now: Bounds, baseline: Bounds) -> Check:
    """A criterion on the share of a number that is left: compared as a difference, so that nothing is divided."""
    criterion = criterion_of(choice, name)
    left = now.minus(baseline.times(_limit(choice, name)))
    state = left.compare(criterion.relation or "<=", 0)
    return judge(criterion, state, (*_open(now, fact), *_open(baseline, f"baseline.{fact}")))


def _ways(choice: Choice, now: Bounds, baseline: Bounds) -> Iterator[_Proteinuria]:
    """Ways the ratio may have gone, each admitted by some number at entry and some number now."""
    complete, partial = _limit(choice, "proteinuria_complete"), _limit(choice, "proteinuria_partial")
    half = baseline.times(_limit(choice, "proteinuria_halved"))
    ranges = (
        (True, True, Bounds(None, exact(complete), upper_open=True)),
        (False, True, Bounds(exact(complete), exact(partial), upper_open=True)),
        (False, False, Bounds(exact(partial), None)),
    )
    for below_half, below_three, limits in ranges:
        here = overlap(now, limits)
        if here is None:
            continue
        fell = here.minus(half).at_most(0)
        if below_three and fell is not Truth.NO:
            yield _Proteinuria(below_half, halved=True)
        if not below_three or fell is not Truth.YES:
            yield _Proteinuria(below_half, halved=False)


def _outcome(way: _Proteinuria, stable: bool, needed: bool) -> str:
    if way.below_half and stable:
        return "complete"
    return "partial" if way.halved and (stable or not needed) else "none"


def _deciding(possible: set[str], checks: dict[str, Check], needed: bool) -> tuple[str, ...]:
    if possible == {"complete"}:
        return ("proteinuria_complete", "kidney_function")
    if possible == {"partial"}:
        function = ("kidney_function",) if needed else ()
        failing = tuple(c.name for c in checks.values() if c.state is Truth.NO)
        return ("proteinuria_halved", "proteinuria_partial", *function, *failing)
    return ()


def _without_missing(check: Check) -> Check:
    return Check(
        name=check.name, state=check.state, flags=check.flags, evidence=check.evidence, references=check.references
    )


def _open(number: Bounds, fact: str) -> tuple[str, ...]:
    return () if number.value is not None else (fact,)


def _limit(choice: Choice, name: str) -> Exact:
    limit = criterion_of(choice, name).limit
    return Decimal(0) if limit is None else limit


def _time_flags(choice: Choice, facts: Facts) -> tuple[str, ...]:
    months = facts.number("months_since_renal_treatment")
    ends = [criterion_of(choice, name) for name in ("not_too_early", "not_too_late")]
    outside = any(months.compare(end.relation or ">=", end.limit or 0) is Truth.NO for end in ends)
    return ("outside_response_window",) if outside else ()


def kidney(facts: Facts) -> Kidney:
    """The numbers of an assessment, unknown where they were not recorded."""
    return Kidney(facts.number("upcr"), facts.number("egfr"))


def score(choice: Choice, visit: Visit) -> Result:
    """The renal response of the visit against the assessment at entry."""
    return _respond(choice, kidney(visit.now), kidney(visit.baseline), _time_flags(choice, visit.now))
