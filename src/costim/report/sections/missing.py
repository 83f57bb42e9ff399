"""What is missing, counted from rows, and what the study says it could not recover."""

from __future__ import annotations

from costim.registry.cytometry_parameters import PREFIX
from costim.registry.measurements import AS_RECORDED
from costim.report.context import Context
from costim.report.document import Block, Bullets, Grid, Inlines, Paragraph, Quote, Term
from costim.report.format import missing_words
from costim.report.printer import missing_words as missing_inline
from costim.report.sections.endpoints import main_rows
from costim.report.sections.words import label, titled

OF_OTHERS = "Of lymphocyte phenotypes those are counted that an endpoint asks for; effects.csv has all."


def missing_blocks(context: Context) -> list[Block]:
    """Stated gaps, counts of missing values by reason, endpoints with patients left out."""
    return [*_stated(context), *_counted(context), *_left_out(context)]


def _stated(context: Context) -> list[Block]:
    if not context.plan.missing:
        return []
    items: tuple[Inlines, ...] = tuple(
        (Quote(m.what), ": ", missing_words(m.reason), ".") for m in context.plan.missing
    )
    return [Paragraph(("What the source should hold and this study does not:",)), Bullets(items)]


def _counted(context: Context) -> list[Block]:
    asked = {endpoint.parameter for endpoint in context.plan.endpoints}
    counted = [r for r in context.rows.effects if r.method == "missing_count" and r.reading == AS_RECORDED and r.count]
    rows = [r for r in counted if r.parameter in asked or not r.parameter.startswith(PREFIX)]
    if not rows:
        return []
    body = tuple(
        ((label(r.parameter), *_variant(r.variant)), (missing_inline(r.stratum),), (context.printer.out_of(r),))
        for r in rows
    )
    return [
        Grid(
            id="missing-values",
            caption=("Missing values by parameter and reason: rows without a value, of all rows of the parameter",),
            header=(("Parameter",), ("Reason",), ("Rows",)),
            rows=body,
            notes=((OF_OTHERS,),) if len(rows) < len(counted) else (),
            numeric=(False, False, True),
        )
    ]


def _variant(variant: str) -> Inlines:
    return (" (", Term(variant.replace("_", " ")), ")") if variant else ()


def _left_out(context: Context) -> list[Block]:
    items: list[Inlines] = []
    shares = {e.parameter for e in context.plan.endpoints if e.kind == "proportion"}
    for endpoint in context.plan.endpoints:
        if endpoint.kind == "distribution" and endpoint.parameter in shares:
            continue
        for row in main_rows(context, endpoint)[:1]:
            if row.n_missing:
                p = context.printer
                said: Inlines = (
                    ": ",
                    p.whole(row, "n"),
                    " in the analysis, ",
                    p.whole(row, "n_missing"),
                    " left out.",
                )
                items.append((*titled(context.plan, endpoint), *said))
    if not items:
        return []
    return [Paragraph(("Patients that an endpoint leaves out because a reading is missing:",)), Bullets(tuple(items))]
