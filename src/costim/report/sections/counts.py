"""Tables of categories and of proportions."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Quote
from costim.report.format import MISSING
from costim.report.sections.cells_of_tests import level_after, open_note
from costim.report.sections.changes import paired_endpoints
from costim.report.sections.endpoints import EXACT, under_constraints
from costim.report.sections.notes import flag_notes
from costim.report.sections.share_tests import share_tests
from costim.report.sections.words import label, safe_id, variant_label, words

OF_CHANGES = ("improved", "decreased")
"""Shares that the table of a paired change prints."""


def category_grid(context: Context, code: str, caption: Inlines) -> list[Block]:
    """Counts of a parameter's categories, one row each; nothing when there are none."""
    rows = context.rows.find(code, "category_count")
    if not rows:
        return []
    sums = [row for row in rows if _is_sum(row, rows)]
    rows = [row for row in rows if row not in sums] + sums
    grouped = any(row.variant for row in rows)
    head: tuple[Inlines, ...] = (("Category",), ("Count",))
    header: tuple[Inlines, ...] = (("Group",), *head) if grouped else head
    body = tuple(
        (*(_group(row) if grouped else ()), _category(row, summed=row in sums), (context.printer.out_of(row),))
        for row in rows
    )
    return [
        Grid(
            id=safe_id("categories", code),
            caption=caption,
            header=header,
            rows=body,
            notes=flag_notes(context, rows),
            numeric=(*((False,) if grouped else ()), False, True),
        )
    ]


def _group(row: Effect) -> tuple[Inlines, ...]:
    return ((Quote(words(row.variant)) if row.variant else "all",),)


def _is_sum(row: Effect, rows: list[Effect]) -> bool:
    """Does the row count the patients of other rows of the table once more (`not reported or not recovered`)?"""
    reasons = {MISSING[other.stratum] for other in rows if other.stratum in MISSING}
    parts = row.stratum.split(" or ")
    return len(parts) > 1 and set(parts) <= reasons


def _category(row: Effect, *, summed: bool) -> Inlines:
    if summed:
        return ("together: ", Quote(row.stratum))
    if row.stratum in MISSING:
        return (MISSING[row.stratum],)
    return (Quote(words(row.stratum)),) if row.stratum else ("all",)


def proportion_grid(context: Context, name: str, caption: Inlines, rows: list[tuple[Inlines, Effect]]) -> Grid:
    """Shares of patients with exact and other intervals; each row with its own name."""
    p = context.printer
    order = list(dict.fromkeys(title for title, _ in rows))
    rows = sorted(rows, key=lambda pair: (order.index(pair[0]), pair[1].variant not in ("", EXACT)))
    body = tuple(
        (
            (*title, *under_constraints(row)),
            (variant_label(row.variant) if row.variant else "not named",),
            _patients(context, row),
            (p.percent(row),) if row.estimate is not None else (p.estimate(row),),
            (p.limits(row), *level_after(context, row)),
        )
        for title, row in rows
    )
    effects = [row for _, row in rows]
    return Grid(
        id=name,
        caption=caption,
        header=(("Quantity",), ("Method",), ("Patients",), ("Share",), ("Confidence interval",)),
        rows=body,
        notes=(*open_note(effects), *flag_notes(context, effects)),
        numeric=(False, False, True, True, True),
    )


def _patients(context: Context, row: Effect) -> Inlines:
    """`6 of 7`; where the count is known only within bounds, `all 10`: the share says between what."""
    if row.count is None and row.denominator is not None:
        return ("all ", context.printer.whole(row, "denominator"))
    return (context.printer.out_of(row),)


def category_and_share_blocks(context: Context, codes: list[str]) -> list[Block]:
    """Tables of categories, transitions and shares of each of these parameters."""
    blocks: list[Block] = []
    paired = {e.parameter for e in paired_endpoints(context)}
    for code in codes:
        changed = context.rows.find(code, "transition")
        if changed:
            blocks.append(transition_grid(context, code, changed))
        else:
            blocks += category_grid(context, code, (label(code), ": how many in each category"))
        named: list[tuple[Inlines, Effect]] = [
            ((label(code), *((": ", Quote(words(r.stratum))) if r.stratum else ())), r)
            for r in context.rows.find(code, "proportion")
            if r.stratum not in OF_CHANGES or code not in paired
        ]
        if named:
            blocks.append(
                proportion_grid(context, safe_id("shares", code), (label(code), ": share of patients"), named)
            )
            blocks += share_tests(context, [code])
    return blocks


def transition_grid(context: Context, code: str, rows: list[Effect]) -> Grid:
    """Categories before and after, with counts."""
    p = context.printer
    grouped = any(row.variant for row in rows)
    body = tuple(
        (
            *(_group(row) if grouped else ()),
            _change(code, row),
            (p.out_of(row),),
            (p.whole(row, "n_missing"),),
        )
        for row in rows
    )
    return Grid(
        id=safe_id("transition-counts", code),
        caption=(label(code), ": state before and after"),
        header=(*(((("Group",),)) if grouped else ()), ("Before → after",), ("Count",), ("Missing",)),
        rows=body,
        notes=flag_notes(context, rows),
        numeric=(*((False,) if grouped else ()), False, True, True),
    )


def _change(code: str, row: Effect) -> Inlines:
    """From one category to another; a printed term outside the nomenclature is not a state called `none`."""
    before, arrow, after = row.stratum.partition(" → ")
    if code.startswith("np.") and arrow and before == "none":
        return ("no ACR syndrome → ", Quote(words(after)))
    return (Quote(words(row.stratum)),)
