"""Relapse by four definitions."""

from __future__ import annotations

from itertools import product

import pytest

from costim.measures import sfi
from costim.measures.bilag import GRADES, SYSTEMS
from costim.measures.bounds import Bounds, between, known
from costim.measures.facts import Facts, FactValue, Item, Visit
from costim.measures.relapse import major_features, new_a_or_b
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import choose, measures

INFO = measures()["relapse"]
FEATURES: list[str] = INFO.extra["major"]["features"]
YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


def visit(
    now: str, before: str, months: str = "4", treated: Truth = YES, major: Truth = NO, **facts: FactValue
) -> Visit:
    here: dict[str, FactValue] = {"relapse_treatment_needed": treated, "relapse_major_feature": major}
    here |= {"sledai_total": known(now)} if now else {}
    here |= {"months_since_previous": known(months)} if months else {}
    return Visit(Facts(here | facts), Facts({"sledai_total": known(before)} if before else {}))


def relapse(where: Visit, variant: str = "") -> Result:
    return score("relapse", where, variant)


def test_w35_minor_relapse() -> None:
    result = relapse(visit("6", "3"))
    assert (result.state, result.possible, result.variant, result.window_days) == (
        "minor",
        ("minor",),
        "relapse_major_minor",
        14,
    )
    assert "relapse_table" in result.source


def test_w35_with_every_feature_recorded_as_absent() -> None:
    absent: dict[str, FactValue] = dict.fromkeys([*FEATURES, "haemolytic_anaemia"], Item(NO))
    result = relapse(visit("6", "3", major=UNKNOWN, platelets=known(200), **absent))
    assert (result.state, result.flags) == ("minor", ("typed_total",))


@pytest.mark.parametrize(
    ("now", "before", "months", "treated", "expected"),
    [
        ("4", "2", "4", YES, "minor"),
        ("4", "2.5", "4", YES, "none"),
        ("3", "0", "4", YES, "none"),
        ("5", "4", "4", YES, "none"),
        ("6", "3", "6", YES, "minor"),
        ("6", "3", "4", NO, "none"),
    ],
)
def test_limits_are_literal(now: str, before: str, months: str, treated: Truth, expected: str) -> None:
    assert relapse(visit(now, before, months, treated)).state == expected


def test_assessments_further_apart_do_not_tell_when_the_index_rose() -> None:
    result = relapse(visit("6", "3", "6.5"))
    assert (result.possible, result.missing) == (("none", "minor"), ("relapse_index_rise",))
    assert "assessments_too_far_apart" in result.flags
    assert relapse(visit("6", "3", "8", relapse_index_rise=YES)).state == "minor"
    assert relapse(visit("6", "3", "8", relapse_index_rise=NO)).state == "none"


def test_a_stated_rise_that_the_totals_deny_is_flagged() -> None:
    result = relapse(visit("6", "5", relapse_index_rise=YES))
    assert (result.state, "statement_contradicts_facts" in result.flags) == ("minor", True)


@pytest.mark.parametrize("name", FEATURES)
def test_any_feature_makes_it_major(name: str) -> None:
    result = relapse(visit("", "", "", UNKNOWN, UNKNOWN, **{name: Item(YES)}))
    assert (result.state, result.missing, result.decided_by) == ("major", (), (name,))


@pytest.mark.parametrize(("day", "state"), [("-14", YES), ("-15", NO), ("0", YES), ("1", NO)])
def test_features_count_within_two_weeks_both_ends_included(day: str, state: Truth) -> None:
    assert major_features(Facts({"relapse_seizure": Item(YES, day=known(day))}))["relapse_seizure"] is state


def test_a_day_that_may_lie_outside_leaves_it_open() -> None:
    assert major_features(Facts({"relapse_seizure": Item(YES, day=between(-20, -3))}))["relapse_seizure"] is UNKNOWN


@pytest.mark.parametrize(("attribution", "state"), [("", YES), ("sle", YES), ("not_sle", NO), ("uncertain", UNKNOWN)])
def test_only_what_lupus_caused_counts(attribution: str, state: Truth) -> None:
    facts = Facts(
        {
            "relapse_coma": Item(YES, attribution=attribution),
            "platelets": known(20),
            "thrombocytopenia": Item(YES, attribution=attribution),
            "haemoglobin": known(5),
            "haemolytic_anaemia": Item(YES, attribution=attribution),
        }
    )
    found = major_features(facts)
    assert {found[name] for name in ("relapse_coma", "major_thrombocytopenia", "major_haemolysis")} == {state}


@pytest.mark.parametrize(("platelets", "state"), [("49.9", YES), ("50", NO)])
def test_limit_of_platelets(platelets: str, state: Truth) -> None:
    assert major_features(Facts({"platelets": known(platelets)}))["major_thrombocytopenia"] is state


@pytest.mark.parametrize(
    ("haemoglobin", "item", "state"), [("5.9", YES, YES), ("6", YES, NO), ("5.9", UNKNOWN, UNKNOWN), ("5.9", NO, NO)]
)
def test_limit_of_haemoglobin(haemoglobin: str, item: Truth, state: Truth) -> None:
    facts = Facts({"haemoglobin": known(haemoglobin), "haemolytic_anaemia": Item(item)})
    assert major_features(facts)["major_haemolysis"] is state


def test_a_major_feature_outweighs_a_minor_relapse() -> None:
    assert relapse(visit("6", "3", major=YES)).state == "major"
    assert relapse(visit("6", "3", major=UNKNOWN)).possible == ("minor", "major")


def test_possible_outcomes_are_exactly_those_of_the_completions() -> None:
    truths = ((YES, NO), (YES,), (NO,))
    totals = [(known(6),), (known(3),), (known(3), known(6))]
    for treated, major, now, before in product(truths, truths, totals, totals):
        less = relapse(_of(_open(treated), _open(major), _hull(now), _hull(before)))
        seen = {relapse(_of(t, m, n, b)).state for t, m, n, b in product(treated, major, now, before)}
        assert set(less.possible) == seen


def _open(truths: tuple[Truth, ...]) -> Truth:
    return truths[0] if len(truths) == 1 else UNKNOWN


def _hull(totals: tuple[Bounds, ...]) -> Bounds:
    return Bounds(totals[0].lower, totals[-1].lower)


def _of(treated: Truth, major: Truth, now: Bounds, before: Bounds) -> Visit:
    here = visit("", "", "4", treated, major)
    return Visit(Facts(dict(here.now.values) | {"sledai_total": now}), Facts({"sledai_total": before}))


def test_the_index_may_be_of_any_version() -> None:
    assert set(INFO.options["index"].values) == set(measures()["sledai"].variants)
    ulcers = {
        "mucosal_ulcers": Item(YES, course="persistent"),
        "rash": Item(YES, course="persistent"),
        "low_complement": Item(YES),
    }
    others = {n: Item(NO) for n, f in measures()["sledai"].facts.items() if f.kind == "item"}
    calm = Facts(dict(others))
    now = visit("", "").now
    here = Visit(Facts(dict(now.values) | others | ulcers), calm)
    assert relapse(here, "relapse_major_minor+sledai_2k_30d").state == "minor"
    assert relapse(here, "relapse_major_minor+sledai_1992").state == "none"


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [("E", "B", "relapse"), ("B", "A", "relapse"), ("A", "B", "none"), ("B", "B", "none"), ("C", "D", "none")],
)
def test_a_new_bilag_a_or_b(before: str, now: str, expected: str) -> None:
    def facts(grade: str) -> Facts:
        return Facts({f"bilag_{s}": "E" for s in SYSTEMS} | {"bilag_renal": grade})

    result = relapse(Visit(facts(now), facts(before)), "relapse_bilag")
    assert (result.state, result.window_days) == (expected, 28)
    assert (new_a_or_b(facts(now), facts(before)) is YES) == (expected == "relapse")


def test_open_grades_of_both_assessments_are_named() -> None:
    known_ones = {f"bilag_{s}": "E" for s in SYSTEMS}
    now = Facts({n: v for n, v in known_ones.items() if n != "bilag_renal"})
    before = Facts({n: v for n, v in known_ones.items() if n != "bilag_ophthalmic"})
    result = relapse(Visit(now, before), "relapse_bilag")
    assert (result.possible, result.missing) == (("none", "relapse"), ("bilag_renal",))
    both = relapse(Visit(now, Facts({n: v for n, v in known_ones.items() if n != "bilag_renal"})), "relapse_bilag")
    assert both.missing == ("bilag_renal", "previous.bilag_renal")


def test_every_pair_of_grades_agrees_with_its_completions() -> None:
    for before, now in product([*GRADES, ""], repeat=2):
        seen = {
            relapse(_renal(b, n), "relapse_bilag").state
            for b, n in product([before] if before else GRADES, [now] if now else GRADES)
        }
        assert set(relapse(_renal(before, now), "relapse_bilag").possible) == seen


def _renal(before: str, now: str) -> Visit:
    def facts(grade: str) -> Facts:
        return Facts({f"bilag_{s}": "E" for s in SYSTEMS} | {"bilag_renal": grade})

    return Visit(facts(now), facts(before))


@pytest.mark.parametrize("version", ["sfi_cross12", "sfi_literal12", "sfi_modified"])
def test_the_flare_index_decides_where_it_is_named(version: str) -> None:
    where = visit("14", "13")
    result = relapse(where, f"relapse_sfi+{version}")
    index = sfi.score(choose("sfi", version), where)
    assert result.measure == "relapse"
    assert (result.state, result.possible, result.missing) == (index.state, index.possible, index.missing)
    assert set(result.possible) <= set(INFO.outcomes)


def test_the_flare_indices_are_those_there_are() -> None:
    assert set(INFO.options["flare_index"].values) == set(measures()["sfi"].variants)


@pytest.mark.parametrize(("said", "possible"), [(YES, ("relapse",)), (NO, ("none",)), (UNKNOWN, ("none", "relapse"))])
def test_the_clinicians_word(said: Truth, possible: tuple[str, ...]) -> None:
    result = relapse(Visit(Facts({"clinician_relapse": said})), "relapse_clinician")
    assert result.possible == possible
    assert result.missing == (("clinician_relapse",) if said is UNKNOWN else ())
