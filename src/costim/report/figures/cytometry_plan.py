"""Which figures of cytometry the rows and pictures of a study can fill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from costim.report.document import Inlines
from costim.report.figures import cell_captions as words
from costim.report.figures.cell_series import drawn_counts, drawn_levels
from costim.report.figures.picture_groups import groups
from costim.report.figures.view import View

Kind = Literal["gates", "marker_overlay", "levels", "cell_counts"]


def cytometry_figures(view: View) -> Iterator[tuple[Kind, str, str, Inlines, str]]:
    """Kind, parameter, variant (patient and panel of pictures), caption and text alternative of every figure.

    * `cell_counts`: counts of B cells, and of populations of endpoints, with two or more days;
    * `levels`: medians of endpoints, and of each outcome marker on its first population, with two or more visits;
    * `marker_overlay`, `gates`: one for each patient and panel with pictures.
    """
    for code in drawn_counts(view):
        alt = words.series_alternative(view, "cell_counts", code)
        yield "cell_counts", code, "", words.counts_caption(view, code), alt
    for code in drawn_levels(view):
        yield "levels", code, "", words.levels_caption(view, code), words.series_alternative(view, "levels", code)
    for group in groups(view.marker_overlays):
        yield "marker_overlay", "", group, words.overlay_caption(view, group), words.overlay_alternative(view, group)
    for group in groups(view.gate_pictures):
        yield "gates", "", group, words.gates_caption(view, group), words.gates_alternative(view, group)
