"""Published results beside what the data give."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.report.context import Context
from costim.report.document import Block, Grid, Inline, Inlines, Paragraph, Quote, Term
from costim.report.format import missing_words
from costim.report.sections.endpoints import under_constraints
from costim.report.sections.notes import flag_notes

MAPPING = frozenset({"term_mapped_with_doubt", "term_unmapped", "term_not_in_table"})
"""Flags of rows that rest on the mapping of printed terms to ACR syndromes."""
SAID = (*MAPPING, "not_recomputable", "from_published_count", "conditional_on_constraint")
"""Flags whose meaning the status and the note of a row already give."""


def write_published(context: Context) -> list[Block]:
    """One row for each printed result."""
    table = context.results.published
    if table.is_empty():
        return []
    records = table.to_dicts()
    effects = {str(r["result_id"]): _comparison(context, str(r["result_id"])) for r in records}
    implied = {i: context.rows.first(f"published.{i}", "sign_test_of_published_count") for i in effects}
    found = [row for row in (*effects.values(), *implied.values()) if row is not None]
    intro = (
        "“Reproduced” means that the recovered data give the printed value; “contradicted” that they give another; "
        "“not recomputable” that they do not hold what is needed. A comparison “under our mapping of terms” rests on a "
        "judgement of ours about printed words; a difference there does not show that the source is wrong."
    )
    return [
        Paragraph((intro,)),
        Grid(
            id="published-table",
            caption=("Published results against this analysis",),
            header=(("Result",), ("As printed",), ("n printed",), ("From the data",), ("Status",), ("Note",)),
            rows=tuple(_line(context, r, effects[str(r["result_id"])], implied[str(r["result_id"])]) for r in records),
            notes=flag_notes(context, found, silent=SAID),
        ),
    ]


def _comparison(context: Context, result: str) -> Effect | None:
    return context.rows.first(f"published.{result}", "published_comparison")


def _line(
    context: Context, record: dict[str, object], row: Effect | None, implied: Effect | None
) -> tuple[Inlines, ...]:
    unit = record.get("unit")
    printed: Inlines = (_cell(record, "value"), *((" ", Quote(str(unit))) if unit else ()))
    source: Inlines = (" (", Quote(str(record["source"])), ")") if record.get("source") else ()
    return (
        (_cell(record, "quantity"), *source),
        printed,
        (_cell(record, "n"),),
        _given(context, row, str(unit) if unit else ""),
        _status(row),
        _note(context, record, implied),
    )


def _status(row: Effect | None) -> Inlines:
    """The verdict, and what it rests on beside the data: our mapping of terms, a stated constraint."""
    if row is None or not row.text:
        return ("not compared",)
    ours: Inlines = (" under our mapping of terms",) if MAPPING & set(row.flags) else ()
    return (Term(row.text), *ours, *under_constraints(row))


def _given(context: Context, row: Effect | None, unit: str) -> Inlines:
    p = context.printer
    if row is None:
        return ("nothing to compare with",)
    if row.estimate is not None or row.estimate_lower is not None or row.estimate_upper is not None:
        return (p.estimate(row), *((" ", Quote(unit)) if unit else ()))
    if row.count is not None:
        return (p.out_of(row),)
    return ("not available",)


def _note(context: Context, record: dict[str, object], implied: Effect | None) -> Inlines:
    p = context.printer
    note: Inlines = (Quote(str(record["note"])),) if record.get("note") else ()
    if implied is None:
        return note or ("none",)
    test: Inlines = (
        "The printed count ",
        p.out_of(implied),
        " alone would give an exact two-sided sign test ",
        p.p(implied),
        " (smallest attainable ",
        p.p_number(implied, "p_min"),
        ")",
    )
    return (*note, ". ", *test) if note else test


def _cell(record: dict[str, object], column: str) -> Inline:
    value = record.get(column)
    if value is not None:
        return Quote(str(value))
    reason = record.get(f"{column}__missing")
    return "not given" if reason in (None, "blank") else missing_words(str(reason))
