"""Rows of an event table, checked, and what they come to: infusions and readings of each occasion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from costim.mechanism.dosing.schedule import Schedule

OBSERVATION, DOSE, OTHER, RESET, RESET_AND_DOSE = range(5)
"""Values of EVID."""
DOSES = (DOSE, RESET_AND_DOSE)
RESETS = (RESET, RESET_AND_DOSE)
BOLUS_DAYS = 1 / 1440
"""A dose without RATE or DUR is given within a minute: the solver takes infusions."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One record, in the words of NONMEM."""

    subject: str
    time: float
    """Days."""
    evid: int
    amount: float = 0.0
    """mg, or cells; 0 on rows that are no dose."""
    rate: float | None = None
    duration: float | None = None
    """Days; with `rate` blank too: within a minute."""
    compartment: str = ""
    """Name of a state; blank: not said."""
    value: float | None = None
    """DV."""
    missing: bool = True
    """MDV: no reading here."""
    output: str = ""
    """DVID, as the name of an output."""
    additional: int = 0
    """ADDL."""
    interval: float = 0.0
    """II, days."""
    lloq: float | None = None
    censored: int = 0
    """CENS: 1 below `lloq`, or below `value` where there is no `lloq`; -1 above `value`."""
    covariates: Mapping[str, float] = field(default_factory=dict)
    """Those of the row, carried forward."""
    line: int = field(default=0, compare=False)
    """Of the file; 0: made by the program."""

    @property
    def infusion_days(self) -> float:
        """How long one infusion of this row runs."""
        if self.duration:
            return self.duration
        return self.amount / self.rate if self.rate else BOLUS_DAYS

    @property
    def starts(self) -> tuple[float, ...]:
        """Days of the infusion and its additional ones; none on rows that are no dose."""
        if self.evid not in DOSES:
            return ()
        return tuple(self.time + place * self.interval for place in range(self.additional + 1))


@dataclass(frozen=True, slots=True)
class Occasion:
    """Rows of one subject between resets: the states start from baseline."""

    subject: str
    number: int
    """1 for the first of a subject."""
    rows: tuple[EventRow, ...]

    @property
    def readings(self) -> tuple[EventRow, ...]:
        """Rows with a reading."""
        return tuple(row for row in self.rows if row.evid == OBSERVATION and not row.missing)

    @property
    def infusions(self) -> tuple[tuple[float, float, float], ...]:
        """Start, amount, duration of every infusion, additional ones written out, by start."""
        found = [(start, row.amount, row.infusion_days) for row in self.rows for start in row.starts]
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class EventTable:
    """Checked rows in the order of the file."""

    rows: tuple[EventRow, ...]
    covariates: tuple[str, ...] = ()

    def occasions(self) -> tuple[Occasion, ...]:
        """Every subject, split at resets, in the order of the table; occasions without a row do not exist."""
        groups: dict[tuple[str, int], list[EventRow]] = {}
        number: dict[str, int] = {}
        for row in self.rows:
            if row.evid in RESETS and number.get(row.subject):
                number[row.subject] += 1
            number.setdefault(row.subject, 1)
            groups.setdefault((row.subject, number[row.subject]), []).append(row)
        return tuple(Occasion(subject, count, tuple(rows)) for (subject, count), rows in groups.items())

    def schedule(self) -> Schedule:
        """Infusions, one row for each of `occasions()`."""
        given = [occasion.infusions for occasion in self.occasions()]
        width = max((len(infusions) for infusions in given), default=0)
        start, amount, duration = (np.zeros((len(given), width)) for _ in range(3))
        for place, infusions in enumerate(given):
            blank = (infusions[-1][0] if infusions else 0.0, 0.0, BOLUS_DAYS)
            padded = [*infusions, *[blank] * (width - len(infusions))]
            if padded:
                start[place], amount[place], duration[place] = zip(*padded, strict=True)
        return Schedule(start, amount, duration)
