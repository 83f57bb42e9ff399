"""BILAG against entry: every completion of open grades, tried one by one."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.new_grades import Tally, step, tally
from costim.registry.measure_catalogue import measures

GRADES = "ABCDE"
RULES = {name: measures()["bicla"].extra[name] for name in ("new_grades", "improved")}
MOST = (1, 2)
some_grades = st.frozensets(st.sampled_from(GRADES), min_size=1)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("B", "A", Tally(1, 0, True, False)),
        ("E", "A", Tally(1, 0, False, True)),
        ("A", "A", Tally(0, 0, True, False)),
        ("A", "B", Tally(0, 0, True, True)),
        ("C", "B", Tally(0, 1, False, True)),
        ("D", "B", Tally(0, 1, False, True)),
        ("E", "B", Tally(0, 1, False, True)),
        ("B", "B", Tally(0, 0, True, False)),
        ("B", "C", Tally(0, 0, True, True)),
        ("D", "C", Tally(0, 0, False, True)),
        ("A", "D", Tally(0, 0, True, True)),
        ("A", "E", Tally(0, 0, True, True)),
    ],
)
def test_one_system(before: str, now: str, expected: Tally) -> None:
    assert step(before, now, RULES) == expected


@settings(max_examples=100)
@given(before=st.tuples(*[some_grades] * 3), now=st.tuples(*[some_grades] * 3))
def test_tallies_are_those_of_every_completion(
    before: tuple[frozenset[str], ...], now: tuple[frozenset[str], ...]
) -> None:
    names = ("one", "two", "three")
    found = tally(dict(zip(names, before, strict=True)), dict(zip(names, now, strict=True)), RULES, MOST)
    tried = set()
    for chosen in product(*before, *now):
        pairs = list(zip(chosen[:3], chosen[3:], strict=True))
        quiet = [(b, "D" if n == "E" and b != "E" else n) for b, n in pairs]
        tried.add(
            Tally(
                new_a=min(1, sum(n == "A" and b != "A" for b, n in quiet)),
                new_b=min(2, sum(n == "B" and b in "CDE" for b, n in quiet)),
                active=any(b in "AB" for b, _ in quiet),
                improved=all(n > b for b, n in quiet if b in "AB"),
            )
        )
    assert found == tried


def test_no_system_at_all_changes_nothing() -> None:
    assert tally({}, {}, RULES, MOST) == {Tally()}
