"""Item 2 of LLDAS over many visits: as `lldas_new.no_new_activity` for one."""

from __future__ import annotations

import numpy as np

from costim.measures.batch.apply import SIDES, Batch
from costim.measures.batch.checks import Checked, checked, undecided
from costim.measures.batch.coded import Coded, combined, merged
from costim.measures.batch.names import Masked
from costim.measures.batch.sharpen import sharpened_states
from costim.measures.batch.sledai import index
from costim.measures.batch.totals import Summed
from costim.measures.batch.visits import VisitColumns
from costim.measures.facts import FactValue
from costim.measures.lldas_new import PREVIOUS, READINGS, STATEMENT, new_item, settled
from costim.measures.result import Check, Quantity
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, facts_of

_TRUTHS = (Truth.NO, Truth.UNKNOWN, Truth.YES)
_MEASURES = {"new_by_bilag": "bilag", "new_by_sfi": "sfi", "new_by_sfi_from_baseline": "sfi"}


def no_new_activity(choice: Choice, batch: Batch, version: Choice) -> Checked:
    """Is there no new activity? What the assessor states wins over the reading that the option names."""
    reading = choice.options["new_activity"]
    parts = ("new_by_item", "new_by_bilag") if reading == "new_by_item_and_bilag" else (reading,)
    found = [_find(part, choice, batch, version) for part in parts]

    def settle(statement: FactValue | None, *checks: Check) -> Check:
        return settled(choice, statement if isinstance(statement, Truth) else Truth.UNKNOWN, checks)

    criterion = combined(settle, batch.columns.fact(STATEMENT), *(entry.check for entry in found))
    named = checked(criterion)
    return undecided(named.check, (*(piece for entry in found for piece in entry.missing), *named.missing))


def _find(reading: str, choice: Choice, batch: Batch, version: Choice) -> Checked:
    """New activity by one reading."""
    if reading == "new_by_item":
        return _by_item(batch, version)
    (find,) = READINGS[reading]
    reads = tuple((side, name) for side in SIDES for name in facts_of(_MEASURES[reading]))
    return checked(batch.apply(lambda visit: find(choice, visit, version.name), reads))


def _by_item(batch: Batch, version: Choice) -> Checked:
    """An item that is present now and was absent at the previous assessment."""
    columns = batch.columns
    before = batch.once("before", lambda: Batch(VisitColumns(columns.visits, columns.previous)))
    now, then = sharpened_states(version, batch), sharpened_states(version, before)
    every = (1 << len(now.names)) - 1
    new = now.present & ~(then.present | then.unknown)
    unsettled = every & ~new & (now.present | now.unknown) & ~then.present
    state = np.where(new != 0, 2, np.where(unsettled != 0, 1, 0))
    check = combined(new_item, Coded(state, _TRUTHS), _basis(index(version, batch)), _basis(index(version, before)))
    previous = tuple(f"{PREVIOUS}.{name}" for name in then.names)
    return Checked(check, (Masked(now.names, unsettled & now.unknown), Masked(previous, unsettled & then.unknown)))


def _basis(total: Summed) -> Coded[Quantity]:
    """What a total rests on, without the number."""
    return merged(
        total.rest.map(
            lambda quantity: Quantity(flags=quantity.flags, evidence=quantity.evidence, references=quantity.references)
        )
    )
