"""SLICC models A and B: windows, exclusions, associations, minor events; A is a part of B."""

from __future__ import annotations

from itertools import product
from types import MappingProxyType

import pytest

from costim.measures.bounds import Bounds, between, known
from costim.measures.facts import NO_FACTS, Facts, FactValue, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth

NO, UNKNOWN, YES = Truth.NO, Truth.UNKNOWN, Truth.YES
MODELS = ("slicc_a", "slicc_b_2008", "slicc_b_2012")
CLEAR: dict[str, FactValue] = {
    "event_syndrome": "seizure_disorder",
    "event_exclusions": known(0),
    "event_associations": known(0),
    "event_months_from_diagnosis": known(2),
    "enrolment_months_from_diagnosis": known(5),
}


def attribute(model: str, **changes: FactValue | None) -> Result:
    values = {name: value for name, value in (CLEAR | changes).items() if value is not None}
    return score("slicc_attribution", Visit(Facts(MappingProxyType(values))), model)


def states(**changes: FactValue | None) -> tuple[str, ...]:
    return tuple(attribute(model, **changes).state for model in MODELS)


YES_, NO_, OPEN = "attributed", "not attributed", "unknown"


def test_w24_one_association_model_a_no_model_b_yes() -> None:
    assert states(event_associations=known(1)) == (NO_, YES_, YES_)
    found = attribute("slicc_a", event_associations=known(1))
    assert (found.decided_by, found.complete) == (("no_association",), True)


def test_w24_model_a_is_no_although_the_rest_is_unknown() -> None:
    bare = dict.fromkeys(CLEAR) | {"event_associations": known(1)}
    assert attribute("slicc_a", **bare).state == NO_  # type: ignore[arg-type]
    assert attribute("slicc_b_2008", **bare).state == OPEN  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (YES_, YES_, YES_)),
        ({"event_exclusions": known(1)}, (NO_, NO_, NO_)),
        ({"event_syndrome": "headache"}, (NO_, NO_, NO_)),
        ({"event_syndrome": "mood_disorder", "event_severity": "mild"}, (NO_, NO_, NO_)),
        ({"event_syndrome": "mood_disorder", "event_severity": "severe"}, (YES_, YES_, YES_)),
        ({"event_syndrome": "mood_disorder"}, (OPEN, OPEN, OPEN)),
        ({"event_syndrome": None, "event_minor": NO}, (YES_, YES_, YES_)),
        ({"event_exclusions": None}, (OPEN, OPEN, OPEN)),
        ({"event_associations": None}, (OPEN, YES_, YES_)),
        ({"event_exclusions": between(0, 2)}, (OPEN, OPEN, OPEN)),
        ({"event_exclusions": Bounds(known(0).value, None, lower_open=True)}, (NO_, NO_, NO_)),
        ({"event_exclusions": Bounds(None, known(1).value, upper_open=True)}, (YES_, YES_, YES_)),
    ],
)
def test_criteria(changes: dict[str, FactValue | None], expected: tuple[str, ...]) -> None:
    assert states(**changes) == expected


@pytest.mark.parametrize(
    ("months", "inside"),
    [("-6", YES_), ("-6.01", NO_), ("0", YES_), ("5", YES_), ("5.01", NO_), ("15.01", NO_)],
)
def test_the_window_reaches_from_six_months_before_to_enrolment(months: str, inside: str) -> None:
    assert attribute("slicc_a", event_months_from_diagnosis=known(months)).state == inside


@pytest.mark.parametrize(
    ("months", "inside"), [("-7", NO_), ("-6", YES_), ("0", YES_), ("0.1", OPEN), ("15", OPEN), ("15.1", NO_)]
)
def test_an_unknown_enrolment_lies_within_fifteen_months(months: str, inside: str) -> None:
    changes = {"event_months_from_diagnosis": known(months), "enrolment_months_from_diagnosis": None}
    assert attribute("slicc_a", **changes).state == inside


@pytest.mark.parametrize(
    ("months", "near"), [("120", YES_), ("120.01", NO_), ("-120", YES_), ("-120.01", NO_), ("60", YES_)]
)
def test_ten_years_on_either_side(months: str, near: str) -> None:
    assert attribute("slicc_b_2008", event_months_from_diagnosis=known(months)).state == near


def test_model_b_of_2012_also_wants_the_event_still_present() -> None:
    late = {"event_months_from_diagnosis": known(-50)}
    assert attribute("slicc_b_2008", **late).state == YES_
    assert attribute("slicc_b_2012", **late).state == OPEN
    assert attribute("slicc_b_2012", **late).missing[0] == "event_present_in_window"
    assert attribute("slicc_b_2012", **late, event_present_in_window=YES).state == YES_
    assert attribute("slicc_b_2012", **late, event_present_in_window=NO).state == NO_


def test_a_stated_window_needs_no_months() -> None:
    bare = {"event_months_from_diagnosis": None, "enrolment_months_from_diagnosis": None}
    assert states(**bare) == (OPEN, OPEN, OPEN)
    assert states(**bare, event_onset_in_window=YES) == (YES_, YES_, YES_)
    assert states(**bare, event_onset_in_window=NO) == (NO_, OPEN, OPEN)
    # Never present in the window: it did not begin there.
    assert states(**bare, event_present_in_window=NO) == (NO_, OPEN, NO_)


def test_evidence_is_that_of_what_was_used() -> None:
    assert attribute("slicc_a").evidence == "M"
    assert "unverified_rule" in attribute("slicc_a").flags
    stated = attribute("slicc_a", event_onset_in_window=YES, event_months_from_diagnosis=None)
    assert (stated.evidence, stated.flags) == ("P", ())
    assert attribute("slicc_b_2008").evidence == "P"


def test_contradictions_are_flagged() -> None:
    found = attribute("slicc_a", event_onset_in_window=NO)
    assert (found.state, "statement_contradicts_facts" in found.flags) == (NO_, True)
    assert "statement_contradicts_facts" in attribute("slicc_b_2012", event_present_in_window=NO).flags


def test_nothing_known() -> None:
    found = score("slicc_attribution", Visit(NO_FACTS))
    assert (found.state, found.possible) == (OPEN, (YES_, NO_))
    assert set(found.missing) == {
        "event_onset_in_window",
        "event_months_from_diagnosis",
        "enrolment_months_from_diagnosis",
        "event_exclusions",
        "event_associations",
        "event_syndrome",
        "event_minor",
    }


VALUES: dict[str, tuple[FactValue, ...]] = {
    "event_syndrome": ("psychosis", "headache"),
    "event_exclusions": (known(0), known(1)),
    "event_associations": (known(0), known(1)),
    "event_months_from_diagnosis": (known(-60), known(2), known(14), known(200)),
    "enrolment_months_from_diagnosis": (known(0), known(3), known(15)),
}


def test_a_is_a_part_of_b_and_b_2012_of_b_2008() -> None:
    for chosen in product(*VALUES.values()):
        facts = dict(zip(VALUES, chosen, strict=True))
        for present in (YES, NO, UNKNOWN):
            results = [attribute(m, **facts, event_present_in_window=present) for m in MODELS]
            if any("statement_contradicts_facts" in r.flags for r in results):
                continue
            a, b_2008, b_2012 = (r.state == YES_ for r in results)
            assert a <= b_2012 <= b_2008


def test_every_completion_is_admitted() -> None:
    """Exhaustive: each fact known or not."""
    for chosen in product(*VALUES.values()):
        whole = dict(zip(VALUES, chosen, strict=True))
        for kept in product((True, False), repeat=len(VALUES)):
            partial = {name: value if keep else None for (name, value), keep in zip(whole.items(), kept, strict=True)}
            for model in MODELS:
                assert set(attribute(model, **whole).possible) <= set(attribute(model, **partial).possible)
