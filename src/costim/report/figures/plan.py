"""Which figures the rows of a study can fill, with caption and text alternative. Nothing is drawn here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from costim.registry.plan_questions import Endpoint
from costim.report.document import Inlines
from costim.report.figures.composition_parts import composition_rows
from costim.report.figures.curves import curve_of
from costim.report.figures.effects_shown import forest_panels
from costim.report.figures.lanes import lanes_of
from costim.report.figures.pairs import changes, shared_endpoints
from costim.report.figures.state_board import state_board, state_keys
from costim.report.figures.sweeps import drawn_sweep, steroid_sweep
from costim.report.figures.tiles import TILED, category_endpoints, tile_board
from costim.report.figures.view import View, view_results
from costim.report.figures.visits import visits_of
from costim.report.strategies import variant_of

if TYPE_CHECKING:
    from costim.registry.provenance import Results

Kind = Literal[
    "paired_change",
    "waterfall",
    "swimmer",
    "kaplan_meier",
    "transitions",
    "forest",
    "heatmap",
    "states",
    "long_run_mean",
    "tipping_map",
    "repeated_change",
    "composition",
    "cumulative_incidence",
    "attainment",
    "cell_counts",
    "levels",
    "marker_overlay",
    "gates",
    "simulated_courses",
]

PICTURED = frozenset({"gates", "marker_overlay"})
"""Kinds of figures of thousands of cells: one picture of pixels for every format, shown on demand at the end."""


@dataclass(frozen=True, slots=True)
class PlannedFigure:
    """A figure that can be drawn. `name` is the stem of its files."""

    name: str
    kind: Kind
    parameter: str
    """Blank when the figure is about several."""
    contrast: str
    caption: Inlines
    alt: str
    variant: str = ""
    """Variant of the measure, for figures of one; for pictures of cells whose they are (`picture_groups`)."""


def planned_figures(results: Results) -> tuple[PlannedFigure, ...]:
    """Figures that make sense for these results, in the order of a report.

    * `paired_change`: each paired-change endpoint with two or more pairs (one line shows no more than its two numbers);
    * `waterfall`: each SLEDAI or primary paired-change endpoint with two or more pairs;
    * `heatmap`: two or more paired-change endpoints that share two or more patients;
    * `swimmer`: the duration of response (or the first time-to-event endpoint), when a lane can be drawn;
    * `kaplan_meier`: each time-to-event endpoint with survival rows;
    * `transitions`: outcomes of manifestations, imaging verdicts, distributions and transitions with patients;
    * `forest`: two or more effects with an interval;
    * `long_run_mean`, `tipping_map`: primary paired endpoints and those with assumed causes, when a sweep has limits;
    * `repeated_change`: each repeated-change endpoint with an estimate at a visit;
    * `composition`: each composition endpoint with the whole and a part;
    * `attainment`: each first attainment of a state with estimates at two or more times;
    * `kaplan_meier`, `cumulative_incidence` under the strategies that an endpoint declares for intercurrent events;
    * `states`: each state, class or grade of `[[measures]]` with an outcome at two or more visits;
    * `simulated_courses`: the study's doses in virtual patients, where the plan asks for them;
    * `cell_counts`, `levels`, `marker_overlay`, `gates`: see `cytometry_plan.cytometry_figures`.
    """
    return plan_view(view_results(results))


def plan_view(view: View) -> tuple[PlannedFigure, ...]:
    """As `planned_figures`, for rows already read."""
    from costim.report.figures.captions import alternative, caption
    from costim.report.figures.cytometry_plan import cytometry_figures
    from costim.report.figures.estimand_words import estimand_alternative, estimand_caption
    from costim.report.figures.simulation_words import simulation_alternative, simulation_caption
    from costim.report.figures.state_words import state_alternative, state_caption

    found: list[PlannedFigure] = []
    for kind, parameter, contrast in _wanted(view):
        name = _file_stem((kind, parameter, contrast), {f.name for f in found})
        words = (caption(view, kind, parameter, contrast), alternative(view, kind, parameter, contrast))
        found.append(PlannedFigure(name, kind, parameter, contrast, *words))
    for kind, endpoint in _under_strategies(view):
        place = (endpoint.parameter, endpoint.contrast or "")
        variant = variant_of(endpoint)
        name = _file_stem((kind, *place, variant), {f.name for f in found})
        words = (estimand_caption(view, kind, place, variant), estimand_alternative(view, kind, place, variant))
        found.append(PlannedFigure(name, kind, *place, *words, variant=variant))
    for parameter, variant in state_keys(view):
        board = state_board(view, parameter, variant)
        if board is not None:
            name = _file_stem(("states", parameter, variant), {f.name for f in found})
            words = (state_caption(view, board), state_alternative(view, board))
            found.append(PlannedFigure(name, "states", parameter, "", *words, variant=variant))
    for drawn, parameter, variant, said, alt in cytometry_figures(view):
        name = _file_stem((drawn, parameter, variant), {f.name for f in found})
        found.append(PlannedFigure(name, drawn, parameter, "", said, alt, variant=variant))
    if view.simulation is not None:
        caption_of, alt_of = simulation_caption(view.simulation), simulation_alternative(view.simulation)
        kind = "simulated_courses"
        found.append(PlannedFigure(kind, kind, "mechanism.relapse_free", "", caption_of, alt_of))
    return tuple(found)


def _wanted(view: View) -> Iterator[tuple[Kind, str, str]]:
    """Kind, parameter and contrast of every figure."""
    from costim.report.figures.attainment import attained_rows

    yield from _of_changes(view)
    lanes = lanes_of(view)
    if lanes is not None:
        yield "swimmer", lanes.parameter, ""
    for endpoint in view.endpoints("time_to_event", "time_to_resolution"):
        if curve_of(view, endpoint.parameter, endpoint.contrast or "") is not None:
            yield "kaplan_meier", endpoint.parameter, endpoint.contrast or ""
        if attained_rows(view, endpoint.parameter, endpoint.contrast or ""):
            yield "attainment", endpoint.parameter, endpoint.contrast or ""
    boards = [(code, "") for code in TILED]
    boards += [(e.parameter, e.contrast or "") for e in category_endpoints(view)]
    for code, contrast in boards:
        if tile_board(view, code, contrast) is not None:
            yield "transitions", code, contrast
    if sum(len(panel.rows) for panel in forest_panels(view)) >= 2:
        yield "forest", "", ""


def _under_strategies(view: View) -> Iterator[tuple[Kind, Endpoint]]:
    """Curves under the strategies that an endpoint declares for intercurrent events."""
    for endpoint in view.plan.endpoints:
        for kind in ("kaplan_meier", "cumulative_incidence") if endpoint.intercurrent else ():
            place = (endpoint.parameter, endpoint.contrast or "")
            if curve_of(view, *place, variant_of(endpoint), kind) is not None:
                yield kind, endpoint


def _of_changes(view: View) -> Iterator[tuple[Kind, str, str]]:
    paired = [(e, changes(view, e)) for e in view.endpoints("paired_change")]
    for endpoint, change in paired:
        if len(change) >= 2:
            yield "paired_change", endpoint.parameter, endpoint.contrast or ""
    for endpoint, change in paired:
        if len(change) >= 2 and (endpoint.primary or endpoint.parameter.startswith("sledai.")):
            yield "waterfall", endpoint.parameter, endpoint.contrast or ""
    if len(shared_endpoints(view)) >= 2:
        yield "heatmap", "", ""
    for endpoint, change in paired:
        if len(change) >= 2:
            yield from _of_other_causes(view, endpoint)
    for endpoint in view.endpoints("repeated_change"):
        if visits_of(view, endpoint.parameter, endpoint.contrast or "") is not None:
            yield "repeated_change", endpoint.parameter, endpoint.contrast or ""
    for endpoint in view.endpoints("composition"):
        if composition_rows(view, endpoint.parameter, endpoint.contrast or ""):
            yield "composition", endpoint.parameter, endpoint.contrast or ""


def _of_other_causes(view: View, endpoint: Endpoint) -> Iterator[tuple[Kind, str, str]]:
    place = (endpoint.parameter, endpoint.contrast or "")
    assumed = any(
        a.parameter == endpoint.parameter and a.contrast in (None, endpoint.contrast) for a in view.plan.other_causes
    )
    if not endpoint.primary and not assumed:
        return
    if drawn_sweep(view, endpoint) is not None:
        yield "long_run_mean", *place
    if steroid_sweep(view, *place) is not None:
        yield "tipping_map", *place


def _file_stem(parts: tuple[str, ...], taken: set[str]) -> str:
    """A name that is safe in paths, addresses and id attributes, and new."""
    slug = re.sub(r"[^a-z0-9]+", "-", "-".join(p for p in parts if p).lower()).strip("-")[:120]
    name, number = slug, 1
    while name in taken:
        number += 1
        name = f"{slug}-{number}"
    return name
