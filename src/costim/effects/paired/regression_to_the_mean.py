"""What is left of a change after regression to an assumed long-run mean, swept over that mean, and where it tips.

Two answers stand side by side. `any_regression` bounds the change over every degree of regression from none to
complete; it is exact, takes readings known within ranges, and is always given. `mee_chua` estimates the degree from the
readings themselves by a straight line. Its interval keeps its level among patients selected as high or low, not in any
group (docs/calibration), so limits, p and tipping mean are given only where the plan declares such a selection.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite

from costim.effects.changes import Span
from costim.effects.evidence import finite
from costim.effects.paired.bounds import fill_by_ranges
from costim.effects.paired.question import PairedQuestion
from costim.effects.paired.retest import within_sd_of
from costim.inference.other_causes.any_regression import compute_any_regression, compute_bounded_tipping
from costim.inference.other_causes.barnett import compute_expected_regression
from costim.inference.other_causes.grid import compute_readable_grid
from costim.inference.other_causes.mee_chua import (
    RegressionLine,
    compute_tipping_means,
    fit_line,
    net_of_regression,
)
from costim.registry.effects import Effect
from costim.registry.flags import raised
from costim.registry.parameters import parameter as registered

REASONS = {
    "too_few_pairs": "too_few_for_line",
    "equal_baselines": "equal_baselines",
    "no_residual_spread": "no_spread",
    "level_unreachable": "level_unreachable",
    "holds_zero": "interval_holds_zero",
}
"""Reasons of the numeric core as flags."""


def estimate_regression_to_the_mean(question: PairedQuestion) -> list[Effect]:
    """Expected regression where the plan says enough; the sweep and its tipping means wherever there are pairs."""
    return [*_expected_regression(question), *_bounded_rows(question), *_line_rows(question)]


def sweep_of(question: PairedQuestion) -> tuple[float, ...]:
    """The assumed long-run means to try: the range of the plan, else the natural one on the side patients return to.

    Without a statement it reaches from the natural limit of the scale on the better side (the smallest or largest
    reading where there is none) to the worst baseline; over all readings where no direction is worse.
    """
    assumed = question.other_causes
    if assumed is not None and assumed.long_run_mean is not None:
        return compute_readable_grid(*sorted(assumed.long_run_mean))
    known, rows = registered(question.base.parameter), question.changes.rows
    baselines = [e for r in rows for e in r.baseline if isfinite(e)]
    readings = baselines + [e for r in rows for e in r.post if isfinite(e)]
    if not baselines:
        return ()
    low, high = min(readings), max(readings)
    if known.worse == "higher":
        low, high = low if known.minimum is None else known.minimum, max(baselines)
    elif known.worse == "lower":
        low, high = min(baselines), high if known.maximum is None else known.maximum
    return compute_readable_grid(low, high)


def _expected_regression(question: PairedQuestion) -> list[Effect]:
    assumed, within = question.other_causes, within_sd_of(question)
    if assumed is None or within is None or assumed.between_sd is None or assumed.population_mean is None:
        return []
    above, below = assumed.selected_above, assumed.selected_below
    if above is None and below is None:
        return []
    row = replace(
        question.base,
        method="expected_regression",
        variant="barnett",
        at=float(assumed.baselines),
        text=assumed.basis,
        flags=(),
        measurements=within.measurements,
    )
    if above is not None and below is not None and above >= below:
        return [replace(row, flags=("nothing_selected",))]
    found = compute_expected_regression(
        population_mean=assumed.population_mean,
        between_sd=assumed.between_sd,
        within_sd=within.value,
        above=above,
        below=below,
        readings=assumed.baselines,
    )
    return [replace(row, estimate=found.change, flags=("rests_on_assumption",))]


def _bounded_rows(question: PairedQuestion) -> list[Effect]:
    row = replace(question.base, method="change_net_of_regression", variant="any_regression", level=question.level)
    rows, sweep = question.changes.rows, sweep_of(question)
    if not rows or not sweep:
        return [row]
    before, after = [r.baseline for r in rows], [r.post for r in rows]
    return [*(_bounded(row, before, after, mean) for mean in sweep), _bounded_tipping(row, before, after)]


def _bounded(row: Effect, before: list[Span], after: list[Span], mean: float) -> Effect:
    level = row.level or 0.95
    found = compute_any_regression(before, after, long_run_mean=mean, level=level)
    return replace(fill_by_ranges(row, found, level, "any_degree_of_regression"), at=mean)


def _bounded_tipping(row: Effect, before: list[Span], after: list[Span]) -> Effect:
    found = compute_bounded_tipping(before, after, level=row.level or 0.95)
    row = replace(row, method="tipping_long_run_mean")
    if found.reason:
        return replace(row, flags=(*row.flags, REASONS[found.reason]))
    mean = None if found.mean is None else finite(found.mean)
    return _place(replace(row, estimate=mean, stratum=found.side))


def _line_rows(question: PairedQuestion) -> list[Effect]:
    row = replace(question.base, method="change_net_of_regression", variant="mee_chua", level=question.level)
    rows, sweep = question.changes.rows, sweep_of(question)
    if not rows or not sweep:
        return []
    spans = [span for r in rows for span in (r.baseline, r.post)]
    if any(low != high for low, high in spans):
        return [replace(row, flags=(*row.flags, "ranges_not_taken"))]
    before, after = [r.baseline[0] for r in rows], [r.post[0] for r in rows]
    line = fit_line(before, after)
    if line.reason in ("too_few_pairs", "equal_baselines"):
        return [replace(row, flags=(*row.flags, REASONS[line.reason]))]
    declared = _selection_is_declared(question)
    found = [_on_line(row, line, mean, declared=declared) for mean in sweep]
    return [*found, _tipping_of_line(row, before, after)] if declared else found


def _selection_is_declared(question: PairedQuestion) -> bool:
    """Whether the plan says from which range patients return, or that they were chosen by their reading."""
    a = question.other_causes
    return a is not None and (a.long_run_mean, a.selected_above, a.selected_below) != (None, None, None)


def _on_line(row: Effect, line: RegressionLine, mean: float, *, declared: bool) -> Effect:
    found = net_of_regression(line, mean, level=row.level or 0.95)
    flags = {"extrapolated": found.extrapolated, "no_spread": bool(line.reason), "limits_not_offered": not declared}
    row = replace(row, at=mean, estimate=found.estimate, df=float(found.df))
    row = replace(row, flags=(*row.flags, *raised(flags)))
    if not declared:
        return replace(row, level=None)
    return replace(row, se=found.se, lower=found.lower, upper=found.upper, p=found.p)


def _tipping_of_line(row: Effect, before: list[float], after: list[float]) -> Effect:
    found = compute_tipping_means(before, after, level=row.level or 0.95)
    row = replace(row, method="tipping_long_run_mean")
    if found.reason or found.holds_zero or found.mean_change is None:
        return replace(row, flags=(*row.flags, REASONS[found.reason or "holds_zero"]))
    fell = found.mean_change < 0
    mean = found.below if fell else found.above
    row = replace(row, estimate=mean, stratum="below" if fell else "above")
    if mean is None:
        return replace(row, flags=(*row.flags, "no_tipping_mean"))
    outside = not min(before) <= mean <= max(before)
    return _place(replace(row, flags=(*row.flags, "extrapolated")) if outside else row)


def _place(row: Effect) -> Effect:
    """A tipping mean that the scale does not have is flagged: no possible mean explains the change."""
    known = registered(row.parameter)
    low = -inf if known.minimum is None else known.minimum
    high = inf if known.maximum is None else known.maximum
    if row.estimate is None or low <= row.estimate <= high:
        return row
    return replace(row, flags=(*row.flags, "outside_scale"))
