"""Results -> the report as data."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from costim.report.context import Context, make_context, placed, section_of_figure
from costim.report.document import Block, Document, FigureRef, Inlines, Quote, Section
from costim.report.outline import cited_rows
from costim.report.sections.acquisition import write_acquisition
from costim.report.sections.appendix import write_effects, write_measurements
from costim.report.sections.bcells import write_bcells
from costim.report.sections.cell_pictures import SECTION as PICTURES
from costim.report.sections.cell_pictures import TITLE as PICTURES_TITLE
from costim.report.sections.cell_pictures import write_cell_pictures
from costim.report.sections.changes import write_changes
from costim.report.sections.exposure import write_exposure
from costim.report.sections.findings import write_findings
from costim.report.sections.gating import write_gating
from costim.report.sections.imaging import write_imaging
from costim.report.sections.laboratory import write_laboratory
from costim.report.sections.limits import write_limits
from costim.report.sections.measures import write_measures
from costim.report.sections.mechanism import write_mechanism
from costim.report.sections.methods import write_methods
from costim.report.sections.miflowcyt import write_miflowcyt
from costim.report.sections.neuropsychiatric import write_neuropsychiatric
from costim.report.sections.other_causes import SECTION as OTHER_CAUSES
from costim.report.sections.other_causes import TITLE as OTHER_CAUSES_TITLE
from costim.report.sections.other_causes import write_other_causes
from costim.report.sections.overview import write_overview
from costim.report.sections.patients import write_patients
from costim.report.sections.phenotypes import write_phenotypes
from costim.report.sections.provenance import write_provenance
from costim.report.sections.published import write_published
from costim.report.sections.references import write_references
from costim.report.sections.response import write_response
from costim.report.sections.sensitivity import write_sensitivity
from costim.report.sections.summary import write_summary

if TYPE_CHECKING:
    from costim.registry.provenance import Results
    from costim.report.figures import PlannedFigure

Writer = Callable[[Context], list[Block]]

LIMITS = ("limits", "What these data cannot show")
LISTINGS: tuple[tuple[str, str, Writer], ...] = (
    ("effects-rows", "Appendix: effects", write_effects),
    ("measurements-rows", "Appendix: measurements", write_measurements),
)
LISTED = frozenset(name for name, _, _ in LISTINGS)
"""Written last: what they list depends on what the other sections name."""
WRITERS: tuple[tuple[str, str, Writer], ...] = (
    ("patients", "Patients", write_patients),
    ("exposure", "Exposure", write_exposure),
    ("changes", "Disease activity and other paired changes", write_changes),
    ("measures", "Activity states, responses and other measures", write_measures),
    ("neuropsychiatric", "Neuropsychiatric manifestations", write_neuropsychiatric),
    ("laboratory", "Laboratory and cerebrospinal fluid", write_laboratory),
    ("imaging", "Imaging", write_imaging),
    ("bcells", "B cells", write_bcells),
    ("phenotypes", "Lymphocyte phenotypes", write_phenotypes),
    ("gating", "Gates of the phenotypes", write_gating),
    ("acquisition", "Acquisition of the samples", write_acquisition),
    ("response", "Response and its duration", write_response),
    ("mechanism", "Mechanism: a simulation", write_mechanism),
    ("sensitivity", "Sensitivity", write_sensitivity),
    ("published", "Published results against this analysis", write_published),
    ("overview", "Effects overview", write_overview),
    ("methods", "Methods", write_methods),
    ("references", "References", write_references),
    ("findings", "Findings of the input checks", write_findings),
    (PICTURES, PICTURES_TITLE, write_cell_pictures),
    *LISTINGS,
    ("miflowcyt", "Appendix: MIFlowCyt checklist", write_miflowcyt),
    ("provenance", "Appendix: provenance", write_provenance),
)
DATA_SECTIONS = frozenset(
    {"patients", "exposure", "changes", "neuropsychiatric", "laboratory", "imaging", "bcells", "response"}
)
"""Sections whose absence means that the study recorded nothing about them."""


def build_document(results: Results) -> Document:
    """The whole report as data; nothing is computed, every number names its row.

    Args:
        results: plan, both long tables, findings, cell addresses.

    Returns:
        The document, with the planned figures placed in their sections.
    """
    from costim.report.figures import planned_figures

    return assemble(results, planned_figures(results))


def assemble(results: Results, figures: tuple[PlannedFigure, ...]) -> Document:
    """The report with these figures."""
    context = make_context(results, figures)
    written = {name: write(context) for name, _, write in WRITERS if name not in LISTED}
    written[OTHER_CAUSES] = write_other_causes(context)
    already = {block.name for blocks in written.values() for block in blocks if isinstance(block, FigureRef)}
    written = {name: _with_figures(context, name, blocks, already) for name, blocks in written.items()}
    skipped = [title for name, title, _ in WRITERS if name in DATA_SECTIONS and not written[name]]
    summary, limits, causes = write_summary(context), write_limits(context, skipped), written[OTHER_CAUSES]
    named = cited_rows(block for blocks in (summary, limits, *written.values()) for block in blocks)
    written |= {name: write(replace(context, cited=named)) for name, _, write in LISTINGS}
    sections = [
        Section("summary", "Summary", tuple(summary)),
        *([Section(OTHER_CAUSES, OTHER_CAUSES_TITLE, tuple(causes))] if causes else []),
        Section(*LIMITS, tuple(limits)),
    ]
    sections += [Section(name, title, tuple(written[name])) for name, title, _ in WRITERS if written[name]]
    study = results.plan.study
    subtitle: Inlines = ("Report of a single-arm study before and after treatment",)
    if study.citation:
        subtitle = (*subtitle, ". Data from: ", Quote(study.citation))
    return Document(title=(Quote(study.title),), subtitle=subtitle, sections=tuple(sections))


def _with_figures(context: Context, section: str, blocks: list[Block], already: Set[str]) -> list[Block]:
    """Figures of a section that no writer placed stand at its end."""
    left = [figure for figure in context.figures if section_of_figure(figure) == section and figure.name not in already]
    return [*blocks, *map(placed, left)]
