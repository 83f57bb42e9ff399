"""Organ features of the flare index: new or worse disease, as stated or as items and laboratory results tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costim.measures.criteria import criterion_of, judge, stated
from costim.measures.facts import Facts, Item, Visit
from costim.measures.result import Check, Quantity, distinct
from costim.measures.sfi_numbers import doubled, per_kg
from costim.measures.sfi_pair import Pair, either, together
from costim.measures.sledai import findings
from costim.measures.sledai_findings import attributed, within_window
from costim.measures.truth import Truth, all_of, any_of

_FRESH = {"new": Truth.YES, "recurrent": Truth.YES, "worse": Truth.YES, "persistent": Truth.NO}
_REFERENCES = ("pitfalls_table", "petri1999")


def organ_mild(pair: Pair) -> Check:
    """New or worse skin disease, ulcers, serositis, arthritis or fever."""
    return either(pair, "organ_mild", _features(pair, "organ_mild"))


def organ_severe(pair: Pair) -> Check:
    """New or worse severe organ disease that needs doubled or high prednisone or admission."""
    by_number = (_feature(pair, "thrombocytopenia", _platelets(pair)), _feature(pair, "haemolysis", _haemolysis(pair)))
    feature = either(pair, "organ_severe", (*_features(pair, "organ_severe"), *by_number))
    return together(pair, "organ_severe", (feature, _requirement(pair)))


def _requirement(pair: Pair) -> Check:
    """Did it need doubled prednisone, prednisone above the limit per kg, or admission?"""
    twice, missing = doubled(pair)
    high = pair.part("prednisone_per_kg", per_kg(pair))
    admission = pair.now.statement("admission_for_sle")
    state = any_of((twice, high.state, admission))
    unknown = distinct(
        missing if twice is Truth.UNKNOWN else (),
        high.missing,
        ("admission_for_sle",) if admission is Truth.UNKNOWN else (),
    )
    return judge(criterion_of(pair.choice, "organ_requirement"), state, unknown)


def _features(pair: Pair, column: str) -> tuple[Check, ...]:
    """Features of a column that items of the index tell."""
    now = {found.name: found.state for found in findings(pair.index, pair.visit)}
    before = {found.name: found.state for found in findings(pair.index, Visit(pair.before))}
    organs: Mapping[str, Mapping[str, Any]] = pair.choice.measure.extra["organs"]
    return tuple(
        _feature(pair, name, _by_items(pair, organ, now, before), organ["evidence"])
        for name, organ in organs.items()
        if organ["column"] == column
    )


def _feature(pair: Pair, name: str, derived: Truth, evidence: str = "S") -> Check:
    """A feature as the source states it, or else as other facts tell it."""
    fact = f"sfi_{name}"
    said = pair.now.statement(fact)
    state, flags = stated(said, derived)
    return Check(
        name=fact,
        state=state,
        missing=(fact,) if state is Truth.UNKNOWN else (),
        flags=flags,
        evidence=evidence if said is Truth.UNKNOWN else "S",
        references=_REFERENCES,
    )


def _by_items(pair: Pair, organ: Mapping[str, Any], now: Mapping[str, Truth], before: Mapping[str, Truth]) -> Truth:
    """Is an item of the organ new or worse, and of the right kind?"""
    found = any_of(
        all_of((now[name], _is_fresh(pair, pair.now.item(name), before[name]), _is_of(pair.now.item(name), kinds)))
        for name, kinds in organ["items"].items()
    )
    return Truth.UNKNOWN if found is Truth.NO and not organ["whole"] else found


def _is_of(item: Item, kinds: list[str]) -> Truth:
    if not kinds or item.detail in kinds:
        return Truth.YES
    return Truth.NO if item.detail else Truth.UNKNOWN


def _is_fresh(pair: Pair, item: Item, before: Truth) -> Truth:
    """Is a present finding new or worse? Courses speak of the previous assessment only."""
    if pair.assessment == "previous" and item.course in _FRESH:
        return _FRESH[item.course]
    return Truth.YES if before is Truth.NO else Truth.UNKNOWN


def _platelets(pair: Pair) -> Truth:
    """Platelets below the limit and lower than before, due to lupus: a count alone does not tell its cause."""
    item = pair.now.item("thrombocytopenia")
    told = item.state is Truth.YES or (item.state is Truth.UNKNOWN and item.attribution != "")
    cause = attributed(item) if told else item.state
    low = pair.part("platelets_low", _number(pair.now, "platelets")).state
    return all_of((low, _fall(pair, "platelets").bounds.above(0), cause))


def _haemolysis(pair: Pair) -> Truth:
    """Haemolytic anaemia, new or worse, with low or much fallen haemoglobin."""
    item, before = pair.now.item("haemolytic_anaemia"), pair.before.item("haemolytic_anaemia")
    fall = _fall(pair, "haemoglobin")
    fresh = any_of((_is_fresh(pair, item, _counts(pair, before)), fall.bounds.above(0)))
    grave = any_of(
        (
            pair.part("haemoglobin_low", _number(pair.now, "haemoglobin")).state,
            pair.part("haemoglobin_fall", fall).state,
        )
    )
    return all_of((_counts(pair, item), fresh, grave))


def _counts(pair: Pair, item: Item) -> Truth:
    return all_of((item.state, within_window(pair.index, item.day), attributed(item)))


def _number(assessment: Facts, fact: str) -> Quantity:
    return Quantity(bounds=assessment.number(fact).within(0, None))


def _fall(pair: Pair, fact: str) -> Quantity:
    return Quantity(bounds=_number(pair.before, fact).bounds.minus(_number(pair.now, fact).bounds))
