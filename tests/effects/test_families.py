"""Corrections of several endpoints together: what the estimator does with members, missing readings and ranges."""

import pytest

from costim.effects.estimate import estimate
from costim.inference.families.benjamini_hochberg import compute_benjamini_hochberg
from costim.inference.families.holm import compute_holm
from costim.inference.families.westfall_young import compute_westfall_young
from costim.registry.plan_assumptions import Family
from tests.effects.tables import CONTRAST, NO_PUBLISHED, VISITS, find, frame, make_plan, one, pair, reading

FALLS = [4, 6, -1, 8, 3, 5, 2, 7]
RISES = [-2, 3, 5, 9, 4, -1, 6, 8]
SDS = [1, -1, 3, 5, 2, 2, -4, 6]
ENDPOINTS = [
    {"parameter": parameter, "kind": "paired_change", "contrast": "change", "family": "activity"}
    for parameter in ("sledai.total", "scale.bilag_total", "scale.sds")
]


def plan_of(*endpoints, family=None, contrasts=(CONTRAST,), visits=VISITS, study=None):
    plan = make_plan(*endpoints, contrasts=contrasts, visits=visits, study=study)
    families = () if family is None else (Family.model_validate({"name": "activity"} | family),)
    return plan.model_copy(update={"families": families})


def cohort(*columns, skip=()):
    """Pairs of each parameter from its falls; `skip` names (parameter, subject) without readings."""
    names = [endpoint["parameter"] for endpoint in ENDPOINTS]
    return [
        pair(i, name, 40, 40 - fall)
        for name, falls in zip(names, columns, strict=False)
        for i, fall in enumerate(falls)
        if (name, i) not in skip
    ]


def adjusted(rows):
    return [row.p_adjusted for row in rows]


def members(plan, *rows):
    found = find(estimate(plan, frame(*rows), NO_PUBLISHED), "signed_rank")
    order = [endpoint["parameter"] for endpoint in ENDPOINTS]
    return sorted(found, key=lambda row: (order.index(row.parameter), row.contrast))


def table_of(*columns):
    return [[-fall for fall in row] for row in zip(*columns, strict=True)]


def test_whole_patients_are_turned():
    found = members(plan_of(*ENDPOINTS, family={}), *cohort(FALLS, RISES, SDS))
    expected = compute_westfall_young(table_of(FALLS, RISES, SDS), resolution=(1, 1, 1))
    assert adjusted(found) == pytest.approx(expected.adjusted)
    assert [row.p for row in found] == pytest.approx(expected.raw)
    assert all("adjusted_westfall_young" in row.flags for row in found)
    assert all((row.seed, row.family, row.text) == (None, "activity", "") for row in found)
    assert adjusted(found) < list(compute_holm([row.p for row in found]))


@pytest.mark.parametrize(
    ("family", "flag", "compute"),
    [
        (None, "adjusted_holm", compute_holm),
        ({"correction": "holm"}, "adjusted_holm", compute_holm),
        ({"correction": "benjamini_hochberg"}, "adjusted_benjamini_hochberg", compute_benjamini_hochberg),
    ],
)
def test_corrections_of_the_p_values_alone(family, flag, compute):
    found = members(plan_of(*ENDPOINTS, family=family), *cohort(FALLS, RISES, SDS))
    assert adjusted(found) == pytest.approx(compute([row.p for row in found]))
    assert all(flag in row.flags and "family_by_holm" not in row.flags for row in found)


def test_family_of_one_keeps_its_p():
    found = members(plan_of(ENDPOINTS[0], family={}), *cohort(FALLS))
    assert adjusted(found) == [found[0].p]


def test_member_without_a_pair_does_not_count():
    found = members(plan_of(*ENDPOINTS, family={}), *cohort(FALLS, RISES))
    two = members(plan_of(*ENDPOINTS[:2], family={}), *cohort(FALLS, RISES))
    assert adjusted(found) == [*adjusted(two), None]
    assert "adjusted_westfall_young" not in found[2].flags


def test_patients_without_a_reading_of_some_member():
    """Patient 3 has no BILAG. SLEDAI keeps the patient, or the whole family goes without."""
    skip = {("scale.bilag_total", 3)}
    columns = table_of(FALLS, RISES)
    columns[3][1] = float("nan")
    for rule, n in (("available", 8), ("complete", 7)):
        found = members(plan_of(*ENDPOINTS[:2], family={"incomplete": rule}), *cohort(FALLS, RISES, skip=skip))
        expected = compute_westfall_young(columns, incomplete=rule, resolution=(1, 1)).adjusted
        assert adjusted(found) == pytest.approx([max(a, row.p) for a, row in zip(expected, found, strict=True)])
        assert all("incomplete_family" in row.flags for row in found)
        assert {row.text for row in found} == {f"{n} patients in the family"}
        assert [row.n for row in found] == [8, 7]


def test_no_patient_has_every_member():
    skip = {("sledai.total", i) for i in range(4)} | {("scale.bilag_total", i) for i in range(4, 8)}
    rule = {"incomplete": "complete"}
    found = members(plan_of(*ENDPOINTS[:2], family=rule), *cohort(FALLS, RISES, skip=skip))
    assert adjusted(found) == [None, None]
    assert all({"no_complete_patient", "incomplete_family"} <= set(row.flags) for row in found)


def test_a_member_known_within_ranges_makes_it_holm():
    rows = cohort(FALLS, RISES, skip={("sledai.total", 0)})
    found = members(plan_of(*ENDPOINTS[:2], family={}), *rows, pair(0, "sledai.total", 40, (34, 36)))
    assert adjusted(found) == pytest.approx(compute_holm([row.p for row in found]))
    assert all({"adjusted_holm", "family_by_holm"} <= set(row.flags) for row in found)


def test_several_contrasts_are_one_family():
    visits = [*VISITS, {"name": "late", "day": 180}]
    late = {"name": "late", "baseline": {"visits": ["before"]}, "post": {"visits": ["late"]}}
    endpoint = {"parameter": "sledai.total", "kind": "paired_change", "family": "activity"}
    rows = [
        *cohort(FALLS),
        *(reading(i, "sledai.total", "late", 40 - fall) for i, fall in enumerate(RISES)),
    ]
    plan = plan_of(endpoint, family={}, contrasts=(CONTRAST, late), visits=visits)
    found = members(plan, *rows)
    assert [row.contrast for row in found] == ["change", "late"]
    expected = compute_westfall_young(table_of(FALLS, RISES), resolution=(1, 1))
    assert adjusted(found) == pytest.approx(expected.adjusted)


def test_smallest_p_is_said():
    found = members(plan_of(*ENDPOINTS[:2], family={}), *cohort(range(1, 7), range(3, 9)))
    assert adjusted(found) == [2 / 2**6] * 2
    assert all(row.flags.count("p_at_floor") == 1 for row in found)


def test_more_than_twenty_patients_are_drawn_with_the_seed_of_the_study():
    falls, rises = [(i * 7) % 11 - 3 for i in range(24)], [(i * 5) % 13 - 4 for i in range(24)]
    plan = plan_of(*ENDPOINTS[:2], family={}, study={"seed": 11})
    found = members(plan, *cohort(falls, rises))
    assert {row.seed for row in found} == {11}
    assert all(row.p <= row.p_adjusted <= 2 * row.p + 0.01 for row in found)
    assert adjusted(found) == adjusted(members(plan, *cohort(falls, rises)))


def test_a_test_that_is_no_paired_change_is_not_corrected_and_says_so():
    subsets = ["naive=lab.naive_share*lab.naive_cd40", "memory=lab.memory_share*lab.memory_cd40"]
    mixture = {"parameter": "lab.cd40", "kind": "composition", "contrast": "change", "family": "activity"}
    rows = [
        row
        for i, fall in enumerate(FALLS)
        for row in (
            pair(i, "lab.naive_share", 60, 60 + fall, unit="%"),
            pair(i, "lab.memory_share", 40, 40 - fall, unit="%"),
            pair(i, "lab.naive_cd40", 20, 19, unit="MFI"),
            pair(i, "lab.memory_cd40", 50, 45, unit="MFI"),
        )
    ]
    plan = plan_of(*ENDPOINTS[:2], mixture | {"subsets": subsets}, family={})
    found = estimate(plan, frame(*cohort(FALLS, RISES), *rows), NO_PUBLISHED)
    total = one(found, "composition_change", stratum="total")
    assert total.p is not None
    assert total.p_adjusted is None
    assert "not_corrected_in_family" in total.flags
    assert all("not_corrected_in_family" not in row.flags for row in find(found, "signed_rank"))
