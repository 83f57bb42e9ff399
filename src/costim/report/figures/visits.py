"""Readings of a repeated change by visit, and the rows of its mixed model."""

from __future__ import annotations

from dataclasses import dataclass

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.registry.plan_questions import Endpoint
from costim.report.figures.view import View


@dataclass(frozen=True, slots=True)
class Visits:
    """One repeated-change endpoint."""

    endpoint: Endpoint
    names: tuple[str, ...]
    """Visits in the order of the endpoint, the baseline first."""
    labels: tuple[str, ...]
    readings: tuple[tuple[str, tuple[Measurement | None, ...]], ...]
    """Subject and its reading at each visit."""
    rows: tuple[tuple[int, Effect], ...]
    """Place of the visit, and the row of the mixed model there."""


def visits_of(view: View, parameter: str, contrast: str = "") -> Visits | None:
    """Everything a figure of a repeated change needs; None when no row of the model has an estimate."""
    for endpoint in view.endpoints("repeated_change"):
        if (endpoint.parameter, endpoint.contrast or "") == (parameter, contrast):
            return _collect(view, endpoint)
    return None


def _collect(view: View, endpoint: Endpoint) -> Visits | None:
    found = view.find(parameter=endpoint.parameter, contrast=endpoint.contrast or "", method="mixed_model")
    rows = [(endpoint.visits.index(r.stratum), r) for r in found if r.stratum in endpoint.visits]
    known = sorted(((i, r) for i, r in rows if r.estimate is not None), key=lambda pair: pair[0])
    if not known or len(endpoint.visits) < 2:
        return None
    labels = {visit.name: visit.label or visit.name for visit in view.plan.visits}
    by_place: dict[tuple[str, str], list[Measurement]] = {}
    for row in view.rows(endpoint.parameter):
        if not row.missing:
            by_place.setdefault((row.subject, row.visit), []).append(row)
    readings = []
    for subject in view.subjects:
        each = [by_place.get((subject, visit), []) for visit in endpoint.visits]
        if any(each):
            readings.append((subject, tuple(one[0] if len(one) == 1 else None for one in each)))
    return Visits(
        endpoint, endpoint.visits, tuple(labels.get(v, v) for v in endpoint.visits), tuple(readings), tuple(known)
    )
