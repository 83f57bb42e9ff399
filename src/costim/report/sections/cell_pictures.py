"""Appendix with the pictures of single tubes: gates and levels of markers of every patient and panel."""

from __future__ import annotations

from collections.abc import Iterable

from costim.report.context import Context, placed, section_of_figure
from costim.report.document import Block, FigureRef, Paragraph
from costim.report.figures.picture_groups import group_words

SECTION = "cell-pictures"
TITLE = "Appendix: gates and levels of markers of each patient"


def first_gates(context: Context) -> list[FigureRef]:
    """The gate plots of one patient for each panel; they stand with the words on gates."""
    shown = {group_words(f.variant)[1]: f for f in reversed(context.figures) if f.kind == "gates"}
    return [placed(figure, in_sight=True) for figure in reversed(shown.values())]


def write_cell_pictures(context: Context) -> list[Block]:
    """All other pictures, patient by patient, gates before levels."""
    above = {figure.name for figure in first_gates(context)}
    pictures = [f for f in context.figures if section_of_figure(f) == SECTION]
    shown = [f for f in pictures if f.name not in above]
    if not shown:
        return []
    said = "Every tube of every patient, visits beside or above each other on the same axes."
    if above:
        said += " The gate plots of one patient for each panel stand with the words on gates and not again here."
    order = {group: i for i, group in enumerate(_by_patient(f.variant for f in pictures))}
    shown.sort(key=lambda f: (order[f.variant], f.kind != "gates"))
    return [Paragraph((said,)), *map(placed, shown)]


def _by_patient(groups: Iterable[str]) -> list[str]:
    """Groups in their order, those of one patient together."""
    known = list(dict.fromkeys(groups))
    patients = {subject: i for i, subject in enumerate(dict.fromkeys(group_words(g)[0] for g in known))}
    return sorted(known, key=lambda g: patients[group_words(g)[0]])
