"""SELENA flare index: worked examples, every limit, the four ambiguities, what is not known."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import between
from costim.measures.facts import NO_FACTS, Drug, Facts, FactValue, Item, Scaled, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures
from tests.measures.sledai_visits import number, recorded

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
VARIANTS = ("sfi_cross12", "sfi_literal12", "sfi_modified")
STATEMENTS = dict.fromkeys(measures()["sfi"].facts, NO)
ORGANS = ("skin", "ulcers", "pleuritis", "pericarditis", "arthritis", "fever")
GRAVE = ("cns", "vasculitis", "nephritis", "myositis", "thrombocytopenia", "haemolysis")


def facts(index: int = 4, mg: str = "10", pga: str = "0.8", **more: FactValue) -> Facts:
    """60 kg, nothing new but what is named."""
    plain: dict[str, FactValue] = {
        "sledai_total": number(index),
        "prednisone_equivalent": number(mg),
        "pga": Scaled(number(pga), "0-3"),
        "body_weight": number(60),
        "admission_for_sle": NO,
        **STATEMENTS,
    }
    return Facts({**plain, **more})


def without(assessment: Facts, *names: str) -> Facts:
    """The same with some facts not recorded."""
    return Facts({name: value for name, value in assessment.values.items() if name not in names})


def flare(now: Facts, before: Facts | None = None, variant: str = "") -> Result:
    """The flare against the previous assessment."""
    return score("sfi", Visit(now, facts() if before is None else before), variant)


def test_w6_index_and_prednisone_make_it_mild_or_moderate() -> None:
    found = flare(facts(8, "30", "1.6"))
    assert (found.state, found.possible, found.complete) == ("mild_moderate", ("mild_moderate",), True)
    assert found.decided_by == ("index_mild", "prednisone_mild")
    assert (found.variant, found.window_days, found.missing) == ("sfi_cross12", 10, ())
    assert "unverified_rule" not in found.flags


def test_w7_prednisone_above_half_a_milligram_per_kg_is_severe() -> None:
    found = flare(facts(8, "35", "1.6"))
    assert (found.state, found.decided_by) == ("severe", ("prednisone_severe",))


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_new_is_no_flare(variant: str) -> None:
    assert flare(facts(), variant=variant).state == "none"
    assert flare(facts(2, "5", "0.1"), variant=variant).state == "none"


@pytest.mark.parametrize(
    ("before", "now", "cross", "literal", "modified"),
    [
        (4, 6, "none", "none", "none"),
        (4, 7, "mild_moderate", "mild_moderate", "mild_moderate"),
        (9, 12, "mild_moderate", "mild_moderate", "mild_moderate"),
        (10, 13, "severe", "severe", "mild_moderate"),
        (11, 13, "none", "severe", "none"),
        (13, 13, "none", "none", "none"),
        (13, 14, "none", "severe", "none"),
        (13, 16, "severe", "severe", "mild_moderate"),
        (16, 14, "none", "none", "none"),
    ],
)
def test_change_to_above_12_in_three_readings(before: int, now: int, cross: str, literal: str, modified: str) -> None:
    states = tuple(flare(facts(now), facts(before), variant).state for variant in VARIANTS)
    assert states == (cross, literal, modified)


def test_a_rise_of_exactly_three_is_a_flare_here_and_not_by_gladman() -> None:
    now, before = facts(7), facts(4)
    assert flare(now, before).state == "mild_moderate"
    assert score("sledai_change", Visit(now, before)).state == "persistently_active"


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ("0.8", "1.79", "none"),
        ("0.8", "1.8", "mild_moderate"),
        ("1.5", "2.5", "mild_moderate"),
        ("1.6", "2.5", "none"),
        ("1.5", "2.51", "severe"),
        ("2.4", "2.51", "severe"),
        ("2.6", "2.6", "none"),
        ("2.9", "2.6", "none"),
    ],
)
def test_pga_limits(before: str, now: str, state: str) -> None:
    assert flare(facts(pga=now), facts(pga=before)).state == state


def test_a_pga_between_1_and_2_5_without_a_rise_is_no_flare() -> None:
    assert flare(facts(pga="2.0"), facts(pga="1.9")).state == "none"


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ("10", "10", "none"),
        ("10", "10.01", "mild_moderate"),
        ("29", "30", "mild_moderate"),
        ("29", "30.01", "severe"),
        ("40", "40", "none"),
        ("60", "40", "none"),
        ("0", "5", "mild_moderate"),
    ],
)
def test_prednisone_limits(before: str, now: str, state: str) -> None:
    assert flare(facts(mg=now), facts(mg=before)).state == state


@pytest.mark.parametrize("organ", ORGANS)
def test_each_milder_feature_suffices(organ: str) -> None:
    found = flare(facts(**{f"sfi_{organ}": YES}))
    assert (found.state, found.decided_by) == ("mild_moderate", ("organ_mild",))


@pytest.mark.parametrize("organ", GRAVE)
def test_grave_features_need_doubled_or_high_prednisone_or_admission(organ: str) -> None:
    new: dict[str, FactValue] = {f"sfi_{organ}": YES}
    assert flare(facts(**new)).state == "none"
    assert "organ_severe" in flare(facts(mg="20", **new)).decided_by
    assert flare(facts(mg="19.99", **new)).state == "mild_moderate"
    assert flare(facts(mg="19.99", **new)).evidence == "M"
    assert "organ_severe" in flare(facts(mg="40", **new), facts(mg="40")).decided_by
    assert flare(facts(admission_for_sle=YES, **new)).decided_by == ("organ_severe", "admission")
    assert "organ_severe" in flare(facts(mg="5", **new), facts(mg="0")).decided_by
    assert flare(facts(mg="0", **new), facts(mg="0")).state == "none"
    assert flare(facts(mg="20", **new)).evidence == "M"
    assert "unverified_rule" in flare(facts(mg="20", **new)).flags


def test_admission_alone_is_severe() -> None:
    assert flare(facts(admission_for_sle=YES)).decided_by == ("admission",)
    assert flare(facts(admission_for_sle=UNKNOWN)).possible == ("none", "severe")


@pytest.mark.parametrize(
    ("platelets", "before", "item", "expected"),
    [
        ("59.9", "60", Item(YES), YES),
        ("60", "90", Item(), NO),
        ("59", "59", Item(), NO),
        ("40", "50", Item(YES), YES),
        ("40", "50", Item(attribution="sle"), YES),
        ("40", "50", Item(), UNKNOWN),
        ("50", "40", Item(), NO),
        ("40", "90", Item(YES, attribution="not_sle"), NO),
        ("40", "90", Item(YES, attribution="uncertain"), UNKNOWN),
        ("40", "90", Item(NO), NO),
        (None, "90", Item(YES), UNKNOWN),
        ("40", None, Item(YES), UNKNOWN),
    ],
)
def test_low_platelets(platelets: str | None, before: str | None, item: Item, expected: Truth) -> None:
    now = without(facts(mg="20", thrombocytopenia=item), "sfi_thrombocytopenia")
    found = flare(_with(now, "platelets", platelets), _with(facts(), "platelets", before))
    assert _check(found, "organ_severe") is expected


@pytest.mark.parametrize(
    ("haemoglobin", "before", "item", "expected"),
    [
        ("6.9", "9", Item(YES), YES),
        ("7", "9", Item(YES), NO),
        ("9", "12", Item(YES), NO),
        ("9", "12.1", Item(YES), YES),
        ("9", "12.1", Item(NO), NO),
        ("9", "12.1", Item(), UNKNOWN),
        ("6.9", "6.9", Item(YES, course="new"), YES),
        ("6.9", "6.9", Item(YES, course="persistent"), NO),
        ("6.9", "6.9", Item(YES), UNKNOWN),
        ("9", "12.1", Item(YES, attribution="not_sle"), NO),
        ("9", "12.1", Item(YES, day=number(-11)), NO),
    ],
)
def test_haemolysis_needs_a_fall_of_more_than_three(haemoglobin: str, before: str, item: Item, expected: Truth) -> None:
    now = without(facts(mg="20", haemolytic_anaemia=item), "sfi_haemolysis")
    found = flare(_with(now, "haemoglobin", haemoglobin), _with(facts(), "haemoglobin", before))
    assert _check(found, "organ_severe") is expected


def _with(assessment: Facts, fact: str, value: str | None) -> Facts:
    return assessment if value is None else Facts({**assessment.values, fact: number(value)})


def _check(found: Result, name: str) -> Truth:
    return next(check.state for check in found.checks if check.name == name)


@pytest.mark.parametrize(
    ("organ", "name", "now", "before", "expected"),
    [
        ("ulcers", "mucosal_ulcers", Item(YES), Item(NO), YES),
        ("ulcers", "mucosal_ulcers", Item(YES), Item(YES), UNKNOWN),
        ("ulcers", "mucosal_ulcers", Item(YES, course="worse"), Item(YES), YES),
        ("ulcers", "mucosal_ulcers", Item(YES, course="persistent"), Item(YES), NO),
        ("ulcers", "mucosal_ulcers", Item(NO), Item(YES), NO),
        ("ulcers", "mucosal_ulcers", Item(YES, attribution="not_sle"), Item(NO), NO),
        ("ulcers", "mucosal_ulcers", Item(YES), Item(UNKNOWN), UNKNOWN),
        ("skin", "rash", Item(YES), Item(NO), UNKNOWN),
        ("skin", "rash", Item(YES, detail="discoid"), Item(NO), YES),
        ("skin", "rash", Item(YES, detail="other_rash"), Item(NO), NO),
        ("skin", "rash", Item(NO), Item(NO), NO),
        ("skin", "vasculitis", Item(YES, detail="cutaneous_vasculitis"), Item(NO), YES),
        ("vasculitis", "vasculitis", Item(YES, detail="cutaneous_vasculitis"), Item(NO), NO),
        ("vasculitis", "vasculitis", Item(YES, detail="systemic_vasculitis"), Item(NO), YES),
        ("vasculitis", "vasculitis", Item(YES), Item(NO), UNKNOWN),
        ("nephritis", "haematuria", Item(YES), Item(NO), YES),
        ("nephritis", "haematuria", Item(NO), Item(NO), NO),
        ("cns", "psychosis", Item(YES), Item(NO), YES),
        ("cns", "psychosis", Item(NO), Item(NO), UNKNOWN),
        ("myositis", "myositis", Item(YES), Item(NO), YES),
    ],
)
def test_features_from_items(organ: str, name: str, now: Item, before: Item, expected: Truth) -> None:
    column = "organ_mild" if organ in ORGANS else "organ_severe"
    items = dict(recorded().values)
    visit = Facts({**without(facts(mg="20"), f"sfi_{organ}", "sledai_total").values, **items, name: now})
    earlier = Facts({**without(facts(), "sledai_total").values, **items, name: before})
    assert _check(flare(visit, earlier), column) is expected
    said = Facts({**visit.values, f"sfi_{organ}": YES})
    assert _check(flare(said, earlier), column) is YES
    assert ("statement_contradicts_facts" in flare(said, earlier).flags) is (expected is NO)


def drugs(*names: str, **changes: str) -> dict[str, FactValue]:
    """A list of drugs, as a fact."""
    return {"drugs": tuple(Drug(name, change=changes.get(name, "")) for name in names)}


@pytest.mark.parametrize("drug", ["cyclophosphamide", "azathioprine", "methotrexate", "Mycophenolate mofetil"])
def test_new_immunosuppressants_are_severe(drug: str) -> None:
    def severe(now: dict[str, FactValue], before: dict[str, FactValue]) -> Truth:
        visit = without(facts(**now), "sfi_new_immunosuppressant")
        return _check(flare(visit, facts(**before)), "drugs_severe")

    assert severe(drugs(drug), drugs()) is YES
    assert severe(drugs(drug), drugs(drug)) is NO
    assert severe(drugs(), drugs(drug)) is NO
    assert severe(drugs(drug), {}) is UNKNOWN
    assert severe({}, drugs()) is UNKNOWN
    assert severe(drugs(drug, **{drug: "new"}), {}) is YES
    assert severe(drugs(drug, **{drug: "increased"}), {}) is NO
    assert severe(drugs(drug, **{drug: "stopped"}), drugs()) is NO
    assert severe(drugs(drug), drugs(drug, **{drug: "stopped"})) is YES


def test_mycophenolate_is_from_memory_and_the_others_are_not() -> None:
    for names, evidence in [
        (("mycophenolate",), "M"),
        (("azathioprine",), "C"),
        (("azathioprine", "mycophenolate"), "C"),
    ]:
        now = without(facts(**drugs(*names)), "sfi_new_immunosuppressant")
        found = flare(now, facts(**drugs()))
        assert (found.state, found.evidence) == ("severe", evidence)


def test_a_new_biologic_is_flagged_and_no_criterion() -> None:
    now = without(facts(**drugs("rituximab")), "sfi_new_immunosuppressant")
    found = flare(now, facts(**drugs()))
    assert (found.state, "new_biologic_not_listed" in found.flags) == ("none", True)
    assert "new_biologic_not_listed" not in flare(now, facts(**drugs("rituximab"))).flags


@pytest.mark.parametrize("drug", ["hydroxychloroquine", "ibuprofen"])
def test_an_added_nsaid_or_hydroxychloroquine_counts_when_added_for_activity(drug: str) -> None:
    now = without(facts(**drugs(drug)), "sfi_added_for_activity")
    found = flare(now, facts(**drugs()))
    assert (found.possible, found.missing) == (("none", "mild_moderate"), ("sfi_added_for_activity",))
    assert flare(now, facts(**drugs(drug))).state == "none"
    assert flare(facts(sfi_added_for_activity=YES)).decided_by == ("drugs_mild",)


def test_a_rise_of_unknown_height_is_a_flare_of_either_severity() -> None:
    found = flare(without(facts(mg="30"), "body_weight"))
    assert (found.possible, found.missing) == (("mild_moderate", "severe"), ("body_weight",))
    ranged = flare(facts(sledai_total=between(11, 14)))
    assert ranged.possible == ("mild_moderate", "severe")


def test_without_facts_everything_is_possible() -> None:
    for variant in VARIANTS:
        assert flare(NO_FACTS, NO_FACTS, variant).possible == ("none", "mild_moderate", "severe")


def test_against_entry() -> None:
    visit = Visit(facts(8), facts(8), facts(4))
    assert score("sfi", visit).state == "none"
    assert score("sfi", visit, "sfi_cross12+against_baseline").state == "mild_moderate"
    # A course or change is told against the previous assessment, and says nothing of entry.
    items = dict(recorded(mucosal_ulcers=Item(YES, course="new")).values)
    now = Facts({**without(facts(), "sfi_ulcers").values, **items})
    entry = Facts({**facts().values, **recorded(["mucosal_ulcers"]).values})
    found = score("sfi", Visit(now, facts(), entry), "sfi_cross12+against_baseline")
    assert _check(found, "organ_mild") is UNKNOWN


def test_another_version_of_the_index() -> None:
    now = Facts(
        {**without(facts(), "sledai_total").values, **recorded(proteinuria=Item(YES, course="persistent")).values}
    )
    before = Facts({**without(facts(), "sledai_total").values, **recorded().values})
    assert flare(now, before).state == "none"
    found = flare(now, before, "sfi_cross12+sledai_2k_30d")
    assert (found.state, found.window_days) == ("mild_moderate", 30)


CHOICES = {
    "sledai_total": (number(4), number(7), number(13)),
    "prednisone_equivalent": (number(10), number(20), number(40)),
    "pga": tuple(Scaled(number(text), "0-3") for text in ("0.8", "1.8", "2.8")),
    "sfi_ulcers": (YES, NO),
    "sfi_nephritis": (YES, NO),
    "sfi_new_immunosuppressant": (YES, NO),
    "sfi_added_for_activity": (YES, NO),
    "admission_for_sle": (YES, NO),
}


@settings(max_examples=80, deadline=None)
@given(
    now=st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()}),
    hidden=st.sets(st.sampled_from(sorted(CHOICES)), max_size=2),
    variant=st.sampled_from(VARIANTS),
)
def test_what_is_possible_admits_every_completion(now: dict[str, FactValue], hidden: set[str], variant: str) -> None:
    given_ = Facts({**facts().values, **now})
    partly = flare(without(given_, *hidden), variant=variant)
    names = sorted(hidden)
    for filling in product(*(CHOICES[name] for name in names)):
        whole = flare(Facts({**given_.values, **dict(zip(names, filling, strict=True))}), variant=variant)
        assert whole.complete
        assert whole.state in partly.possible
    assert partly.complete is (len(partly.possible) == 1)
    assert bool(partly.missing) is not partly.complete


def test_a_rise_that_can_only_lead_above_the_limit_is_no_milder_flare() -> None:
    # From 11 points a rise of 3 ends at 14; from a PGA of 2 a rise of 1 at 3; above 35 mg the dose is above 0.5 mg/kg.
    index = flare(facts(sledai_total=between(4, 14)), facts(11))
    pga = flare(Facts({**facts().values, "pga": Scaled(between(1, 3), "0-3")}), facts(pga="2"))
    dose = flare(facts(prednisone_equivalent=between(10, 40)), facts(mg="35"))
    for found in (index, pga, dose):
        assert found.possible == ("none", "severe")
    assert index.missing == ("sledai_total",)
    assert flare(facts(sledai_total=between(4, 14)), facts(9)).possible == ("none", "mild_moderate", "severe")


RANGES = {
    "sledai_total": tuple(range(6, 18, 2)),
    "pga": tuple(range(4)),
    "prednisone_equivalent": tuple(range(20, 50, 10)),
}


@settings(max_examples=40, deadline=None)
@given(
    fact=st.sampled_from(sorted(RANGES)),
    ends=st.lists(st.integers(0, 5), min_size=4, max_size=4),
    variant=st.sampled_from(VARIANTS),
)
def test_ranges_admit_exactly_what_their_completions_come_to(fact: str, ends: list[int], variant: str) -> None:
    values = RANGES[fact]
    (a, b), (c, d) = (sorted(values[min(end, len(values) - 1)] for end in pair) for pair in (ends[:2], ends[2:]))

    def ranged(low: int, high: int) -> Facts:
        bounds = between(low, high)
        return Facts({**facts().values, fact: Scaled(bounds, "0-3") if fact == "pga" else bounds})

    every = {
        flare(ranged(now, now), ranged(before, before), variant).state
        for now, before in product(range(a, b + 1), range(c, d + 1))
    }
    assert set(flare(ranged(a, b), ranged(c, d), variant).possible) == every


def test_a_milder_flare_does_not_rest_on_milder_criteria_that_fail() -> None:
    """The organ rule on skin is a convention; where the index makes the flare it does not matter."""
    items = recorded(rash=Item(NO), vasculitis=Item(NO))
    now = Facts({**without(facts(), "sfi_skin").values, **items.values, "sledai_total": number(4)})
    now = Facts({**now.values, "arthritis": Item(YES)})
    before = Facts({**facts().values, **recorded().values, "sledai_total": number(0)})
    found = flare(now, before, "sfi_literal12")
    assert (found.state, found.evidence) == ("mild_moderate", "S")
