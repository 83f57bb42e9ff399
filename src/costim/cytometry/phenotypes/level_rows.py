"""How bright: quantiles, means, positive cells and molecules of one marker on one population."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import exp

from costim.cytometry.engine.result import Levels
from costim.cytometry.phenotypes.asked import EVERYTHING, Asked
from costim.cytometry.phenotypes.count_rows import assumption_of, base_flags
from costim.cytometry.phenotypes.phenotype import Phenotype, Statistic
from costim.cytometry.phenotypes.ranks import QUANTILES, neighbours, usable_ranks
from costim.cytometry.phenotypes.sample import GatedSample
from costim.inference.cells.bead_calibration import BeadLine, compute_molecules, level_of_channel
from costim.inference.cells.contamination import compute_positive_share, own_level

UNIT = "AU"
Limits = tuple[float | None, float | None]


def level_rows(
    sample: GatedSample,
    population: str,
    marker: str,
    found: Levels,
    *,
    line: BeadLine | None = None,
    asked: Asked = EVERYTHING,
) -> Iterator[Phenotype]:
    """Rows on the level of one marker on one population.

    Below the limit of detection no row has a value: what lies in the gate is not told from false events.
    """
    blank = _blank(sample, population, marker, found)
    hidden = blank.status == "below_lod"
    statistics: tuple[tuple[Statistic, float], ...] = (
        ("median", QUANTILES["median"]), ("p10", QUANTILES["p10"]), ("p90", QUANTILES["p90"]),
    )  # fmt: skip
    for statistic, quantile in statistics:
        if asked.has(population, statistic, marker):
            row = replace(blank, statistic=statistic)
            yield row if hidden or not found.n else _quantile_row(sample, row, found, quantile)
    yield from (row for row in _means(blank, found, hidden=hidden) if asked.has(population, row.statistic, marker))
    if found.above and asked.has(population, "percent_positive", marker):
        yield _positive(sample, blank, found, hidden=hidden)
    if line is not None and asked.has(population, "mesf", marker):
        yield _molecules(sample, blank, found, line, hidden=hidden)


def _blank(sample: GatedSample, population: str, marker: str, found: Levels) -> Phenotype:
    limits = sample.limits(population)
    odd = ("values_not_finite",) if found.n_not_finite else ()
    return Phenotype(
        population=population,
        marker=marker,
        statistic="median",
        value=None,
        level=sample.settings.level,
        events=found.n,
        parent_events=sample.parent_events(population),
        unit=UNIT,
        lob=limits.lob,
        lod=limits.lod,
        lloq=limits.lloq,
        status=sample.status(population),
        flags=tuple(sorted({*base_flags(sample, population), *odd})),
        assumption=assumption_of(sample, population),
    )


def _flagged(row: Phenotype, *flags: str) -> tuple[str, ...]:
    return tuple(sorted({*row.flags, *flags}))


def quantile_of(found: Levels, quantile: float) -> float:
    """Quantile by linear interpolation between the two cells around it; there must be a cell."""
    low, high, part = neighbours(found.n, quantile)
    return found.at(low) + part * (found.at(high) - found.at(low)) if part else found.at(low)


def _limits(sample: GatedSample, population: str, found: Levels, quantile: float, level: float) -> Limits:
    own = level if sample.false_events(population) is None else own_level(level)
    false = min(sample.false_cells(population, level), found.n)
    ranks = usable_ranks(found.n, quantile, level=own, false_cells=false)
    lower, upper = (None if rank is None else found.at(rank - 1) for rank in (ranks.lower, ranks.upper))
    return lower, upper


def _quantile_row(sample: GatedSample, row: Phenotype, found: Levels, quantile: float) -> Phenotype:
    lower, upper = _limits(sample, row.population, found, quantile, row.level)
    open_ended = ("too_few_cells_for_limit",) if lower is None or upper is None else ()
    return replace(
        row,
        value=quantile_of(found, quantile),
        lower=lower,
        upper=upper,
        interval_method="" if lower is None and upper is None else "order_statistics",
        flags=_flagged(row, *open_ended),
    )


def _means(blank: Phenotype, found: Levels, *, hidden: bool) -> Iterator[Phenotype]:
    """Without limits: no interval of a mean holds its level for a dozen cells of any shape."""
    mean = replace(blank, statistic="mean", flags=_flagged(blank, "limits_not_calibrated"))
    yield mean if hidden else replace(mean, value=found.mean)
    flags = _flagged(mean, "levels_not_positive") if found.n_not_positive else mean.flags
    shown = None if hidden or found.n_not_positive else found.log_mean
    yield replace(mean, statistic="log_mean", unit="", value=shown, flags=flags)
    yield replace(mean, statistic="geometric_mean", value=None if shown is None else exp(shown), flags=flags)


def _positive(sample: GatedSample, blank: Phenotype, found: Levels, *, hidden: bool) -> Phenotype:
    row = replace(blank, statistic="percent_positive", unit="%")
    if hidden or not found.n:
        return row
    control = sample.false_events(row.population)
    share = compute_positive_share(
        found.above[0],
        found.n,
        level=row.level if control is None else own_level(row.level),
        false_cells=min(sample.false_cells(row.population, row.level), found.n),
    )
    lower, upper, value = (None if x is None else 100 * x for x in (share.lower, share.upper, share.estimate))
    method = "clopper_pearson" if control is None else "worst_share"
    return replace(
        row, value=value, lower=lower, upper=upper, interval_method=method if lower is not None else "",
        flags=row.flags if lower is not None else _flagged(row, "too_few_cells_for_limit"),
    )  # fmt: skip


def _molecules(sample: GatedSample, blank: Phenotype, found: Levels, line: BeadLine, *, hidden: bool) -> Phenotype:
    row = replace(blank, statistic="mesf", unit="MESF")
    if hidden or not found.n:
        return row
    lower, upper = _limits(sample, row.population, found, 0.5, level_of_channel(row.level))
    read = compute_molecules(line, quantile_of(found, 0.5), lower, upper, level=row.level)
    flags = {
        "beyond_beads": read.extrapolated,
        "bead_line_bent": not line.is_linear,
        "too_few_beads_for_limits": line.residual_sd is None,
        "levels_not_positive": read.estimate is None,
    }
    return replace(
        row,
        value=read.estimate,
        lower=read.lower,
        upper=read.upper,
        interval_method="" if read.lower is None and read.upper is None else "bead_line",
        flags=_flagged(row, *(name for name, holds in flags.items() if holds)),
        assumption=f"{row.assumption} Cells lie off the line of the beads as beads do.",
    )
