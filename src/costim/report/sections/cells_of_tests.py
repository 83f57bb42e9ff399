"""Cells that tables of tests share: rule for zeros, level, p-values, open limits."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.report.context import Context
from costim.report.document import Inlines, Term
from costim.report.sections.words import variant_label, words

NOT_APPLICABLE: Inlines = ("not applicable",)
NOT_GIVEN: Inlines = ("not given",)


def stratum_after(row: Effect) -> Inlines:
    """The stratum of a row, or nothing."""
    return (Term(words(row.stratum)),) if row.stratum else ()


def zeros_rule(row: Effect) -> Inlines:
    """Names the rule for zeros, when the row has one."""
    names = {"pratt": " (zeros kept, Pratt)", "wilcoxon": " (zeros left out, Wilcoxon)"}
    return (names[row.variant],) if row.variant in names else variant_after(row)


def variant_after(row: Effect) -> Inlines:
    """The variant of a row in words, after a comma."""
    return (", ", variant_label(row.variant)) if row.variant else ()


def level_after(context: Context, row: Effect) -> Inlines:
    """` (95%)`, when the row has a level."""
    return () if row.level is None else (" (", context.printer.level(row), ")")


def p_cell(context: Context, row: Effect) -> Inlines:
    """The p-value, and the one adjusted within the family where there is one."""
    p = context.printer
    if row.p_adjusted is None:
        return (p.p_number(row),)
    return (p.p_number(row), "; adjusted ", p.p_number(row, "p_adjusted"))


def open_note(rows: list[Effect]) -> tuple[Inlines, ...]:
    """Explains open limits, when a row has one."""
    if not any(r.lower_open or r.upper_open for r in rows):
        return ()
    return (("“Above” and “below” before a limit mean that the limit itself is not part of the interval.",),)


def interval_cell(context: Context, row: Effect) -> Inlines:
    """The interval with its level; words where the row has none."""
    unbounded = row.lower is None and row.upper is None and "level_unreachable" not in row.flags
    if row.level is None or unbounded:
        return NOT_GIVEN
    return (context.printer.limits(row), *level_after(context, row))
