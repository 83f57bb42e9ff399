"""How a simulated study is laid out: patients, regimens, visits, what is measured, and which biases it has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from costim.errors import CostimError
from costim.simulated.biases import Biases, bias_problems


class StudyDesignError(CostimError):
    """A study that cannot be simulated; the message names every reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """A visit of the plan."""

    name: str
    label: str
    day: int
    """Study day; the first infusion is on day 0."""
    window: int = 0
    """Actual days lie evenly within so many days on either side."""
    tubes: int = 0
    """Living single cells recorded in the B-cell tube; 0: no blood for cytometry."""


SEED_REGIMENS = (
    *("375 mg/m2 x2 q7d", "375 mg/m2 x2 q14d", "375 mg/m2 x2 q7d", "375 mg/m2 x2 q7d", "375 mg/m2 x2 q7d"),
    *("500 mg x4 q7d", "500 mg x4 q7d", "1000 mg x2 q14d", "375 mg/m2", "375 mg/m2 x2 q7d"),
)
"""Doses of the ten patients of the seed study (Tokunaga 2007, table 2), in their order."""

VISITS = (
    PlannedVisit(name="baseline", label="Before treatment", day=0, tubes=4000),
    PlannedVisit(name="day7", label="Day 7", day=7, window=1),
    PlannedVisit(name="day14", label="Day 14", day=14, window=2),
    PlannedVisit(name="day28", label="Day 28", day=28, window=3, tubes=3000),
    PlannedVisit(name="month2", label="Month 2", day=61, window=7),
    PlannedVisit(name="month3", label="Month 3", day=91, window=7),
    PlannedVisit(name="month6", label="Month 6", day=183, window=14, tubes=6000),
    PlannedVisit(name="month9", label="Month 9", day=274, window=14),
    PlannedVisit(name="month12", label="Month 12", day=365, window=14, tubes=20000),
    PlannedVisit(name="month18", label="Month 18", day=548, window=21),
    PlannedVisit(name="month24", label="Month 24", day=731, window=21),
)
NO_BIAS = Biases()
BASELINE, EARLY, LATE, YEAR = "baseline", "day28", "month6", "month12"
"""Visits that every design has: before treatment, early response, return of naive B cells, some memory cells again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyDesign:
    """All that decides a simulated study but the seed."""

    patients: int = 10
    regimens: tuple[str, ...] = SEED_REGIMENS
    """As `costim.mechanism.dosing` reads them; patients take them in turn."""
    visits: tuple[PlannedVisit, ...] = VISITS
    model: str = "loop"
    fluctuation: float = 0.2
    """Coefficient of variation of a patient's activity from visit to visit, without any trend; the reason why the
    highest readings are followed by lower ones."""
    dropout_per_year: float = 0.05
    """Rate at which patients are lost, whatever their state."""
    fcs: bool = False
    """Write FCS files, with the table of samples and the questions that rest on them."""
    biases: Biases = NO_BIAS

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated, every reason at once."""
        problems = _problems(self)
        if problems:
            raise StudyDesignError("The study cannot be simulated:\n  " + "\n  ".join(problems))

    def unbiased(self) -> StudyDesign:
        """The same study without any bias."""
        return replace(self, biases=NO_BIAS)

    @property
    def last_day(self) -> int:
        """Last day on which anything can happen."""
        return max(v.day + v.window for v in self.visits)

    def place(self, visit: str) -> int:
        """Place of a visit along arrays."""
        return [v.name for v in self.visits].index(visit)


def _problems(design: StudyDesign) -> list[str]:
    found = bias_problems(design.biases)
    if not 2 <= design.patients <= 100_000:
        found.append(f"patients: found {design.patients}, expected 2 to 100000")
    if not design.regimens:
        found.append("regimens: found none, expected at least one, such as 375 mg/m2 x2 q14d")
    if not 0 <= design.fluctuation <= 1:
        found.append(f"fluctuation: found {design.fluctuation:g}, expected 0 to 1")
    if not 0 <= design.dropout_per_year <= 5:
        found.append(f"dropout_per_year: found {design.dropout_per_year:g}, expected 0 to 5")
    return found + _visit_problems(design.visits)


def _visit_problems(visits: tuple[PlannedVisit, ...]) -> list[str]:
    names = [v.name for v in visits]
    found = [
        f"visits: {n} is not there; every simulated study has it"
        for n in (BASELINE, EARLY, LATE, YEAR)
        if n not in names
    ]
    found += [f"visits: {n} is there twice" for n in sorted({n for n in names if names.count(n) > 1})]
    if visits and (visits[0].name != BASELINE or visits[0].day != 0 or visits[0].window != 0):
        found.append("visits: the first is baseline on day 0, without a window")
    for one, other in pairwise(visits):
        if one.day + one.window >= other.day - other.window:
            found.append(f"visits: the windows of {one.name} and {other.name} touch")
    found += [f"visits: {v.name} has a window of {v.window} days, expected 0 or more" for v in visits if v.window < 0]
    return found
