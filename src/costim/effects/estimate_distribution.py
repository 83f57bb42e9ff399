"""How many subjects stand in each category, and how many have none and why."""

from __future__ import annotations

from dataclasses import replace

from costim.effects.categories import Standing, category_of, find_standings, ids_of_standings
from costim.effects.evidence import Evidence, ids_of
from costim.effects.pairs import contrasts_of
from costim.registry.effects import Effect
from costim.registry.plan_questions import Contrast, Endpoint

UNTOLD = ("not_reported", "not_recovered")
UNTOLD_STRATUM = "not reported or not recovered"


def estimate_distribution(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """Rows `category_count`, all with the subjects of the study as denominator.

    Without a contrast all rows of a subject count, so that one with several categories stands in each of them; with
    one, the reading after treatment. Categories named by the endpoint appear even when nobody is in them; such a row
    rests on the readings of all.
    """
    contrasts = contrasts_of(endpoint, evidence.plan) if endpoint.contrast else ()
    chosen: tuple[Contrast | None, ...] = contrasts or (None,)
    return [row for c in chosen for row in count_categories(endpoint.parameter, endpoint.categories, c, evidence)]


def count_categories(
    parameter: str, categories: tuple[str, ...], contrast: Contrast | None, evidence: Evidence
) -> list[Effect]:
    """The rows of one parameter and contrast."""
    standings = find_standings(evidence, parameter, contrast)
    known = [s for s in standings if s.readings]
    base = Effect(
        parameter=parameter,
        method="category_count",
        contrast=contrast.name if contrast else "",
        n=len(known),
        n_missing=len(standings) - len(known),
        denominator=len(standings),
        reading=evidence.reading,
    )
    rows = []
    for category in sorted({category_of(r) for s in known for r in s.readings} | set(categories)):
        there = {s.subject: [r for r in s.readings if category_of(r) == category] for s in known}
        used = [r for found in there.values() for r in found] or [r for s in known for r in s.readings]
        count = sum(bool(found) for found in there.values())
        rows.append(replace(base, stratum=category, count=count, measurements=ids_of(used)))
    absent = [s for s in standings if not s.readings]
    for reason in sorted({s.missing for s in absent}):
        flags = ("ambiguous_reading",) if reason == "ambiguous_reading" else ()
        there_not = [s for s in absent if s.missing == reason]
        rows.append(_missing_row(replace(base, stratum=reason, flags=flags), there_not, evidence))
    untold = [s for s in absent if s.missing in UNTOLD]
    if untold:
        rows.append(_missing_row(replace(base, stratum=UNTOLD_STRATUM), untold, evidence))
    return rows or [replace(base, flags=("no_data",))]


def _missing_row(row: Effect, absent: list[Standing], evidence: Evidence) -> Effect:
    return replace(row, count=len(absent), measurements=ids_of_standings(absent, evidence))
