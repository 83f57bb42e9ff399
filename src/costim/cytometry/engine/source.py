"""Blocks of events as matrices: the bytes of the file where they are the values, read and scaled otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from costim.cytometry.engine.kernel import Kernel, Matrix
    from costim.cytometry.engine.plan import Plan
    from costim.cytometry.fcs.file import FcsFile

BLOCK = 1 << 16
"""Events looked at together. Part of the result in the last bits of a mean, so the same on every machine."""
SPOTS = 256
"""Places of the file from which the events of a pilot come."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Some events: matrices, and in which column of which matrix a channel stands."""

    n: int
    matrices: tuple[Matrix, ...]
    places: Mapping[int, tuple[int, int]]

    def not_finite(self, kernel: Kernel) -> int:
        """Events with a value that is not finite in any of the channels."""
        suspect = [number for number, matrix in enumerate(self.matrices) if not kernel.all_finite(matrix)]
        if not suspect:
            return 0
        bad = np.zeros(self.n, dtype=np.bool_)
        for number, column in self.places.values():
            bad |= ~np.isfinite(self.matrices[number][:, column])
        return int(np.count_nonzero(bad))


class Source:
    """The channels of one file that a plan needs, block by block."""

    def __init__(self, file: FcsFile, plan: Plan) -> None:
        self.file = file
        self.events = file.events
        raw = file.raw() if plan.channels else None
        plain = {index for index in plan.channels if file.is_scale(index)}
        scaled = [index for index in plan.channels if index not in plain]
        if raw is None or not _native(raw.dtype) or not plain or plan.summed & set(scaled):
            self._raw, self._read = None, list(plan.channels)
        else:
            self._raw, self._read = np.asarray(raw), scaled
        number = 0 if self._raw is None else 1
        self.places = {index: (number, column) for column, index in enumerate(self._read)}
        if self._raw is not None:
            self.places |= {index: (0, index) for index in plain}

    def blocks(self) -> Sequence[Span]:
        """All events, in blocks."""
        return [(start, min(start + BLOCK, self.events)) for start in range(0, self.events, BLOCK)]

    def load(self, span: Span) -> Loaded:
        """The events from `span[0]` up to `span[1]`."""
        matrices = [self._raw[span[0] : span[1]]] if self._raw is not None else []
        if self._read:
            matrices.append(np.ascontiguousarray(self.file.read(self._read, *span)))
        return Loaded(span[1] - span[0], tuple(matrices), self.places)

    def pilot(self, size: int) -> Loaded:
        """About `size` events from places spread evenly over the file."""
        starts = np.linspace(0, self.events - size // SPOTS, SPOTS).astype(np.int64)
        parts = [self.load((int(start), int(start) + size // SPOTS)) for start in starts]
        matrices = [np.concatenate(matrix) for matrix in zip(*(part.matrices for part in parts), strict=True)]
        return Loaded(sum(part.n for part in parts), tuple(matrices), self.places)


def _native(kind: np.dtype[Any]) -> bool:
    return kind.kind == "f" and kind.itemsize in (4, 8) and kind.isnative
