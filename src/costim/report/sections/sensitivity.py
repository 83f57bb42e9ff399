"""Sensitivity: the same effects under every named alternative reading, and under other variants of a method."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from costim.registry.effects import Effect
from costim.registry.measurements import AS_RECORDED
from costim.report.context import Context
from costim.report.document import Block, Bullets, Grid, Inlines, Paragraph, Quote
from costim.report.format import hide_dates
from costim.report.printer import SHARES
from costim.report.sections.changes import FEWEST_PAIRS, level_after, p_cell
from costim.report.sections.words import (
    contrast_label,
    in_brackets,
    joined,
    label,
    method_label,
    variant_label,
    visit_label,
    words,
)

HIDDEN = frozenset({"minimum", "maximum", "sd", "missing_count", "category_count", "at_risk"})
"""Compared in the appendix only."""


def write_sensitivity(context: Context) -> list[Block]:
    """One table for each alternative reading, one for the variants."""
    blocks: list[Block] = []
    for number, reading in enumerate(context.rows.readings(), start=1):
        blocks += _reading(context, reading, f"reading-{number}")
    return [*blocks, *_variants(context)]


def _reading(context: Context, reading: str, name: str) -> list[Block]:
    blocks: list[Block] = [
        Paragraph(("Alternative reading ", Quote(reading), "."), role="text"),
        *_reasons(context, reading),
    ]
    preferred = {row.key: row for row in context.rows.effects if row.reading == AS_RECORDED}
    pairs = [
        (preferred.get(replace(row, reading=AS_RECORDED).key), row)
        for row in context.rows.effects
        if row.reading == reading and row.method not in HIDDEN
    ]
    changed = [(old, new) for old, new in pairs if old is None or _numbers(old) != _numbers(new)]
    if not changed:
        return [*blocks, Paragraph(("No effect changes under this reading.",))]
    grid = Grid(
        id=name,
        caption=("Effects that change under the reading ", Quote(reading)),
        header=(("Effect",), ("Quantity",), ("As preferred",), ("Under this reading",)),
        rows=tuple(
            (
                _name(context, new),
                (method_label(new.method), *((": ", Quote(words(new.stratum))) if new.stratum else ()), *_which(new)),
                ("not estimated",) if old is None else _result(context, old),
                _result(context, new),
            )
            for old, new in changed
        ),
        numeric=(False, False, True, True),
    )
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


def _numbers(row: Effect) -> tuple[object, ...]:
    return (
        row.n,
        row.n_missing,
        row.estimate,
        row.estimate_lower,
        row.estimate_upper,
        row.lower,
        row.upper,
        row.p,
        row.count,
        row.denominator,
        row.text,
    )


def _name(context: Context, row: Effect) -> Inlines:
    contrast = contrast_label(context.plan, row.contrast)
    return (label(row.parameter), *in_brackets(contrast))


def _which(row: Effect) -> Inlines:
    """The variant, where rows that stand side by side would else look alike."""
    return (", ", variant_label(row.variant)) if row.variant and row.method != "signed_rank" else ()


def _result(context: Context, row: Effect) -> Inlines:
    p = context.printer
    at: Inlines = ("at ", *p.time(row), ": ") if row.at is not None else ()
    parts: list[Inlines] = []
    if row.text and row.method == "published_comparison":
        parts.append((Quote(row.text),))
    counted = row.count is not None and row.method != "signed_rank"
    if counted and row.estimate is not None and row.method in SHARES:
        parts.append((*at, p.out_of(row), " (", p.percent(row), ")"))
    else:
        known = row.estimate is not None or row.estimate_lower is not None or row.estimate_upper is not None
        parts += [(*at, *p.with_unit(row))] if known else []
        parts += [(p.out_of(row),)] if counted else []
    if row.level is not None and (row.lower is not None or row.upper is not None):
        parts.append((p.limits(row), *level_after(context, row)))
    if row.p is not None:
        parts.append(("p ", *p_cell(context, row), " (smallest attainable ", p.p_number(row, "p_min"), ")"))
    parts.append(("n = ", p.whole(row, "n")))
    return joined(parts)


def _variants(context: Context) -> list[Block]:
    groups: dict[tuple[object, ...], list[Effect]] = {}
    for row in context.rows.effects:
        if (
            row.reading == AS_RECORDED
            and row.variant
            and row.n >= FEWEST_PAIRS
            and row.method not in HIDDEN | {"transition"}
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
                    _name(context, row),
                    (method_label(row.method), *((": ", Quote(words(row.stratum))) if row.stratum else ())),
                    (variant_label(row.variant),),
                    _result(context, row),
                )
                for row in disputed
            ),
            numeric=(False, False, False, True),
        ),
    ]
