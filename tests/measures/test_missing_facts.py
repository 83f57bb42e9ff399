"""Facts that a result names as missing: each bears on it, with its assessment, and none that bears is left out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

import pytest

from costim.measures.bilag import SYSTEMS
from costim.measures.bounds import Bounds, between, known
from costim.measures.facts import Facts, FactValue, Item, Visit
from costim.measures.parse import parse_facts
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import facts_of

Domain = Mapping[str, tuple[FactValue, ...]]
Partial = dict[str, FactValue]
ANSWERS: tuple[FactValue, ...] = (Truth.YES, Truth.NO)
GRADED: tuple[FactValue, ...] = tuple("ABCDE")
REST: Partial = {f"{when}bilag_{s}": "D" for s in SYSTEMS[3:] for when in ("", "baseline.")}


def numbers(*values: str) -> tuple[FactValue, ...]:
    return tuple(known(value) for value in values)


def visit_of(partial: Mapping[str, FactValue]) -> Visit:
    parts: dict[str, Partial] = {"": {}, "previous": {}, "baseline": {}}
    for name, value in partial.items():
        assessment, _, fact = name.rpartition(".")
        parts[assessment][fact] = value
    return Visit(*(Facts(part) for part in parts.values()))


def unassessed(partial: Mapping[str, FactValue]) -> set[str]:
    """Earlier assessments of which nothing is known."""
    return {"previous", "baseline"} - {name.rpartition(".")[0] for name in partial}


def said(result: Result) -> tuple[object, ...]:
    return result.state, result.possible, result.bounds


def extensions(partial: Partial, domain: Domain, rng: random.Random) -> Iterator[Partial]:
    """More of what is unknown, in every way; a sample of the ways where they are many."""
    unknown = [name for name in domain if name not in partial]
    ways = [(None, *domain[name]) for name in unknown]
    total = 1
    for way in ways:
        total *= len(way)
    listed = product(*ways) if total <= 400 else ([rng.choice(way) for way in ways] for _ in range(400))
    for values in listed:
        yield partial | {name: value for name, value in zip(unknown, values, strict=True) if value is not None}


def bears(asked: tuple[str, str], name: str, partial: Partial, domain: Domain, rng: random.Random) -> bool:
    """Does knowing the fact change the result of a measure and variant, whatever else becomes known?"""
    code, variant = asked
    others = {other: values for other, values in domain.items() if other != name}
    for more in extensions(partial, others, rng):
        without = said(score(code, visit_of(more), variant))
        if any(said(score(code, visit_of(more | {name: v}), variant)) != without for v in domain[name]):
            return True
    return False


EVENTS = ("infection_admission", "infection_life_threatening", "infection_death", "infection_other_serious")
LEEDS: Domain = {f"{when}bilag_{s}": GRADED for s in SYSTEMS[1:3] for when in ("", "baseline.")} | {
    "bilag_flare_since_baseline": ANSWERS
}
CASES: dict[str, tuple[str, Domain, Partial]] = {
    "infection_serious": ("", dict.fromkeys(("infection", *EVENTS), ANSWERS), {}),
    "cognitive_response": (
        "",
        {"cognitive_z": numbers("-3", "-2", "-1"), "baseline.cognitive_z": numbers("-3", "-2", "-1")},
        {},
    ),
    "bcell_return": ("", {"cd19_count": numbers("1", "20"), "previous.cd19_count": numbers("1", "20")}, {}),
    "renal_response": (
        "",
        {
            "upcr": numbers("0.4", "0.9", "4"),
            "egfr": numbers("70", "90"),
            "baseline.upcr": numbers("0.4", "1", "9"),
            "baseline.egfr": numbers("90", "60"),
        },
        {},
    ),
    "leeds": ("leeds", LEEDS, REST | {f"{when}bilag_constitutional": "D" for when in ("", "baseline.")}),
    "leeds+flare_leaves_partial": (
        "leeds+flare_leaves_partial",
        LEEDS,
        REST | {f"{when}bilag_constitutional": "D" for when in ("", "baseline.")},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_named_bears_on_the_result_and_what_bears_is_named(case: str) -> None:
    variant, domain, given = CASES[case]
    code = "rituximab_response" if case.startswith("leeds") else case
    rng = random.Random(7)  # noqa: S311  # the same sample every time
    for _ in range(12):
        partial = given | {name: rng.choice(values) for name, values in domain.items() if rng.random() < 0.5}
        result = score(code, visit_of(partial), variant)
        if "flare_contradicted" in result.flags or "grade_contradicts_occurrence" in result.flags:
            continue
        unknown = {name for name in domain if name not in partial}
        named = set(result.missing)
        assert named <= unknown, (partial, named)
        if not result.complete:
            found = {name for name in unknown if bears((code, variant), name, partial, domain, rng)}
            # Where nothing at all is known of an earlier assessment, a flag stands for its facts.
            found = {name for name in found if name.rpartition(".")[0] not in unassessed(partial)}
            assert named == found, (partial, named, found)


def test_after_a_flare_only_grades_at_entry_are_asked_for() -> None:
    flare: Partial = {"bilag_flare_since_baseline": Truth.YES}
    result = score("rituximab_response", visit_of(flare))
    assert result.possible == ("none", "not_applicable")
    assert (result.missing, "no_baseline_assessment" in result.flags) == ((), True)
    partly = score("rituximab_response", visit_of(flare | {"baseline.bilag_renal": "E"}))
    assert partly.missing == tuple(f"baseline.bilag_{s}" for s in SYSTEMS if s != "renal")


def test_a_grade_that_decides_is_named_where_the_flare_is_stated() -> None:
    partial: Partial = {f"{when}bilag_{s}": "D" for s in SYSTEMS for when in ("", "baseline.")}
    partial |= {"bilag_neuropsychiatric": "B", "baseline.bilag_neuropsychiatric": "A"}
    partial |= {"bilag_flare_since_baseline": Truth.YES}
    del partial["bilag_renal"]
    result = score("rituximab_response", visit_of(partial), "leeds+flare_leaves_partial")
    assert (result.possible, result.missing) == (("partial", "none"), ("bilag_renal",))


def test_a_decided_classification_asks_for_nothing() -> None:
    items = {name: "absent" for name, fact in facts_of("eular_acr_2019").items() if fact.kind == "item"}
    result = score("eular_acr_2019", Visit(parse_facts(items | {"eular_joints": "present"})))
    assert (result.state, result.bounds, result.complete, result.missing) == ("no", known(6), True, ())
    high = score("eular_acr_2019", Visit(parse_facts(items | {"eular_nephritis_3_or_4": "present"})))
    assert (high.state, high.complete, high.missing) == ("unknown", False, ("ana_80_ever", "ana_highest_titre"))


def test_psychosis_decides_nothing_while_delirium_is_unknown() -> None:
    facts = {"eular_psychosis": Item(Truth.YES), "eular_seizure": Item(Truth.NO)}
    result = score("eular_acr_2019", Visit(Facts(facts)))
    assert "eular_psychosis" not in result.decided_by
    with_none = score("eular_acr_2019", Visit(Facts(facts | {"eular_delirium": Item(Truth.NO)})))
    assert "eular_psychosis" in with_none.decided_by


def test_enrolment_says_nothing_of_ten_years_nor_of_an_onset_before_the_window_can_close() -> None:
    partial: Partial = {"event_months_from_diagnosis": between(-10, -3)}
    assert "enrolment_months_from_diagnosis" not in score("slicc_attribution", visit_of(partial), "slicc_a").missing
    assert "enrolment_months_from_diagnosis" not in score("slicc_attribution", visit_of({}), "slicc_b_2008").missing
    later: Partial = {"event_months_from_diagnosis": known(5)}
    assert "enrolment_months_from_diagnosis" in score("slicc_attribution", visit_of(later), "slicc_a").missing


def test_two_strokes_or_more_leave_only_the_time_between_them_open() -> None:
    asked = {"sdi_strokes", "sdi_months_between_strokes"}
    result = score("sdi_np", visit_of({"sdi_strokes": Bounds(Fraction(2), None)}))
    assert asked & set(result.missing) == {"sdi_months_between_strokes"}
    close: Partial = {"sdi_strokes": between(0, 3), "sdi_months_between_strokes": known(2)}
    assert asked & set(score("sdi_np", visit_of(close)).missing) == {"sdi_strokes"}


def test_months_between_strokes_beside_a_single_one_are_flagged() -> None:
    one: Partial = {"sdi_strokes": known(1), "sdi_months_between_strokes": known(8)}
    result = score("sdi_np", visit_of(one))
    assert (result.bounds.lower, "strokes_contradict" in result.flags) == (Fraction(1), True)


def test_the_whole_list_and_the_stated_rise_are_asked_for_in_a_relapse() -> None:
    missing = score("relapse", visit_of({})).missing
    assert missing[0] == "relapse_major_feature"
    assert "relapse_index_rise" in missing


def test_begun_neuropsychiatric_items_are_asked_for_by_the_total() -> None:
    begun: Partial = {"bilag_np_psychosis": "1"}
    missing = score("bilag", visit_of(begun)).missing
    assert {"bilag_neuropsychiatric", "bilag_np_aseptic_meningitis"} <= set(missing)
    assert "bilag_np_aseptic_meningitis" not in score("bilag", visit_of({})).missing


def test_a_quiet_grade_that_only_the_course_contradicts_stays_quiet() -> None:
    grades: Partial = {f"bilag_{s}": "E" if s == "neuropsychiatric" else "D" for s in SYSTEMS}
    result = score("bilag", visit_of(grades | {"bilag_np_involved_before": Truth.YES}))
    assert (result.bounds, "bilag_grade_contradicted" in result.flags) == (known(0), True)
