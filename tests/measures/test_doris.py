"""Remission by DORIS 2021."""

from __future__ import annotations

from itertools import product

import pytest

from costim.measures import sledai
from costim.measures.bounds import UNBOUNDED, known
from costim.measures.facts import Drug, Facts, FactValue, Item, Scaled, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth

PRESENT, ABSENT = Item(Truth.YES), Item(Truth.NO)
ITEMS = tuple(sledai.weights())
SEROLOGY = ("low_complement", "increased_dna_binding")


def steroid(dose: str, name: str = "prednisolone", frequency: str = "daily") -> Drug:
    return Drug(name, known(dose), "mg", frequency)


def treated(change: str = "unchanged", name: str = "mycophenolate_mofetil") -> Drug:
    return Drug(name, UNBOUNDED, "", "", change=change)


BASE: dict[str, FactValue] = {
    **dict.fromkeys(ITEMS, ABSENT),
    "pga": Scaled(known("0.3"), "0-3"),
    "drugs": (steroid("4"), treated()),
}


def doris(variant: str = "", **more: object) -> Result:
    """The state of a visit in remission, but for what is said; None takes a fact away."""
    values = {name: value for name, value in {**BASE, **more}.items() if value is not None}
    return score("doris", Visit(Facts(values)), variant)  # type: ignore[arg-type]


def test_w17_serology_does_not_matter() -> None:
    visit = Visit(Facts({**BASE, "increased_dna_binding": PRESENT}))
    assert score("sledai", visit).value == 2
    assert score("csledai", visit).value == 0
    result = score("doris", visit)
    assert (result.state, result.variant, result.window_days) == ("yes", "doris2021_le5", 30)
    assert result.decided_by == ("csledai_zero", "pga", "steroid_dose", "no_steroid_pulse", "stable_treatment")
    assert "vanvollenhoven2021" in result.source
    assert doris(**dict.fromkeys(SEROLOGY)).state == "yes"


def test_w18_leukopenia_ends_remission() -> None:
    by_item = doris(increased_dna_binding=PRESENT, leukopenia=PRESENT)
    assert (by_item.state, by_item.decided_by) == ("no", ("csledai_zero",))
    by_count = doris(leukopenia=Item(attribution="sle"), leukocytes=known("2.8"))
    assert (by_count.state, by_count.decided_by) == ("no", ("csledai_zero",))


def test_a_low_count_of_unknown_cause_leaves_remission_open() -> None:
    found = doris(leukopenia=None, leukocytes=known("2.8"))
    assert (found.state, found.missing) == ("unknown", ("leukopenia",))
    assert "cause_not_recorded" in found.flags
    assert doris(leukopenia=None, leukocytes=known("3")).state == "yes"


@pytest.mark.parametrize("item", ITEMS)
def test_each_clinical_item_ends_remission(item: str) -> None:
    result = doris(**{item: PRESENT})
    assert result.state == ("yes" if item in SEROLOGY else "no")
    assert doris(**{item: Item(Truth.YES, attribution="not_sle")}).state == "yes"
    unknown = doris(**{item: Item(Truth.YES, attribution="uncertain")})
    assert unknown.missing == (() if item in SEROLOGY else (item,))


@pytest.mark.parametrize(
    ("reading", "states"),
    [("0.49", ("yes", "yes", "yes")), ("0.5", ("no", "no", "yes")), ("0.51", ("no", "no", "no"))],
)
def test_pga_of_exactly_a_half_passes_only_in_secondary_tables(reading: str, states: tuple[str, ...]) -> None:
    names = ("doris2021_le5", "doris2021_lt5", "doris_pga_le05")
    assert tuple(doris(name, pga=Scaled(known(reading), "0-3")).state for name in names) == states


@pytest.mark.parametrize(
    ("dose", "states"),
    [("4.99", ("yes", "yes", "yes")), ("5", ("yes", "no", "yes")), ("5.01", ("no", "no", "no"))],
)
def test_five_mg_is_where_the_paper_disagrees_with_itself(dose: str, states: tuple[str, ...]) -> None:
    names = ("doris2021_le5", "doris2021_lt5", "doris_pga_le05")
    assert tuple(doris(name, drugs=(steroid(dose),)).state for name in names) == states


def test_the_table_of_equivalents_may_decide() -> None:
    drugs = (steroid("0.75", "betamethasone"),)
    assert [doris(f"doris2021_le5+{t}", drugs=drugs).state for t in ("gc_bet_075", "gc_bet_060")] == ["yes", "no"]
    assert doris("doris2021_lt5", drugs=drugs).state == "no"


def test_a_pulse_ends_remission_unless_it_is_listed_apart() -> None:
    drugs = (steroid("4"), steroid("500", "methylprednisolone", "once"))
    assert doris(drugs=drugs).decided_by == ("no_steroid_pulse",)
    assert doris("doris2021_le5+pulse_apart", drugs=drugs).state == "yes"


@pytest.mark.parametrize(
    ("change", "strict", "taper"),
    [
        ("unchanged", "yes", "yes"),
        ("new", "no", "no"),
        ("increased", "no", "no"),
        ("decreased", "no", "yes"),
        ("stopped", "no", "yes"),
        ("", "unknown", "unknown"),
    ],
)
@pytest.mark.parametrize("name", ["hydroxychloroquine", "azathioprine", "belimumab", "rituximab"])
def test_treatment_must_be_stable(name: str, change: str, strict: str, taper: str) -> None:
    drugs = (treated(change, name),)
    assert doris(drugs=drugs).state == strict
    assert doris("doris2021_le5+taper_stable", drugs=drugs).state == taper


def test_a_drug_outside_the_table_may_be_an_immunosuppressive() -> None:
    assert doris(drugs=(treated("unchanged", "amlodipine"),)).state == "yes"
    result = doris(drugs=(treated("new", "amlodipine"),))
    assert (result.state, result.missing) == ("unknown", ("stable_treatment", "drugs"))
    assert "drug_not_in_table" in result.flags


def test_a_glucocorticoid_need_not_be_stable() -> None:
    assert doris(drugs=(Drug("prednisolone", known(5), "mg", "daily", change="decreased"),)).state == "yes"


def test_a_statement_on_stability_wins_with_a_flag() -> None:
    result = doris(drugs=(treated("new"),), stable_treatment=Truth.YES)
    assert (result.state, "statement_contradicts_facts" in result.flags) == ("yes", True)
    assert doris(stable_treatment=Truth.NO).decided_by == ("stable_treatment",)


def test_without_drugs_a_typed_dose_and_statements_decide() -> None:
    stated = {"drugs": None, "prednisone_equivalent": known(5), "stable_treatment": Truth.YES}
    assert doris(**stated).missing == ("steroid_pulse", "drugs")
    assert doris(**stated, steroid_pulse=Truth.NO).state == "yes"
    assert doris("doris2021_lt5", **stated, steroid_pulse=Truth.NO).state == "no"


def test_the_window_is_that_of_the_index_named() -> None:
    old = Item(Truth.YES, day=known(-11))
    assert doris(rash=old).state == "no"
    ten_days = doris("doris2021_le5+sledai_2k_10d", rash=old)
    assert (ten_days.state, ten_days.window_days) == ("yes", 10)


def test_the_joint_rule_may_decide() -> None:
    joints = {"arthritis": None, "joints": known(2)}
    names = ("arthritis_ge2", "arthritis_gt2", "arthritis_either")
    assert [doris(f"doris2021_le5+{name}", **joints).state for name in names] == ["no", "yes", "unknown"]


def test_open_facts_admit_exactly_what_their_completions_come_to() -> None:
    completions: dict[str, tuple[FactValue, ...]] = {
        "rash": (PRESENT, ABSENT),
        "fever": (PRESENT, ABSENT),
        "pga": (Scaled(known("0.2"), "0-3"), Scaled(known("0.5"), "0-3")),
        "stable_treatment": (Truth.YES, Truth.NO),
    }
    drugs = (steroid("4"), treated(""))
    for size in range(len(completions) + 1):
        unknown = tuple(completions)[:size]
        given = {name: completions[name][1] for name in completions if name not in unknown and name != "pga"}
        given |= {"drugs": drugs}
        open_result = doris(**{**given, **dict.fromkeys(unknown)})
        chosen = product(*(completions[name] for name in unknown))
        states = {doris(**{**given, **dict(zip(unknown, values, strict=True))}).state for values in chosen}
        assert set(open_result.possible) == states - {"unknown"}
