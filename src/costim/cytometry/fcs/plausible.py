"""Do the stored numbers make sense? A look at some events for a wrong order of bytes, and at all bytes by the CRC."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.fcs.crc import FIELD_BYTES, usual_crcs, written_crcs
from costim.cytometry.fcs.decode import stored
from costim.cytometry.fcs.findings import Ledger, shown
from costim.cytometry.fcs.layout import Layout

SAMPLE = 1024
"""Events looked at."""
ENOUGH = 50
"""Numbers that must be there for a refusal."""
SMALLEST, LARGEST = 1e-12, 1e12
"""No instrument gives values beyond these, 0 apart."""


def check_byte_order(data: NDArray[np.uint8], layout: Layout, events: int, ledger: Ledger) -> None:
    """Say so when numbers make no sense; refuse when they make sense in the other order of bytes."""
    stop = min(events, SAMPLE)
    if not stop or layout.mixed or layout.packed or all(column.bits == 8 for column in layout.columns):
        return
    here = _nonsense(data, layout, stop)
    if here <= 0.2:
        return
    other = _nonsense(data, replace(layout, order=_turned(layout)), stop)
    found = f"{100 * here:.0f} % of numbers that no instrument gives"
    if other <= 0.001 and stop * len(layout.columns) >= ENOUGH:
        right = ",".join(map(str, _turned(layout)))
        ledger.problem(
            "fcs_byte_order_wrong",
            "$BYTEORD",
            f"{','.join(map(str, layout.order))}, with {found}",
            f"{right}, in which the numbers make sense",
            "the keyword contradicts the data: export the file again",
        )
    else:
        action = "the values may be garbage: look at the file"
        ledger.warn("fcs_values_implausible", "DATA", found, f"0, or from {SMALLEST:g} to {LARGEST:g}", action)


def _turned(layout: Layout) -> tuple[int, ...]:
    """The other order; where $BYTEORD has one byte only, that of two."""
    return tuple(reversed(layout.order)) if len(layout.order) > 1 else (2, 1)


def _nonsense(data: NDArray[np.uint8], layout: Layout, stop: int) -> float:
    """Part of the numbers that cannot be: too large, too small, not finite, or with bits that $PnR does not allow."""
    shares = []
    for column in layout.columns:
        if column.datatype == "I":
            if column.mask is None or column.bits <= 8:
                continue
            values = stored(data, layout, replace(column, mask=None), 0, stop)
            shares.append(float(np.mean(values > column.mask)))
        else:
            shares.append(_strange(stored(data, layout, column, 0, stop)))
    return float(np.mean(shares)) if shares else 0.0


def _strange(values: NDArray[Any]) -> float:
    size = np.abs(values[np.isfinite(values)])
    fine = np.count_nonzero((size == 0) | ((size >= SMALLEST) & (size <= LARGEST)))
    return 1.0 - fine / len(values)


def check_crc(data: NDArray[np.uint8], base: int, last: int, ledger: Ledger) -> None:
    """Compare the CRC behind the last segment with the bytes; blanks and zeros are no CRC.

    Args:
        data: The whole file.
        base: First byte of the data set.
        last: Last byte of its last segment, from `base`.
        ledger: Where a difference is said.
    """
    field = data[base + last + 1 : base + last + 1 + FIELD_BYTES].tobytes()
    written = written_crcs(field) if len(field) == FIELD_BYTES else frozenset()
    at_the_end = base + last + 1 + FIELD_BYTES == len(data)
    if not written and not (at_the_end and field.strip(b" 0\0")):
        return
    if written & usual_crcs(data[base : base + last + 1]):
        return
    found = f"{shown(field.decode('latin-1').strip())}, which the bytes of the file do not give"
    action = "the file may have been changed or damaged: compare it with the original"
    ledger.warn("fcs_crc_wrong", "CRC", found, "the CRC of the file, or zeros", action)
