"""A file whose DATA is an array of the test: any number type, byte order, alignment and scaling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.fcs.names import find_channel
from tests.cytometry.written_file import WrittenFile


@dataclass(frozen=True)
class MemoryFile:
    """What `FcsFile` offers to the engine."""

    stored: NDArray[Any]
    """Shape (events, channels)."""
    gains: tuple[float, ...] = ()
    """Divisor of each channel; 1 where there is none."""
    aligned: bool = True
    path: Path = Path("tube.fcs")
    keywords: dict[str, str] = field(default_factory=dict)

    @property
    def events(self) -> int:
        return len(self.stored)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"C{number}" for number in range(self.stored.shape[1]))

    @property
    def channels(self) -> Any:
        return WrittenFile(self.names).channels

    def find(self, source: str) -> int:
        return find_channel(source, self.channels, self.path.name)

    def raw(self) -> NDArray[Any] | None:
        shift = 0 if self.aligned else 1
        data = b"\0" * shift + np.ascontiguousarray(self.stored).tobytes()
        return np.frombuffer(data, np.uint8)[shift:].view(self.stored.dtype).reshape(self.stored.shape)

    def is_scale(self, index: int) -> bool:
        return self._gain(index) == 1

    def read(self, indices: Sequence[int], start: int = 0, stop: int | None = None) -> NDArray[np.float64]:
        columns = [self.stored[start:stop, index].astype(np.float64) / self._gain(index) for index in indices]
        return np.stack(columns).T

    def _gain(self, index: int) -> float:
        return self.gains[index] if self.gains else 1.0
