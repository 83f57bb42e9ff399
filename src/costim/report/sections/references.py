"""References: the study itself and every source that was used."""

from __future__ import annotations

from urllib.parse import quote

from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Paragraph, Quote, Term
from costim.report.sections.citations import used_references

DOI = "https://doi.org/"


def write_references(context: Context) -> list[Block]:
    """A numbered list as a table, so that every renderer keeps the numbers."""
    study = context.plan.study
    blocks: list[Block] = []
    if study.citation or study.doi:
        doi: Inlines = (" doi:", Quote(study.doi)) if study.doi else ()
        blocks.append(Paragraph(("Source of the data: ", Quote(study.citation), *doi)))
    rows = tuple(
        (
            (Term(str(number)),),
            (Term(reference.text),),
            (Term(reference.doi, DOI + quote(reference.doi, safe="/():;")),) if reference.doi else ("none known",),
        )
        for number, reference in enumerate(used_references(context), start=1)
    )
    if rows:
        caption: Inlines = ("Sources of the methods and measures used",)
        blocks.append(
            Grid(id="references-list", caption=caption, header=(("Number",), ("Source",), ("DOI",)), rows=rows)
        )
    return blocks
