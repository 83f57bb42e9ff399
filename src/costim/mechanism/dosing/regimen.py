"""Regimens: which amount is infused on which day, how people write that, and how it becomes infusions of patients."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.errors import CostimError
from costim.mechanism.dosing.schedule import Schedule
from costim.registry.suggest import did_you_mean

DoseUnit = Literal["mg", "mg/m2", "mg/kg", "cells", "cells/kg"]
DOSE_UNITS: tuple[DoseUnit, ...] = get_args(DoseUnit)
INFUSION_HOURS = 4.8
"""Length of an infusion where nothing else is said: 0.2 d."""


@dataclass(frozen=True, slots=True)
class Dose:
    """One infusion."""

    day: float
    """Day on which it starts; the first infusion of a course is on day 0."""
    amount: float
    """Not below 0."""
    unit: DoseUnit = "mg"
    hours: float = INFUSION_HOURS
    """Above 0."""


@dataclass(frozen=True, slots=True)
class Regimen:
    """Infusions of one course, in the order of their days."""

    name: str
    doses: tuple[Dose, ...]

    def __post_init__(self) -> None:
        problems = [words for dose in self.doses for words in _faults(dose)]
        if problems:
            raise CostimError(f"Regimen {self.name!r} is impossible: " + "; ".join(dict.fromkeys(problems)) + ".")
        object.__setattr__(self, "doses", tuple(sorted(self.doses, key=lambda dose: dose.day)))


def _faults(dose: Dose) -> list[str]:
    words = []
    if not math.isfinite(dose.day):
        words.append(f"day {dose.day:g} is no day")
    if not (math.isfinite(dose.amount) and dose.amount >= 0):
        words.append(f"amount {dose.amount:g} on day {dose.day:g}; an amount is a number not below 0")
    if not (math.isfinite(dose.hours) and dose.hours > 0):
        words.append(f"an infusion of {dose.hours:g} h on day {dose.day:g}; its length must be above 0")
    if dose.unit not in DOSE_UNITS:
        words.append(f"unit {dose.unit!r} on day {dose.day:g}; expected one of {', '.join(DOSE_UNITS)}")
    return words


def _same_dose(name: str, amount: float, unit: DoseUnit, *days: float) -> Regimen:
    return Regimen(name, tuple(Dose(day, amount, unit) for day in days))


REGIMENS = {
    regimen.name: regimen
    for regimen in (
        _same_dose("100x1", 100, "mg/m2", 0),
        _same_dose("375x1", 375, "mg/m2", 0),
        _same_dose("375x2", 375, "mg/m2", 0, 14),
        _same_dose("375x4", 375, "mg/m2", 0, 7, 14, 21),
        _same_dose("500x4", 500, "mg", 0, 7, 14, 21),
        _same_dose("1000x2", 1000, "mg", 0, 14),
    )
}
"""Regimens with a name: those of the seed study and of Looney 2004 (100 and 375 mg/m2, once and four times weekly)."""


_NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:e[0-9]+)?"
_COURSE = re.compile(
    rf"(?P<amount>{_NUMBER})\s*(?P<unit>mg/m2|mg/kg|mg|cells/kg|cells)"
    rf"(?:\s*x\s*(?P<count>[0-9]+))?"
    rf"(?:\s*(?:every|q)\s*(?P<every>{_NUMBER})\s*(?P<step>d|days?|w|weeks?))?"
    rf"(?:\s*(?:on\s+)?days?\s*(?P<days>-?{_NUMBER}(?:\s*,\s*-?{_NUMBER})*))?"
    rf"(?:\s*over\s*(?P<hours>{_NUMBER})\s*h)?"
)
HOW = (
    "Write amount, unit, number, interval: 375 mg/m2 x2 q14d; or the days: 500 mg days 0, 7, 14, 21; "
    f"`over 4 h` sets the length of an infusion ({INFUSION_HOURS:g} h by itself); `+` joins courses."
)


def parse_regimen(text: str) -> Regimen:
    """A regimen by name (`375x2`) or in words (`375 mg/m2 x2 q14d over 4 h + 500 mg day 180`).

    Several infusions need their interval or their days: it is never guessed.

    Args:
        text: Case, spaces, `×` and `²` do not matter.

    Raises:
        CostimError: what cannot be read and how to write it.
    """
    name = " ".join(text.split())
    plain = name.casefold().replace("×", "x").replace("²", "2").replace("m^2", "m2")
    if plain.replace(" ", "") in REGIMENS:
        return REGIMENS[plain.replace(" ", "")]
    if not plain:
        raise CostimError(f"The regimen is blank. {HOW}")
    doses: list[Dose] = []
    for course in plain.split("+"):
        doses += _course(course.strip(), name)
    return Regimen(name, tuple(doses))


def _course(course: str, name: str) -> list[Dose]:
    found = _COURSE.fullmatch(course)
    if found is None:
        hint = did_you_mean(course.replace(" ", ""), list(REGIMENS))
        raise CostimError(f"Regimen {name!r}: {course!r} cannot be read. {HOW} {hint}".rstrip())
    unit: DoseUnit = found["unit"]  # type: ignore[assignment]  # the pattern admits these alone
    hours = float(found["hours"] or INFUSION_HOURS)
    return [Dose(day, float(found["amount"]), unit, hours) for day in _days(found, name)]


def _days(found: re.Match[str], name: str) -> list[float]:
    count = int(found["count"] or 1)
    if found["days"]:
        days = [float(day) for day in found["days"].split(",")]
        if found["every"] and len(days) > 1:
            raise CostimError(f"Regimen {name!r}: give an interval or a list of days, not both. {HOW}")
        if not found["every"]:
            if found["count"] and count != len(days):
                raise CostimError(f"Regimen {name!r} says {count} infusions and lists {len(days)} days. {HOW}")
            if len(set(days)) < len(days):
                raise CostimError(f"Regimen {name!r} lists a day twice. {HOW}")
            return days
        first = days[0]
    else:
        first = 0.0
    if count < 1:
        raise CostimError(f"Regimen {name!r} says {count} infusions; there is at least 1. {HOW}")
    if count > 1 and not found["every"]:
        raise CostimError(f"Regimen {name!r} has {count} infusions and does not say when. {HOW}")
    step = float(found["every"] or 0) * (7 if (found["step"] or "d").startswith("w") else 1)
    if count > 1 and step <= 0:
        raise CostimError(f"Regimen {name!r}: the interval must be above 0 days. {HOW}")
    return [first + step * place for place in range(count)]


def schedule(regimen: Regimen, *, bsa: ArrayLike | None = None, weight: ArrayLike | None = None) -> Schedule:
    """Infusions of patients who all get the same regimen.

    Args:
        regimen: What is given.
        bsa: (patients,) body surface area, m2; needed for amounts per m2.
        weight: (patients,) body weight, kg; needed for amounts per kg.

    Returns:
        Amounts in mg, or in cells for doses of cells; durations in days. One row per patient, one row alone
        where neither `bsa` nor `weight` is given.

    Raises:
        CostimError: a dose per m2 without body surface area or per kg without weight, or one that is not above 0.
    """
    count = max(np.size(bsa) if bsa is not None else 1, np.size(weight) if weight is not None else 1)
    return schedule_each([regimen] * count, bsa=bsa, weight=weight)


def schedule_each(
    regimens: Sequence[Regimen], *, bsa: ArrayLike | None = None, weight: ArrayLike | None = None
) -> Schedule:
    """Infusions of patients with a regimen each; shorter rows end with amounts of 0.

    Args:
        regimens: (patients,) what each gets.
        bsa: One number or (patients,) body surface areas, m2.
        weight: One number or (patients,) body weights, kg.

    Raises:
        CostimError: as `schedule`.
    """
    count = len(regimens)
    width = max((len(regimen.doses) for regimen in regimens), default=0)
    start, amount, duration = (np.zeros((count, width)) for _ in range(3))
    distinct = {id(regimen): regimen for regimen in regimens}
    keys = np.array([id(regimen) for regimen in regimens])
    for key, regimen in distinct.items():
        rows = np.flatnonzero(keys == key)
        for place in range(width):
            given = place < len(regimen.doses)
            dose = regimen.doses[place if given else -1] if regimen.doses else Dose(0, 0)
            start[rows, place] = dose.day
            duration[rows, place] = dose.hours / 24
            if given:
                amount[rows, place] = dose.amount * _size(regimen, dose, bsa, weight, count)[rows]
    return Schedule(start, amount, duration)


def _size(
    regimen: Regimen, dose: Dose, bsa: ArrayLike | None, weight: ArrayLike | None, count: int
) -> NDArray[np.float64]:
    """What an amount is multiplied by to give mg or cells."""
    per = dose.unit.partition("/")[2]
    if not per:
        return np.ones(count)
    given, words = (bsa, "body surface area (m2)") if per == "m2" else (weight, "body weight (kg)")
    if given is None:
        raise CostimError(f"Regimen {regimen.name!r} is given in {dose.unit}: say the {words} of the patients.")
    sizes = np.broadcast_to(np.asarray(given, dtype=np.float64), (count,))
    wrong = np.flatnonzero(~(np.isfinite(sizes) & (sizes > 0)))
    if wrong.size:
        raise CostimError(
            f"Regimen {regimen.name!r} is given in {dose.unit}, and patient {wrong[0] + 1} has a {words} of "
            f"{sizes[wrong[0]]:g}: it must be above 0."
        )
    return sizes
