"""Lupus low disease activity state."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures import bilag, sledai
from costim.measures.bounds import UNBOUNDED, Bounds, known
from costim.measures.facts import Drug, Facts, FactValue, Item, Scaled, Visit
from costim.measures.index_items import sharpened
from costim.measures.result import Check, Result
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures

ITEMS = tuple(sledai.weights())
NO_ITEM = {name: Item(Truth.NO) for name in ITEMS}
PRESENT, ABSENT = Item(Truth.YES), Item(Truth.NO)
QUICK = settings(max_examples=60)


def drug(name: str, dose: str | None = None, frequency: str = "daily", unit: str = "mg", **more: Truth) -> Drug:
    bounds = UNBOUNDED if dose is None else known(dose)
    return Drug(name, bounds, unit, frequency, investigational=more.get("investigational", Truth.UNKNOWN))


LOW_DOSE = drug("prednisolone", "6")
BASE: dict[str, FactValue] = {
    **NO_ITEM,
    "haemolytic_anaemia": ABSENT,
    "gastrointestinal_activity": ABSENT,
    "pga": Scaled(known("0.8"), "0-3"),
    "drugs": (LOW_DOSE, drug("azathioprine", "100")),
    "new_lupus_activity": Truth.NO,
}


def lldas(variant: str = "", previous: Facts | None = None, baseline: Facts | None = None, **more: object) -> Result:
    """The state of a visit that meets every item, but for what is said; None takes a fact away."""
    values = {name: value for name, value in {**BASE, **more}.items() if value is not None}
    visit = Visit(Facts(values), previous or Facts(), baseline or Facts())  # type: ignore[arg-type]
    return score("lldas", visit, variant)


def check(result: Result, name: str) -> Check:
    return next(entry for entry in result.checks if entry.name == name)


def test_w14_low_activity_on_little_prednisolone_is_the_state() -> None:
    result = lldas(rash=PRESENT, low_complement=PRESENT)
    assert (result.state, result.possible, result.complete) == ("yes", ("yes",), True)
    assert result.decided_by == tuple(c.name for c in result.checks)
    assert len(result.checks) == 14
    assert (result.variant, result.window_days, result.evidence) == ("lldas_franklyn", 30, "C")
    assert result.flags == ("tolerance_not_stated",)
    assert {"franklyn2016", "golder2016", "touma2010"} <= set(result.source)


def test_w15_haematuria_alone_is_renal_activity() -> None:
    result = lldas(haematuria=PRESENT)
    assert (result.state, result.decided_by, result.missing) == ("no", ("no_renal_activity",), ())


def test_w16_without_pga_it_is_unknown_and_pga_would_decide() -> None:
    result = lldas(rash=PRESENT, low_complement=PRESENT, pga=None)
    assert (result.state, result.possible, result.missing) == ("unknown", ("yes", "no"), ("pga",))


def test_w19_a_pga_of_36_mm_fails_item_3() -> None:
    assert lldas(pga=Scaled(known(36), "0-100")).decided_by == ("pga_at_most_1",)


ORGANS = {
    "no_renal_activity": ("urinary_casts", "haematuria", "proteinuria", "pyuria"),
    "no_cns_activity": (
        "seizure",
        "psychosis",
        "organic_brain_syndrome",
        "visual_disturbance",
        "cranial_nerve",
        "lupus_headache",
        "cva",
    ),
    "no_cardiopulmonary_activity": ("pleurisy", "pericarditis"),
    "no_vasculitis": ("vasculitis",),
    "no_fever": ("fever",),
}


@pytest.mark.parametrize("item", ITEMS)
def test_each_item_fails_its_organ_and_the_total(item: str) -> None:
    result = lldas(**{item: PRESENT})
    organ = [name for name, items in ORGANS.items() if item in items]
    total = ["sledai_at_most_4"] if sledai.weights()[item] > 4 else []
    assert result.state == ("no" if organ or total else "yes")
    assert organ + total == sorted(result.decided_by, key=[*organ, *total].index) if organ else result.complete
    unknown = lldas(**{item: None})
    assert [c.name for c in unknown.checks if c.state is Truth.UNKNOWN and c.name in ORGANS] == organ


@pytest.mark.parametrize("item", ["haemolytic_anaemia", "gastrointestinal_activity"])
def test_findings_outside_the_index_pass_window_and_attribution(item: str) -> None:
    criterion = f"no_{item}"
    for found, state in [
        (PRESENT, "no"),
        (Item(Truth.YES, attribution="sle"), "no"),
        (Item(Truth.YES, attribution="not_sle"), "yes"),
        (Item(Truth.YES, attribution="uncertain"), "unknown"),
        (Item(Truth.YES, day=known(-30)), "no"),
        (Item(Truth.YES, day=known(-31)), "yes"),
        (Item(Truth.YES, day=Bounds(known(-40).lower, known(0).upper)), "unknown"),
        (Item(Truth.NO, attribution="uncertain"), "yes"),
        (None, "unknown"),
    ]:
        result = lldas(**{item: found})
        assert result.state == state, found
        assert check(result, criterion).missing == ((item,) if state == "unknown" else ())
    ten_days = lldas("lldas_franklyn+sledai_2k_10d", **{item: Item(Truth.YES, day=known(-11))})
    assert (ten_days.state, ten_days.window_days) == ("yes", 10)


@pytest.mark.parametrize(
    ("attribution", "state"), [("sle", "no"), ("", "no"), ("not_sle", "yes"), ("uncertain", "unknown")]
)
def test_items_of_organs_pass_the_attribution_gate(attribution: str, state: str) -> None:
    assert lldas(fever=Item(Truth.YES, attribution=attribution)).state == state


def test_total_of_four_passes_and_more_fails() -> None:
    assert lldas(arthritis=PRESENT).state == "yes"
    assert lldas(arthritis=PRESENT, thrombocytopenia=PRESENT).decided_by == ("sledai_at_most_4",)


@pytest.mark.parametrize(("reading", "state"), [("1", "yes"), ("1.01", "no")])
def test_pga_of_exactly_one_passes(reading: str, state: str) -> None:
    assert lldas(pga=Scaled(known(reading), "0-3")).state == state


@pytest.mark.parametrize(("dose", "state"), [("7.5", "yes"), ("7.51", "no")])
def test_dose_of_exactly_seven_and_a_half_passes(dose: str, state: str) -> None:
    assert lldas(drugs=(drug("prednisolone", dose),)).state == state


def test_the_table_of_equivalents_moves_betamethasone_across_the_limit() -> None:
    one_mg = (drug("betamethasone", "1.0"),)
    states = [lldas(f"lldas_franklyn+{t}", drugs=one_mg).state for t in ("gc_bet_075", "gc_bet_060", "gc_bet_050")]
    assert states == ["yes", "no", "no"]
    assert lldas("lldas_franklyn+gc_bet_050", drugs=one_mg).evidence == "M"


def test_a_pulse_excludes_the_state_unless_it_is_listed_apart() -> None:
    pulse = (LOW_DOSE, drug("methylprednisolone", "500", "once"))
    assert lldas(drugs=pulse).decided_by == ("no_steroid_pulse",)
    apart = lldas("lldas_franklyn+pulse_apart", drugs=pulse)
    assert apart.state == "yes"
    assert "pulse_listed_apart" in apart.flags
    assert lldas(steroid_pulse=Truth.YES).decided_by == ("no_steroid_pulse",)


def test_a_typed_dose_leaves_pulses_unknown_until_they_are_stated() -> None:
    typed = {"drugs": None, "prednisone_equivalent": known(6), "tolerated_standard_treatment": Truth.YES}
    assert lldas(**typed).missing == ("steroid_pulse", "drugs")
    assert lldas(**typed, steroid_pulse=Truth.NO).state == "yes"
    assert lldas("lldas_franklyn+pulse_apart", **typed).state == "yes"


def test_a_glucocorticoid_without_frequency_may_be_a_pulse() -> None:
    result = lldas(drugs=(drug("prednisolone", "5", ""),))
    assert check(result, "no_steroid_pulse").state is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("name", "limit", "above", "frequency"),
    [
        ("hydroxychloroquine", "400", "400.1", "daily"),
        ("hydroxychloroquine", "200", "201", "twice daily"),
        ("hydroxychloroquine", "800", "801", "alternate days"),
        ("methotrexate", "30", "30.5", "weekly"),
        ("azathioprine", "200", "201", "daily"),
        ("mycophenolate_mofetil", "1500", "1501", "twice daily"),
        ("mycophenolate mofetil", "3000", "3001", "daily"),
        ("Mycophenolic acid", "2160", "2161", "daily"),
        ("leflunomide", "20", "20.5", "daily"),
    ],
)
def test_highest_maintenance_doses_are_literal(name: str, limit: str, above: str, frequency: str) -> None:
    assert lldas(drugs=(drug(name, limit, frequency),)).state == "yes"
    over = lldas(drugs=(drug(name, above, frequency),))
    assert over.decided_by == ("standard_treatment",)


def test_courses_of_one_drug_add_up_and_stopped_ones_do_not_count() -> None:
    both = (drug("azathioprine", "150"), drug("azathioprine", "100"))
    assert lldas(drugs=both).state == "no"
    stopped = Drug("azathioprine", known(300), "mg", "daily", change="stopped")
    assert lldas(drugs=(stopped,)).state == "yes"


def test_units_and_body_weight() -> None:
    assert lldas(drugs=(drug("mycophenolate_mofetil", "3", unit="g"),)).state == "yes"
    per_kg = (drug("azathioprine", "2.5", unit="mg/kg"),)
    open_result = lldas(drugs=per_kg)
    assert set(open_result.missing) == {"drugs", "body_weight", "tolerated_standard_treatment"}
    assert lldas(drugs=per_kg, body_weight=known(80)).state == "yes"
    assert lldas(drugs=per_kg, body_weight=known(81)).state == "no"


@pytest.mark.parametrize(
    "course",
    [
        drug("methotrexate"),
        drug("methotrexate", "15", ""),
        drug("methotrexate", "15", "weekly", ""),
        drug("cyclophosphamide", "500", "monthly"),
        drug("mycophenolate", "2000"),
        drug("obinutuzumab", "1000", "once"),
        drug("unheard_of", "1"),
    ],
)
def test_a_drug_that_cannot_be_judged_leaves_it_unknown_until_stated(course: Drug) -> None:
    result = lldas(drugs=(course,))
    assert result.missing == ("drugs", "tolerated_standard_treatment")
    for statement, state in [(Truth.YES, "yes"), (Truth.NO, "no")]:
        assert lldas(drugs=(course,), tolerated_standard_treatment=statement).state == state


def test_drugs_outside_the_table_and_investigational_ones() -> None:
    known_one = lldas(drugs=(drug("amlodipine", "5", investigational=Truth.NO),))
    assert known_one.state == "yes"
    assert "drug_not_in_table" in known_one.flags
    for name in ("azathioprine", "rituximab", "new_antibody"):
        assert lldas(drugs=(drug(name, "50", investigational=Truth.YES),)).decided_by == ("standard_treatment",)


def test_without_a_list_treatment_is_unknown_and_an_empty_list_is_none() -> None:
    missing = lldas(drugs=None)
    assert missing.missing == ("drugs", "steroid_pulse", "tolerated_standard_treatment")
    assert lldas(drugs=()).state == "yes"


def test_a_statement_on_treatment_wins_over_the_list_with_a_flag() -> None:
    high = (drug("azathioprine", "300"),)
    result = lldas(drugs=high, tolerated_standard_treatment=Truth.YES)
    assert result.state == "yes"
    assert "statement_contradicts_facts" in result.flags
    assert "tolerance_not_stated" not in result.flags
    assert lldas(tolerated_standard_treatment=Truth.NO).decided_by == ("standard_treatment",)


def test_rituximab_by_policy() -> None:
    treated = (LOW_DOSE, drug("Rituximab", "500", "monthly"))
    usual = lldas(drugs=treated)
    assert (usual.state, "rituximab_off_label" in usual.flags) == ("yes", True)
    approved = lldas("lldas_franklyn+rtx_approved", drugs=treated)
    assert (approved.state, "rituximab_off_label" in approved.flags) == ("yes", False)
    excluded = lldas("lldas_franklyn+rtx_excluded", drugs=treated, tolerated_standard_treatment=Truth.YES)
    assert (excluded.decided_by, excluded.variant) == (("rituximab_policy",), "lldas_franklyn+rtx_excluded")
    stated = {"drugs": None, "prednisone_equivalent": known(0), "tolerated_standard_treatment": Truth.YES}
    unlisted = lldas("lldas_franklyn+rtx_excluded", **stated, steroid_pulse=Truth.NO)
    assert unlisted.missing == ("drugs",)


def before(**items: Item) -> Facts:
    return Facts({**NO_ITEM, **items})


@pytest.mark.parametrize(
    ("now", "then", "state"),
    [
        (PRESENT, ABSENT, "no"),
        (PRESENT, PRESENT, "yes"),
        (ABSENT, PRESENT, "yes"),
        (ABSENT, ABSENT, "yes"),
        (PRESENT, Item(), "unknown"),
        (Item(), PRESENT, "yes"),
        (Item(), ABSENT, "unknown"),
        (PRESENT, Item(Truth.YES, attribution="not_sle"), "no"),
        (PRESENT, Item(Truth.YES, day=known(-31)), "no"),
    ],
)
def test_new_activity_by_item_compares_with_the_previous_assessment(now: Item, then: Item, state: str) -> None:
    result = lldas(previous=before(low_complement=then), low_complement=now, new_lupus_activity=None)
    assert result.state == state
    if state == "no":
        assert result.decided_by == ("no_new_activity",)
    if state == "unknown":
        unknown_now = now.state is Truth.UNKNOWN
        assert result.missing == ("low_complement" if unknown_now else "previous.low_complement", "new_lupus_activity")


def test_without_previous_assessment_new_activity_is_known_only_where_nothing_is_present() -> None:
    assert lldas(new_lupus_activity=None).state == "yes"
    open_result = lldas(new_lupus_activity=None, rash=PRESENT)
    assert open_result.missing == ("new_lupus_activity",)
    assert "no_previous_assessment" in open_result.flags
    there = lldas(new_lupus_activity=None, rash=PRESENT, previous=Facts({"pga": Scaled(known(1), "0-3")}))
    assert there.missing == ("previous.rash", "new_lupus_activity")
    assert "no_previous_assessment" not in there.flags


def test_a_statement_of_new_activity_wins() -> None:
    assert lldas(new_lupus_activity=Truth.YES, rash=PRESENT).decided_by == ("no_new_activity",)
    result = lldas(previous=before(), rash=PRESENT)
    assert (result.state, "statement_contradicts_facts" in result.flags) == ("yes", True)


def graded(grade: str, system: str = "renal", **more: FactValue) -> dict[str, FactValue]:
    return {**{f"bilag_{name}": "E" for name in bilag.SYSTEMS}, f"bilag_{system}": grade, **more}


@pytest.mark.parametrize("now", "ABCDE")
@pytest.mark.parametrize("then", "ABCDE")
def test_new_activity_by_bilag_is_any_more_active_grade(now: str, then: str) -> None:
    values = graded(now, new_lupus_activity=None)
    result = lldas("lldas_franklyn+new_by_bilag", previous=Facts(graded(then)), **values)
    worse = now in "ABC" and now < then
    assert result.state == ("no" if worse else "yes")


def test_new_activity_by_bilag_is_open_without_a_grade() -> None:
    values = graded("B", new_lupus_activity=None)
    then = {name: value for name, value in graded("B").items() if name != "bilag_renal"}
    result = lldas("lldas_franklyn+new_by_bilag", previous=Facts(then), **values)
    assert result.missing == ("previous.bilag_renal", "new_lupus_activity")


def test_new_activity_by_item_and_bilag_needs_both() -> None:
    variant = "lldas_franklyn+new_by_item_and_bilag"
    quiet = graded("E", new_lupus_activity=None)
    assert lldas(variant, previous=Facts({**NO_ITEM, **graded("E")}), **quiet).state == "yes"
    assert lldas(variant, previous=Facts({**NO_ITEM, **graded("E")}), **quiet, rash=PRESENT).state == "no"
    worse = graded("C", new_lupus_activity=None)
    assert lldas(variant, previous=Facts({**NO_ITEM, **graded("E")}), **worse).state == "no"


QUIET: dict[str, FactValue] = {
    **NO_ITEM,
    "pga": Scaled(known("0.8"), "0-3"),
    "drugs": (LOW_DOSE,),
    "admission_for_sle": Truth.NO,
    "haemolytic_anaemia": ABSENT,
    "platelets": known(200),
    "body_weight": known(60),
}


def test_new_activity_by_flare_index_against_previous_or_entry() -> None:
    """A rise of the PGA by 1.0 is a flare; only the option says since when."""
    facts = {"new_lupus_activity": None, "pga": Scaled(known(1), "0-3"), "drugs": (LOW_DOSE,)}
    low, same = ({**QUIET, "pga": Scaled(known(p), "0-3")} for p in ("0", "1"))
    since_previous = lldas("lldas_franklyn+new_by_sfi", Facts(low), Facts(same), **facts)
    assert since_previous.decided_by == ("no_new_activity",)
    since_entry = lldas("lldas_franklyn+new_by_sfi_from_baseline", Facts(same), Facts(low), **facts)
    assert since_entry.decided_by == ("no_new_activity",)
    other = lldas("lldas_franklyn+new_by_sfi", Facts(same), Facts(low), **facts)
    assert check(other, "no_new_activity").state is not Truth.NO


def test_parodis_asks_for_fewer_organs_and_for_flares_since_entry() -> None:
    more = {"haemolytic_anaemia": PRESENT, "gastrointestinal_activity": PRESENT}
    result = lldas("lldas_parodis", **more)
    assert (result.state, result.variant) == ("yes", "lldas_parodis")
    assert lldas(**more).state == "no"
    for item in (*ORGANS["no_renal_activity"], "pleurisy", "pericarditis", "fever"):
        assert lldas("lldas_parodis", **{item: PRESENT}).state == "no"
    # What the shortened item leaves out weighs 8 points and fails the total.
    assert lldas("lldas_parodis", seizure=PRESENT).decided_by == ("sledai_at_most_4",)


def test_the_joint_rule_may_decide() -> None:
    joints = {"arthritis": None, "joints": known(2), "rash": PRESENT, "new_lupus_activity": Truth.NO}
    assert lldas(**joints).decided_by == ("sledai_at_most_4",)
    assert lldas("lldas_franklyn+arthritis_gt2", **joints).state == "yes"
    assert lldas("lldas_franklyn+arthritis_either", **joints).state == "unknown"


def test_a_typed_total_says_which_items_are_absent() -> None:
    no_items = dict.fromkeys(ITEMS)
    assert lldas(**no_items, sledai_total=known(0)).state == "yes"
    three = lldas(**no_items, sledai_total=known(3))
    assert three.missing == ("pleurisy", "pericarditis", "fever")
    four = lldas(**no_items, sledai_total=known(4))
    assert check(four, "no_cns_activity").state is Truth.YES
    assert check(four, "no_renal_activity").state is Truth.UNKNOWN
    only_one_left = {**no_items, **NO_ITEM, "haematuria": None}
    assert lldas(**only_one_left, sledai_total=known(4)).decided_by == ("no_renal_activity",)


WEIGHTS = {"a": 1, "b": 2, "c": 2, "d": 4}


@QUICK
@given(
    states=st.fixed_dictionaries({name: st.sampled_from(list(Truth)) for name in WEIGHTS}),
    ends=st.tuples(st.integers(0, 10), st.integers(0, 10)),
)
def test_what_a_total_says_of_items_holds_in_every_completion(states: dict[str, Truth], ends: tuple[int, int]) -> None:
    total = Bounds(known(min(ends)).lower, known(max(ends)).upper)
    choices = [[state] if state is not Truth.UNKNOWN else [Truth.YES, Truth.NO] for state in states.values()]
    fitting = [
        dict(zip(states, chosen, strict=True))
        for chosen in product(*choices)
        if min(ends) <= sum(WEIGHTS[n] for n, s in zip(states, chosen, strict=True) if s is Truth.YES) <= max(ends)
    ]
    found = sharpened(states, total, WEIGHTS)
    if not fitting:
        return
    for name, state in found.items():
        if state is not Truth.UNKNOWN:
            assert {completion[name] for completion in fitting} == {state}


OPEN = ("fever", "haematuria", "rash", "pga", "haemolytic_anaemia", "new_lupus_activity")
COMPLETIONS: dict[str, tuple[FactValue, ...]] = {
    "fever": (PRESENT, ABSENT),
    "haematuria": (PRESENT, ABSENT),
    "rash": (PRESENT, ABSENT),
    "pga": (Scaled(known("0.5"), "0-3"), Scaled(known(2), "0-3")),
    "haemolytic_anaemia": (PRESENT, ABSENT),
    "new_lupus_activity": (Truth.YES, Truth.NO),
}


@pytest.mark.parametrize("unknown", [OPEN[:k] for k in range(4)] + [OPEN[k:] for k in range(3, 6)])
def test_open_facts_admit_exactly_what_their_completions_come_to(unknown: tuple[str, ...]) -> None:
    open_result = lldas(**dict.fromkeys(unknown))
    chosen = product(*(COMPLETIONS[name] for name in unknown))
    completed = [lldas(**dict(zip(unknown, values, strict=True))) for values in chosen]
    # A statement that contradicts the items completes nothing: one of the two is wrong.
    states = {result.state for result in completed if "statement_contradicts_facts" not in result.flags}
    assert set(open_result.possible) == states
    assert set(open_result.missing) <= {*unknown, *(f"previous.{name}" for name in ITEMS)}


def test_the_order_of_facts_and_drugs_does_not_matter() -> None:
    drugs = (LOW_DOSE, drug("azathioprine", "100"), drug("methotrexate", "15", "weekly"))
    first = lldas(drugs=drugs)
    assert lldas(drugs=drugs[::-1]) == first
    turned = Facts(dict(reversed({**BASE, "drugs": drugs}.items())))
    assert score("lldas", Visit(turned)) == first


def test_organs_and_findings_of_the_catalogue_are_criteria_and_facts() -> None:
    info = measures()["lldas"]
    assert dict(info.extra["organs"]) == {name: list(items) for name, items in ORGANS.items()}
    for name in (*info.extra["organs"], *info.extra["findings"]):
        assert info.criterion(name).evidence in ("C", "P")


def test_whether_tolerance_is_presumed_is_an_option() -> None:
    presumed = lldas()
    assert "tolerance_not_stated" in presumed.flags
    assert check(presumed, "standard_treatment").evidence == "C"
    required = lldas("lldas_franklyn+tolerance_required")
    assert (required.state, required.missing) == ("unknown", ("tolerated_standard_treatment",))
    assert lldas("lldas_franklyn+tolerance_required", tolerated_standard_treatment=Truth.YES).state == "yes"
    stated = lldas(tolerated_standard_treatment=Truth.YES)
    assert check(stated, "standard_treatment").evidence == "P"


def test_the_organs_of_the_shortened_item_1_are_those_of_its_table() -> None:
    for variant, mark in (("lldas_franklyn", "C"), ("lldas_parodis", "P")):
        found = lldas(variant, haematuria=PRESENT)
        assert found.decided_by == ("no_renal_activity",)
        assert check(found, "no_renal_activity").evidence == mark


def test_a_no_by_the_physician_does_not_rest_on_conventions() -> None:
    found = lldas(pga=Scaled(known(2), "0-3"))
    assert (found.decided_by, found.evidence) == (("pga_at_most_1",), "P")
