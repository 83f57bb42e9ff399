"""Sensitivity: the same effects under every named alternative reading, and under other variants of a method."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from costim.registry.effects import Effect
from costim.registry.measurements import AS_RECORDED
from costim.registry.moved_gates import draw_number
from costim.report.context import Context
from costim.report.document import Block, Bullets, Grid, Inlines, Paragraph, Quote
from costim.report.format import hide_dates
from costim.report.sections.changes import FEWEST_PAIRS
from costim.report.sections.choices import compared_readings, write_choices
from costim.report.sections.effect_cells import (
    HIDDEN,
    effect_grid,
    effect_name,
    effect_result,
    is_compared,
    same_numbers,
)
from costim.report.sections.words import joined, method_label, reading_words, variant_label, visit_label, words

BESIDE_EACH_OTHER = frozenset(
    {
        "transition",
        "tipping_long_run_mean",
        "gate_jitter",
        "mcnemar",
        "category_count",
        "proportion",
        "proportion_beyond",
        "rate",
    }
    | {"simulated_share", "simulated_median"}
    | {"kaplan_meier", "median_survival", "rmst", "events", "censored", "mixed_model", "mixed_model_test"}
)
"""Methods whose variants answer different questions, or stand side by side where they are reported."""


def write_sensitivity(context: Context) -> list[Block]:
    """Disputed choices, one table for each alternative reading, one for the variants."""
    blocks: list[Block] = write_choices(context)
    compared = compared_readings(context)
    others = [
        reading for reading in context.rows.readings() if reading not in compared and draw_number(reading) is None
    ]
    for number, reading in enumerate(others, start=1):
        blocks += _reading(context, reading, f"reading-{number}")
    return [*blocks, *_variants(context)]


def _reading(context: Context, reading: str, name: str) -> list[Block]:
    blocks: list[Block] = [
        Paragraph(("Alternative reading ", reading_words(reading), "."), role="text"),
        *_reasons(context, reading),
    ]
    preferred = {row.key: row for row in context.rows.effects if row.reading == AS_RECORDED}
    pairs = [
        (preferred.get(replace(row, reading=AS_RECORDED).key), row)
        for row in context.rows.effects
        if row.reading == reading and is_compared(row)
    ]
    changed = [(old, new) for old, new in pairs if old is None or not same_numbers(old, new)]
    if not changed:
        return [*blocks, Paragraph(("No effect changes under this reading.",))]
    caption: Inlines = ("Effects that change under the reading ", reading_words(reading))
    grid = effect_grid(context, changed, id_=name, caption=caption, under=("Under this reading",))
    return [*blocks, grid]


def _reasons(context: Context, reading: str) -> list[Block]:
    """What the reading changes and why the other was preferred, from the `alternatives` table."""
    table = context.results.alternatives
    if table is None or table.is_empty():
        return []
    items: list[Inlines] = []
    reasons: list[str] = []
    for row in table.iter_rows(named=True):
        if row["reading"] != reading:
            continue
        visit = row.get("visit")
        at: Inlines = (", ", visit_label(context.plan, visit)) if visit else ()
        item: Inlines = (", ", Quote(words(str(row["item"])))) if row.get("item") else ()
        what: Inlines = ("Patient ", Quote(str(row["subject"])), *at, ": table ", Quote(str(row["table"])), *item)
        value: Inlines = (", column ", Quote(str(row["column"])), ", read as ", Quote(str(row["value"])))
        reasons += [str(row["reason"])] if row.get("reason") else []
        items.append((*what, *value, *_instead_of(context, row), "."))
    if not items:
        return []
    why: list[Inlines] = [(Quote(reason),) for reason in dict.fromkeys(reasons)]
    said: list[Block] = [Paragraph(("Reason for the preferred reading: ", *joined(why), "."))] if why else []
    return [Bullets(tuple(items)), *said]


def _instead_of(context: Context, row: dict[str, Any]) -> Inlines:
    """What the cell of the preferred reading holds, where exactly one cell is meant."""
    place = [str(row[name]) for name in ("subject", "item", "visit") if row.get(name)]
    found = {
        cell.found
        for name, cell in context.results.cells.items()
        if name.startswith(f"{row['table']}/{row['subject']}")
        and name.endswith(f"/{row['column']}")
        and set(place) <= set(name.split("/", 1)[1].rpartition("/")[0].split("|"))
    }
    return (" instead of ", Quote(hide_dates(found.pop()))) if len(found) == 1 and "" not in found else ()


def _variants(context: Context) -> list[Block]:
    groups: dict[tuple[object, ...], list[Effect]] = {}
    for row in context.rows.effects:
        if (
            row.reading == AS_RECORDED
            and row.variant
            and row.n >= FEWEST_PAIRS
            and row.method not in HIDDEN | BESIDE_EACH_OTHER
        ):
            key = (row.parameter, row.contrast, row.method, row.stratum, row.at)
            groups.setdefault(key, []).append(row)
    disputed = [row for rows in groups.values() if len(rows) > 1 for row in rows]
    if not disputed:
        return []
    return [
        Paragraph(("Where sources disagree on a method, the results of each variant stand side by side.",)),
        Grid(
            id="variants",
            caption=("Results under each variant of a method",),
            header=(("Effect",), ("Quantity",), ("Variant",), ("Result",)),
            rows=tuple(
                (
                    effect_name(context, row),
                    (method_label(row.method), *((": ", Quote(words(row.stratum))) if row.stratum else ())),
                    (variant_label(row.variant),),
                    effect_result(context, row),
                )
                for row in disputed
            ),
            numeric=(False, False, False, True),
        ),
    ]
