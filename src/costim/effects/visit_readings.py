"""Readings of one parameter at several visits, as a table of subjects and visits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, nan

from costim.effects.evidence import Evidence, Reading, unit_doubts, unit_of
from costim.effects.pairs import Choice, choose_reading, of_one_panel
from costim.inference.lattice import is_on_lattice
from costim.registry.flags import raised
from costim.registry.parameters import parameter as registered
from costim.registry.plan_questions import Selector


@dataclass(frozen=True, slots=True)
class VisitReadings:
    """One reading per subject and visit, None where there is none that is a number in the common unit.

    `resolution` is the instrument's step, None where unknown or undercut by the readings.
    """

    visits: tuple[str, ...]
    subjects: tuple[str, ...]
    readings: tuple[tuple[Reading | None, ...], ...]
    unit: str
    resolution: float | None
    flags: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Whether every reading is one number."""
        return all(r.value is not None for r in self.of_visits(range(len(self.visits))))

    def of_visits(self, places: Iterable[int]) -> list[Reading]:
        """All readings at some of the visits."""
        wanted = tuple(places)
        readings = (row[place] for row in self.readings for place in wanted)
        return [reading for reading in readings if reading is not None]

    def values(self, places: Sequence[int]) -> list[list[float]]:
        """Numbers of every subject at some of the visits; NaN where there is none, or no exact one."""
        return [[_value(row[place]) for place in places] for row in self.readings]

    def seen(self, place: int) -> int:
        """Subjects with a reading at that visit."""
        return sum(row[place] is not None for row in self.readings)


def _value(reading: Reading | None) -> float:
    return nan if reading is None or reading.value is None else reading.value


def find_visit_readings(evidence: Evidence, parameter: str, visits: Sequence[str]) -> VisitReadings:
    """The readings of every subject of the study at those visits.

    Readings in another unit than most of the table are left out and flagged, as for paired changes; so is a visit at
    which a subject has several and none can be chosen.
    """
    names = tuple(dict.fromkeys(visits))
    selectors = [Selector(visits=(name,)) for name in names]
    chosen = {
        subject: of_one_panel(parameter, [choose_reading(rows, selector, evidence.plan) for selector in selectors])
        for subject, rows in evidence.by_subject(parameter).items()
    }
    numbers = [c.reading for row in chosen.values() for c in row if c.reading is not None and c.reading.is_number]
    unit = unit_of(parameter, numbers)
    kept = [r for r in numbers if r.unit == unit]
    step = registered(parameter).resolution
    ends = [e for r in kept for e in (r.value, r.lower, r.upper) if e is not None and isfinite(e)]
    coarse = step is not None and not is_on_lattice(ends, step)
    doubts = {
        "ambiguous_reading": any(c.ambiguous for row in chosen.values() for c in row),
        "units_differ": len(kept) < len(numbers),
        "finer_than_resolution": coarse,
    }
    return VisitReadings(
        visits=names,
        subjects=tuple(chosen),
        readings=tuple(tuple(_number(c, unit) for c in row) for row in chosen.values()),
        unit=unit,
        resolution=None if coarse else step,
        flags=(*raised(doubts), *unit_doubts(parameter, numbers)),
    )


def _number(choice: Choice, unit: str) -> Reading | None:
    reading = choice.reading
    return reading if reading is not None and reading.is_number and reading.unit == unit else None
