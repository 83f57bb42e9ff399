"""2019 EULAR/ACR classification: entry, domains, exclusive items, attribution, bounds."""

from __future__ import annotations

from itertools import product
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import Bounds, between, known
from costim.measures.eular_acr_2019 import domain_points, domains, item_readings
from costim.measures.facts import NO_FACTS, Facts, FactValue, Item, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.datafiles import read_rows
from costim.registry.measure_catalogue import measures

NO, UNKNOWN, YES = Truth.NO, Truth.UNKNOWN, Truth.YES
ROWS = {row["item"]: row for row in read_rows("measures/eular_acr_2019_items.csv")}
WEIGHTS = {name: int(row["weight"]) for name, row in ROWS.items()}
ALL_ABSENT: dict[str, FactValue] = dict.fromkeys(ROWS, Item(NO))
PRESENT = Item(YES)


def acr(facts: Facts) -> Result:
    return score("eular_acr_2019", Visit(facts))


def absent_but(**values: FactValue) -> Facts:
    return Facts(MappingProxyType(ALL_ABSENT | values))


def only(**values: FactValue) -> Facts:
    return Facts(MappingProxyType(values))


def ends(result: Result) -> tuple[int, int]:
    assert result.lower is not None
    assert result.upper is not None
    return int(result.lower), int(result.upper)


W21 = {
    "ana_titre": known(160),
    **dict.fromkeys(("eular_oral_ulcers", "eular_joints", "eular_low_c3", "eular_low_c4"), PRESENT),
}


def test_w21_twelve_points_classified() -> None:
    found = acr(absent_but(**W21))
    assert (found.value, found.state, found.complete, found.missing) == (12, "yes", True, ())
    assert found.decided_by == ("eular_oral_ulcers", "eular_joints", "eular_low_c3", "eular_low_c4")
    assert (found.variant, found.evidence, found.flags, found.unit) == ("eular_acr_2019", "S", (), "points")


def test_w21_is_classified_whatever_else_is_unknown() -> None:
    found = acr(only(**W21))
    assert ends(found) == (12, 2 + 4 + 5 + 6 + 6 + 6 + 10 + 2 + 4 + 6)
    assert (found.state, found.complete) == ("yes", False)
    assert "eular_acute_cutaneous" in found.missing
    assert "eular_oral_ulcers" not in found.missing
    assert "items_incomplete" in found.flags


def test_table_of_weights() -> None:
    assert WEIGHTS == {
        "eular_fever": 2,
        "eular_leukopenia": 3,
        "eular_thrombocytopenia": 4,
        "eular_haemolysis": 4,
        "eular_delirium": 2,
        "eular_psychosis": 3,
        "eular_seizure": 5,
        "eular_alopecia": 2,
        "eular_oral_ulcers": 2,
        "eular_subacute_or_discoid": 4,
        "eular_acute_cutaneous": 6,
        "eular_effusion": 5,
        "eular_pericarditis": 6,
        "eular_joints": 6,
        "eular_proteinuria": 4,
        "eular_nephritis_2_or_5": 8,
        "eular_nephritis_3_or_4": 10,
        "eular_antiphospholipid": 2,
        "eular_low_c3": 3,
        "eular_low_c4": 3,
        "eular_anti_dsdna": 6,
        "eular_anti_sm": 6,
    }
    assert len(domains()) == 10
    everything = acr(only(ana_titre=known(80), **dict.fromkeys(set(ROWS) - {"eular_delirium"}, PRESENT)))
    assert ends(everything)[1] == measures()["eular_acr_2019"].maximum == 51


def test_only_the_highest_item_of_a_domain_counts() -> None:
    for items in domains().values():
        for chosen in product((NO, YES), repeat=len(items)):
            found = acr(absent_but(**{name: Item(state) for name, state in zip(items, chosen, strict=True)}))
            assert found.value == truth_points({n for n, s in zip(items, chosen, strict=True) if s is YES})


def truth_points(present: set[str]) -> int:
    """The table read by hand, for items of known cause."""
    total = 0
    for items in domains().values():
        here = present & set(items)
        if "eular_delirium" in here:
            here -= {"eular_psychosis"}
        best = max((WEIGHTS[name] for name in here), default=0)
        total += 4 if {"eular_low_c3", "eular_low_c4"} <= here else best
    return total


@pytest.mark.parametrize(
    ("total", "state"),
    [
        ({"eular_joints": PRESENT, "eular_low_c3": PRESENT}, "no"),  # 9
        ({"eular_joints": PRESENT, "eular_low_c3": PRESENT, "eular_low_c4": PRESENT}, "yes"),  # 10
    ],
)
def test_ten_points_are_enough(total: dict[str, FactValue], state: str) -> None:
    assert acr(absent_but(ana_titre=known(80), **total)).state == state


def test_immunology_alone_does_not_classify() -> None:
    immunology = ("eular_antiphospholipid", "eular_low_c3", "eular_low_c4", "eular_anti_sm")
    found = acr(absent_but(ana_titre=known(640), **dict.fromkeys(immunology, PRESENT)))
    assert (found.value, found.state) == (12, "no")
    assert {c.name: c.state for c in found.checks} == {"entry": YES, "total": YES, "clinical": NO}
    unknown_fever = acr(
        only(
            **{
                k: v
                for k, v in absent_but(ana_titre=known(640), **dict.fromkeys(immunology, PRESENT)).values.items()
                if k != "eular_fever"
            }
        )
    )
    assert (unknown_fever.state, unknown_fever.missing, ends(unknown_fever)) == ("unknown", ("eular_fever",), (12, 14))


@pytest.mark.parametrize(
    ("ana", "state"),
    [
        ({"ana_titre": known(80)}, "yes"),
        ({"ana_titre": known(79)}, "unknown"),
        ({"ana_highest_titre": known(80)}, "yes"),
        ({"ana_highest_titre": known(79)}, "no"),
        ({"ana_highest_titre": between(80, None)}, "yes"),
        ({"ana_highest_titre": Bounds(None, known(80).value, upper_open=True)}, "no"),
        ({"ana_titre": known(40), "ana_highest_titre": known(320)}, "yes"),
        ({"ana_80_ever": YES}, "yes"),
        ({"ana_80_ever": NO}, "no"),
        ({"ana_80_ever": YES, "ana_titre": known(0)}, "yes"),
        ({}, "unknown"),
    ],
)
def test_entry_is_ever_and_a_low_titre_of_the_day_proves_nothing(ana: dict[str, FactValue], state: str) -> None:
    found = acr(absent_but(**{k: v for k, v in W21.items() if k != "ana_titre"}, **ana))
    assert (found.state, found.value) == (state, 12)
    assert found.missing == (("ana_80_ever", "ana_highest_titre") if state == "unknown" else ())


def test_a_high_titre_against_a_stated_never_is_flagged() -> None:
    found = acr(absent_but(**W21, ana_80_ever=NO))
    assert (found.state, "ana_contradicted" in found.flags) == ("yes", True)


@pytest.mark.parametrize(
    ("item", "test", "at", "met"),
    [
        ("eular_leukopenia", "leukocytes", "4.0", "3.9"),
        ("eular_thrombocytopenia", "platelets", "100", "99"),
        ("eular_proteinuria", "urine_protein", "0.5", "0.51"),
    ],
)
def test_a_laboratory_value_shows_an_item_and_disproves_none(item: str, test: str, at: str, met: str) -> None:
    def readings(*values: str, **more: FactValue) -> list[frozenset[int]]:
        return [item_readings(only(**{test: known(value)}, **more), item) for value in values]

    shown, not_shown = readings(met, at)
    assert shown == {2}
    assert not_shown == item_readings(NO_FACTS, item) == {0, 1, 2}
    assert readings(met, **{item: Item(NO)}) == [{0}]
    assert readings(met, **{item: Item(UNKNOWN, attribution="not_sle")}) == [{1}]
    assert readings(met, **{item: Item(UNKNOWN, attribution="uncertain")}) == [{1, 2}]


def test_what_comes_from_the_laboratory_says_so() -> None:
    def flags(**values: FactValue) -> tuple[str, ...]:
        return acr(absent_but(**{"leukocytes": known("3.9"), **values})).flags

    assert flags(eular_leukopenia=Item()) == ("item_from_laboratory",)
    assert flags(eular_leukopenia=PRESENT) == ()
    for record in (Item(NO), Item(YES, attribution="not_sle"), Item(UNKNOWN, attribution="uncertain")):
        assert "record_contradicts_laboratory" in flags(eular_leukopenia=record)
    assert flags(eular_leukopenia=Item(NO), leukocytes=known("4.0")) == ()


def test_attribution_gate() -> None:
    for cause, bounds in (("", (6, 6)), ("sle", (6, 6)), ("not_sle", (0, 0)), ("uncertain", (0, 6))):
        found = acr(absent_but(eular_joints=Item(YES, attribution=cause)))
        assert ends(found) == bounds
    assert acr(absent_but(ana_titre=known(80), eular_joints=Item(YES, attribution="uncertain"))).missing == (
        "eular_joints",
    )


@pytest.mark.parametrize(
    ("psychosis", "delirium", "bounds", "flagged"),
    [
        (PRESENT, Item(NO), (3, 3), False),
        (PRESENT, PRESENT, (2, 2), True),
        (Item(NO), PRESENT, (2, 2), False),
        (PRESENT, Item(YES, attribution="not_sle"), (0, 0), True),
        (PRESENT, Item(YES, attribution="uncertain"), (0, 2), True),
        (PRESENT, Item(), (0, 3), False),
        (PRESENT, Item(UNKNOWN, attribution="sle"), (2, 3), False),
        (Item(), PRESENT, (2, 2), False),
        (Item(), Item(NO), (0, 3), False),
    ],
)
def test_psychosis_needs_absence_of_delirium_of_any_cause(
    psychosis: Item, delirium: Item, bounds: tuple[int, int], flagged: bool
) -> None:
    found = acr(absent_but(eular_psychosis=psychosis, eular_delirium=delirium))
    assert (ends(found), "psychosis_with_delirium" in found.flags) == (bounds, flagged)


def test_an_item_that_cannot_matter_is_not_missing() -> None:
    facts = {k: v for k, v in ALL_ABSENT.items() if k != "eular_alopecia"}
    found = acr(only(**facts | {"eular_acute_cutaneous": PRESENT, "ana_titre": known(80)}))
    assert (found.value, found.missing) == (6, ())


ITEMS = [Item(), Item(NO), Item(YES), Item(YES, attribution="not_sle"), Item(YES, attribution="uncertain")]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(domains())), st.data())
def test_bounds_of_a_domain_are_those_of_all_completions(domain: str, data: st.DataObject) -> None:
    items = domains()[domain]
    partial = {name: data.draw(st.sampled_from(ITEMS)) for name in items}
    settled = [Item(NO), Item(YES), Item(YES, attribution="not_sle")]
    completions = []
    for item in partial.values():
        if item.state is UNKNOWN:
            completions.append(settled)
        else:
            completions.append(settled[1:] if item.attribution == "uncertain" else [item])
    totals = [acr(absent_but(**dict(zip(items, chosen, strict=True)))).value for chosen in product(*completions)]
    assert None not in totals
    found = next(d for d in domain_points(only(**partial)) if d.domain == domain)
    assert (found.lower, found.upper) == (min(totals), max(totals))  # type: ignore[type-var]
    assert bool(found.missing) == (found.lower != found.upper)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(sorted(ROWS))), st.sampled_from(sorted(set(ROWS) - {"eular_delirium"})))
def test_adding_an_item_never_lowers_the_total(present: set[str], added: str) -> None:
    """Delirium apart, which excludes psychosis."""
    before = acr(absent_but(**dict.fromkeys(present, PRESENT))).value
    after = acr(absent_but(**dict.fromkeys(present | {added}, PRESENT))).value
    assert before is not None
    assert after is not None
    assert after >= before
    assert after == truth_points(present | {added})


def test_its_facts_are_not_those_of_the_activity_indices() -> None:
    assert all(name.startswith("eular_") for name in ROWS)
    assert "fever" not in ROWS
