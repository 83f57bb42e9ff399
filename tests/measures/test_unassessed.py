"""Results that lack an earlier assessment: a flag, and no list of what it might have held."""

from __future__ import annotations

import pytest

from costim.measures.batch.score import score_visits
from costim.measures.batch.visits import columns_of
from costim.measures.bounds import known
from costim.measures.facts import NO_FACTS, Facts, Scaled, Visit
from costim.measures.score import score
from costim.registry.measure_catalogue import measures
from tests.measures.sledai_visits import recorded

PGA = Facts({"pga": Scaled(known(1), "0-3")})
COMPARED = sorted(code for code, info in measures().items() if info.compares)


@pytest.mark.parametrize("code", ["sfi", "sledai_change", "relapse", "pga_change", "sledas_change", "lldas", "sri"])
def test_no_fact_is_named_of_an_assessment_that_was_not_made(code: str) -> None:
    found = score(code, Visit(NO_FACTS))
    side = "baseline" if code == "sri" else "previous"
    assert not any("." in name for entry in (found, *found.checks) for name in entry.missing)
    assert found.flags.count(f"no_{side}_assessment") == 1
    there = score(code, Visit(NO_FACTS, PGA, PGA))
    assert f"no_{side}_assessment" not in there.flags
    assert any(name.startswith(f"{side}.") for name in there.missing) or code == "pga_change"


def test_what_the_visit_itself_lacks_is_still_named() -> None:
    found = score("sledai_change", Visit(recorded(["fever"], ["rash"])))
    assert (found.missing, found.flags[-1]) == (("rash",), "no_previous_assessment")
    against_entry = score("pga_change", Visit(PGA, PGA), "pga_change_ge03+against_baseline")
    assert (against_entry.missing, against_entry.flags) == ((), ("no_baseline_assessment",))


def test_a_settled_result_needs_no_earlier_assessment() -> None:
    found = score("sledai_change", Visit(recorded()))
    assert (found.state, found.missing) == ("remission", ())


@pytest.mark.parametrize("code", COMPARED)
def test_many_visits_give_what_single_ones_give(code: str) -> None:
    cases = [
        Visit(now, previous, baseline)
        for now in (NO_FACTS, PGA, recorded(["rash"]))
        for previous in (NO_FACTS, PGA, recorded(left_out=["rash"]))
        for baseline in (NO_FACTS, PGA)
    ]
    info = measures()[code]
    names = [info.default, *(f"{info.default}+{v}" for o in info.options.values() for v in o.values)]
    found = score_visits(columns_of(cases), [(code, name) for name in names])
    for name, results in zip(names, found, strict=True):
        for place, case in enumerate(cases):
            assert results.at(place) == score(code, case, name), (name, place)
