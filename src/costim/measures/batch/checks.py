"""Criteria of a state over many visits, and the state they make together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from costim.measures import criteria
from costim.measures.batch.coded import Coded, combined, merged
from costim.measures.batch.names import Pieces, each_once, listing, where
from costim.measures.batch.results import CheckColumn, ResultColumns
from costim.measures.batch.totals import Summed, spelt_out
from costim.measures.bounds import Bounds
from costim.measures.result import Check, Quantity
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, CriterionInfo


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """One criterion at each visit."""

    check: Coded[Check]
    """Without `missing`."""
    missing: Pieces


def bare(check: Coded[Check]) -> Coded[Check]:
    """The criterion without the names that differ most."""
    return merged(check.map(lambda entry: replace(entry, missing=()) if entry.missing else entry))


def checked(check: Coded[Check]) -> Checked:
    """A criterion that few facts decide."""
    return Checked(bare(check), (check.map(lambda entry: entry.missing),))


def checked_all(found: Coded[tuple[Check, ...]]) -> tuple[Checked, ...]:
    """Several criteria that a rule gives at once, as many at every visit."""
    count = min((len(entry) for entry in found.values), default=0)
    return tuple(checked(found.map(lambda entry, place=place: entry[place])) for place in range(count))  # type: ignore[misc]


def compare(criterion: CriterionInfo, total: Summed) -> Checked:
    """A criterion on a total of items."""

    def check(bounds: Bounds, rest: Quantity) -> Check:
        return criteria.compare(criterion, replace(rest, bounds=bounds))

    found = combined(check, _alike(criterion, total.bounds), total.rest)
    missing = found.map(lambda entry: entry.missing)
    return Checked(bare(found), spelt_out(missing, total.states.names, total.states.unknown))


def _alike(criterion: CriterionInfo, bounds: Coded[Bounds]) -> Coded[Bounds]:
    """Of numbers that meet, fail or leave open a criterion, one each."""
    if not criterion.relation or criterion.limit is None:
        return bounds
    relation, limit, first = criterion.relation, criterion.limit, dict[Truth, Bounds]()
    return merged(bounds.map(lambda number: first.setdefault(number.compare(relation, limit), number)))


def conjunction(choice: Choice, checks: Sequence[Checked], window_days: int | None) -> ResultColumns:
    """The state that holds when every criterion is met: as `criteria.conjunction` for one visit."""
    result = combined(
        lambda *found: criteria.conjunction(choice, found, window_days=window_days), *(entry.check for entry in checks)
    )
    unknown = result.where(lambda entry: not entry.complete)
    return ResultColumns(
        measure=choice.measure.code,
        variant=choice.name,
        result=result,
        decided_by=listing((result.map(lambda entry: entry.decided_by),)),
        missing=listing(each_once(where(tuple(piece for entry in checks for piece in entry.missing), unknown))),
        checks=tuple(CheckColumn(entry.check, listing(entry.missing)) for entry in checks),
    )


def undecided(check: Coded[Check], missing: Pieces) -> Checked:
    """A criterion whose unknown facts matter only where it is unknown."""
    return Checked(check, where(missing, check.where(lambda entry: entry.state is Truth.UNKNOWN)))
