"""Totals of SLEDAI items over many visits: items judged once per distinct record, weights summed in columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

import numpy as np

from costim.measures.batch.apply import Batch, Read
from costim.measures.batch.coded import Coded, combined, constant, folded, merged
from costim.measures.batch.coded import Codes as Mask
from costim.measures.batch.laboratory import alike
from costim.measures.batch.listing import BITS
from costim.measures.batch.names import Masked, Names, Pieces, where
from costim.measures.bounds import UNBOUNDED, Bounds, exact, known
from costim.measures.result import Quantity, distinct, weakest
from costim.measures.sledai_findings import Finding, find, item_names, laboratory, weights
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, VariantInfo, measures

_BY_OPTION = "arthritis"
_NUMBER = known(0)
ITEMS = "(items)"
"""Stands in `missing` and `decided_by` for the items that are unknown, or present, at the visit."""


class Basis(NamedTuple):
    """What states of items rest on."""

    flags: tuple[str, ...] = ()
    evidence: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """Items at each visit as bits: bit `i` of a mask is the item `names[i]`."""

    names: tuple[str, ...]
    present: Mask
    """Shape (visits,)."""
    unknown: Mask
    """Shape (visits,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Summed:
    """A total at each visit."""

    bounds: Coded[Bounds]
    rest: Coded[Quantity]
    """The quantity with `ITEMS` for the names of items; of its bounds only whether they are one number holds."""
    states: States


def reads_of(item: str) -> tuple[Read, ...]:
    """The facts that tell an item."""
    reads: tuple[Read, ...] = (("now", item), ("now", "sledai_scored_as"))
    if item == _BY_OPTION:
        return (*reads, ("now", "joints"))
    if item in laboratory():
        reads = (*reads, ("now", laboratory()[item]))
    return (*reads, ("previous", laboratory()[item])) if item == "proteinuria" else reads


def find_all(choice: Choice, batch: Batch, names: Sequence[str]) -> tuple[Coded[Finding], ...]:
    """The items at each visit under a variant of `sledai`."""

    def one(name: str) -> Coded[Finding]:
        return batch.once(
            ("finding", _key(choice, name), name),
            lambda: alike(batch).apply(lambda visit: find(choice, visit, name), reads_of(name)),
        )

    return tuple(one(name) for name in names)


def _key(choice: Choice, *names: str) -> str:
    """What of a choice tells these items: options matter for one of them only."""
    return choice.name if _BY_OPTION in names else choice.variant.name


def states_of(found: Sequence[Coded[Finding]], names: tuple[str, ...], visits: int) -> States:
    """Which items are present, and which unknown."""
    present, unknown = np.zeros(visits, np.intp), np.zeros(visits, np.intp)
    for bit, column in enumerate(found):
        present |= column.numbers(lambda finding: finding.state is Truth.YES) << bit
        unknown |= column.numbers(lambda finding: finding.state is Truth.UNKNOWN) << bit
    return States(names, present, unknown)


def points(names: Sequence[str], mask: Mask) -> Mask:
    """Summed weights of the items of a mask."""
    total = np.zeros(len(mask), np.intp)
    for start in range(0, len(names), BITS):
        piece = [weights()[name] for name in names[start : start + BITS]]
        # Points of every subset of the piece: each item doubles the table.
        table = np.zeros(1, np.intp)
        for weight in piece:
            table = np.concatenate([table, table + weight])
        total += table[(mask >> start) & (len(table) - 1)]
    return total


def add_up(found: Sequence[Coded[Finding]], names: tuple[str, ...], basis: Coded[Basis]) -> Summed:
    """Weights of present items, unknown ones as bounds: as `sledai_total.add_up` for one visit.

    Args:
        found: the items.
        names: of the items.
        basis: what the total rests on.
    """
    states = states_of(found, names, len(basis))
    lower = points(names, states.present)
    upper = lower + points(names, states.unknown)
    incomplete = Coded((upper > lower).astype(np.intp), (False, True))
    return Summed(combined(_bounds, whole(lower), whole(upper)), combined(_quantity, incomplete, basis), states)


def basis_of(choice: Choice, batch: Batch, names: Sequence[str], variant: VariantInfo) -> Coded[Basis]:
    """What a total rests on: its variant, and its items in their order.

    Runs of items that totals of several variants share are put together once.
    """
    own = Basis(evidence=variant.evidence, references=variant.references)
    basis: Coded[Basis] = constant(own, batch.columns.visits)
    for _, group in groupby(names, key=_apart):
        run = tuple(group)
        basis = folded(_rest, basis, _basis_of_run(choice, batch, run))
    return basis


def _apart(name: str) -> str:
    """Items that depend on an option, or that an index leaves out, stand apart from the runs between them."""
    return name if name == _BY_OPTION else str(name in measures()["csledai"].extra["leave_out"])


def _basis_of_run(choice: Choice, batch: Batch, run: tuple[str, ...]) -> Coded[Basis]:
    def make() -> Coded[Basis]:
        basis: Coded[Basis] = constant(Basis(), batch.columns.visits)
        for column in find_all(choice, batch, run):
            basis = folded(_rest, basis, merged(column.map(_basis)))
        return basis

    return batch.once(("basis", _key(choice, *run), run), make)


def _basis(finding: Finding) -> Basis:
    return Basis(finding.flags, weakest(finding.evidence), finding.references if finding.evidence else ())


def _rest(one: Basis, other: Basis) -> Basis:
    return Basis(
        distinct(one.flags, other.flags),
        weakest((one.evidence, other.evidence)),
        distinct(one.references, other.references),
    )


def whole(numbers: Mask) -> Coded[int]:
    """Whole numbers, at least 0, as a column."""
    return Coded(numbers, tuple(range(int(numbers.max(initial=0)) + 1)))


def _quantity(incomplete: bool, basis: Basis) -> Quantity:
    return Quantity(
        bounds=UNBOUNDED if incomplete else _NUMBER,
        missing=(ITEMS,) if incomplete else (),
        decided_by=(ITEMS,),
        flags=(*basis.flags, "items_incomplete") if incomplete else basis.flags,
        evidence=basis.evidence,
        references=basis.references,
    )


def _bounds(lower: int, upper: int) -> Bounds:
    return Bounds(exact(lower), exact(upper))


def split(quantity: Coded[Quantity], states: States) -> Summed:
    """Whole quantities as a total."""
    rest = quantity.map(lambda q: replace(q, bounds=UNBOUNDED if q.bounds.value is None else _NUMBER))
    return Summed(merged(quantity.map(lambda q: q.bounds)), merged(rest), states)


def all_items(choice: Choice, batch: Batch, variant: VariantInfo, leave_out: Iterable[str] = ()) -> Summed:
    """The total of the 24 items without those that are left out.

    Args:
        choice: variant of `sledai`.
        batch: the visits.
        variant: the total rests on its evidence and references too.
        leave_out: names of items.
    """
    left = frozenset(leave_out)
    names = tuple(name for name in item_names() if name not in left)
    return add_up(find_all(choice, batch, names), names, basis_of(choice, batch, names, variant))


def spelt_out(listed: Names, names: tuple[str, ...], mask: Mask) -> Pieces:
    """Lists in which `ITEMS` gives way to the items of a mask."""
    before = listed.map(lambda entry: entry[: entry.index(ITEMS)] if ITEMS in entry else entry)
    after = listed.map(lambda entry: entry[entry.index(ITEMS) + 1 :] if ITEMS in entry else ())
    inside = where((Masked(names, mask),), listed.where(lambda entry: ITEMS in entry))
    return (merged(before), *inside, merged(after))
