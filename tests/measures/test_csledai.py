"""Clinical SLEDAI-2K: without serology, from items or its own typed total."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures import csledai
from costim.measures.bounds import known
from costim.measures.facts import Facts, Item, Visit
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures
from tests.measures.sledai_visits import ITEMS, W1, number, recorded, total

SEROLOGY = ("low_complement", "increased_dna_binding")


def test_w1_without_low_complement() -> None:
    found = score("csledai", Visit(recorded(W1, seizure=Item(Truth.YES, day=number(-2)))))
    assert (found.value, found.complete, found.window_days) == (19, True, 30)
    assert found.variant == "csledai_2k_30d"
    assert found.source == ("vanvollenhoven2021", "touma2010", "gladman2002")


def test_w2_is_complete_without_anti_dsdna() -> None:
    found = score("csledai", Visit(recorded(W1, ["increased_dna_binding"])))
    assert (found.value, found.complete, found.missing, found.flags) == (19, True, (), ())


def test_largest_total() -> None:
    assert total(recorded(ITEMS), measure="csledai") == (101, 101)
    assert measures()["csledai"].maximum == 101
    assert total(Facts({}), measure="csledai") == (0, 101)


@pytest.mark.parametrize(("variant", "days"), [("csledai_2k_10d", 10), ("csledai_2k_28d", 28), ("csledai_2k_30d", 30)])
def test_windows(variant: str, days: int) -> None:
    assert total(recorded(rash=Item(Truth.YES, day=number(-days))), variant, measure="csledai") == (2, 2)
    assert total(recorded(rash=Item(Truth.YES, day=number(-days - 1))), variant, measure="csledai") == (0, 0)
    assert score("csledai", Visit(recorded()), variant).window_days == days


def test_typed_totals() -> None:
    assert total(Facts({"csledai_total": number(6)}), measure="csledai") == (6, 6)
    assert total(Facts({"sledai_total": number(0)}), measure="csledai") == (0, 101)
    clash = score("csledai", Visit(recorded(W1, csledai_total=number(21))))
    assert (clash.value, clash.flags) == (19, ("inconsistent_total",))
    other = score("csledai", Visit(Facts({"csledai_total": number(6), "sledai_scored_as": "selena"})))
    assert other.value is None
    assert other.flags == ("items_incomplete", "total_of_another_version")


def test_joint_rule() -> None:
    now = recorded(left_out=["arthritis"], joints=number(2))
    assert total(now, measure="csledai") == (4, 4)
    assert total(now, "csledai_2k_30d+arthritis_gt2", measure="csledai") == (0, 0)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({i: st.sampled_from(list(Truth)) for i in ITEMS}))
def test_it_is_the_full_index_less_serology(states: dict[str, Truth]) -> None:
    clinical = {**states, **dict.fromkeys(SEROLOGY, Truth.NO)}
    now, bare = (Facts({i: Item(s) for i, s in entry.items()}) for entry in (states, clinical))
    found = csledai.index("", Visit(now))
    assert (found.bounds.lower, found.bounds.upper) == tuple(known(end).lower for end in total(bare))
    assert not set(found.missing) & set(SEROLOGY)
