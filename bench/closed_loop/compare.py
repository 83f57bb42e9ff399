"""Effect rows of one study beside what is true of the population it was drawn from."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan
from pathlib import Path

from costim.effects.time_to_event.interval_rows import ATTAINED
from costim.registry.effects import Effect
from costim.registry.measurements import AS_RECORDED
from costim.simulated.true_values import TrueValue
from costim.simulated.truth import Truth

ROUNDING = 1e-9
"""A limit this close to the truth (relative to the larger) is the truth."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One estimate with its interval, and the truth it speaks of."""

    key: str
    """Parameter, contrast, method, stratum, time, variant."""
    truth: float
    estimate: float | None
    """The middle of the bounds where the data admit several."""
    lower: float | None
    upper: float | None
    """None: the study gives no such interval; a one-sided one has an infinite end."""
    lower_open: bool
    upper_open: bool
    """Whether a limit is no part of the interval."""

    @property
    def width(self) -> float | None:
        """None without an interval."""
        return None if self.lower is None or self.upper is None else self.upper - self.lower

    @property
    def held(self) -> bool | None:
        """Whether the interval holds the truth; None without one."""
        if self.lower is None or self.upper is None:
            return None
        if self._is_truth(self.lower):
            return not self.lower_open
        if self._is_truth(self.upper):
            return not self.upper_open
        return self.lower < self.truth < self.upper

    def _is_truth(self, limit: float) -> bool:
        return isfinite(limit) and abs(limit - self.truth) <= ROUNDING * max(abs(limit), abs(self.truth), ROUNDING)


def compare(effects: Sequence[Effect], truth: Truth, folder: Path) -> list[Compared]:
    """Every effect that has a true value, the regression to the mean, and the changes of single patients.

    Args:
        effects: all of the study.
        truth: of the population.
        folder: of the study, with the courses of its patients beside it.
    """
    recorded = [effect for effect in effects if effect.reading == AS_RECORDED]
    found = [
        one
        for row in truth.rows
        if not isnan(row.value)
        for effect in recorded
        if effect.parameter == row.parameter
        and effect.contrast == row.contrast
        and (row.at is None or effect.at == row.at)
        and (one := _of_row(effect, row)) is not None
    ]
    return [*found, *_regression(recorded, truth), *_patients(recorded, folder)]


def _of_row(effect: Effect, row: TrueValue) -> Compared | None:
    """The effect beside the true value, where both speak of the same: also a share with an event of that without it."""
    if (effect.method, effect.stratum) == (row.method, row.stratum):
        return compared(effect, row.key, row.value)
    if row.method != "kaplan_meier" or effect.method not in ("kaplan_meier", "turnbull"):
        return None
    key = row.key.replace("kaplan_meier", effect.method)
    if effect.stratum == row.stratum:
        return compared(effect, key, row.value)
    return compared(effect, f"{key} attained", 1 - row.value) if effect.stratum == ATTAINED else None


def compared(effect: Effect, key: str, truth: float) -> Compared:
    """One effect row beside a number."""
    name = f"{key} {effect.variant}".rstrip()
    middle = effect.estimate
    if middle is None and effect.estimate_lower is not None and effect.estimate_upper is not None:
        middle = (effect.estimate_lower + effect.estimate_upper) / 2
    if effect.level is None or (effect.lower is None and effect.upper is None):
        return Compared(name, truth, middle, None, None, False, False)
    lower = -inf if effect.lower is None else effect.lower
    upper = inf if effect.upper is None else effect.upper
    return Compared(name, truth, middle, lower, upper, effect.lower_open, effect.upper_open)


def _regression(effects: Iterable[Effect], truth: Truth) -> Iterator[Compared]:
    """Change net of regression at the assumed mean nearest to that of the registry; and what selection alone brings."""
    key = "sledai.total/baseline_to_day28"
    own = [e for e in effects if e.parameter == "sledai.total" and e.contrast == "baseline_to_day28"]
    for variant in ("any_regression", "mee_chua"):
        rows = [e for e in own if (e.method, e.variant) == ("change_net_of_regression", variant) and e.at is not None]
        if rows:
            nearest = min(rows, key=lambda e: abs((e.at or 0.0) - truth.registry.mean))
            yield compared(nearest, f"{key}/change_net_of_regression", truth.values[f"{key}/mean_shift"])
    naive = next((e for e in own if e.method == "mean_shift" and e.estimate is not None), None)
    expected = next((e for e in own if e.method == "expected_regression" and e.estimate is not None), None)
    if naive is not None and expected is not None:
        yield _less_expected(naive, expected, truth)


def _less_expected(naive: Effect, expected: Effect, truth: Truth) -> Compared:
    """The mean change less what selection alone brings, which is a fixed number: both rows are those of costim."""
    key = "sledai.total/baseline_to_day28/mean_shift less expected_regression"
    value = truth.values["sledai.total/baseline_to_day28/mean_shift"]
    shift = expected.estimate or 0.0
    lower, upper = (None if limit is None else limit - shift for limit in (naive.lower, naive.upper))
    estimate = None if naive.estimate is None else naive.estimate - shift
    return Compared(key, value, estimate, lower, upper, naive.lower_open, naive.upper_open)


def _patients(effects: Iterable[Effect], folder: Path) -> Iterator[Compared]:
    """Intervals of single patients beside the true change of each."""
    true = _true_changes(folder / "truth" / "courses.csv")
    for effect in effects:
        asked = effect.parameter == "sledai.total" and effect.contrast == "baseline_to_day28"
        shrunken = effect.method == "shrunken_change" and effect.variant == "weak"
        if asked and effect.stratum in true and (effect.method == "reliable_change" or shrunken):
            key = f"sledai.total/baseline_to_day28/{effect.method}/patient"
            yield compared(effect, key, true[effect.stratum])


def _true_changes(path: Path) -> dict[str, float]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    levels = {(row["subject"], row["visit"]): float(row["sledai"]) for row in rows}
    return {s: levels[s, "day28"] - levels[s, "baseline"] for s, visit in levels if visit == "day28"}
