"""Lists of drugs at a visit: who is on them, which may be, when a list is whole, and what has changed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from costim.instruments.drug_changes import change_of, with_changes
from costim.instruments.recorded import MOST_POSSIBLE, DrugList
from costim.instruments.visit_facts import visit_facts
from costim.measures.bounds import UNBOUNDED, between, known
from costim.measures.facts import Drug
from tests.instruments.builders import Cells, make_study


def listed(*comedications: Cells, said: str = "") -> DrugList:
    """The list of subject 1 at visit d28, on day 28."""
    study = make_study(
        subjects=[{"subject": "1"}],
        visits=[{"subject": "1", "visit": "d28", "day": 28}],
        comedications=[{"subject": "1", **row} for row in comedications],
        assessments=[{"subject": "1", "visit": "d28", "fact": "drugs", "value": said}] if said else [],
    )
    return visit_facts(study)["1"]["d28"].drugs


def names(drugs: tuple[Drug, ...] | None) -> set[str] | None:
    return None if drugs is None else {drug.drug for drug in drugs}


TYPED = {"drug": "Prednisolone", "visit": "d28", "dose": "5", "unit": "mg", "frequency": "daily"}
COVERING = {"drug": "azathioprine", "start_day": 0, "end_day": 60, "dose": 100, "unit": "mg"}
ENDED = {"drug": "methotrexate", "start_day": -90, "end_day": -1}
OPEN = {"drug": "tacrolimus", "start_day": 0}
UNDATED = {"drug": "aspirin", "dose": 100, "unit": "mg"}


def test_doses_of_the_visit_and_courses_that_cover_it() -> None:
    found = listed(TYPED, COVERING, ENDED)
    assert [names(drugs) for drugs in found.lists()] == [{"prednisolone", "azathioprine"}]
    assert found.certain[0].drug == Drug("prednisolone", known(5), "mg", "daily")
    assert found.flags == ("drug_list_assumed",)
    assert "comedications/1|azathioprine||0/end_day" in found.source


def test_a_dose_of_the_visit_stands_in_the_place_of_its_course() -> None:
    course = {**TYPED, "visit": None, "start_day": 0, "end_day": 90, "dose": 50}
    assert [drug.drug.dose for drug in listed(TYPED, course).certain] == [known(5)]


def test_without_rows_at_the_visit_the_list_is_unknown() -> None:
    for found in (listed(), listed(ENDED), listed(UNDATED)):
        assert found.lists() == (None,)


def test_what_the_study_says_about_the_list() -> None:
    assert listed(said="none").lists() == ((),)
    assert listed(ENDED, said="complete").lists() == ((),)
    assert listed(TYPED, said="complete").flags == ()
    assert listed(TYPED, said="incomplete").lists() == (None,)
    assert listed(OPEN, said="none").lists() == ((),)


def test_a_course_in_doubt_is_tried_both_ways() -> None:
    assert [names(drugs) for drugs in listed(TYPED, OPEN).lists()] == [{"prednisolone"}, {"prednisolone", "tacrolimus"}]
    assert len(listed(TYPED, OPEN, UNDATED).lists()) == 4


def test_too_many_courses_in_doubt_leave_the_list_unknown() -> None:
    many = [{"drug": f"drug{i}", "start_day": 0} for i in range(MOST_POSSIBLE + 1)]
    assert listed(*many).lists() == (None,)
    assert "too_many_courses" in listed(*many).flags
    assert len(listed(*many[:MOST_POSSIBLE]).lists()) == 2**MOST_POSSIBLE


def test_a_dose_that_is_not_known_stays_on_the_list() -> None:
    assert listed({**TYPED, "dose": "not reported"}).certain[0].drug.dose == UNBOUNDED
    assert listed({**TYPED, "dose": "5-10"}).certain[0].drug.dose == between(5, 10)


def drug(dose: object = 5, **more: str) -> Drug:
    bounds = between(*dose) if isinstance(dose, tuple) else known(dose)  # type: ignore[arg-type]
    return Drug("prednisolone", bounds, **{"unit": "mg", "frequency": "daily", **more})


def test_changes_of_a_dose() -> None:
    assert change_of(drug(), None) == "new"
    assert change_of(drug(), drug()) == "unchanged"
    assert change_of(drug(10), drug()) == "increased"
    assert change_of(drug(5), drug((6, 9))) == "decreased"
    assert change_of(drug((5, 10)), drug((5, 10))) == ""
    assert change_of(drug(10), drug(5, unit="mg/kg")) == ""
    assert change_of(drug(frequency=""), drug(frequency="")) == ""


def test_changes_need_both_lists() -> None:
    assert with_changes(None, (drug(),)) is None
    assert with_changes((drug(),), None) == (drug(),)
    assert with_changes((drug(),), ()) == (drug(change="new"),)
    assert with_changes((drug(), drug(10)), ()) == (drug(), drug(10))
    assert with_changes((drug(frequency="once"),), ()) == (drug(frequency="once"),)
    assert with_changes((drug(),), (drug(frequency="once"),)) == (drug(),)


@given(*(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted).map(tuple) for _ in range(2)))
@settings(max_examples=60, deadline=None)
def test_a_change_holds_for_every_dose_within_the_bounds(now: tuple[int, int], before: tuple[int, int]) -> None:
    said = change_of(drug(now), drug(before))
    every = {(a > b) - (a < b) for a in range(now[0], now[1] + 1) for b in range(before[0], before[1] + 1)}
    word = {1: "increased", 0: "unchanged", -1: "decreased"}
    assert said == (word[every.pop()] if len(every) == 1 else "")
