"""Neurocognitive impairment and response."""

from __future__ import annotations

import pytest

from costim.measures.bounds import between, known
from costim.measures.facts import NO_FACTS, Facts, Visit
from costim.measures.score import score


def z(number: str) -> Facts:
    return Facts({"cognitive_z": known(number)})


@pytest.mark.parametrize(("number", "state"), [("-2.01", "yes"), ("-2.0", "yes"), ("-1.99", "no"), ("2", "no")])
def test_impairment_at_two_standard_deviations(number: str, state: str) -> None:
    found = score("cognitive_impairment", Visit(z(number)))
    assert (found.state, found.evidence, found.source) == (state, "P", ("mikdashi2007",))


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [("-2.3", "-1.3", "yes"), ("-2.3", "-1.31", "no"), ("-0.7", "0.3", "yes"), ("-1", "-3", "no")],
)
def test_response_at_one_standard_deviation(before: str, now: str, state: str) -> None:
    assert score("cognitive_response", Visit(z(now), baseline=z(before))).state == state


def test_without_a_result_nothing_is_known() -> None:
    assert score("cognitive_impairment", Visit(NO_FACTS)).possible == ("yes", "no")
    found = score("cognitive_response", Visit(z("0")))
    assert (found.state, found.missing, found.flags) == ("unknown", (), ("no_baseline_assessment",))


def test_bounds_decide_where_every_completion_does() -> None:
    low, wide = Facts({"cognitive_z": between(-4, "-2.5")}), Facts({"cognitive_z": between("-2.5", -1)})
    assert score("cognitive_impairment", Visit(low)).state == "yes"
    assert score("cognitive_impairment", Visit(wide)).state == "unknown"
    assert score("cognitive_response", Visit(z("0"), baseline=wide)).state == "yes"
    assert score("cognitive_response", Visit(z("-1"), baseline=wide)).state == "unknown"
