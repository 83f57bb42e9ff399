"""What becomes known on the visit grid: relapse between two visits, resolution, loss to follow-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Found:
    """When something became known."""

    after: int
    """Day of the last visit at which it had not happened."""
    by: int | None
    """Day of the first visit at which it had; None: never seen."""

    @property
    def written(self) -> str:
        """As a day or range of days of a table: whole days after the one visit up to the other."""
        if self.by is None:
            return f">{self.after}"
        return str(self.by) if self.by == self.after + 1 else f"{self.after + 1}-{self.by}"


def found_at_visits(day: float, days: NDArray[np.int64], attended: NDArray[np.bool_]) -> Found:
    """Between which visits something that truly happened on a day becomes known.

    Args:
        day: First day on which it is so; NaN: never.
        days: (visits,), actual days, ascending; the first is baseline.
        attended: (visits,); the first took place.
    """
    seen = days[attended]
    later = seen[seen >= day] if np.isfinite(day) else seen[:0]
    if not later.size:
        return Found(int(seen[-1]), None)
    earlier = seen[seen < day]
    return Found(int(earlier[-1]) if earlier.size else int(seen[0]), int(later[0]))


def last_contact(days: NDArray[np.int64], attended: NDArray[np.bool_]) -> int:
    """Day of the last visit that took place."""
    return int(days[attended][-1])
