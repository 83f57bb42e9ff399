"""A file for tests that have no use for bytes: keywords, channels and values as they are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.fcs.channels import Channel
from costim.cytometry.fcs.names import find_channel


@dataclass(frozen=True)
class WrittenFile:
    """What `FcsFile` offers to compensation and events."""

    names: Sequence[str]
    keywords: Mapping[str, str] = field(default_factory=dict)
    data: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))
    markers: Sequence[str] = ()
    path: Path = Path("tube.fcs")

    @property
    def events(self) -> int:
        return len(self.data)

    @property
    def channels(self) -> tuple[Channel, ...]:
        markers = [*self.markers, *[""] * (len(self.names) - len(self.markers))]
        return tuple(
            Channel(number, name, marker, 32, 262144.0, "F", (0.0, 0.0), 1.0, None, False)
            for number, (name, marker) in enumerate(zip(self.names, markers, strict=True), start=1)
        )

    def find(self, source: str) -> int:
        return find_channel(source, self.channels, self.path.name)

    def read(self, indices: Sequence[int], start: int = 0, stop: int | None = None) -> NDArray[np.float64]:
        return np.array(self.data[start:stop, list(indices)], dtype=np.float64)
