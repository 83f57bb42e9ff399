"""Rows of a survival curve: the steps, who is at risk, the horizons."""

from __future__ import annotations

from dataclasses import dataclass

from costim.registry.effects import Effect
from costim.report.figures.view import View


@dataclass(frozen=True, slots=True)
class Curve:
    """Everything the effects say of one time-to-event endpoint, by time."""

    parameter: str
    steps: tuple[Effect, ...]
    """`kaplan_meier` rows with an estimate or bounds; each holds up to the time of the next."""
    at_risk: tuple[Effect, ...]
    events: tuple[Effect, ...]
    censored: tuple[Effect, ...]
    horizons: tuple[Effect, ...]
    turnbull: tuple[Effect, ...] = ()
    """Estimates for times known only between two visits, beside the others."""

    @property
    def known(self) -> bool:
        """Is the curve known to a point everywhere?"""
        return all(row.estimate is not None for row in self.steps)

    @property
    def continuous(self) -> bool:
        """Do the rows start at time 0, so that steps can be drawn between them?"""
        return len(self.steps) > 1 and self.steps[0].at == 0


def by_time(rows: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Rows with a time, earliest first, one per time."""
    found: dict[float, Effect] = {}
    for row in rows:
        if row.at is not None:
            found.setdefault(row.at, row)
    return tuple(found[at] for at in sorted(found))


def count_ends(row: Effect) -> tuple[int, int] | None:
    """A count as lower and upper bound, equal when it is known; None when the row holds none."""
    if row.count is not None:
        return row.count, row.count
    if row.estimate is not None:
        return int(row.estimate), int(row.estimate)
    if row.estimate_lower is None or row.estimate_upper is None:
        return None
    return int(row.estimate_lower), int(row.estimate_upper)


def curve_of(
    view: View, parameter: str, contrast: str, variant: str = "", method: str = "kaplan_meier"
) -> Curve | None:
    """The survival rows of an endpoint; None when no time has an estimate or bounds.

    Args:
        view: the rows.
        parameter: of the endpoint.
        contrast: of the endpoint.
        variant: strategies for intercurrent events, blank without any.
        method: `kaplan_meier` or `cumulative_incidence`.
    """
    fields = {"parameter": parameter, "contrast": contrast}
    steps = tuple(
        row
        for row in by_time(view.find(**fields, method=method, variant=variant))
        if row.estimate is not None or (row.estimate_lower is not None and row.estimate_upper is not None)
    )
    if not any(row.at for row in steps):
        return None

    def counts(counted: str) -> tuple[Effect, ...]:
        rows = view.find(**fields, method=counted, variant=variant)
        return tuple(r for r in rows if count_ends(r) is not None)

    return Curve(
        parameter=parameter,
        steps=steps,
        at_risk=by_time(counts("at_risk")),
        events=counts("events"),
        censored=counts("censored"),
        horizons=() if variant else by_time(view.find(**fields, method="proportion_beyond")),
        turnbull=() if variant else by_time(view.find(**fields, method="turnbull", stratum="")),
    )
