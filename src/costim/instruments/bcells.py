"""B cells: depletion and return from CD19+ counts by a named threshold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from costim.instruments.choices import chosen
from costim.instruments.cytometry.b_cell_counts import CellCount, b_cell_counts
from costim.instruments.labs import COUNT, LabResult, lab_results
from costim.instruments.rows import joined, to_bounds, to_float
from costim.measures.depletion import Count, depleted
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures
from costim.registry.measurements import Measurement
from costim.registry.parameters import parameter
from costim.study.study import Study


@dataclass(frozen=True, slots=True)
class _Count:
    """One count, and what the threshold says about it."""

    lab: LabResult
    depleted: Truth
    flags: tuple[str, ...]
    source: str = "labs"
    """Table the count stands in, or the tubes it was made from."""


def measure(study: Study) -> list[Measurement]:
    """Rows of `bcell.depleted` at each count, and `bcell.return_day` for subjects who were depleted.

    Where no laboratory reports a count and the tubes of the study give one, it is taken from there (`bcell.count`), and
    the threshold is held against its confidence interval: a handful of cells may leave open whether it is met.

    Args:
        study: the checked study; `plan.variants.depletion` names the threshold.

    Returns:
        `bcell.depleted` holds `yes`, `no` or `unknown`; `bcell.return_day` the days between the last depleted count
        (left out) and the first later count that is not (included). Without such a count there is a lower bound only.

    Raises:
        CostimError: no threshold of that name.
    """
    variant = chosen(study.plan.variants.depletion, measures()["depletion"].variants, "variants.depletion")
    reported = [entry for entry in lab_results(study) if entry.test == COUNT]
    counted = b_cell_counts(study, {(e.subject, e.visit, e.timepoint) for e in reported})
    counts = [_judged(entry, variant) for entry in reported]
    counts += [replace(_judged(entry.lab, variant), source="samples") for entry in counted]
    by_subject: dict[str, list[_Count]] = defaultdict(list)
    for count in counts:
        by_subject[count.lab.subject].append(count)
    rows = [_depleted_row(study, count, variant) for count in counts]
    returns = [_return_row(study, subject, series, variant) for subject, series in sorted(by_subject.items())]
    return [*(_counted_row(study, entry) for entry in counted), *rows, *(row for row in returns if row is not None)]


def _judged(lab: LabResult, threshold: str) -> _Count:
    evidence = measures()["depletion"].variants[threshold].evidence
    flags = joined(lab.flags, ("unverified_rule",) if evidence == "M" else ())
    if lab.unit != parameter(f"lab.{COUNT}").unit:
        return _Count(lab, Truth.UNKNOWN, flags)
    limit = None if lab.limit is None else Fraction(lab.limit)
    state, more = depleted(Count(to_bounds(lab.printed), limit), threshold)
    return _Count(lab, state, flags if lab.printed.missing else joined(flags, more))


def _counted_row(study: Study, count: CellCount) -> Measurement:
    lab = count.lab
    return Measurement(
        subject=lab.subject,
        visit=lab.visit,
        timepoint=lab.timepoint,
        parameter="bcell.count",
        value=count.estimate,
        lower=count.estimate,
        upper=count.estimate,
        relation="=",
        unit=lab.unit,
        flags=joined(lab.flags, lab.when.flags),
        source="samples",
        cells=joined(lab.cells, lab.when.cells),
        reading=study.reading,
        interval_lower=to_float(lab.result.lower),
        interval_upper=to_float(lab.result.upper),
        interval_level=count.level,
        interval_method=count.method,
        events=count.events,
        **lab.when.fields(),
    )


def _depleted_row(study: Study, count: _Count, variant: str) -> Measurement:
    lab = count.lab
    return Measurement(
        subject=lab.subject,
        visit=lab.visit,
        timepoint=lab.timepoint,
        parameter="bcell.depleted",
        variant=variant,
        text=None if lab.result.missing else str(count.depleted),
        missing=lab.result.missing,
        flags=joined(count.flags, lab.when.flags),
        source="labs",
        cells=joined(lab.cells, lab.when.cells),
        reading=study.reading,
        **lab.when.fields(),
    )


def _after_infusion(lab: LabResult) -> bool:
    """Was the sample taken after the first infusion had begun? A sample of day 0 must say so itself."""
    first = lab.when.day.lower
    return first is not None and (first > 0 or (first == 0 and lab.timepoint == "post"))


def _order(count: _Count) -> tuple[Decimal, Decimal, str]:
    day = count.lab.when.day
    least = day.lower if day.lower is not None else Decimal(0)
    return least, day.upper if day.upper is not None else Decimal("Infinity"), count.lab.timepoint


def _return_row(study: Study, subject: str, counts: Sequence[_Count], variant: str) -> Measurement | None:
    known = [c for c in counts if c.depleted is not Truth.UNKNOWN and not c.lab.result.missing]
    later = sorted((c for c in known if _after_infusion(c.lab)), key=_order)
    start = next((i for i, c in enumerate(later) if c.depleted is Truth.YES), None)
    if start is None:
        return None
    end = next((i for i, c in enumerate(later) if i > start and c.depleted is Truth.NO), None)
    last = later[-1 if end is None else end - 1]
    first = None if end is None else later[end]
    again = end is not None and any(c.depleted is Truth.YES for c in later[end:])
    undated = any(c.lab.when.day.relation == "" for c in known)
    used = (last,) if first is None else (last, first)
    return Measurement(
        subject=subject,
        parameter="bcell.return_day",
        variant=variant,
        unit="days",
        flags=joined(
            ("not_returned",) if first is None else (),
            ("depleted_again",) if again else (),
            ("day_unknown",) if undated else (),
            *((c.flags + c.lab.when.flags) for c in used),
        ),
        source=last.source,
        cells=joined(*((c.lab.cells + c.lab.when.cells) for c in used)),
        reading=study.reading,
        **_interval(last, first),
    )


def _interval(last: _Count, first: _Count | None) -> dict[str, Any]:
    lower = to_float(last.lab.when.day.lower)
    upper = None if first is None else to_float(first.lab.when.day.upper)
    return {"lower": lower, "upper": upper, "relation": ">" if upper is None else "range"}
