"""The 19 syndromes and their named groups."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from costim.measures.facts import NO_FACTS, Facts, Visit
from costim.measures.np_grouping import groups
from costim.measures.score import score
from costim.registry.measure_catalogue import facts, measures

DIFFUSE = {"acute_confusional_state", "anxiety_disorder", "cognitive_dysfunction", "mood_disorder", "psychosis"}


def members(grouping: str, group: str) -> set[str]:
    return {code for code, found in groups(grouping).items() if found == group}


def test_twelve_central_seven_peripheral() -> None:
    assert len(groups("central_peripheral")) == 19
    assert len(members("central_peripheral", "central")) == 12
    assert members("central_peripheral", "peripheral") == {
        "guillain_barre_syndrome",
        "autonomic_disorder",
        "mononeuropathy",
        "myasthenia_gravis",
        "cranial_neuropathy",
        "plexopathy",
        "polyneuropathy",
    }


def test_the_two_groupings_differ_in_three_syndromes() -> None:
    assert members("diffuse_psych", "diffuse") == DIFFUSE == members("psychiatric_neurological", "psychiatric")
    assert members("diffuse_slicc", "diffuse") - DIFFUSE == {"headache", "aseptic_meningitis", "demyelinating_syndrome"}
    assert members("diffuse_slicc", "diffuse") >= DIFFUSE


def test_the_fact_lists_the_syndromes_of_the_table() -> None:
    assert facts()["event_syndrome"].values == tuple(groups("diffuse_psych"))


@pytest.mark.parametrize("variant", measures()["np_grouping"].variants)
def test_a_syndrome_has_its_group_and_an_unknown_one_both(variant: str) -> None:
    for code, group in groups(variant).items():
        found = score("np_grouping", Visit(Facts(MappingProxyType({"event_syndrome": code}))), variant)
        assert (found.state, found.possible, found.complete) == (group, (group,), True)
    unknown = score("np_grouping", Visit(NO_FACTS), variant)
    assert (unknown.state, set(unknown.possible)) == ("unknown", set(groups(variant).values()))
    assert unknown.missing == ("event_syndrome",)


def test_what_is_from_memory_says_so() -> None:
    marks = {name: score("np_grouping", Visit(NO_FACTS), name).flags for name in measures()["np_grouping"].variants}
    assert marks == {
        "central_peripheral": ("unverified_rule",),
        "diffuse_psych": (),
        "diffuse_slicc": ("unverified_rule",),
        "psychiatric_neurological": (),
    }


def test_no_such_grouping() -> None:
    with pytest.raises(KeyError, match="colour"):
        groups("colour")
