"""Times to an event as tables: summary of times, survival estimates or their bounds."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Paragraph
from costim.report.printer import unit_inline
from costim.report.sections.cells_of_tests import level_after, open_note
from costim.report.sections.endpoints import stratum_words, under_constraints
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import label, method_label, safe_id


def spread_blocks(context: Context, code: str) -> list[Block]:
    """Mean, median, range of exact times; median of the curve; events and censorings."""
    methods = ("mean", "sd", "median", "median_bounds", "minimum", "maximum", "median_survival", "events", "censored")
    rows = [row for m in methods for row in context.rows.find(code, m)]
    if not rows:
        return []
    p = context.printer
    unit = next((row.unit for row in rows if row.unit), "")
    body = tuple(
        (
            (method_label(row.method), *_variant(row), *under_constraints(row)),
            (p.count(row) if row.count is not None else p.estimate(row),),
            (p.limits(row), *level_after(context, row)) if row.level is not None else ("not given",),
            (p.whole(row, "n"),),
            (p.whole(row, "n_missing"),),
        )
        for row in rows
    )
    return [
        Grid(
            id=safe_id(code, "spread"),
            caption=(label(code), ": summary", *((" (", *unit_inline(unit)[1:], ")") if unit else ())),
            header=(("Quantity",), ("Estimate",), ("Interval",), ("n",), ("Missing",)),
            rows=body,
            notes=(*open_note(rows), *flag_notes(context, rows)),
            numeric=(False, True, True, True, True),
        )
    ]


def _variant(row: Effect) -> Inlines:
    return (", ", method_label(row.variant)) if row.variant else ()


def curve_blocks(context: Context, code: str) -> list[Block]:
    """The survival estimates or their bounds, with the numbers at risk."""
    rows = context.rows.find(code, "kaplan_meier")
    if not rows:
        return []
    p = context.printer
    body = []
    for row in rows:
        at_risk = context.rows.first(code, "at_risk", at=row.at)
        limits: Inlines = (p.limits(row), *level_after(context, row)) if row.level is not None else ("not given",)
        risk: Inlines = ("not given",) if at_risk is None else (p.count(at_risk),)
        title: Inlines = (*p.time(row), *((": ", stratum_words(row)) if row.stratum else ()))
        body.append((title, (p.estimate(row),), limits, risk, (p.whole(row, "n"),)))
    bounded = any(row.estimate is None and row.estimate_lower is not None for row in rows)
    blocks: list[Block] = []
    if bounded:
        blocks.append(
            Paragraph(
                (
                    "Which times ended with the event and which with the end of observation is not known for every "
                    "patient, or a time is known only within bounds. The estimates are therefore bounds over every "
                    "completion that the data admit, and the intervals cover all of them.",
                ),
                role="note",
            )
        )
    constraints = tuple(dict.fromkeys(under for row in rows if (under := under_constraints(row))))
    blocks.append(
        Grid(
            id=safe_id(code, "curve"),
            caption=(label(code), ": Kaplan–Meier ", "bounds" if bounded else "estimates"),
            header=(("Time",), ("Share without the event",), ("Confidence interval",), ("At risk",), ("n",)),
            rows=tuple(body),
            notes=(
                *(("Rows hold", *_after_comma(c), ".") for c in constraints),
                *open_note(rows),
                *flag_notes(context, rows),
            ),
            numeric=(True, True, True, True, True),
        )
    )
    return blocks


def _after_comma(constraint: Inlines) -> Inlines:
    """The words of a constraint without the comma that leads them."""
    first, *rest = constraint
    return (str(first).removeprefix(","), *rest)
