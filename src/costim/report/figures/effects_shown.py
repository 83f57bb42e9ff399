"""Which effect rows stand in the forest plot, and which of them share an axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from costim.registry.effects import Effect
from costim.registry.measurements import AS_RECORDED
from costim.registry.parameters import parameter
from costim.registry.plan_questions import Endpoint
from costim.report.figures.view import View
from costim.report.figures.words import label_of, short
from costim.report.format import unit_text
from costim.report.reading_names import READINGS

_OWN_SCALE = ("", "points", "score", "index")
"""Units that mean something else for every instrument: such parameters never share an axis."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Effects in one unit."""

    quantity: Literal["change", "proportion"]
    unit: str
    rows: tuple[Effect, ...]


def forest_panels(view: View) -> tuple[Panel, ...]:
    """Effects with an estimate and an interval, one panel per unit, in the order of the plan; proportions last."""
    panels: dict[tuple[str, str], list[Effect]] = {}
    for endpoint in view.endpoints("paired_change"):
        for row in _shifts(view, endpoint):
            own = endpoint.parameter if row.unit in _OWN_SCALE else ""
            panels.setdefault((row.unit, own), []).append(row)
    found = [Panel("change", unit, tuple(rows)) for (unit, _), rows in panels.items()]
    shares = list({r.effect_id: r for endpoint in _once(view) for r in _shares(view, endpoint)}.values())
    return tuple([*found, Panel("proportion", "", tuple(shares))] if shares else found)


def _once(view: View) -> tuple[Endpoint, ...]:
    return view.endpoints("paired_change") + view.endpoints("proportion") + view.endpoints("time_to_event")


def _shifts(view: View, endpoint: Endpoint) -> list[Effect]:
    fields = {"parameter": endpoint.parameter, "contrast": endpoint.contrast or "", "method": "signed_rank"}
    rows = [r for r in view.find(reading=None, **fields) if _drawable(r)]
    chosen = [r for r in rows if r.variant == view.plan.variants.zeros]
    return _recorded_first(chosen or rows)


def _shares(view: View, endpoint: Endpoint) -> list[Effect]:
    method = "proportion_beyond" if endpoint.kind == "time_to_event" else "proportion"
    rows = view.find(reading=None, parameter=endpoint.parameter, contrast=endpoint.contrast or "", method=method)
    return _recorded_first([r for r in rows if _drawable(r) and r.variant in ("", "clopper_pearson")])


def _drawable(row: Effect) -> bool:
    known = row.estimate is not None or (row.estimate_lower is not None and row.estimate_upper is not None)
    return known and (row.lower is not None or row.upper is not None)


def _recorded_first(rows: list[Effect]) -> list[Effect]:
    return sorted(rows, key=lambda r: (r.stratum, -1.0 if r.at is None else r.at, r.reading != AS_RECORDED, r.reading))


def row_label(view: View, row: Effect) -> tuple[str, str]:
    """What a row is about, and in which contrast; of another reading of the source only its name."""
    endpoint = next(
        (
            e
            for e in view.plan.endpoints
            if e.parameter == row.parameter and (e.contrast or "") == row.contrast and _asks(e, row)
        ),
        None,
    )
    first = endpoint.label if endpoint is not None and endpoint.label else label_of(row.parameter)
    if row.method == "proportion_beyond" and row.at is not None:
        unit = unit_text(row.unit or parameter(row.parameter).unit)
        first = f"{first}: beyond {short(row.at)} {unit}".rstrip()
    elif row.method == "proportion" and row.stratum:
        first = f"{first}: {row.stratum.replace('_', ' ')}"
    elif row.method == "proportion" and endpoint is not None and not endpoint.label and endpoint.categories:
        first = f"{first}: {', '.join(endpoint.categories)}"
    if row.reading != AS_RECORDED:
        # It stands below the row of the preferred reading, which says what it is about.
        return "", f"reading: {READINGS.get(row.reading, row.reading)}"
    return first, view.contrast_label(row.contrast) if row.contrast else ""


def _asks(endpoint: Endpoint, row: Effect) -> bool:
    kinds = {"signed_rank": "paired_change", "proportion_beyond": "time_to_event"}
    wanted = kinds.get(row.method, "paired_change" if row.stratum == "improved" else "proportion")
    return endpoint.kind == wanted
