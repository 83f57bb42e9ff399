"""The minimum record of an adjudicated event."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from costim.measures.bounds import Bounds, between, known
from costim.measures.facts import Facts, FactValue, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.attribution_models import attribution_models
from costim.registry.measure_catalogue import measures

NO, YES = Truth.NO, Truth.YES
FILLED: dict[str, FactValue] = {
    "adjudication_blinded": NO,
    "adjudication_raters": known(2),
    "event_syndrome": "psychosis",
    "event_attribution_model": "slicc_a",
    "event_attribution_result": "attributed",
    "event_outcome": "6",
    "event_day": known(-12),
    "event_evidence_imaging": YES,
}


def record(**changes: FactValue | None) -> Result:
    values = {name: value for name, value in (FILLED | changes).items() if value is not None}
    return score("np_adjudication", Visit(Facts(MappingProxyType(values))))


def test_every_field_filled() -> None:
    found = record()
    assert (found.state, found.complete, found.missing) == ("complete", True, ())
    assert (found.variant, found.evidence) == ("np_minimum", "C")
    assert len(found.decided_by) == 7


@pytest.mark.parametrize("name", [n for n in FILLED if n != "event_evidence_imaging"])
def test_a_blank_field_is_named(name: str) -> None:
    found = record(**{name: None})
    assert (found.state, found.possible, found.missing) == ("unknown", ("complete", "incomplete"), (name,))


def test_evidence_of_any_kind_is_enough() -> None:
    for kind in ("scale", "imaging", "csf"):
        assert record(**{"event_evidence_imaging": None, f"event_evidence_{kind}": YES}).state == "complete"
    assert record(event_evidence_imaging=None).missing == (
        "event_evidence_scale",
        "event_evidence_imaging",
        "event_evidence_csf",
    )
    assert record(event_evidence_imaging=NO).state == "unknown"
    none = record(event_evidence_imaging=NO, event_evidence_scale=NO, event_evidence_csf=NO)
    assert (none.state, none.decided_by) == ("incomplete", ("evidence_stated",))


def test_blinding_may_be_answered_either_way() -> None:
    assert record(adjudication_blinded=YES).state == record(adjudication_blinded=NO).state == "complete"


@pytest.mark.parametrize(
    ("raters", "state"),
    [
        (known(0), "incomplete"),
        (known(1), "complete"),
        (between(0, 1), "unknown"),
        (Bounds(known(0).value, None, lower_open=True), "complete"),
    ],
)
def test_at_least_one_rater(raters: Bounds, state: str) -> None:
    assert record(adjudication_raters=raters).state == state


def test_all_that_is_missing_is_listed_at_once() -> None:
    found = record(event_outcome=None, event_day=None, event_attribution_model=None)
    assert found.missing == ("event_attribution_model", "event_outcome", "event_day")


def test_a_day_may_be_a_range() -> None:
    assert record(event_day=between(-20, -10)).state == "complete"


def test_models_and_outcomes_are_those_the_program_knows() -> None:
    facts = measures()["np_adjudication"].facts
    models = {name.split("+")[0] for name in attribution_models()}
    assert set(facts["event_attribution_model"].values) == models | {"physician_judgement"}
    assert set(facts["event_attribution_result"].values) == {
        outcome for code in ("slicc_attribution", "italian_attribution") for outcome in measures()[code].outcomes
    }
    assert facts["event_outcome"].values == tuple("1234567")
