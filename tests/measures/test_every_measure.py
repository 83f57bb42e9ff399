"""What holds for every measure of the catalogue and every one of its variants."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import costim.measures
from costim.measures.bounds import Bounds
from costim.measures.facts import NO_FACTS, Facts, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.unassessed import FLAGS
from costim.registry.catalogue import references
from costim.registry.flags import flag_meanings
from costim.registry.measure_catalogue import Choice, MeasureInfo, choose, facts, facts_of, measures
from tests.measures.strategies import more_and_less, visits_for

CODES = sorted(measures())
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
CONTRADICTIONS = ("inconsistent_total", "contradict", "absent_despite_laboratory")
"""Flags of facts that cannot all be true: more of them is not more knowledge."""


def variants_of(info: MeasureInfo) -> list[str]:
    """Every variant by itself, and with each single option."""
    found = list(info.variants)
    for variant in info.variants:
        found += [f"{variant}+{value}" for option in info.options.values() for value in option.values]
    return list(dict.fromkeys(choose(info.code, name).name for name in found))


def windows_of(choice: Choice) -> set[int | None]:
    """The window of the variant, and those of the indexes that its options name."""
    found = {choice.variant.window_days}
    for code, value in product(("sledai", "sfi"), choice.options.values()):
        if value in measures()[code].variants:
            found |= windows_of(choose(code, value))
    return found


def check(result: Result, code: str) -> None:
    """What no result may lack or contradict."""
    info = measures()[code]
    assert result.measure == code
    assert choose(code, result.variant).name == result.variant
    assert result.window_days in windows_of(choose(code, result.variant))
    assert result.evidence in ("P", "S", "C", "M")
    assert result.source
    assert set(result.source) <= references().keys()
    assert set(result.flags) <= flag_meanings().keys()
    assert ("unverified_rule" in result.flags) == (result.evidence == "M")
    missing = {name.removeprefix("previous.").removeprefix("baseline.") for name in result.missing}
    assert missing <= set(facts_of(code)), missing - set(facts_of(code))
    assert not (result.complete and result.missing)
    low, high = result.bounds.lower, result.bounds.upper
    assert low is None or high is None or low <= high
    if info.kind in ("state", "grade", "class"):
        assert set(result.possible) <= set(info.outcomes or ("yes", "no")), result.possible
        assert result.possible
        assert result.complete == (len(result.possible) == 1)
        assert result.state == (result.possible[0] if len(result.possible) == 1 else "unknown")
    if info.kind == "score" and result.complete:
        assert result.bounds.value is not None
    if not result.complete:
        assert result.missing or set(result.flags) & set(FLAGS.values())


@pytest.mark.parametrize("code", CODES)
def test_the_catalogue_entry_holds_together(code: str) -> None:
    info = measures()[code]
    assert info.default in info.variants
    assert info.label
    assert info.prose
    assert set(info.uses) <= set(CODES)
    known = references()
    for variant in info.variants.values():
        assert variant.label
        assert variant.evidence in ("P", "S", "C", "M")
        assert variant.references, variant.name
        assert set(variant.references) <= known.keys()
        assert set(variant.options) <= set(info.options)
        for option, value in variant.options.items():
            assert value in info.options[option].values
    values = [value for option in info.options.values() for value in option.values]
    assert len(values) == len(set(values))
    for option in info.options.values():
        assert option.default in option.values
    for criterion in info.criteria:
        assert set(criterion.variants) <= set(info.variants)
        assert set(criterion.references) <= known.keys()
        assert bool(criterion.relation) == (criterion.limit is not None), criterion.name
    for fact in info.facts.values():
        assert fact.label
        assert (fact.kind == "choice") <= bool(fact.values)
        assert set(fact.references) <= known.keys()
    assert (Path(costim.measures.__file__).parent / f"{code}.py").exists()


def test_every_rule_has_an_entry_and_every_fact_one_home() -> None:
    shared = {name for info in measures().values() for name in info.shared}
    assert {name for name, fact in facts().items() if not fact.measure} == shared


@pytest.mark.parametrize("code", CODES)
def test_without_any_fact_nothing_is_claimed(code: str) -> None:
    for variant in variants_of(measures()[code]):
        result = score(code, Visit(NO_FACTS), variant)
        check(result, code)
        assert result.variant == variant
        assert not result.complete, variant
        assert result.bounds.value is None


@pytest.mark.parametrize("code", CODES)
def test_any_facts_give_a_result_that_holds_together(code: str) -> None:
    names = variants_of(measures()[code])

    @QUICK
    @given(visit=visits_for(code), variant=st.sampled_from(names))
    def run(visit: Visit, variant: str) -> None:
        result = score(code, visit, variant)
        check(result, code)
        assert score(code, visit, variant) == result

    run()


def contains(outer: Bounds, inner: Bounds) -> bool:
    """Is every number of `inner` possible under `outer`?"""
    below = outer.lower is None or (inner.lower is not None and inner.lower >= outer.lower)
    above = outer.upper is None or (inner.upper is not None and inner.upper <= outer.upper)
    return below and above


@pytest.mark.parametrize("code", CODES)
def test_knowing_more_never_reopens_a_result(code: str) -> None:
    names = variants_of(measures()[code])

    @settings(QUICK, max_examples=150)
    @given(both=more_and_less(code), variant=st.sampled_from(names))
    def run(both: tuple[Visit, Visit], variant: str) -> None:
        more, less = (score(code, visit, variant) for visit in both)
        if any(word in flag for flag in (*more.flags, *less.flags) for word in CONTRADICTIONS):
            return
        assert contains(less.bounds, more.bounds), (less.bounds, more.bounds)
        assert set(more.possible) <= set(less.possible), (less.possible, more.possible)

    run()


class Spy(dict[str, object]):
    """Values that remember which names they were asked for."""

    def __init__(self, values: Mapping[str, object], asked: set[str]) -> None:
        super().__init__(values)
        self.asked = asked

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        self.asked.add(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)


@pytest.mark.parametrize("code", CODES)
def test_a_rule_reads_only_facts_that_its_entry_names(code: str) -> None:
    names = variants_of(measures()[code])
    asked: set[str] = set()

    @QUICK
    @given(visit=visits_for(code), variant=st.sampled_from(names))
    def run(visit: Visit, variant: str) -> None:
        watched = (Facts(Spy(part.values, asked)) for part in (visit.now, visit.previous, visit.baseline))  # type: ignore[arg-type]
        score(code, Visit(*watched), variant)

    run()
    assert asked <= set(facts_of(code)), asked - set(facts_of(code))


def test_variants_are_found_by_name_in_any_order_of_options() -> None:
    for info in measures().values():
        options = list(info.options.values())
        for chosen in product(*(option.values for option in options[:3])):
            name = "+".join([info.default, *chosen])
            back = "+".join([info.default, *reversed(chosen)])
            assert choose(info.code, name) == choose(info.code, back)
