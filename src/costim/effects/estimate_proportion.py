"""Share of subjects in named categories, or above a value."""

from __future__ import annotations

from dataclasses import replace

from costim.effects.categories import NO_FOLLOW_UP, Standing, category_of, find_standings
from costim.effects.directions import proportion_rows
from costim.effects.evidence import Evidence, ids_of
from costim.effects.pairs import contrasts_of
from costim.registry.effects import Effect
from costim.registry.parameters import parameter as registered
from costim.registry.plan import Contrast, Endpoint


def estimate_proportion(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """Rows `proportion` with exact and Wilson limits.

    The denominator are the subjects with a reading; the others are `n_missing`. Without a contrast a subject counts
    when any of its rows does. A range that reaches across `above` leaves the subject undecided: then bounds. The
    stratum says what is counted.
    """
    contrasts = contrasts_of(endpoint, evidence.plan) if endpoint.contrast else ()
    chosen: tuple[Contrast | None, ...] = contrasts or (None,)
    return [row for contrast in chosen for row in _estimate(endpoint, contrast, evidence)]


def _estimate(endpoint: Endpoint, contrast: Contrast | None, evidence: Evidence) -> list[Effect]:
    standings = find_standings(evidence, endpoint.parameter, contrast)
    answers = {s.subject: _answer(s, endpoint) for s in standings}
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
        flags=tuple(name for name, raised in flags.items() if raised),
        measurements=ids_of(r for s in judged for r in s.readings),
        reading=evidence.reading,
    )
    told = [answers[s.subject] for s in judged]
    if not endpoint.categories and endpoint.above is None:
        return proportion_rows(replace(base, denominator=0, flags=("nothing_to_count",)), 0, 0, _level(evidence))
    return proportion_rows(base, told.count("yes"), told.count("undecided"), _level(evidence))


def _level(evidence: Evidence) -> float:
    return evidence.plan.study.level


def _answer(standing: Standing, endpoint: Endpoint) -> str:
    """`yes`, `no`, `undecided` or `missing`."""
    if endpoint.above is None:
        named = {category_of(r) for r in standing.readings}
        if named & set(endpoint.categories):
            return "yes"
        return "no" if named - {NO_FOLLOW_UP} else "missing"
    known = registered(endpoint.parameter)
    spans = [r.span(known.minimum, known.maximum) for r in standing.readings if r.is_number]
    if not spans:
        return "missing"
    if any(low > endpoint.above for low, _ in spans):
        return "yes"
    return "no" if all(high <= endpoint.above for _, high in spans) else "undecided"
