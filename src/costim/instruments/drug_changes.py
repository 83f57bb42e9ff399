"""How each drug of a visit stands against the visit before: new, increased, unchanged, decreased."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from costim.measures.bounds import Bounds
from costim.measures.facts import Drug

_ONCE = "once"
Drugs = tuple[Drug, ...]


def with_changes(now: Drugs | None, before: Drugs | None) -> Drugs | None:
    """The drugs of a visit, each with its change since the visit before.

    A change is told only where both doses are stated in one unit and frequency; it stays blank for a single dose, for a
    drug listed twice, and where a dose, its unit or its frequency is not stated.

    Args:
        now: whole list of the visit; None when it is not known.
        before: whole list of the visit before; None when it is not known, or when there is no such visit.
    """
    if now is None or before is None:
        return now
    twice = {name for drugs in (now, before) for name, count in Counter(d.drug for d in drugs).items() if count > 1}
    earlier = {drug.drug: drug for drug in before}
    return tuple(
        drug
        if drug.drug in twice or _ONCE in (drug.frequency, _frequency(earlier.get(drug.drug)))
        else replace(drug, change=change_of(drug, earlier.get(drug.drug)))
        for drug in now
    )


def _frequency(drug: Drug | None) -> str:
    return "" if drug is None else drug.frequency


def change_of(drug: Drug, before: Drug | None) -> str:
    """`new`, `increased`, `unchanged` or `decreased`; blank when it cannot be told.

    Args:
        drug: as taken now.
        before: as taken at the visit before; None when it was not.
    """
    if before is None:
        return "new"
    alike = all(getattr(drug, name) == getattr(before, name) for name in ("unit", "frequency", "route"))
    if not (alike and drug.unit and drug.frequency):
        return ""
    if drug.dose.value is not None and drug.dose.value == before.dose.value:
        return "unchanged"
    if _below(before.dose, drug.dose):
        return "increased"
    return "decreased" if _below(drug.dose, before.dose) else ""


def _below(lower: Bounds, higher: Bounds) -> bool:
    return lower.upper is not None and higher.lower is not None and lower.upper < higher.lower
