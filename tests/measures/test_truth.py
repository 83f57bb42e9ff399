"""Three-valued logic against every completion of what is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import pytest

from costim.measures.truth import Truth, all_of, any_of, negated, truth_of

COMPLETIONS = {Truth.YES: (True,), Truth.NO: (False,), Truth.UNKNOWN: (True, False)}
"""The decided values that a truth leaves open."""


def by_completion(truths: tuple[Truth, ...], rule: Callable[[Iterable[bool]], bool]) -> Truth:
    answers = {rule(chosen) for chosen in product(*(COMPLETIONS[truth] for truth in truths))}
    return truth_of(answers.pop()) if len(answers) == 1 else Truth.UNKNOWN


@pytest.mark.parametrize("size", range(5))
def test_conjunction_and_disjunction_are_what_every_completion_says(size: int) -> None:
    for truths in product(Truth, repeat=size):
        assert all_of(truths) is by_completion(truths, all), truths
        assert any_of(truths) is by_completion(truths, any), truths


def test_nothing_at_all_is_a_met_conjunction_and_a_failed_disjunction() -> None:
    assert all_of([]) is Truth.YES
    assert any_of([]) is Truth.NO


def test_negation_turns_conjunction_into_disjunction() -> None:
    for truths in product(Truth, repeat=3):
        assert negated(all_of(truths)) is any_of(negated(truth) for truth in truths)
        assert all(negated(negated(truth)) is truth for truth in truths)


def test_a_truth_is_its_word_and_no_bool() -> None:
    assert [str(truth) for truth in Truth] == ["no", "unknown", "yes"]
    with pytest.raises(TypeError, match=r"a Truth has three values: compare it with Truth\.YES"):
        bool(Truth.UNKNOWN)
    with pytest.raises(TypeError):
        assert not Truth.NO
