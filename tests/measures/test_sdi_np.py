"""Damage: five neuropsychiatric items, of any cause, that never decrease."""

from __future__ import annotations

from itertools import product
from types import MappingProxyType

import pytest

from costim.measures.bounds import Bounds, between, known
from costim.measures.facts import NO_FACTS, Facts, FactValue, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures

NO, UNKNOWN, YES = Truth.NO, Truth.UNKNOWN, Truth.YES
STATEMENTS = ("sdi_cognitive_or_psychosis", "sdi_neuropathy", "sdi_transverse_myelitis")
NOTHING: dict[str, FactValue] = {
    **dict.fromkeys(STATEMENTS, NO),
    "sdi_seizures": NO,
    "sdi_strokes": known(0),
}


def facts(**values: FactValue) -> Facts:
    return Facts(MappingProxyType(NOTHING | values))


def sdi(now: Facts, previous: Facts = NO_FACTS, variant: str = "") -> Result:
    return score("sdi_np", Visit(now, previous=previous), variant)


def ends(result: Result) -> tuple[int, int]:
    assert result.lower is not None
    assert result.upper is not None
    return int(result.lower), int(result.upper)


def without(name: str, **values: FactValue) -> Facts:
    """Nothing of that name unless it is given; all else absent."""
    return Facts(MappingProxyType({k: v for k, v in NOTHING.items() if k != name} | values))


def test_w20_one_stroke_and_seizures_treated_for_nine_months() -> None:
    found = sdi(without("sdi_seizures", sdi_strokes=known(1), sdi_seizure_therapy_months=known(9)))
    assert (found.value, found.complete, found.missing) == (2, True, ())
    assert found.decided_by == ("sdi_seizures", "sdi_strokes")
    assert (found.evidence, found.flags) == ("M", ("unverified_rule",))


def test_range_and_maximum() -> None:
    everything = dict.fromkeys(STATEMENTS, YES)
    found = sdi(facts(**everything, sdi_seizures=YES, sdi_strokes=known(3), sdi_months_between_strokes=known(12)))
    assert found.value == 6 == measures()["sdi_np"].maximum
    assert sdi(facts()).value == 0
    assert ends(sdi(NO_FACTS)) == (0, 6)


@pytest.mark.parametrize(
    ("months", "points"), [("5.99", (0, 0)), ("6", (1, 1)), ("6.01", (1, 1))], ids=["below", "equal", "above"]
)
def test_six_months_of_therapy_count_from_six_on(months: str, points: tuple[int, int]) -> None:
    assert ends(sdi(without("sdi_seizures", sdi_seizure_therapy_months=known(months)))) == points


def test_therapy_may_be_known_within_bounds() -> None:
    for reading, points in (
        (between(4, 9), (0, 1)),
        (between(6, None), (1, 1)),
        (Bounds(None, known(6).value, upper_open=True), (0, 0)),
    ):
        assert ends(sdi(without("sdi_seizures", sdi_seizure_therapy_months=reading))) == points


def test_the_recorded_answer_counts_and_a_contradiction_is_flagged() -> None:
    found = sdi(facts(sdi_seizures=YES, sdi_seizure_therapy_months=known(3)))
    assert found.value == 1
    assert "statement_contradicts_facts" in found.flags


@pytest.mark.parametrize(
    ("strokes", "apart", "by_interval", "any_repeat"),
    [
        (known(0), None, (0, 0), (0, 0)),
        (known(1), None, (1, 1), (1, 1)),
        (known(1), known(40), (1, 1), (1, 1)),
        (known(2), None, (1, 2), (2, 2)),
        (known(2), known("5.9"), (1, 1), (2, 2)),
        (known(2), known(6), (2, 2), (2, 2)),
        (known(3), between(5, 7), (1, 2), (2, 2)),
        (Bounds(known(1).value, None, lower_open=True), known(6), (2, 2), (2, 2)),
        (Bounds(known(0).value, None, lower_open=True), known(2), (1, 1), (1, 2)),
        (Bounds(None, known(2).value, upper_open=True), None, (0, 1), (0, 1)),
        (between(1, 2), known(9), (1, 2), (1, 2)),
        (None, None, (0, 2), (0, 2)),
        (None, known(1), (0, 1), (0, 2)),
    ],
)
def test_a_second_stroke_scores_two_when_six_months_lie_between(
    strokes: Bounds | None, apart: Bounds | None, by_interval: tuple[int, int], any_repeat: tuple[int, int]
) -> None:
    values = {"sdi_strokes": strokes, "sdi_months_between_strokes": apart}
    given = without("sdi_strokes", **{k: v for k, v in values.items() if v is not None})
    assert ends(sdi(given)) == by_interval
    assert ends(sdi(given, variant="sdi_np_any_repeat")) == any_repeat


def test_what_is_missing_is_what_could_change_the_sum() -> None:
    assert sdi(facts(sdi_strokes=known(2))).missing == ("sdi_months_between_strokes",)
    assert sdi(facts(sdi_strokes=known(2)), variant="sdi_np_any_repeat").missing == ()
    assert sdi(without("sdi_seizures")).missing == ("sdi_seizures", "sdi_seizure_therapy_months")
    assert set(sdi(without("sdi_neuropathy")).flags) == {"unverified_rule", "items_incomplete"}


@pytest.mark.parametrize(
    ("before", "now", "flagged"),
    [
        (facts(sdi_strokes=known(1)), facts(), True),
        (facts(), facts(sdi_strokes=known(1)), False),
        (facts(sdi_strokes=known(1)), facts(sdi_strokes=known(1)), False),
        # The sum stays, an item falls: one of the two records is wrong all the same.
        (facts(sdi_strokes=known(1)), facts(sdi_neuropathy=YES), True),
        # The stroke may still be there: no certain fall.
        (facts(sdi_strokes=known(1)), without("sdi_strokes"), False),
        (without("sdi_neuropathy"), facts(), False),
        (NO_FACTS, facts(), False),
    ],
)
def test_a_fall_is_a_data_error(before: Facts, now: Facts, flagged: bool) -> None:
    found = sdi(now, before)
    assert ("damage_decreased" in found.flags) is flagged
    assert found.bounds == sdi(now).bounds


def test_bounds_are_those_of_all_completions() -> None:
    """Exhaustive over the statements and a few numbers: the bounds are reached and never left."""
    names = (*STATEMENTS, "sdi_seizures")
    for states in product(Truth, repeat=4):
        for strokes, apart in product((None, 0, 1, 2), (None, 3, 9)):
            numbers = {"sdi_strokes": strokes, "sdi_months_between_strokes": apart}
            partial = dict(zip(names, states, strict=True)) | {k: known(v) for k, v in numbers.items() if v is not None}
            open_states = [(NO, YES) if s is UNKNOWN else (s,) for s in states]
            totals = [
                sum(s is YES for s in chosen) + (1 if n == 1 or (n >= 2 and a < 6) else 2 if n >= 2 else 0)
                for chosen in product(*open_states)
                for n in ((0, 1, 2) if strokes is None else (strokes,))
                for a in ((3, 9) if apart is None else (apart,))
            ]
            assert ends(sdi(Facts(MappingProxyType(partial)))) == (min(totals), max(totals))


def test_adding_damage_never_lowers_the_sum() -> None:
    for states in product((NO, YES), repeat=4):
        base = dict(zip((*STATEMENTS, "sdi_seizures"), states, strict=True))
        for name in base:
            assert ends(sdi(facts(**base | {name: YES}))) >= ends(sdi(facts(**base)))
