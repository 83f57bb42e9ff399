"""Criteria and the states they make together."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from costim.measures.bounds import UNBOUNDED, between, known
from costim.measures.criteria import (
    change,
    compare,
    conjunction,
    criteria_of,
    criterion_of,
    judge,
    stated,
    verdict,
)
from costim.measures.result import Check, Quantity
from costim.measures.truth import Truth, all_of
from costim.registry.measure_catalogue import CriterionInfo, choose

LIMIT = CriterionInfo(name="pga", label="", relation="<=", limit=Decimal(1), references=("franklyn2016",), evidence="P")


def part(name: str, state: Truth) -> Check:
    return Check(name=name, state=state, missing=(f"fact_{name}",), evidence="S", references=("piga2022",))


@pytest.mark.parametrize(("number", "state"), [("1", Truth.YES), ("1.01", Truth.NO), ("0.99", Truth.YES)])
def test_a_limit_is_met_at_equality(number: str, state: Truth) -> None:
    assert compare(LIMIT, Quantity(bounds=known(number))).state is state


def test_a_criterion_names_what_is_missing_only_while_it_is_open() -> None:
    asked = Quantity(bounds=between(0, 2), missing=("pga",), flags=("pga_converted",), evidence="S", references=("x",))
    open_check = compare(LIMIT, asked)
    assert (open_check.state, open_check.missing, open_check.evidence) == (Truth.UNKNOWN, ("pga",), "S")
    assert open_check.references == ("franklyn2016", "x")
    assert open_check.flags == ("pga_converted",)
    assert compare(LIMIT, Quantity(bounds=between(0, 1), missing=("pga",))).missing == ()
    assert judge(LIMIT, Truth.NO, missing=["a"]).missing == ()
    assert judge(LIMIT, Truth.UNKNOWN, missing=["a", "a", "b"]).missing == ("a", "b")


def test_a_criterion_without_limit_cannot_be_compared() -> None:
    bare = CriterionInfo(name="renal", label="", evidence="C")
    with pytest.raises(ValueError, match="criterion 'renal' has no limit in the catalogue"):
        compare(bare, Quantity())


def test_a_criterion_is_that_of_the_variant() -> None:
    below, at_most = (criterion_of(choose("doris", name), "pga") for name in ("doris2021_le5", "doris_pga_le05"))
    assert (below.relation, at_most.relation) == ("<", "<=")
    assert "no_cns_activity" not in {c.name for c in criteria_of(choose("lldas", "lldas_parodis"))}
    with pytest.raises(KeyError, match="lldas: lldas_parodis has no criterion 'no_vasculitis'"):
        criterion_of(choose("lldas", "lldas_parodis"), "no_vasculitis")


def test_a_state_is_the_conjunction_of_its_criteria() -> None:
    choice = choose("lldas")
    for truths in product(Truth, repeat=4):
        checks = [part(str(place), state) for place, state in enumerate(truths)]
        found = conjunction(choice, checks)
        assert found.state == all_of(truths)
        assert found.complete == (found.state != "unknown")
        assert found.possible == (("yes", "no") if found.state == "unknown" else (found.state,))
        failing = tuple(check.name for check in checks if check.state is Truth.NO)
        every = tuple(check.name for check in checks)
        assert found.decided_by == {"no": failing, "yes": every, "unknown": ()}[found.state]
        assert bool(found.missing) == (found.state == "unknown")


def test_the_weakest_evidence_counts_and_memory_is_flagged() -> None:
    memory = Check(name="a", state=Truth.YES, evidence="M")
    found = conjunction(choose("lldas"), [part("b", Truth.YES), memory], flags=["range_value"])
    assert found.evidence == "M"
    assert found.flags == ("range_value", "unverified_rule")
    assert conjunction(choose("lldas"), [part("b", Truth.YES)]).flags == ()


def test_the_window_is_that_of_the_index() -> None:
    assert conjunction(choose("lldas"), []).window_days == 30
    assert conjunction(choose("lldas"), [], window_days=10).window_days == 10


def test_outcomes_stand_in_the_order_of_the_catalogue() -> None:
    found = verdict(choose("sri"), {"not_evaluable", "yes"}, [part("a", Truth.UNKNOWN)])
    assert (found.state, found.possible, found.missing) == ("unknown", ("yes", "not_evaluable"), ("fact_a",))


def test_criteria_that_fail_only_together_decide_together() -> None:
    checks = [part("a", Truth.UNKNOWN), part("b", Truth.UNKNOWN), part("c", Truth.YES)]
    assert verdict(choose("sri"), {"no"}, checks).decided_by == ("a", "b")


@pytest.mark.parametrize("derived", list(Truth))
def test_a_statement_wins_and_a_contradiction_is_flagged(derived: Truth) -> None:
    assert stated(Truth.UNKNOWN, derived) == (derived, ())
    flags = ("statement_contradicts_facts",) if derived is Truth.NO else ()
    assert stated(Truth.YES, derived) == (Truth.YES, flags)


def test_a_change_names_the_facts_of_the_earlier_assessment() -> None:
    now = Quantity(bounds=known("1.5"), decided_by=("pga",), evidence="P")
    before = Quantity(bounds=UNBOUNDED, missing=("pga",), evidence="S")
    moved = change(now, before, "baseline")
    assert (moved.bounds, moved.missing, moved.evidence) == (UNBOUNDED, ("baseline.pga",), "S")
    same = change(now, now, "previous")
    assert same.bounds == known(0)
    assert same.decided_by == ("pga", "previous.pga")


def test_a_decided_no_rests_on_the_criteria_that_fail() -> None:
    failing = Check(name="a", state=Truth.NO, evidence="S")
    memory = Check(name="b", state=Truth.YES, evidence="M", flags=("range_value",))
    convention = Check(name="c", state=Truth.UNKNOWN, evidence="C")
    found = conjunction(choose("lldas"), [failing, memory, convention])
    assert (found.state, found.decided_by, found.evidence, found.flags) == ("no", ("a",), "S", ("range_value",))
    both = conjunction(choose("lldas"), [failing, Check(name="d", state=Truth.NO, evidence="M"), convention])
    assert (both.evidence, "unverified_rule" in both.flags) == ("M", True)
    # While it is open any criterion may decide it.
    assert conjunction(choose("lldas"), [memory, convention]).evidence == "M"


def test_a_no_that_criteria_make_together_rests_on_all_of_them() -> None:
    together = [Check(name=name, state=Truth.UNKNOWN, evidence=mark) for name, mark in (("a", "S"), ("b", "C"))]
    met = Check(name="c", state=Truth.YES, evidence="M")
    choice = choose("sri")
    assert verdict(choice, {"no"}, [*together, met]).evidence == "C"
