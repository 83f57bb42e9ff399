"""An FCS file that is open for reading: channels, keywords, findings, and values on demand."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.fcs.channels import Channel
from costim.cytometry.fcs.decode import native_type, stored
from costim.cytometry.fcs.findings import FcsError, FcsFinding, FcsProblem
from costim.cytometry.fcs.layout import Layout
from costim.cytometry.fcs.names import find_channel

__all__ = ["Channel", "FcsFile", "FcsFinding"]

BLOCK = 1 << 15
"""Events decoded at a time; keeps what is held beside the result small."""


@dataclass(frozen=True, slots=True)
class FcsFile:
    """One data set of an FCS file. DATA stays on disk; `read` decodes what is asked for."""

    path: Path
    data_set: int
    """From 0."""
    version: str
    """`FCS2.0` to `FCS3.2`."""
    keywords: Mapping[str, str]
    """Upper-case keyword -> value. May hold personal data: see `costim.cytometry.fcs.personal`."""
    channels: tuple[Channel, ...]
    events: int
    findings: tuple[FcsFinding, ...]
    n_data_sets: int
    layout: Layout = field(repr=False)
    data_begin: int = field(repr=False)
    """First byte of DATA in the file."""
    size: int = field(repr=False)
    """Bytes of the file when it was opened."""
    time_step: float = field(repr=False, default=1.0)
    """Seconds per tick of the time channel."""

    def find(self, source: str) -> int:
        """Index (from 0) of the channel that `source` names.

        Tried in turn: $PnN, $PnS, both without regard to case, both without blanks and signs, and labels that carry
        the marker beside its dye (`CD19 PE-Cy7`). Of area, height and width of one detector the area counts.

        Raises:
            FcsError: No channel, or several; the message names those there are.
        """
        return find_channel(source, self.channels, self.path.name)

    def is_scale(self, index: int) -> bool:
        """Is the stored number the scale value, so that `raw` can be used as it is?"""
        channel, column = self.channels[index], self.layout.columns[index]
        plain = channel.amplification[0] == 0 and channel.gain == 1 and column.mask is None
        return plain and not (channel.is_time and self.time_step != 1)

    def raw(self) -> NDArray[Any] | None:
        """Stored numbers as a read-only memory map of shape (events, channels), in the byte order of the file.

        None where the channels differ in type, or numpy has none for them. Masks, gains and logarithms are not applied:
        ask `is_scale` for each channel.
        """
        kinds = {native_type(column, self.layout) for column in self.layout.columns}
        kind = kinds.pop()
        if kinds or kind is None:
            return None
        shape = (self.events, len(self.channels))
        return self.data().view(kind).reshape(shape)

    def read(self, indices: Sequence[int], start: int = 0, stop: int | None = None) -> NDArray[np.float64]:
        """Scale values (FCS 3.1, 3.2.20) of some channels, for events `start` to `stop` (exclusive).

        Integers are freed of bits beyond $PnR and of logarithmic amplification ($PnE), linear values divided by their
        gain ($PnG), time multiplied by $TIMESTEP (seconds). Floating point values with $PnE stay as they are.

        Args:
            indices: Channels from 0, in the order wanted.
            start: First event, from 0.
            stop: Event behind the last; all when None. Both are clipped to the events there are.

        Returns:
            Shape (events, len(indices)), one channel after the other in memory; NaN and Inf as they stand in the file.

        Raises:
            FcsError: The file is no longer what it was when it was opened.
        """
        last = self.events if stop is None else max(0, min(stop, self.events))
        first = min(max(start, 0), last)
        out = np.empty((len(indices), last - first), np.float64)
        if out.size:
            data = self.data()
            scales = [self._scale(index) for index in indices]
            for at in range(first, last, BLOCK):
                to = min(at + BLOCK, last)
                for row, (index, scale) in enumerate(zip(indices, scales, strict=True)):
                    values = stored(data, self.layout, self.layout.columns[index], at, to)
                    out[row, at - first : to - first] = values if scale is None else scale(values)
        return out.T

    def count_not_finite(self, indices: Sequence[int]) -> tuple[int, ...]:
        """Number of events whose value is NaN or infinite, for each channel."""
        counts = np.zeros(len(indices), np.int64)
        floats = [place for place, index in enumerate(indices) if self.channels[index].datatype != "I"]
        if floats and self.events:
            data = self.data()
            for at in range(0, self.events, BLOCK):
                to = min(at + BLOCK, self.events)
                for place in floats:
                    values = stored(data, self.layout, self.layout.columns[indices[place]], at, to)
                    counts[place] += to - at - np.count_nonzero(np.isfinite(values))
        return tuple(int(count) for count in counts)

    def _scale(self, index: int) -> Callable[[NDArray[Any]], NDArray[np.float64]] | None:
        """From stored number to scale value; None where they are the same."""
        channel = self.channels[index]
        decades, offset = channel.amplification
        if decades > 0:
            return lambda values: offset * np.power(10.0, decades * values.astype(np.float64) / channel.range)
        if channel.is_time and self.time_step != 1:
            return lambda values: values.astype(np.float64) * self.time_step
        if channel.gain != 1:
            return lambda values: values.astype(np.float64) / channel.gain
        return None

    def data(self) -> NDArray[np.uint8]:
        """The bytes of DATA, mapped for this call only: nothing stays open."""
        length = self.layout.bytes_of(self.events)
        if not length:
            return np.empty(0, np.uint8)
        try:
            if self.path.stat().st_size == self.size:
                return np.memmap(os.fspath(self.path), np.uint8, "r", self.data_begin, (length,))
            found = "a file of another size than when it was opened"
        except OSError:
            found = "a file that can no longer be read"
        problem = FcsProblem("fcs_changed", "DATA", found, "the same file", "open it again")
        raise FcsError(self.path.name, [problem])

    def __reduce__(self) -> tuple[Callable[..., FcsFile], tuple[Any, ...]]:
        """Files travel between processes without their data."""
        return _remade, (
            self.path, self.data_set, self.version, dict(self.keywords), self.channels, self.events, self.findings,
            self.n_data_sets, self.layout, self.data_begin, self.size, self.time_step,
        )  # fmt: skip


def _remade(path: Path, data_set: int, version: str, keywords: dict[str, str], *rest: Any) -> FcsFile:
    return FcsFile(path, data_set, version, MappingProxyType(keywords), *rest)
