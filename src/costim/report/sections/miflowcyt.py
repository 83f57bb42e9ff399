"""The MIFlowCyt checklist, filled from the files; blanks are marked."""

from __future__ import annotations

from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Paragraph, Term
from costim.report.sections.phenotype_cells import words_of_file

BLANK: Inlines = ("not stated in the files",)
_SOURCE = Term(
    "Lee JA, et al. MIFlowCyt: the minimum information about a flow cytometry experiment. Cytometry A 2008;73:926–930.",
    "https://doi.org/10.1002/cyto.a.20623",
)


def write_miflowcyt(context: Context) -> list[Block]:
    """One row for each item; to be completed by the laboratory where it says that nothing is stated."""
    record = context.results.cytometry
    if record is None or not record.miflowcyt:
        return []
    said: Inlines = (
        "Items of the standard (",
        _SOURCE,
        ") as the files, the gates and the plan state them. Names of persons and institutions, and calendar dates, are "
        "not taken from files. What is not stated is for the laboratory to complete.",
    )
    grid = Grid(
        id="miflowcyt-items",
        caption=("MIFlowCyt checklist",),
        header=(("Item",), ("What",), ("As stated",), ("From",)),
        rows=tuple(
            (
                words_of_file(item.number),
                words_of_file(item.item),
                words_of_file(item.value) if item.value else BLANK,
                words_of_file(item.source),
            )
            for item in record.miflowcyt
        ),
        kind="rows",
    )
    return [Paragraph(said), grid]
