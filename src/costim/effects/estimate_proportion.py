"""Share of subjects in named categories, or above a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from costim.effects.categories import NO_FOLLOW_UP, Standing, category_of, find_standings, ids_of_standings
from costim.effects.evidence import Evidence, Reading, ids_of, unit_doubts, units_of
from costim.effects.paired.directions import proportion_rows
from costim.effects.pairs import contrasts_of
from costim.inference.binary.proportion import compute_clopper_pearson
from costim.inference.lattice import exceeds
from costim.registry.effects import Effect
from costim.registry.parameters import parameter as registered
from costim.registry.plan import Contrast, Endpoint

ALL_SUBJECTS = "missing_as_bounds"
"""Variant whose denominator is every subject of the study."""


def estimate_proportion(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """Rows `proportion` with exact and Wilson limits, and `missing_as_bounds` where subjects have no reading.

    The denominator are the subjects with a reading; the others are `n_missing`. Without a contrast a subject counts
    when any of its rows does. A range that reaches across `above` leaves the subject undecided: then bounds. The
    stratum says what is counted. A number in another unit than that of the parameter, or in none, is not compared with
    `above`: the subject counts as one without a reading.
    """
    contrasts = contrasts_of(endpoint, evidence.plan) if endpoint.contrast else ()
    chosen: tuple[Contrast | None, ...] = contrasts or (None,)
    return [row for contrast in chosen for row in _estimate(endpoint, contrast, evidence)]


def _estimate(endpoint: Endpoint, contrast: Contrast | None, evidence: Evidence) -> list[Effect]:
    standings = find_standings(evidence, endpoint.parameter, contrast)
    units = _comparable_units(endpoint, standings)
    answers = {s.subject: _answer(s, endpoint, units) for s in standings}
    judged = [s for s in standings if answers[s.subject] != "missing"]
    flags = {
        "no_data": not judged,
        "ambiguous_reading": any(s.missing == "ambiguous_reading" for s in standings),
    }
    base = Effect(
        parameter=endpoint.parameter,
        method="proportion",
        contrast=contrast.name if contrast else "",
        stratum=" or ".join(endpoint.categories) or ("" if endpoint.above is None else f"above {endpoint.above:g}"),
        n=len(judged),
        n_missing=len(standings) - len(judged),
        denominator=len(judged),
        flags=(*(name for name, raised in flags.items() if raised), *_unit_flags(endpoint, standings)),
        measurements=ids_of(r for s in judged for r in s.readings),
        reading=evidence.reading,
    )
    told = [answers[s.subject] for s in judged]
    if not endpoint.categories and endpoint.above is None:
        return proportion_rows(replace(base, denominator=0, flags=("nothing_to_count",)), 0, 0, _level(evidence))
    rows = proportion_rows(base, told.count("yes"), told.count("undecided"), _level(evidence))
    if not 0 < len(judged) < len(standings):
        return rows
    everyone = replace(base, denominator=len(standings), measurements=ids_of_standings(standings, evidence))
    return [*rows, _over_all(everyone, told.count("yes"), told.count("undecided"), _level(evidence))]


def _over_all(row: Effect, count: int, undecided: int, level: float) -> Effect:
    """The share of all subjects if none, and if all, of those without an answer are in the category."""
    n = row.n + row.n_missing
    least = compute_clopper_pearson(count, n, level=level)
    most = compute_clopper_pearson(count + undecided + row.n_missing, n, level=level)
    return replace(
        row,
        variant=ALL_SUBJECTS,
        level=level,
        estimate_lower=least.estimate,
        estimate_upper=most.estimate,
        lower=least.lower,
        upper=most.upper,
        flags=(*row.flags, "bounds_over_unknowns"),
    )


def _level(evidence: Evidence) -> float:
    return evidence.plan.study.level


def _answer(standing: Standing, endpoint: Endpoint, units: frozenset[str]) -> str:
    """`yes`, `no`, `undecided` or `missing`."""
    if endpoint.above is None:
        named = {category_of(r) for r in standing.readings}
        if named & set(endpoint.categories):
            return "yes"
        return "no" if named - {NO_FOLLOW_UP} else "missing"
    known = registered(endpoint.parameter)
    numbers = [r for r in standing.readings if r.is_number and r.unit in units]
    spans = [r.span(known.minimum, known.maximum) for r in numbers]
    if not spans:
        return "missing"
    if any(_is_above(r, low, endpoint.above) for r, (low, _) in zip(numbers, spans, strict=True)):
        return "yes"
    if len(numbers) < sum(r.is_number for r in standing.readings):
        return "missing"  # one that cannot be compared may lie above
    return "undecided" if any(exceeds(high, endpoint.above) for _, high in spans) else "no"


def _is_above(reading: Reading, low: float, limit: float) -> bool:
    """Certainly above: beyond the limit, or printed as more than the limit itself."""
    return exceeds(low, limit) or (reading.relation == ">" and low >= limit)


def _comparable_units(endpoint: Endpoint, standings: Sequence[Standing]) -> frozenset[str]:
    """The unit of the parameter; of one that the registry gives none, the only unit of its readings."""
    wanted = registered(endpoint.parameter).unit
    found = units_of(r for s in standings for r in s.readings)
    return frozenset({wanted}) if wanted else found if len(found) == 1 else frozenset()


def _unit_flags(endpoint: Endpoint, standings: Sequence[Standing]) -> tuple[str, ...]:
    if endpoint.above is None:
        return ()
    readings = [r for s in standings for r in s.readings]
    unlike = units_of(readings) - {""} - _comparable_units(endpoint, standings)
    return (*(("units_differ",) if unlike else ()), *unit_doubts(endpoint.parameter, readings))
