"""Fields of a row as `Num`: the one place that decides which decimals a field gets.

Every method returns inlines for one cell or one place in a sentence. A field that is empty becomes words.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.registry.parameters import parameter, parameters
from costim.registry.tables import study_tables
from costim.report import format as shown
from costim.report.cell_numbers import LEVELS, POINTS, cell_number, in_points, on_cells
from costim.report.document import Inline, Num, Quote, Term

SHARES = frozenset(
    {"shrunken_share", "simulated_share", "proportion", "proportion_beyond", "kaplan_meier", "kappa", "ac1"}
    | {"turnbull", "cumulative_incidence", "rule_of_three", "benchmark_test", "non_overlap"}
)
"""Methods whose estimate is a share or an agreement coefficient."""
UNITLESS = frozenset({"rank_biserial", "g_av", "d_z", "geometric_mean_ratio", "rate_ratio", "mcnemar"})
"""Methods whose estimate is a coefficient or a ratio."""
SIGNIFICANT = frozenset({"simulated_median", "geometric_mean_ratio", "rate_ratio", "rate", "person_time", "mcnemar"})
"""Methods whose estimate may be of any size: three significant digits."""
AVERAGES = frozenset(
    {"mean", "sd", "mean_shift", "mixed_model", "composition_change", "rmst", "reliable_change", "shrunken_change"}
    | {"expected_regression", "test_retest_sd"}
)
"""Methods whose estimate lies on no lattice: one decimal more than recorded would say nothing."""
COUNTS = frozenset({"total", "subjects", "events", "censored", "at_risk", "published_comparison"})
"""Methods whose estimate is a count or a number as printed."""
_SHOWERS: tuple[tuple[frozenset[str], Callable[[float], str]], ...] = (
    (SHARES, shown.share),
    (COUNTS, shown.plain),
    (SIGNIFICANT, lambda value: shown.significant(value, 3)),
    (UNITLESS, lambda value: shown.fixed(value, 2)),
)
AS_RECORDED_METHODS = frozenset({"minimum", "maximum", "median", "median_bounds", "median_survival"})
"""Methods whose estimate is a recorded value or lies half way between two."""


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints fields in a house style; `decimals` are those the values of a parameter were recorded with."""

    style: shown.NumberStyle
    decimals: MappingProxyType[str, int]
    sparing: bool = False
    """Only as many decimals as the numbers of a row need, for running text: `-9 (-12 to -6)`."""

    def _shower(self, row: Effect) -> Callable[[float], str]:
        recorded = self.decimals.get(row.parameter, 0)
        if on_cells(row):
            return _cell_shower(row, recorded)
        for named, show in _SHOWERS:
            if row.method in named:
                return show
        if row.method in AS_RECORDED_METHODS:
            return lambda value: _as_recorded(value, recorded)
        if row.method in AVERAGES:
            return lambda value: shown.fixed(value, max(1, recorded))
        if self.sparing and _needs(row) <= max(1, recorded):
            return lambda value: shown.fixed(value, max(recorded, _needs(row)))
        return lambda value: shown.fine(value, max(1, recorded))

    def estimate(self, row: Effect | None) -> Inline:
        """The estimate; the bounds that enclose it; or words."""
        if row is None:
            return shown.NOT_ESTIMATED
        show = self._shower(row)
        if row.estimate is not None:
            return Num(show(row.estimate), row.effect_id, "estimate")
        fields = known_fields(row, "estimate_lower", "estimate_upper")
        if not fields:
            return shown.NOT_ESTIMATED
        text = shown.bounds(row.estimate_lower, row.estimate_upper, show)
        return Num(text, row.effect_id, "+".join(fields))

    def spread(self, row: Effect) -> Inline:
        """Both ends of the estimate over all draws, whether or not it has a point value."""
        fields = known_fields(row, "estimate_lower", "estimate_upper")
        if not fields:
            return shown.NOT_ESTIMATED
        text = shown.bounds(row.estimate_lower, row.estimate_upper, self._shower(row))
        return Num(text, row.effect_id, "+".join(fields))

    def percent(self, row: Effect) -> Inline:
        """The estimate as a percentage, of `denominator`."""
        if row.estimate is None:
            return self.estimate(row)
        text = shown.percent(self.style, row.estimate, row.denominator or row.n)
        return Num(text, row.effect_id, "estimate")

    def limits(self, row: Effect | None) -> Inline:
        """The confidence interval, or words."""
        if row is None or row.level is None:
            return shown.NOT_ESTIMATED
        fields = known_fields(row, "lower", "upper")
        text = shown.interval(
            row.lower, row.upper, self._shower(row), lower_open=row.lower_open, upper_open=row.upper_open
        )
        if not fields:
            return text
        return Num(text, row.effect_id, "+".join(fields))

    def level(self, row: Effect) -> Inline:
        """The confidence level, or a word."""
        return "confidence" if row.level is None else Num(shown.level(row.level), row.effect_id, "level")

    def p(self, row: Effect | None, field: str = "p") -> Inline:
        """A p-value with its letter (`p`, `p_adjusted`)."""
        value = None if row is None else getattr(row, field)
        if row is None or value is None:
            return shown.NOT_ESTIMATED
        return Num(shown.p_phrase(self.style, value), row.effect_id, field)

    def p_number(self, row: Effect | None, field: str = "p") -> Inline:
        """A p-value without its letter, for table cells (`p`, `p_min`, `p_adjusted`)."""
        value = None if row is None else getattr(row, field)
        if row is None or value is None:
            return shown.NOT_ESTIMATED
        return Num(shown.p_value(self.style, value), row.effect_id, field)

    def df(self, row: Effect | None) -> Inline:
        """Degrees of freedom, one decimal where they are not whole."""
        if row is None or row.df is None:
            return shown.NOT_ESTIMATED
        text = shown.plain(row.df) if row.df == int(row.df) else shown.fixed(row.df, 1)
        return Num(text, row.effect_id, "df")

    def statistic(self, row: Effect | None) -> Inline:
        """The test statistic, to three significant digits."""
        if row is None or row.statistic is None or not math.isfinite(row.statistic):
            return shown.NOT_ESTIMATED
        return Num(shown.significant(row.statistic, 3), row.effect_id, "statistic")

    def se(self, row: Effect | None) -> Inline:
        """The standard error, as finely as the estimate."""
        if row is None or row.se is None or not math.isfinite(row.se):
            return shown.NOT_ESTIMATED
        return Num(self._shower(row)(row.se), row.effect_id, "se")

    def whole(self, row: Effect | None, field: str) -> Inline:
        """A whole number: n, n_missing, count, denominator, seed."""
        value = None if row is None else getattr(row, field)
        if row is None or value is None:
            return shown.NOT_ESTIMATED
        return Num(str(value), row.effect_id, field)

    def count(self, row: Effect | None) -> Inline:
        """The count of a row; where the method put it in the estimate (or its bounds), that."""
        if row is not None and row.count is None:
            return self.estimate(row)
        return self.whole(row, "count")

    def out_of(self, row: Effect | None) -> Inline:
        """`5 of 10`."""
        if row is None or row.count is None or row.denominator is None:
            return self.count(row)
        return Num(f"{row.count} of {row.denominator}", row.effect_id, "count+denominator")

    def at(self, row: Effect) -> Inline:
        """The time of a row."""
        return "" if row.at is None else Num(shown.plain(row.at), row.effect_id, "at")

    def time(self, row: Effect) -> tuple[Inline, ...]:
        """The time of a row with the unit of its parameter: `12 months`."""
        return (self.at(row), *unit_inline(parameter(row.parameter).unit))

    def with_unit(self, row: Effect | None) -> tuple[Inline, ...]:
        """The estimate with its unit; words stand alone, and shares have none."""
        bare = SHARES | UNITLESS
        shows = row is not None and row.method not in bare and isinstance(self.estimate(row), Num)
        return (self.estimate(row), *(_unit_of(row) if row is not None and shows else ()))

    def value(self, row: Measurement) -> Inline:
        """A measurement: value, range or limit, category, or why there is none."""
        if row.missing:
            return missing_words(row.missing)
        show = self._recorded(row)
        if row.value is not None:
            return Num(show(row.value), row.measurement_id, "value")
        if known_fields(row, "lower", "upper"):
            return self._bounded(row, show)
        return Quote(row.text.replace("_", " ")) if row.text is not None else shown.missing_words("")

    def _recorded(self, row: Measurement) -> Callable[[float], str]:
        """As written down; a converted number is not shown more finely than the others of its parameter."""
        decimals = self.decimals.get(row.parameter, 0)
        if on_cells(row) and row.unit in LEVELS:
            return cell_number
        if on_cells(row) and decimals:
            return lambda value: shown.fixed(value, decimals)
        known = [v for v in (row.value, row.lower, row.upper) if v is not None]
        if any(shown.decimals_of(v) > 4 for v in known):
            return lambda value: shown.fixed(value, max(1, decimals))
        return shown.plain

    @staticmethod
    def _bounded(row: Measurement, show: Callable[[float], str]) -> Inline:
        limit = {"<": "<", "<=": "≤"}.get(row.relation)
        if limit and row.upper is not None:
            return Num(f"{limit}{show(row.upper)}", row.measurement_id, "upper")
        limit = {">": ">", ">=": "≥"}.get(row.relation)
        if limit and row.lower is not None:
            return Num(f"{limit}{show(row.lower)}", row.measurement_id, "lower")
        fields = known_fields(row, "lower", "upper")
        return Num(shown.bounds(row.lower, row.upper, show), row.measurement_id, "+".join(fields))

    @staticmethod
    def day(row: Measurement) -> Inline:
        """The study day of a measurement, exact or as bounds."""
        if row.day is not None:
            return Num(shown.plain(row.day), row.measurement_id, "day")
        fields = known_fields(row, "day_lower", "day_upper")
        if not fields:
            return "not recorded"
        return Num(shown.bounds(row.day_lower, row.day_upper, shown.plain), row.measurement_id, "+".join(fields))


def _cell_shower(row: Effect, recorded: int) -> Callable[[float], str]:
    """As for other rows, but no coarser for round numbers and no finer than cells can tell."""
    method = row.variant.split(" ")[0] if row.method == "gate_jitter" else row.method
    for named, show in _SHOWERS:
        if method in named:
            return show
    return cell_number if row.unit in LEVELS else lambda value: shown.fixed(value, max(1, recorded))


def _unit_of(row: Effect) -> tuple[Inline, ...]:
    """The unit; differences of percentages on cells are in percentage points, and not to be read as relative."""
    if in_points(row):
        return (" ", POINTS)
    return unit_inline(row.unit)


def _needs(row: Effect) -> int:
    """Decimals that the estimate and the limits of a row were computed to."""
    known = known_fields(row, "estimate", "estimate_lower", "estimate_upper", "lower", "upper")
    return max((shown.decimals_of(getattr(row, name)) for name in known), default=0)


def _as_recorded(value: float, decimals: int) -> str:
    """A recorded value, or a midpoint of two, as written down; a converted one no finer than the others."""
    if shown.decimals_of(value) <= decimals + 1:
        return shown.plain(value)
    return shown.fixed(value, max(1, decimals))


def known_fields(row: Effect | Measurement, *names: str) -> list[str]:
    """Those of the fields that hold a finite number."""
    values = [(name, getattr(row, name)) for name in names]
    return [name for name, value in values if value is not None and math.isfinite(value)]


def missing_words(reason: str) -> Inline:
    """The reason in words; a reason that is not ours is quoted."""
    text = shown.missing_words(reason)
    return Quote(text) if any(c.isdigit() for c in text) else text


def unit_inline(unit: str) -> tuple[Inline, ...]:
    """A space and the unit, or nothing."""
    if not unit:
        return ()
    text = shown.unit_text(unit)
    return (" ", Term(text) if unit in _registry_units() else Quote(text))


def _registry_units() -> frozenset[str]:
    own = {known.unit for known in parameters().values()}
    columns = [column for table in study_tables().values() for column in table.columns.values()]
    return frozenset(own | {value for column in columns if column.name == "unit" for value in column.values})


def recorded_decimals(measurements: tuple[Measurement, ...]) -> MappingProxyType[str, int]:
    """Decimals of each parameter: those of its resolution, else those its values were recorded with.

    Converted values carry decimals that nobody measured; the size of the largest value caps them.
    """
    values: dict[str, list[float]] = {}
    for row in measurements:
        known = [v for v in (row.value, row.lower, row.upper) if v is not None and abs(v) < float("inf")]
        values.setdefault(row.parameter, []).extend(known)
    return MappingProxyType({code: _decimals(code, found) for code, found in values.items()})


def _decimals(code: str, values: list[float]) -> int:
    resolution = parameter(code).resolution
    if resolution:
        return shown.decimals_of(resolution)
    largest = max((abs(v) for v in values), default=0.0)
    cap = 1 if largest >= 10 else 2 if largest >= 1 else 3
    return min(cap, max((shown.decimals_of(v) for v in values), default=0))
