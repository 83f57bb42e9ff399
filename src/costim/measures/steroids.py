"""Glucocorticoids of a visit as prednisone equivalents, by a named table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from costim.measures.answer import number_answer
from costim.measures.bounds import UNBOUNDED, Bounds, Exact, exact, known
from costim.measures.criteria import compare
from costim.measures.facts import Drug, Facts, Visit
from costim.measures.overlap import with_typed
from costim.measures.products import product
from costim.measures.result import Quantity, Result, distinct, weakest
from costim.registry.measure_catalogue import Choice, choose, measures

_CODE = "steroids"
_FROM_ZERO = Bounds(Fraction(0))


@dataclass(frozen=True, slots=True)
class Equivalent:
    """mg of a drug equal to prednisolone 5 mg; None when nobody can say."""

    mg: Fraction | None
    evidence: str


@cache
def _equivalents(name: str) -> MappingProxyType[str, Equivalent]:
    choice = choose(_CODE, name)
    wanted = {"", choice.variant.name, *choice.options.values()}
    return MappingProxyType(
        {
            entry["drug"]: Equivalent(exact(entry["mg"]) if "mg" in entry else None, entry["evidence"])
            for entry in choice.measure.extra["equivalents"]
            if entry.get("where", "") in wanted
        }
    )


def find_equivalent(drug: str, table: str) -> Equivalent | None:
    """Equivalent of a drug in a named table; None when the drug is no glucocorticoid.

    A name that sounds like a glucocorticoid but is not in the table gets an equivalent without number, so that a
    misspelt drug leaves a bound behind and not a hole.

    Args:
        drug: generic name; case, spaces and hyphens do not matter.
        table: variant of the measure, e.g. `gc_bet_075`, `gc_bet_060+dex_060`.

    Raises:
        ValueError: no table of that name.
    """
    listed = _equivalents(table)
    name = "_".join(drug.casefold().replace("-", " ").replace("_", " ").split())
    if name in listed:
        return listed[name]
    return Equivalent(None, "") if any(stem in name for stem in _extra("stems")) else None


def _extra(name: str) -> Iterable[str]:
    found: Iterable[str] = measures()[_CODE].extra[name]
    return found


def in_prednisone(dose_mg: Bounds, equivalent: Equivalent) -> Bounds:
    """Prednisone equivalent (mg) of a dose (mg) of a drug; only bounded by 0 when the drug has no equivalent.

    1 mg of betamethasone at 0.6 is exactly 25/3 mg.
    """
    if equivalent.mg is None:
        return _FROM_ZERO
    reference = exact(measures()[_CODE].extra["prednisolone_mg"])
    return dose_mg.times(reference / equivalent.mg).within(0, None)


def in_mg(dose: Bounds, unit: str, body_weight: Bounds = UNBOUNDED) -> Bounds | None:
    """A dose in mg; None when its unit (`g`, `mg`, `ug`, `mg/kg`) is blank or no unit of mass.

    Args:
        dose: number in `unit`.
        unit: unit of the dose.
        body_weight: kg, for a dose per kg.
    """
    milligrams = measures()[_CODE].extra["milligrams"]
    if unit in milligrams:
        return dose.times(exact(milligrams[unit])).within(0, None)
    return product(dose, body_weight) if unit == "mg/kg" else None


def doses_per_day(frequency: str, days_per_month: Exact | None = None) -> Fraction | None:
    """How many doses a day make, on average; None when the frequency is blank, a single dose, or not known.

    Args:
        frequency: `daily`, `twice daily`, `three times daily`, `alternate days`, `weekly`, `monthly`.
        days_per_month: length of a month in days; 30.4375 by default.
    """
    extra = measures()[_CODE].extra
    if frequency in extra["doses_per_day"]:
        return exact(extra["doses_per_day"][frequency])
    month = extra["days_per_month"] if days_per_month is None else days_per_month
    between = {**extra["days_between_doses"], "monthly": month}
    return 1 / exact(between[frequency]) if frequency in between else None


def is_systemic(route: str, routes: str = "") -> bool:
    """Does a dose by this route count? By mouth, into a vein or a muscle, and where the route is not stated.

    Args:
        route: `oral`, `iv`, `im` ...; blank when not stated.
        routes: value of the option of that name, e.g. `oral_iv` without doses into a muscle; blank takes its default.
    """
    info = measures()[_CODE]
    return route in info.extra["systemic_routes"][routes or info.options["routes"].default]


def is_pulse(frequency: str) -> bool:
    """Is it a single dose, which is listed apart from the daily dose?"""
    return bool(frequency == measures()[_CODE].extra["pulse"])


def daily_equivalent(facts: Facts, table: str, days_per_month: Exact | None = None) -> Quantity:
    """Daily glucocorticoid dose in mg of prednisone, without pulses.

    Args:
        facts: `drugs` (a complete list; an empty one is 0 mg), `body_weight` for doses per kg, or the typed
            `prednisone_equivalent`, which stands in when there is no list and narrows a list that leaves bounds.
        table: variant of the measure, e.g. `gc_bet_075`.
        days_per_month: for monthly doses; 30.4375 by default.

    Returns:
        mg per day: exact, or a lower bound with the flag `steroid_not_convertible` when a drug has no equivalent, no
        dose, no unit or no frequency.

    Raises:
        ValueError: no table of that name.
    """
    listed = _listed(facts, table, pulses=False, days_per_month=days_per_month)
    typed = facts.number("prednisone_equivalent")
    if typed.unknown:
        return listed
    found = with_typed(listed, typed.within(0, None), "prednisone_equivalent", "steroid_dose_contradicts")
    if found.decided_by == listed.decided_by:
        return found
    return replace(found, flags=(*found.flags, "steroid_dose_typed"))


def pulse_equivalent(facts: Facts, table: str) -> Quantity:
    """Glucocorticoids given as single doses, in mg of prednisone, summed; 0 when the list holds none.

    Raises:
        ValueError: no table of that name.
    """
    return _listed(facts, table, pulses=True)


def _listed(facts: Facts, table: str, *, pulses: bool, days_per_month: Exact | None = None) -> Quantity:
    """Sum over the listed drugs; a drug that cannot be converted adds anything from 0."""
    evidence, references = _base(table)
    drugs, routes = facts.drugs(), choose(_CODE, table).options["routes"]
    if drugs is None:
        return Quantity(bounds=_FROM_ZERO, missing=("drugs",), evidence=evidence, references=references)
    steroids = [
        (drug, equivalent)
        for drug in drugs
        if is_systemic(drug.route, routes) and drug.change != "stopped"
        if (equivalent := find_equivalent(drug.drug, table)) is not None
    ]
    shares = [_share(d, e, facts, days_per_month) for d, e in steroids if is_pulse(d.frequency) is pulses]
    total = known(0)
    for entry in shares:
        total = total.plus(entry.bounds)
    apart = () if pulses or len(shares) == len(steroids) else ("pulse_listed_apart",)
    into_muscle = any(d.route == "im" and is_pulse(d.frequency) is pulses for d, _ in steroids)
    return Quantity(
        bounds=total,
        missing=distinct(*(entry.missing for entry in shares)),
        decided_by=("drugs",),
        flags=distinct(*(entry.flags for entry in shares), apart, ("intramuscular_counted",) if into_muscle else ()),
        evidence=weakest(entry.evidence for entry in shares) or evidence,
        references=references,
    )


def _base(table: str) -> tuple[str, tuple[str, ...]]:
    """Evidence of a sum without any drug, and where the tables stand."""
    prednisolone = find_equivalent("prednisolone", table)
    return (prednisolone.evidence if prednisolone else "", choose(_CODE, table).variant.references)


def _share(drug: Drug, equivalent: Equivalent, facts: Facts, days_per_month: Exact | None) -> Quantity:
    weight = facts.number("body_weight")
    per_day = Fraction(1) if is_pulse(drug.frequency) else doses_per_day(drug.frequency, days_per_month)
    dose = in_mg(drug.dose, drug.unit, weight)
    flags = distinct(
        ("unit_not_stated",) if not drug.unit else (),
        ("frequency_not_stated",) if not drug.frequency else (),
        ("weight_unknown",) if drug.unit == "mg/kg" and weight.unknown else (),
    )
    taken = _FROM_ZERO
    if dose is not None and per_day is not None:
        taken = in_prednisone(dose, equivalent).times(per_day)
    needs_weight = ("body_weight",) if drug.unit == "mg/kg" and weight.value is None else ()
    all_else = drug.dose.value is not None and per_day is not None and equivalent.mg is not None
    needs_list = () if needs_weight and all_else else ("drugs",)
    return Quantity(
        bounds=taken,
        missing=(*needs_list, *needs_weight) if taken.value is None else (),
        flags=flags if taken.upper is not None else (*flags, "steroid_not_convertible"),
        evidence=equivalent.evidence,
    )


def by_every_table(facts: Facts, routes: str = "") -> dict[str, Quantity]:
    """Daily dose (mg of prednisone) by each table, with either equivalent of dexamethasone.

    Args:
        facts: as `daily_equivalent` takes them.
        routes: value of the option of that name; blank takes its default.
    """
    info = measures()[_CODE]
    kept = routes or info.options["routes"].default
    tables = [f"{table}+{value}+{kept}" for table in info.variants for value in info.options["dexamethasone"].values]
    return {choose(_CODE, table).name: daily_equivalent(facts, table) for table in tables}


def depends_on_table(facts: Facts, routes: str = "") -> bool:
    """Would another table, or the other equivalent of dexamethasone, decide a dose limit (7.5, 5 mg/day) otherwise?"""
    doses = by_every_table(facts, routes).values()
    return any(len({compare(limit, dose).state for dose in doses}) > 1 for limit in measures()[_CODE].criteria)


def score(choice: Choice, visit: Visit) -> Result:
    """Daily dose of the visit in prednisone equivalents, and the dose limits it meets by the named table."""
    dose = daily_equivalent(visit.now, choice.name)
    checks = tuple(compare(limit, dose) for limit in choice.measure.criteria)
    routes = choice.options["routes"]
    differs = len({other.bounds for other in by_every_table(visit.now, routes).values()}) > 1
    flags = distinct(
        dose.flags,
        ("differs_by_table",) if differs else (),
        ("depends_on_table",) if depends_on_table(visit.now, routes) else (),
    )
    return number_answer(choice, replace(dose, flags=flags), checks)
