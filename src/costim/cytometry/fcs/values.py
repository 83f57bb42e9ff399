"""A look at every stored value: what is not finite, beyond $PnR, or had bits that do not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.fcs.decode import stored
from costim.cytometry.fcs.file import BLOCK, FcsFile
from costim.cytometry.fcs.findings import FcsFinding, Ledger


def check_values(file: FcsFile, indices: Sequence[int] | None = None) -> tuple[FcsFinding, ...]:
    """Findings about the values of some channels, all when None. Reads them once, block by block.

    Values that are NaN or infinite are in no gate; values beyond $PnR are kept; bits of integers beyond it are removed
    by `FcsFile.read`, as FCS 3.1 (3.2.20, $PnR) asks.

    Raises:
        FcsError: The file is no longer what it was when it was opened.
    """
    wanted = range(len(file.channels)) if indices is None else indices
    ledger = Ledger(file.path.name)
    data = file.data()
    for index in wanted:
        _check_channel(file, data, index, ledger)
    return ledger.merged()


def _check_channel(file: FcsFile, data: NDArray[np.uint8], index: int, ledger: Ledger) -> None:
    channel, column = file.channels[index], file.layout.columns[index]
    strange = beyond = masked = 0
    for at in range(0, file.events, BLOCK):
        values = stored(data, file.layout, replace(column, mask=None), at, min(at + BLOCK, file.events))
        if channel.datatype != "I":
            strange += len(values) - int(np.count_nonzero(np.isfinite(values)))
            continue
        if column.mask is not None:
            masked += int(np.count_nonzero(values > column.mask))
            values = values & values.dtype.type(column.mask)
        if channel.range >= 1:
            beyond += int(np.count_nonzero(values >= channel.range))
    where = f"$P{channel.number}N {channel.name}"
    if strange:
        action = "these events are in no gate on this channel"
        ledger.warn("fcs_values_not_finite", where, f"{strange} values that are NaN or infinite", "numbers", action)
    if masked:
        expected = f"no bits beyond $PnR {channel.range:g}"
        ledger.warn("fcs_bits_masked", where, f"{masked} values with such bits", expected, "the bits were removed")
    if beyond:
        found, expected = f"{beyond} values", f"less than $PnR {channel.range:g}"
        ledger.note("fcs_values_beyond_range", where, found, expected, "the values were kept")
