"""Draw every planned figure once and save it as SVG, PDF and PNG, or as pixels only; same results, same bytes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from costim.registry.cytometry_parameters import PREFIX
from costim.report.figures.identity import Identity, identities
from costim.report.figures.paper import svg_to_pdf
from costim.report.figures.plan import PICTURED, PlannedFigure, plan_view
from costim.report.figures.thin import thin_svg
from costim.report.figures.view import View, view_results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from costim.registry.provenance import Results

METADATA: dict[str, dict[str, None]] = {
    # Matplotlib writes the time and its version here unless told not to.
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}

Drawer = Callable[[View, PlannedFigure, dict[str, Identity]], "Figure"]


def _drawer(kind: str) -> Drawer:
    from costim.report.figures.attainment import draw_attainment
    from costim.report.figures.cell_curves import draw_cell_counts, draw_levels
    from costim.report.figures.composition import draw_composition
    from costim.report.figures.cumulative_incidence import draw_cumulative_incidence
    from costim.report.figures.forest import draw_forest
    from costim.report.figures.gate_plots import draw_gates
    from costim.report.figures.heatmap import draw_heatmap
    from costim.report.figures.kaplan_meier import draw_kaplan_meier
    from costim.report.figures.long_run_mean import draw_long_run_mean
    from costim.report.figures.marker_overlay import draw_marker_overlay
    from costim.report.figures.paired_change import draw_paired_change
    from costim.report.figures.repeated_change import draw_repeated_change
    from costim.report.figures.simulated_courses import draw_simulated_courses
    from costim.report.figures.states import draw_states
    from costim.report.figures.swimmer import draw_swimmer
    from costim.report.figures.tipping_map import draw_tipping_map
    from costim.report.figures.transitions import draw_transitions
    from costim.report.figures.waterfall import draw_waterfall

    drawers: dict[str, Drawer] = {
        "paired_change": draw_paired_change,
        "waterfall": draw_waterfall,
        "swimmer": draw_swimmer,
        "kaplan_meier": draw_kaplan_meier,
        "transitions": draw_transitions,
        "forest": draw_forest,
        "heatmap": draw_heatmap,
        "states": draw_states,
        "long_run_mean": draw_long_run_mean,
        "tipping_map": draw_tipping_map,
        "repeated_change": draw_repeated_change,
        "composition": draw_composition,
        "cumulative_incidence": draw_cumulative_incidence,
        "attainment": draw_attainment,
        "cell_counts": draw_cell_counts,
        "levels": draw_levels,
        "marker_overlay": draw_marker_overlay,
        "gates": draw_gates,
        "simulated_courses": draw_simulated_courses,
    }
    return drawers[kind]


def draw_figures(
    results: Results, folder: Path, progress: Callable[[str], None] | None = None
) -> dict[str, dict[str, Path]]:
    """Draw all planned figures into a folder.

    Args:
        results: rows to draw.
        folder: made when it does not exist.
        progress: called with the name of each figure before it is drawn.

    Returns:
        Figure name -> format (`svg`, `pdf`, `png`; `png` alone for kinds that are `PICTURED`) -> file.
    """
    view = view_results(results)
    folder.mkdir(parents=True, exist_ok=True)
    drawn: dict[str, dict[str, Path]] = {}
    for planned in plan_view(view):
        if progress is not None:
            progress(planned.name)
        drawn[planned.name] = _save(view, planned, folder)
    return drawn


def draw_one(view: View, planned: PlannedFigure) -> Figure:
    """The figure as a matplotlib object. Call inside `house_style`."""
    from costim.report.figures.style import drawable

    return _drawer(planned.kind)(view, planned, drawable(identities(view.subjects)))


def _save(view: View, planned: PlannedFigure, folder: Path) -> dict[str, Path]:
    from costim.report.figures.pixels import palette_png
    from costim.report.figures.style import DPI, house_style

    made: dict[str, bytes] = {}
    with house_style(hashlib.sha256(planned.name.encode()).hexdigest()[:16]):
        figure = draw_one(view, planned)
        if planned.kind in PICTURED:
            made["png"] = palette_png(figure)
        for ending, metadata in METADATA.items() if planned.kind not in PICTURED else ():
            target = io.BytesIO()
            figure.savefig(target, format=ending, dpi=DPI, metadata=metadata)
            made[ending] = target.getvalue()
        figure.clear()
    if "svg" in made:
        # Phenotypes fill dozens of figures, and the digits of their coordinates the report.
        made["svg"] = thin_svg(made["svg"]) if planned.parameter.startswith(PREFIX) else made["svg"]
        made["pdf"] = svg_to_pdf(made["svg"])
    paths = {ending: folder / f"{planned.name}.{ending}" for ending in made}
    for ending, path in paths.items():
        path.write_bytes(made[ending])
    return paths
