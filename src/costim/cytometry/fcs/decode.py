"""Numbers as they are stored in DATA, column by column, for a block of events."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.fcs.layout import Column, Layout

Bytes = NDArray[np.uint8]


def native_type(column: Column, layout: Layout) -> np.dtype[Any] | None:
    """The numpy type of a channel, or None where numpy has none for its width or order."""
    if column.bits not in (8, 16, 32, 64) or column.offset % 8 or (layout.mixed and column.bits > 8):
        return None
    kind = "u" if column.datatype == "I" else "f"
    return np.dtype(f"{'<' if layout.little else '>'}{kind}{column.bits // 8}")


def stored(data: Bytes, layout: Layout, column: Column, start: int, stop: int) -> NDArray[Any]:
    """Values of one channel for events `start` to `stop` (exclusive), not scaled, bits beyond the mask removed.

    Args:
        data: All bytes of DATA, one after the other.
        layout: Layout of an event.
        column: The channel.
        start: First event, from 0.
        stop: Event behind the last.

    Returns:
        Unsigned integers or floating point numbers, shape (stop - start,).
    """
    if layout.packed:
        values: NDArray[Any] = _packed(data, layout, column, start, stop)
    else:
        values = _whole_bytes(data, layout, column, start, stop)
    if column.mask is not None:
        values = values & values.dtype.type(column.mask)
    return values


def _whole_bytes(data: Bytes, layout: Layout, column: Column, start: int, stop: int) -> NDArray[Any]:
    size, width = layout.event_bits // 8, column.bits // 8
    kind = native_type(column, layout)
    if kind is not None:
        shape, strides = (stop - start,), (size,)
        place = start * size + column.offset // 8
        return (
            np.ndarray(shape, kind, buffer=data, offset=place, strides=strides) if stop > start else np.empty(0, kind)
        )
    events = data[start * size : stop * size].reshape(-1, size)
    ranks = _ranks(layout, width)
    own = events[:, column.offset // 8 : column.offset // 8 + width]
    if column.datatype != "I":
        ordered = np.empty(own.shape, np.uint8)
        for place, rank in enumerate(ranks):
            ordered[:, rank - 1] = own[:, place]
        return ordered.view(f"<f{width}")[:, 0]
    values = np.zeros(len(own), np.uint64)
    for place, rank in enumerate(ranks):
        values |= own[:, place].astype(np.uint64) << np.uint64(8 * (rank - 1))
    return values


def _ranks(layout: Layout, width: int) -> list[int]:
    """Rank of each byte of a number, 1 being least significant."""
    if layout.mixed:
        return list(layout.order)
    return list(range(1, width + 1)) if layout.little else list(range(width, 0, -1))


def _packed(data: Bytes, layout: Layout, column: Column, start: int, stop: int) -> NDArray[np.uint64]:
    """Channels that are not whole bytes, one after the other without gaps, across events too.

    Most significant bit first, or least significant bit first where $BYTEORD says that the least significant byte is.
    """
    first = np.arange(start, stop, dtype=np.int64) * layout.event_bits + column.offset
    byte, shift = first >> 3, (first & 7).astype(np.uint64)
    count = (column.bits + 14) // 8
    values = np.zeros(stop - start, np.uint64)
    for step in range(count):
        piece = data[np.minimum(byte + step, len(data) - 1)].astype(np.uint64)
        rank = step if layout.little else count - 1 - step
        values |= piece << np.uint64(8 * rank)
    if not layout.little:
        shift = np.uint64(8 * count - column.bits) - shift
    return (values >> shift) & np.uint64((1 << column.bits) - 1)
