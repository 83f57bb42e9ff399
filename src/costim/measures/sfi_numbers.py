"""Criteria of the flare index on numbers: the index itself, the physician global assessment, prednisone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from costim.measures import pga, sledai, steroids
from costim.measures.bounds import Bounds, exact
from costim.measures.criteria import change, criteria_of, criterion_of
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import overlap
from costim.measures.products import quotient
from costim.measures.result import Check, Quantity, distinct
from costim.measures.sfi_pair import Pair, opposite, together
from costim.measures.truth import Truth, all_of
from costim.registry.measure_catalogue import facts


@dataclass(frozen=True, slots=True)
class Domain:
    """What one domain of the index says."""

    mild: Check
    severe: Check | None
    """None where the variant has no such criterion."""
    flare: Truth
    """Is it a flare of either severity? May be certain where the severity is not."""


def by_index(pair: Pair) -> Domain:
    """A rise of the index by at least 3; severe where it leads above 12 (as the variant reads that)."""
    now, before = sledai.index_of(pair.index, pair.visit), sledai.index_of(pair.index, Visit(pair.before))
    rise = change(now, before, pair.assessment)
    risen, high = pair.part("index_rise", rise), pair.part("index_high", now)
    if not any(entry.name == "index_severe" for entry in criteria_of(pair.choice)):
        return Domain(together(pair, "index_mild", (risen,)), None, risen.state)
    severe = together(pair, "index_severe", (pair.part("index_rise_to_severe", rise), high))
    mild = together(pair, "index_mild", (risen, opposite(high)))
    limit = exact(criterion_of(pair.choice, "index_high").limit or 0)
    return Domain(_within(pair, mild, "index_rise", (now, before), limit), severe, risen.state)


def by_pga(pair: Pair) -> Domain:
    """A rise of the PGA by at least 1.0 on 0 to 3; severe where any rise leads above 2.5."""
    now, before, rise = _pga(pair.now), _pga(pair.before), pair.moved(_pga)
    risen, high = pair.part("pga_rise", rise), pair.part("pga_high", now)
    severe = together(pair, "pga_severe", (pair.part("pga_any_rise", rise), high))
    mild = together(pair, "pga_mild", (risen, opposite(high)))
    limit = exact(criterion_of(pair.choice, "pga_high").limit or 0)
    return Domain(_within(pair, mild, "pga_rise", (now, before), limit), severe, risen.state)


def _pga(assessment: Facts) -> Quantity:
    found = pga.on_0_to_3(assessment)
    return replace(found, bounds=found.bounds.within(0, pga.largest_reading("0-3")))


def by_prednisone(pair: Pair) -> Domain:
    """An increase of prednisone; severe where it leads above 0.5 mg/kg per day."""
    risen = pair.part("prednisone_rise", pair.moved(lambda facts: _dose(pair, facts)))
    high = pair.part("prednisone_per_kg", per_kg(pair))
    severe = together(pair, "prednisone_severe", (risen, high))
    mild = together(pair, "prednisone_mild", (risen, opposite(high)))
    heaviest = _weight(pair).upper
    limit = None if heaviest is None else heaviest * exact(criterion_of(pair.choice, "prednisone_per_kg").limit or 0)
    doses = (_dose(pair, pair.now), _dose(pair, pair.before))
    return Domain(_within(pair, mild, "prednisone_rise", doses, limit), severe, risen.state)


def _within(pair: Pair, mild: Check, rise: str, numbers: tuple[Quantity, Quantity], limit: Fraction | None) -> Check:
    """The milder criterion, which fails where every rise that is large enough leads above the limit.

    Rise and final number are not independent: from 11 points no rise by 3 ends at 12 or below.

    Args:
        pair: the assessments.
        mild: the criterion, its parts taken by themselves.
        rise: name of the criterion on the rise.
        numbers: the number now and before.
        limit: largest final number of a mild or moderate flare; None where nothing bounds it.
    """
    now, before = (number.bounds for number in numbers)
    rule = criterion_of(pair.choice, rise)
    left = now if limit is None else overlap(now, Bounds(None, limit))
    able = left is not None and left.minus(before).compare(rule.relation or ">=", rule.limit or 0) is not Truth.NO
    return mild if able else replace(mild, state=Truth.NO, missing=())


def _dose(pair: Pair, assessment: Facts) -> Quantity:
    return steroids.daily_equivalent(assessment, pair.steroid_table)


def per_kg(pair: Pair) -> Quantity:
    """Prednisone of the visit, mg per kg of body weight and day."""
    dose, weight = _dose(pair, pair.now), _weight(pair)
    return replace(
        dose,
        bounds=quotient(dose.bounds, weight),
        missing=distinct(dose.missing, () if weight.value is not None else ("body_weight",)),
    )


def _weight(pair: Pair) -> Bounds:
    info = facts()["body_weight"]
    return pair.now.number("body_weight").within(info.minimum, info.maximum)


def doubled(pair: Pair) -> tuple[Truth, tuple[str, ...]]:
    """Was prednisone at least doubled? Any dose is that after none. With the facts that are missing."""
    factor = exact(pair.choice.measure.extra["requirement"]["doubled"])
    now, before = _dose(pair, pair.now), _dose(pair, pair.before)
    state = all_of(
        (now.bounds.minus(before.bounds.times(factor)).at_least(0), now.bounds.minus(before.bounds).above(0))
    )
    return state, change(now, before, pair.assessment).missing
