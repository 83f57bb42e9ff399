"""Published results beside what the data give."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.report.context import Context
from costim.report.document import Block, Grid, Inline, Inlines, Paragraph, Quote, Term
from costim.report.format import missing_words
from costim.report.sections.notes import flag_notes


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
        "“not recomputable” that they do not hold what is needed."
    )
    return [
        Paragraph((intro,)),
        Grid(
            id="published-table",
            caption=("Published results against this analysis",),
            header=(("Result",), ("As printed",), ("n printed",), ("From the data",), ("Status",), ("Note",)),
            rows=tuple(_line(context, r, effects[str(r["result_id"])], implied[str(r["result_id"])]) for r in records),
            notes=flag_notes(context, found),
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
        _given(context, row),
        (Term(row.text) if row is not None and row.text else "not compared",),
        _note(context, record, implied),
    )


def _given(context: Context, row: Effect | None) -> Inlines:
    p = context.printer
    if row is None:
        return ("nothing to compare with",)
    if row.estimate is not None or row.estimate_lower is not None or row.estimate_upper is not None:
        return (p.estimate(row),)
    if row.count is not None:
        return (p.out_of(row),)
    return ("not recomputable" if row.text == "not recomputable" else "not estimated",)


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
