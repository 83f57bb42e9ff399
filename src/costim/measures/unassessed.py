"""Results that lack an earlier assessment: one flag in place of every fact that it might have held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from costim.measures.facts import Visit
from costim.measures.result import Result

FLAGS = MappingProxyType({"previous": "no_previous_assessment", "baseline": "no_baseline_assessment"})
"""Assessment -> flag of a result that would need it, where nothing at all was recorded of it."""


def without_unassessed(result: Result, visit: Visit) -> Result:
    """The result without the names of facts of an assessment of which nothing was recorded, and with a flag instead.

    Dozens of `previous.…` would say no more than that there was no previous assessment.
    """
    for side, assessment in (("previous", visit.previous), ("baseline", visit.baseline)):
        if not assessment.values:
            result = _without(result, side)
    return result


def _without(result: Result, side: str) -> Result:
    named = (result.missing, *(check.missing for check in result.checks))
    if not any(is_of(name, side) for names in named for name in names):
        return result
    return replace(
        result,
        missing=others(result.missing, side),
        checks=tuple(replace(check, missing=others(check.missing, side)) for check in result.checks),
        flags=(*result.flags, FLAGS[side]),
    )


def is_of(name: str, side: str) -> bool:
    """Is it a fact of that assessment, `previous.pga`?"""
    return name.startswith(f"{side}.")


def others(names: Iterable[str], side: str) -> tuple[str, ...]:
    """The names that are not of that assessment."""
    return tuple(name for name in names if not is_of(name, side))
