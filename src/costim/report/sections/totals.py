"""Typed SLEDAI totals beside the bounds that the recorded items force."""

from __future__ import annotations

from costim.registry.measurements import Measurement
from costim.report.context import Context
from costim.report.document import Block, Bullets, Grid, Inlines, Num, Paragraph, Quote
from costim.report.format import plain
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import mid_sentence, visit_label, visit_place

TYPED, ITEMS = "sledai.recorded_total", "sledai.item_total"


def typed_totals(context: Context) -> list[Block]:
    """The table of both totals and, in words, each total that the items contradict."""
    items = {(r.subject, r.visit): r for r in context.rows.measured(ITEMS)}
    pairs = [
        (typed, items[(typed.subject, typed.visit)])
        for typed in _sorted(context, context.rows.measured(TYPED))
        if (typed.subject, typed.visit) in items and not typed.missing
    ]
    if not pairs:
        return []
    rows = tuple(_line(context, typed, item) for typed, item in pairs)
    blocks: list[Block] = [
        Grid(
            id="sledai-totals",
            caption=("SLEDAI: the total as recorded beside the bounds that the recorded items force",),
            header=(("Patient",), ("Visit",), ("Recorded total",), ("From items",), ("Agreement",)),
            rows=rows,
            notes=flag_notes(context, [r for pair in pairs for r in pair], silent=("inconsistent_total",)),
            numeric=(False, False, True, True, False),
        )
    ]
    doubtful = [pair for pair in pairs if _contradicted(pair[0])]
    if doubtful:
        blocks.append(Paragraph(("Recorded totals that the recorded items contradict:",), role="warning"))
        blocks.append(Bullets(tuple(_said(context, *pair) for pair in doubtful)))
    return blocks


def _sorted(context: Context, rows: list[Measurement]) -> list[Measurement]:
    order = {subject: i for i, subject in enumerate(context.rows.subjects())}
    return sorted(rows, key=lambda r: (order[r.subject], visit_place(context.plan, r.visit), r.visit))


def _contradicted(typed: Measurement) -> bool:
    return "inconsistent_total" in typed.flags


def _line(context: Context, typed: Measurement, item: Measurement) -> tuple[Inlines, ...]:
    p = context.printer
    agreement = "contradicted by the items; kept as recorded" if _contradicted(typed) else "no contradiction"
    return (
        (Quote(typed.subject),),
        (visit_label(context.plan, typed.visit),),
        (p.value(typed),),
        (p.value(item),),
        (agreement,),
    )


def _said(context: Context, typed: Measurement, item: Measurement) -> Inlines:
    p = context.printer
    return (
        "Patient ",
        Quote(typed.subject),
        ", ",
        mid_sentence(visit_label(context.plan, typed.visit)),
        ": recorded total ",
        p.value(typed),
        "; the recorded items force ",
        *_forced(context, typed, item),
        ". The total is kept as recorded.",
    )


def _forced(context: Context, typed: Measurement, item: Measurement) -> Inlines:
    """The bound that the typed total crosses."""
    if item.lower is not None and typed.value is not None and typed.value < item.lower:
        return ("at least ", Num(plain(item.lower), item.measurement_id, "lower"))
    if item.upper is not None and typed.value is not None and typed.value > item.upper:
        return ("at most ", Num(plain(item.upper), item.measurement_id, "upper"))
    return (context.printer.value(item),)
