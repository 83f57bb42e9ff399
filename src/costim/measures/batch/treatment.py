"""Drugs of many visits as the criteria of states read them: each criterion sees the drugs that can tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from costim.measures.batch.apply import Batch, Read
from costim.measures.batch.checks import Checked, checked_all
from costim.measures.batch.coded import Coded, combined, merged
from costim.measures.facts import Drug, Facts, FactValue
from costim.measures.low_dose import steroid_checks
from costim.measures.lupus_drugs import find_lupus_drug
from costim.measures.result import Check
from costim.measures.steroids import find_equivalent
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, measures

STEROID_READS: tuple[Read, ...] = tuple(
    ("now", name) for name in ("drugs", "prednisone_equivalent", "steroid_pulse", "body_weight")
)
TREATMENT_READS: tuple[Read, ...] = tuple(
    ("now", name) for name in ("drugs", "tolerated_standard_treatment", "stable_treatment", "body_weight")
)


def low_dose(choice: Choice, batch: Batch) -> tuple[Checked, ...]:
    """The criteria on glucocorticoids: as `low_dose.steroid_checks` for one visit."""
    seen = batch.once("steroids", lambda: _only(batch, is_steroid))
    return checked_all(seen.apply(lambda visit: steroid_checks(choice, visit.now), STEROID_READS))


def other_drugs(rule: Callable[[Choice, Facts], Check], choice: Choice, batch: Batch) -> Coded[Check]:
    """A criterion on drugs other than glucocorticoids."""
    seen = batch.once("other drugs", lambda: _only(batch, may_matter))
    return seen.apply(lambda visit: rule(choice, visit.now), TREATMENT_READS)


def is_steroid(drug: Drug) -> bool:
    """Is it a glucocorticoid by any table, also one that is not known by name?"""
    return any(find_equivalent(drug.drug, table) is not None for table in measures()["steroids"].variants)


def may_matter(drug: Drug) -> bool:
    """Is it anything but a glucocorticoid that is not investigational? Such a one meets the criteria on drugs."""
    return not is_steroid(drug) or find_lupus_drug(drug.drug) is not None or drug.investigational is Truth.YES


def _only(batch: Batch, wanted: Callable[[Drug], bool]) -> Batch:
    """The visits with no other drugs, and with a body weight only where a dose is per kg."""

    def drugs(value: FactValue | None) -> FactValue | None:
        return tuple(filter(wanted, value)) if isinstance(value, tuple) else value

    left = merged(batch.columns.fact("drugs").map(drugs))
    weight = combined(_needed, left, batch.columns.fact("body_weight"))
    now = {**batch.columns.now, "drugs": left, "body_weight": merged(weight)}
    return Batch(replace(batch.columns, now=MappingProxyType(now)))


def _needed(drugs: FactValue | None, weight: FactValue | None) -> FactValue | None:
    per_kg = isinstance(drugs, tuple) and any(drug.unit == "mg/kg" for drug in drugs)
    return weight if per_kg else None
