"""Shorthands for items: the lists `present`, `absent`, `unknown`, and `others`, which says that the rest is absent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from costim.measures.facts import FactValue, Item
from costim.measures.parse import STATES, unknown_fact
from costim.measures.problems import Problem, problem_of
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import facts, facts_of, measures
from costim.registry.suggest import did_you_mean

LISTS = tuple(STATES)
_JOINED = re.compile(r"[,/+|\n]")
_ABSENT = Item(Truth.NO)
_WORDS = MappingProxyType({truth: word for word, truth in STATES.items()})


def read_lists(
    lists: Mapping[str, Any], values: Mapping[str, FactValue], prefix: str = ""
) -> tuple[dict[str, FactValue], list[Problem]]:
    """Items of the three lists.

    Args:
        lists: `present`, `absent`, `unknown`, each a list of names or None.
        values: facts given by themselves; an item that both tell keeps its attributes, and may not be contradicted.
        prefix: stands before names in messages.

    Returns:
        Items that only the lists tell, and what is wrong.
    """
    found: dict[str, FactValue] = {}
    problems: list[Problem] = []
    for state, names in lists.items():
        if names is not None and not isinstance(names, list | tuple):
            item = f"{prefix}{state}"
            problems.append(problem_of("wrong_type", names, "a list of items", 'write ["rash"]', item=item))
            continue
        for name in names or ():
            problem = _misplaced(name, state, prefix) or _contradicted(
                name, state, found.get(name) or values.get(name), prefix
            )
            if problem is not None:
                problems.append(problem)
            elif name not in values:
                found[name] = Item(STATES[state])
    return found, problems


def _misplaced(name: Any, state: str, prefix: str) -> Problem | None:
    fact = facts().get(name) if isinstance(name, str) else None
    if fact is None:
        problem = replace(unknown_fact(name, prefix), expected=f"the name of an item, in the list {state}")
        joined = isinstance(name, str) and any(part.strip() in facts() for part in _JOINED.split(name)[1:])
        return replace(problem, action="join names with ; in a table: rash; fever") if joined else problem
    if fact.kind == "item":
        return None
    return Problem(
        code="wrong_type",
        found=f"a {fact.kind} in the list {state}",
        expected="only items there",
        action=f'write "{name}" by itself, with its value',
        item=f"{prefix}{name}",
        measure=fact.measure,
    )


def _contradicted(name: str, state: str, earlier: FactValue | None, prefix: str) -> Problem | None:
    if not isinstance(earlier, Item) or earlier.state is STATES[state]:
        return None
    return Problem(
        code="contradiction",
        found=f"both {_WORDS[earlier.state]} and {state}",
        expected="one state for each item",
        action="leave one away",
        item=f"{prefix}{name}",
        measure=facts()[name].measure,
    )


def check_others(others: Any, prefix: str = "") -> list[Problem]:
    """What is wrong with `others`; it is `"absent"` or an object such as `{"sledai": "absent"}`."""
    item = f"{prefix}others"
    if others is None or others == "absent":
        return []
    if not isinstance(others, Mapping):
        expected = '"absent", or an object such as {"sledai": "absent"}'
        return [problem_of("unknown_value", others, expected, "write it so, or leave it away", item=item)]
    problems = []
    for code, word in others.items():
        if code not in measures():
            guess = did_you_mean(str(code), measures()) or f"write one of {', '.join(measures())}"
            problems.append(problem_of("unknown_measure", code, "the code of a measure", guess, item=item))
        if word != "absent":
            problems.append(
                problem_of("unknown_value", word, '"absent"', "write it so, or leave the measure away", item=item)
            )
    return problems


@cache
def _items_of(code: str) -> frozenset[str]:
    return frozenset(name for name, fact in facts_of(code).items() if fact.kind == "item")


def absent_items(others: Any, asked: Iterable[str], named: frozenset[str]) -> dict[str, FactValue]:
    """Items that `others` says are absent.

    Args:
        others: checked; `"absent"` speaks of the items of the measures asked for, an object of those of its measures.
        asked: codes of the measures asked for.
        named: facts the visit mentions, also as null: of these nothing is assumed.
    """
    if others is None:
        return {}
    codes = asked if others == "absent" else others
    wanted = {name for code in codes for name in _items_of(code)}
    return dict.fromkeys(sorted(wanted - named), _ABSENT)
