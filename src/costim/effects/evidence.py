"""The measurement table as the estimators see it: readings of one parameter, and the subjects of the study."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING

from costim.registry.parameters import parameter as registered
from costim.registry.plan import Plan

if TYPE_CHECKING:
    import polars as pl

FIELDS = (
    "measurement_id",
    "subject",
    "visit",
    "day",
    "day_lower",
    "day_upper",
    "timepoint",
    "item",
    "variant",
    "value",
    "lower",
    "upper",
    "relation",
    "text",
    "unit",
    "missing",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One measurement row, as far as statistics need it; fields as in `Measurement`."""

    measurement_id: str
    subject: str
    visit: str
    day: float | None
    day_lower: float | None
    day_upper: float | None
    timepoint: str
    item: str
    variant: str
    value: float | None
    lower: float | None
    upper: float | None
    relation: str
    text: str | None
    unit: str
    missing: str

    @property
    def is_number(self) -> bool:
        """Whether it holds a number or at least one limit."""
        return self.value is not None or self.lower is not None or self.upper is not None

    @property
    def is_known(self) -> bool:
        """Whether it holds a number, a limit or a category."""
        return self.is_number or self.text is not None

    def span(self, minimum: float | None = None, maximum: float | None = None) -> tuple[float, float]:
        """The range the value lies in; `minimum` and `maximum` of the instrument close an open end."""
        if self.value is not None:
            return self.value, self.value
        low = self.lower if self.lower is not None else (-inf if minimum is None else minimum)
        high = self.upper if self.upper is not None else (inf if maximum is None else maximum)
        return low, high


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The plan and the measurements under one reading of the source.

    `subjects` are all subjects of the study; `subject_rows` holds for each the id of a row that shows it is one of them
    (from the subjects table where there is one). It stands for a subject of whom a parameter has no row at all.
    """

    plan: Plan
    measurements: pl.DataFrame
    subjects: tuple[str, ...]
    subject_rows: Mapping[str, str]
    reading: str
    readings_of: Mapping[str, tuple[Reading, ...]]

    def readings(self, parameter: str) -> tuple[Reading, ...]:
        """All rows of a parameter, in a fixed order."""
        return self.readings_of.get(parameter, ())

    def by_subject(self, parameter: str) -> dict[str, tuple[Reading, ...]]:
        """Rows of a parameter for every subject of the study; none = an empty tuple."""
        grouped: dict[str, list[Reading]] = {subject: [] for subject in self.subjects}
        for reading in self.readings(parameter):
            grouped[reading.subject].append(reading)
        return {subject: tuple(rows) for subject, rows in grouped.items()}


def build_evidence(plan: Plan, measurements: pl.DataFrame, reading: str) -> Evidence:
    """The evidence of one reading; `measurements` holds its rows only."""
    shown = _first_rows(measurements)
    return Evidence(plan, measurements, tuple(shown), shown, reading, _readings_by_parameter(measurements))


def _first_rows(measurements: pl.DataFrame) -> dict[str, str]:
    """Subject -> id of a row that shows it is one of the study."""
    import polars as pl

    other = ~pl.col("parameter").str.starts_with("subject.")
    order = measurements.sort(other, "parameter", "variant", "measurement_id")
    first = order.unique("subject", keep="first").sort("subject")
    return dict(zip(first.get_column("subject").to_list(), first.get_column("measurement_id").to_list(), strict=True))


def with_changes(recorded: Evidence, measurements: pl.DataFrame, reading: str, changed: Collection[str]) -> Evidence:
    """The evidence of a reading in which only some parameters have other rows than in the preferred one.

    Args:
        recorded: the evidence of the preferred reading.
        measurements: all rows of the other reading.
        reading: its name.
        changed: parameters with a row that differs.
    """
    import polars as pl

    shown = _first_rows(measurements)
    found = {name: rows for name, rows in recorded.readings_of.items() if name not in changed}
    found |= _readings_by_parameter(measurements.filter(pl.col("parameter").is_in(sorted(changed))))
    return Evidence(recorded.plan, measurements, tuple(shown), shown, reading, found)


def _readings_by_parameter(measurements: pl.DataFrame) -> dict[str, tuple[Reading, ...]]:
    """Every row once, sorted within its parameter; blank words are empty."""
    import polars as pl

    words = ("visit", "timepoint", "item", "variant", "relation", "unit", "missing")
    filled = measurements.select("parameter", *FIELDS).with_columns(pl.col(words).fill_null(""))
    found: dict[str, list[Reading]] = {}
    for name, *row in filled.iter_rows():
        found.setdefault(name, []).append(Reading(*row))
    order = attrgetter("subject", "visit", "timepoint", "item", "variant")
    return {parameter: tuple(sorted(rows, key=order)) for parameter, rows in found.items()}


def ids_of(readings: Iterable[Reading]) -> tuple[str, ...]:
    """Measurement ids, sorted, each once."""
    return tuple(sorted({r.measurement_id for r in readings}))


def units_of(readings: Iterable[Reading]) -> frozenset[str]:
    """The units of the numbers among the readings; blank = none stated."""
    return frozenset(r.unit for r in readings if r.is_number)


def unit_of(parameter: str, readings: Iterable[Reading]) -> str:
    """The unit of an effect made from these readings.

    Blank when no number states one: the registry's unit is a claim about them that nobody made. Where they differ, the
    only one stated, else the registry's; the caller leaves out the numbers in another unit. The registry's also where
    there is no number at all.
    """
    units = units_of(readings)
    stated = units - {""}
    if len(stated) == 1:
        return next(iter(stated))
    return "" if units == {""} else registered(parameter).unit


def unit_doubts(parameter: str, readings: Iterable[Reading]) -> tuple[str, ...]:
    """`unit_not_stated` when a number lacks the unit that the parameter has."""
    return ("unit_not_stated",) if "" in units_of(readings) and registered(parameter).unit else ()


def finite(value: float) -> float | None:
    """None for an infinite bound: the table holds numbers only."""
    return value if -inf < value < inf else None
