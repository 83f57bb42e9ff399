"""Several results as one: nothing is decided that one of them leaves open, nothing is lost."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import Bounds, between, known
from costim.measures.completions import hull, merged
from costim.measures.facts import Drug, Facts, Scaled, Visit
from costim.measures.score import score

PREDNISOLONE = Drug("prednisolone", known(5), "mg", "daily")
DRUGS = (PREDNISOLONE, Drug("hydrocortisone", known(20), "mg", "daily"), Drug("azathioprine", known(50), "mg", "daily"))


def test_results_that_agree_are_one() -> None:
    result = score("pga", Visit(Facts({"pga": Scaled(known(1), "0-3")})))
    assert merged([result, result], "drugs") == result


def test_a_number_becomes_its_hull() -> None:
    results = [score("steroids", Visit(Facts({"drugs": drugs}))) for drugs in ((), (PREDNISOLONE,))]
    both = merged(results, "drugs")
    assert (both.bounds, both.complete, both.missing) == (between(0, 5), False, ("drugs",))
    assert both.evidence == "S"
    assert both.variant == "gc_bet_075"


def test_states_that_differ_are_unknown() -> None:
    facts = {"pga": Scaled(known(2), "0-3")}
    band = score("pga_band", Visit(Facts(facts)))
    other = score("pga_band", Visit(Facts({"pga": Scaled(known(1), "0-3")})))
    assert band.state != other.state
    both = merged([band, other], "drugs")
    assert (both.state, both.complete, both.decided_by) == ("unknown", False, ())
    assert set(both.possible) == {band.state, other.state}
    # The order of outcomes is that of the catalogue, whatever the order of the results.
    assert merged([other, band], "drugs").possible == both.possible


@given(st.sets(st.integers(0, 2)), st.sets(st.integers(0, 2)))
@settings(max_examples=40, deadline=None)
def test_every_list_in_between_lies_within(certain: set[int], possible: set[int]) -> None:
    sure = tuple(DRUGS[i] for i in sorted(certain))
    doubtful = [DRUGS[i] for i in sorted(possible - certain)]
    every = [(*sure, *some) for size in range(len(doubtful) + 1) for some in combinations(doubtful, size)]
    results = [score("steroids", Visit(Facts({"drugs": drugs}))) for drugs in every]
    both = merged(results, "drugs")
    values = [result.bounds.value for result in results]
    assert (both.bounds.lower, both.bounds.upper) == (min(v or 0 for v in values), max(v or 0 for v in values))
    assert both.complete is (len(set(values)) == 1)


def test_hull_of_open_and_missing_ends() -> None:
    below = Bounds(None, known(5).value, upper_open=True)
    assert hull([below, known(5)]) == Bounds(None, known(5).value)
    assert hull([below, known(3)]) == below
    assert hull([known(1), known(4)]) == between(1, 4)
