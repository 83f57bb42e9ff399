"""What the versions count: every item, kind, state, and version of the recorder, exhaustively."""

from __future__ import annotations

from itertools import product

import pytest

from costim.measures.facts import Item, Visit
from costim.measures.score import score
from costim.measures.sledai_versions import attribute_of, under_version, version_rules
from costim.measures.truth import Truth
from costim.registry.catalogue import references
from costim.registry.measure_catalogue import measures
from tests.measures.sledai_visits import FAMILIES, ITEMS, recorded, total

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
COURSES = ("new", "recurrent", "worse", "persistent")
SKIN = ("rash", "alopecia", "mucosal_ulcers")
EVERY = (*FAMILIES, "version_unspecified")

# Section 1.3 of the specification, by hand: item -> kind -> versions that count it.
ALL = set(FAMILIES)
NOT_1992 = ALL - {"sledai_1992"}
LAX = {"sledai_2k", "selena_2kprot"}
SELENA = {"selena", "selena_2kprot"}
NOT_SELENA = ALL - SELENA
COUNTED = {
    **{item: {"new": ALL, "recurrent": ALL, "worse": NOT_1992, "persistent": NOT_1992} for item in SKIN},
    "proteinuria": {"new": ALL, "recurrent": ALL, "worse": ALL, "persistent": LAX},
    "visual_disturbance": {"retinal_or_optic": ALL, "scleritis": SELENA, "episcleritis": SELENA},
    "cranial_nerve": {"neuropathy": ALL, "vertigo": SELENA},
    "cva": {"hypertensive": NOT_SELENA, "not_hypertensive": ALL},
    "seizure": {"past_damage": NOT_SELENA, "no_past_damage": ALL},
    "pleurisy": {"objective_sign": ALL, "pain_alone": SELENA},
    "pericarditis": {"objective_sign": ALL, "pain_alone": SELENA},
}


def finding(name: str, state: Truth, kind: str = "") -> Item:
    """An item with its kind where the kind is recorded."""
    return Item(state, course=kind) if attribute_of(name) == "course" else Item(state, detail=kind)


def counts(version: str, name: str, kind: str) -> Truth:
    """Does the version count the kind, by the table above?"""
    versions = COUNTED[name][kind]
    if version == "version_unspecified":
        return YES if versions == ALL else UNKNOWN
    return YES if version in versions else NO


def test_the_rules_are_those_of_the_specification() -> None:
    rules = {(r.version, r.item, r.value): r.effect for r in version_rules()}
    wanted = {
        (version, name, kind): counts(version, name, kind)
        for version in EVERY
        for name, kinds in COUNTED.items()
        for kind in kinds
    }
    assert rules == wanted
    assert len(rules) == len(version_rules())


def test_rules_name_items_kinds_and_sources_that_exist() -> None:
    info = measures()["sledai"]
    for rule in version_rules():
        known = COURSES if rule.attribute == "course" else info.facts[rule.item].details
        assert rule.value in known
        assert rule.reference in references()
        assert rule.evidence in ("P", "S", "C", "M")
    assert set(info.extra["families"]) == set(info.variants)
    assert set(info.extra["families"].values()) == set(EVERY)


@pytest.mark.parametrize("version", EVERY)
@pytest.mark.parametrize("name", sorted(COUNTED))
def test_a_recorded_kind_decides(name: str, version: str) -> None:
    for kind in COUNTED[name]:
        assert under_version(version, name, finding(name, YES, kind)).state is counts(version, name, kind)
        assert under_version(version, name, finding(name, NO, kind)).state is NO
        unknown = NO if counts(version, name, kind) is NO else UNKNOWN
        assert under_version(version, name, finding(name, UNKNOWN, kind)).state is unknown


@pytest.mark.parametrize("name", ITEMS)
def test_an_absent_finding_is_absent_in_every_version(name: str) -> None:
    for version in EVERY:
        assert under_version(version, name, Item(NO)).state is NO
        assert under_version(version, name, Item(UNKNOWN)).state is UNKNOWN


def test_a_present_finding_without_kind_is_that_of_the_definition() -> None:
    undecided = {
        "sledai_1992": {*SKIN, "proteinuria"},
        "sledai_2k": set(),
        "selena": {"proteinuria", "cva", "seizure"},
        "selena_2kprot": {"cva", "seizure"},
        "version_unspecified": {*SKIN, "proteinuria", "cva", "seizure"},
    }
    for version, wanted in undecided.items():
        states = {name: under_version(version, name, Item(YES)).state for name in ITEMS}
        assert {name for name, state in states.items() if state is UNKNOWN} == wanted
        assert NO not in states.values()


def oracle(version: str, name: str, state: Truth, kind: str, scored_as: str) -> Truth:
    """The state under a version by trying every true finding that the record admits."""
    admitted = set()
    for true in ("", *COUNTED[name]):
        by_recorder = NO if true == "" else counts(scored_as, name, true)
        if state is not UNKNOWN and by_recorder is not UNKNOWN and by_recorder is not state:
            continue
        if state is YES and true == "":
            continue
        if true and kind and true != kind:
            continue
        admitted.add(NO if true == "" else counts(version, name, true))
    if not admitted:
        return counts(version, name, kind)
    return admitted.pop() if len(admitted) == 1 else UNKNOWN


@pytest.mark.parametrize("name", sorted(COUNTED))
def test_scored_by_another_version_logic_decides(name: str) -> None:
    for version, scored_as, state, kind in product(EVERY, EVERY, Truth, ("", *COUNTED[name])):
        found = under_version(version, name, finding(name, state, kind), scored_as)
        if version == scored_as:
            assert found.state is state
        else:
            assert found.state is oracle(version, name, state, kind, scored_as), (version, scored_as, state, kind)


@pytest.mark.parametrize("name", sorted(COUNTED))
def test_stricter_present_is_looser_present_and_looser_absent_is_stricter_absent(name: str) -> None:
    kinds = COUNTED[name]
    for strict, loose in product(FAMILIES, FAMILIES):
        if strict != loose and all(loose in versions for versions in kinds.values() if strict in versions):
            assert under_version(loose, name, Item(YES), strict).state is YES
            assert under_version(strict, name, Item(NO), loose).state is NO


@pytest.mark.parametrize("name", sorted(set(ITEMS) - set(COUNTED)))
def test_other_items_are_the_same_in_every_version(name: str) -> None:
    for version, scored_as, state in product(EVERY, ("", *EVERY), Truth):
        assert under_version(version, name, Item(state, course="persistent"), scored_as).state is state


def test_a_kind_that_the_recorder_could_not_have_scored_is_flagged() -> None:
    found = under_version("sledai_2k", "rash", Item(YES, course="persistent"), "sledai_1992")
    assert (found.state, found.contradicts) == (YES, True)
    assert not under_version("selena", "visual_disturbance", Item(YES, detail="scleritis")).contradicts


def test_the_course_of_an_item_whose_detail_matters_does_not_decide_its_version() -> None:
    now = recorded(["cva"], cva=Item(YES, course="persistent"))
    assert total(now, "sledai_2k_10d") == (8, 8)
    assert total(now, "selena") == (0, 8)
    assert total(recorded(cva=Item(YES, course="new", detail="not_hypertensive")), "selena") == (8, 8)


def test_unspecified_is_what_all_versions_agree_on() -> None:
    for name, kinds in COUNTED.items():
        for state, kind in product(Truth, ("", *kinds)):
            item = finding(name, state, kind)
            seen = {under_version(version, name, item).state for version in FAMILIES}
            found = under_version("version_unspecified", name, item).state
            assert found is (seen.pop() if len(seen) == 1 else UNKNOWN), (name, state, kind)


@pytest.mark.parametrize(
    ("variant", "item", "mark"),
    [
        ("sledai_2k_30d", "rash", "S"),  # the rule on courses is of the abstract, the weight is not
        ("selena", "alopecia", "M"),
        ("selena", "rash", "S"),
        ("selena", "seizure", "M"),
        ("sledai_2k_30d", "thrombocytopenia", "S"),
        ("sledai_2k_30d", "fever", "S"),
    ],
)
def test_evidence_is_that_of_the_rules_used(variant: str, item: str, mark: str) -> None:
    found = score("sledai", Visit(recorded([item])), variant)
    assert found.evidence == mark
    assert ("unverified_rule" in found.flags) is (mark == "M")


@pytest.mark.parametrize(("variant", "mark"), [("sledai_2k_30d", "M"), ("sledai_1992", "S"), ("selena", "S")])
def test_that_drugs_are_excluded_from_low_platelets_of_2k_is_from_memory(variant: str, mark: str) -> None:
    low = {"thrombocytopenia": Item(YES, attribution="not_sle")}
    found = score("sledai", Visit(recorded(**low)), variant)
    assert (found.value, found.evidence) == (0, mark)
