"""The Italian algorithm: points of four items, threshold of 7, exactly six months."""

from __future__ import annotations

from itertools import product
from types import MappingProxyType

import pytest

from costim.measures.bounds import Bounds, between, known
from costim.measures.facts import NO_FACTS, Facts, FactValue, Visit
from costim.measures.result import Result
from costim.measures.score import score

W22: dict[str, FactValue] = {
    "event_syndrome": "psychosis",
    "event_months_from_sle_onset": known(36),
    "event_confounders": known(1),
    "event_favouring": known(1),
}


def attribute(variant: str = "", **values: FactValue) -> Result:
    return score("italian_attribution", Visit(Facts(MappingProxyType(values))), variant)


def ends(result: Result) -> tuple[int, int]:
    assert result.lower is not None
    assert result.upper is not None
    return int(result.lower), int(result.upper)


def test_w22_psychosis_three_years_after_onset() -> None:
    found = attribute(**W22)
    assert (found.value, found.state, found.complete) == (7, "attributed", True)
    assert (found.evidence, found.flags) == ("S", ())


def test_w23_concomitant_anxiety() -> None:
    found = attribute(
        event_syndrome="anxiety_disorder",
        event_months_from_sle_onset=known(0),
        event_confounders=known(0),
        event_favouring=known(0),
    )
    assert (found.value, found.state) == (5, "not attributed")


@pytest.mark.parametrize(
    ("months", "points"),
    [("-60", 0), ("-6.01", 0), ("-6", 3), ("0", 3), ("6", 3), ("6.01", 2), ("120", 2)],
)
def test_time_of_onset(months: str, points: int) -> None:
    found = attribute(**W22 | {"event_months_from_sle_onset": known(months)})
    assert found.value == points + 3 + 1 + 1
    assert found.evidence == ("C" if months in ("-6", "6") else "S")


@pytest.mark.parametrize(
    ("months", "bounds"),
    [
        (between(-8, -4), (5, 8)),
        (between(5, 9), (7, 8)),
        (between(-9, 9), (5, 8)),
        (between(-6, 6), (8, 8)),
        (Bounds(known(6).value, None, lower_open=True), (7, 7)),
        (Bounds(None, known(-6).value, upper_open=True), (5, 5)),
    ],
)
def test_time_of_onset_within_bounds(months: Bounds, bounds: tuple[int, int]) -> None:
    assert ends(attribute(**W22 | {"event_months_from_sle_onset": months})) == bounds


@pytest.mark.parametrize(
    ("count", "confounders", "favouring"),
    [
        (known(0), (2, 2), (0, 0)),
        (known(1), (1, 1), (1, 1)),
        (known(2), (0, 0), (2, 2)),
        (known(9), (0, 0), (2, 2)),
        (Bounds(known(1).value, None, lower_open=True), (0, 0), (2, 2)),
        (Bounds(None, known(2).value, upper_open=True), (1, 2), (0, 1)),
        (between(1, 3), (0, 1), (1, 2)),
    ],
)
def test_counts(count: Bounds, confounders: tuple[int, int], favouring: tuple[int, int]) -> None:
    base = {**W22, "event_confounders": known(2), "event_favouring": known(0)}  # 2 + 3 + 0 + 0
    low, high = ends(attribute(**base | {"event_confounders": count}))
    assert (low - 5, high - 5) == confounders
    low, high = ends(attribute(**base | {"event_favouring": count}))
    assert (low - 5, high - 5) == favouring


def test_a_minor_event_can_still_reach_seven() -> None:
    found = attribute(
        event_syndrome="headache",
        event_months_from_sle_onset=known(1),
        event_confounders=known(0),
        event_favouring=known(2),
    )
    assert (found.value, found.state) == (7, "attributed")


def test_nothing_known_gives_the_whole_range() -> None:
    found = attribute()
    assert (ends(found), found.state, found.possible) == ((0, 10), "unknown", ("attributed", "not attributed"))
    assert found.missing == (
        "event_months_from_sle_onset",
        "event_syndrome",
        "event_minor",
        "event_confounders",
        "event_favouring",
    )
    assert score("italian_attribution", Visit(NO_FACTS), "italian_uncertain").possible == ("attributed", "uncertain")


def test_below_seven_is_uncertain_by_name_only() -> None:
    low = W22 | {"event_favouring": known(0)}
    assert (attribute(**low).value, attribute(**low).state) == (6, "not attributed")
    found = attribute("italian_uncertain", **low)
    assert (found.state, found.evidence, found.flags) == ("uncertain", "M", ("unverified_rule",))


def test_decided_although_the_total_is_open() -> None:
    found = attribute(**{k: v for k, v in W22.items() if k != "event_favouring"} | {"event_confounders": known(0)})
    assert (ends(found), found.state, found.complete) == ((7, 9), "attributed", False)
    assert found.missing == ("event_favouring",)


def test_from_diagnosis_is_a_named_convention() -> None:
    values = {k: v for k, v in W22.items() if k != "event_months_from_sle_onset"}
    found = attribute("italian_ge7+from_diagnosis", **values, event_months_from_diagnosis=known(36))
    assert (found.value, found.variant, found.evidence) == (7, "italian_ge7+from_diagnosis", "C")
    assert ends(attribute(**values, event_months_from_diagnosis=known(36))) == (5, 8)


VALUES: dict[str, tuple[FactValue, ...]] = {
    "event_syndrome": ("psychosis", "anxiety_disorder"),
    "event_months_from_sle_onset": (known(-7), known(-6), known(6), known(7)),
    "event_confounders": (known(0), known(1), known(2)),
    "event_favouring": (known(0), known(1), known(2)),
}


def test_bounds_are_those_of_all_completions() -> None:
    """Exhaustive: each fact known or not; the table read by hand."""
    minor = {"psychosis": 3, "anxiety_disorder": 0}
    onset = {known(-7): 0, known(-6): 3, known(6): 3, known(7): 2}
    totals = {}
    for s, m, c, f in product(*VALUES.values()):
        totals[s, m, c, f] = minor[str(s)] + onset[m] + 2 - int(c.value) + int(f.value)  # type: ignore[index, union-attr]
    for kept in product((True, False), repeat=4):
        for chosen in product(*VALUES.values()):
            partial = {n: v for (n, v), keep in zip(zip(VALUES, chosen, strict=True), kept, strict=True) if keep}
            fitting = [
                total
                for key, total in totals.items()
                if all(value == key[list(VALUES).index(name)] for name, value in partial.items())
            ]
            found = attribute(**partial)
            assert ends(found) == (min(fitting), max(fitting))
            states = {"attributed" if total >= 7 else "not attributed" for total in fitting}
            assert set(found.possible) == states
