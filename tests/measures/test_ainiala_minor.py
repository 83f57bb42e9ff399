"""Minor events: five syndromes, three of them with a qualifier."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from costim.measures.ainiala_minor import minor_event
from costim.measures.facts import Facts, FactValue, Visit
from costim.measures.np_grouping import groups
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.datafiles import read_rows
from costim.registry.measure_catalogue import facts as all_facts

NO, UNKNOWN, YES = Truth.NO, Truth.UNKNOWN, Truth.YES
QUALIFIED = {"mood_disorder", "cognitive_dysfunction", "polyneuropathy"}
ALWAYS = {"headache", "anxiety_disorder"}


def event(**values: FactValue) -> Facts:
    return Facts(MappingProxyType(values))


@pytest.mark.parametrize("syndrome", groups("diffuse_psych"))
def test_the_syndrome_alone(syndrome: str) -> None:
    expected = YES if syndrome in ALWAYS else UNKNOWN if syndrome in QUALIFIED else NO
    assert minor_event(event(event_syndrome=syndrome)).state is expected


@pytest.mark.parametrize(
    ("syndrome", "qualifier", "state"),
    [
        ("mood_disorder", {"event_severity": "mild"}, YES),
        ("mood_disorder", {"event_severity": "moderate"}, NO),
        ("mood_disorder", {"event_severity": "severe"}, NO),
        ("cognitive_dysfunction", {"event_severity": "mild"}, YES),
        ("cognitive_dysfunction", {"event_severity": "severe"}, NO),
        ("polyneuropathy", {"event_electrophysiology": "not_confirmed"}, YES),
        ("polyneuropathy", {"event_electrophysiology": "confirmed"}, NO),
        ("polyneuropathy", {"event_severity": "mild"}, UNKNOWN),
        ("mood_disorder", {"event_electrophysiology": "confirmed"}, UNKNOWN),
        ("psychosis", {"event_severity": "mild"}, NO),
        ("headache", {"event_severity": "severe"}, YES),
    ],
)
def test_qualifiers(syndrome: str, qualifier: dict[str, FactValue], state: Truth) -> None:
    assert minor_event(event(event_syndrome=syndrome, **qualifier)).state is state


def test_what_is_missing() -> None:
    assert minor_event(event()).missing == ("event_syndrome", "event_minor")
    assert minor_event(event(event_syndrome="mood_disorder")).missing == ("event_severity", "event_minor")
    assert minor_event(event(event_syndrome="polyneuropathy")).missing == ("event_electrophysiology", "event_minor")


def test_the_judgement_of_the_recorder_fills_a_gap_and_no_more() -> None:
    assert minor_event(event(event_minor=YES)).state is YES
    assert minor_event(event(event_syndrome="mood_disorder", event_minor=NO)).state is NO
    contradicted = minor_event(event(event_syndrome="headache", event_minor=NO))
    assert (contradicted.state, contradicted.flags) == (YES, ("minor_event_contradicts_syndrome",))


def test_the_list_is_data() -> None:
    rows = read_rows("measures/ainiala_minor.csv")
    assert [row["label"] for row in rows] == [
        "Headache",
        "Anxiety",
        "Mild mood disorder",
        "Mild cognitive dysfunction",
        "Polyneuropathy without electrophysiological proof",
    ]
    for row in rows:
        assert row["syndrome"] in groups("diffuse_psych")
        assert (row["fact"] == "") == (row["value"] == "")
        assert not row["fact"] or row["value"] in all_facts()[row["fact"]].values


def test_as_a_measure() -> None:
    found = score("ainiala_minor", Visit(event(event_syndrome="anxiety_disorder")))
    assert (found.state, found.evidence, found.source) == ("yes", "P", ("ainiala2001", "fanouriakis2016"))
