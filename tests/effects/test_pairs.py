import pytest

from costim.effects.evidence import build_evidence
from costim.effects.pairs import choose_reading, find_pairs
from costim.effects.visit_readings import find_visit_readings
from costim.registry.plan_questions import Selector
from tests.effects.tables import frame, make_plan, pair, reading

PLAN = make_plan(visits=[{"name": "v1", "day": 0}, {"name": "v2", "day": 28}, {"name": "v3"}], contrasts=())


def choose(rows, **selector):
    evidence = build_evidence(PLAN, frame(*rows), "as_recorded")
    return choose_reading(evidence.readings("lab.c3"), Selector(**selector), PLAN)


def lab(visit, value, **fields):
    return reading("1", "lab.c3", visit, value, **fields)


def test_a_visit_by_name():
    assert choose([lab("v1", 5), lab("v2", 7)], visits=("v2",)).reading.value == 7


@pytest.mark.parametrize(("pick", "value"), [("first", 5), ("last", 7)])
def test_first_and_last_by_actual_day(pick, value):
    rows = [lab("v2", 5, day=20.0), lab("v1", 7, day=31.0)]
    assert choose(rows, visits=("v1", "v2"), pick=pick).reading.value == value


def test_planned_day_and_then_order_of_the_plan_stand_in_for_a_day():
    assert choose([lab("v2", 7), lab("v1", 5)], visits=("v1", "v2"), pick="first").reading.value == 5
    assert choose([lab("v3", 9), lab("v1", 5)], visits=("v1", "v3"), pick="last").reading.value == 9


def test_two_candidates_are_an_ambiguity_and_none_is_taken():
    rows = [lab("v1", 5), lab("v2", 7)]
    found = choose(rows, visits=("v1", "v2"))
    assert (found.reading, found.ambiguous, len(found.gaps)) == (None, True, 2)
    same_day = [lab("v1", 5, day=3.0, item="a"), lab("v1", 6, day=3.0, item="b")]
    assert choose(same_day, visits=("v1",), pick="first").ambiguous


def test_a_missing_row_does_not_compete_but_gives_its_reason():
    rows = [lab("v1", None, missing="not_done"), lab("v2", 7)]
    assert choose(rows, visits=("v1", "v2")).reading.value == 7
    assert choose(rows, visits=("v1",)).missing == "not_done"
    assert choose(rows, visits=("v3",)).missing == "not_recorded"


def test_window_ends_are_included_and_an_unknown_day_is_outside():
    rows = [lab("v1", 5, day=-7.0), lab("v2", 7, day=1.0), lab("v3", 9)]
    assert choose(rows, from_day=-7, to_day=0).reading.value == 5
    assert choose(rows, from_day=0).reading.value == 7
    vague = [lab("v1", 5, day_lower=0.0, day_upper=40.0)]
    assert choose(vague, from_day=0, to_day=28).reading is None
    assert choose(vague, from_day=0, to_day=40).reading.value == 5


def test_stated_time_point_goes_before_an_unstated_one():
    rows = [lab("v1", 5, timepoint="pre"), lab("v1", 6, timepoint="post")]
    assert choose(rows, visits=("v1",), timepoint="post").reading.value == 6
    assert choose([lab("v1", 4)], visits=("v1",), timepoint="pre").reading.value == 4
    assert choose([lab("v1", 6, timepoint="post")], visits=("v1",), timepoint="pre").reading is None


def test_every_subject_of_the_study_has_a_pair_complete_or_not():
    plan = make_plan()
    table = frame(pair(1, "lab.c3", 5, 7), reading(2, "lab.c3", "before", 4), reading(3, "subject.sex", value="F"))
    pairs = find_pairs(build_evidence(plan, table, "as_recorded"), "lab.c3", plan.contrasts[0])
    assert [(p.subject, p.is_complete) for p in pairs] == [("1", True), ("2", False), ("3", False)]
    assert pairs[2].post.missing == "not_recorded"


def cells(panel_before, panel_after):
    return [
        reading(1, "cyt.t_cells.per_ul", "before", 500, item=panel_before),
        reading(1, "cyt.t_cells.per_ul", "after", 700, item=panel_after),
    ]


def test_a_population_counted_in_two_panels_is_no_pair():
    plan = make_plan()
    table = frame(cells("b_cells", "t_cells"), reading(2, "subject.sex", value="F"))
    (pair_of_two, _) = find_pairs(build_evidence(plan, table, "as_recorded"), "cyt.t_cells.per_ul", plan.contrasts[0])
    for choice in (pair_of_two.baseline, pair_of_two.post):
        assert (choice.reading, choice.ambiguous, len(choice.gaps)) == (None, True, 1)
    same = build_evidence(plan, frame(cells("t_cells", "t_cells")), "as_recorded")
    assert find_pairs(same, "cyt.t_cells.per_ul", plan.contrasts[0])[0].is_complete
    readers = frame(reading(1, "lab.c3", "before", 1, item="a"), reading(1, "lab.c3", "after", 2, item="b"))
    assert find_pairs(build_evidence(plan, readers, "as_recorded"), "lab.c3", plan.contrasts[0])[0].is_complete


def test_visits_counted_in_two_panels_are_not_one_course():
    plan = make_plan()
    found = find_visit_readings(
        build_evidence(plan, frame(cells("b_cells", "t_cells")), "as_recorded"),
        "cyt.t_cells.per_ul",
        ("before", "after"),
    )
    assert found.readings == ((None, None),)
    assert "ambiguous_reading" in found.flags
