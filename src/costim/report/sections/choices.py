"""Disputed choices run side by side: what changes under each other name, and whether a conclusion depends on it."""

from __future__ import annotations

from dataclasses import replace

from costim.registry.effects import Effect
from costim.registry.measure_choices import chosen_variant
from costim.registry.measurements import AS_RECORDED, Measurement
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Paragraph, Quote, Term
from costim.report.printer import SHARES
from costim.report.sections.effect_cells import effect_grid, effect_name, is_compared, same_numbers
from costim.report.sections.words import joined, label_with_unit, method_label, safe_id, visit_label, words

MOST_READINGS = 40
"""Readings listed one by one."""
Pair = tuple[Effect | None, Effect]
_MEANING = (
    "A conclusion is the side of no change on which the whole confidence interval of a shift lies, how many patients a "
    "share counts, or whether a published result is reproduced. It depends on the choice when it differs between the "
    "two names."
)


def compared_readings(context: Context) -> dict[str, tuple[str, str]]:
    """Reading -> (choice, other name), in the order of the plan."""
    return {f"{c.choice}={name}": (c.choice, name) for c in context.plan.compare for name in c.names}


def write_choices(context: Context) -> list[Block]:
    """One table over all choices, then for each the readings and effects that change."""
    compared = compared_readings(context)
    if not compared:
        return []
    changes = {reading: _changed(context, reading) for reading in compared}
    blocks: list[Block] = [
        Paragraph(("Choices on which sources disagree were run side by side. ", _MEANING)),
        Grid(
            id="choices",
            caption=("Does a conclusion depend on the choice?",),
            header=(("Choice",), ("Chosen",), ("Compared with",), ("Conclusions that depend on it",)),
            rows=tuple(
                (
                    (Term(words(choice)),),
                    (_chosen(context, choice),),
                    (Quote(name),),
                    _verdict(context, changes[reading]),
                )
                for reading, (choice, name) in compared.items()
            ),
        ),
    ]
    for reading, (choice, name) in compared.items():
        rows = [row for row in context.rows.measurements if row.reading == reading]
        if not changes[reading] and not rows:
            continue
        said: Inlines = ("Choice of ", Term(words(choice)), ": ", Quote(name), " instead of ", _chosen(context, choice))
        blocks.append(Paragraph((*said, ".")))
        blocks += _readings_that_change(context, reading, rows)
        if changes[reading]:
            caption: Inlines = ("Effects that change with ", Quote(name))
            under: Inlines = ("With ", Quote(name))
            id_ = safe_id("choice", reading)
            blocks.append(effect_grid(context, changes[reading], id_=id_, caption=caption, under=under))
    return blocks


def _chosen(context: Context, choice: str) -> Quote:
    """The name that the plan chose."""
    if choice in type(context.plan.variants).model_fields:
        return Quote(str(getattr(context.plan.variants, choice)))
    listed = [chosen_variant(context.plan, entry).name for entry in context.plan.measures if entry.measure == choice]
    return Quote(", ".join(dict.fromkeys(listed)))


def _changed(context: Context, reading: str) -> list[Pair]:
    preferred = {row.key: row for row in context.rows.effects if row.reading == AS_RECORDED}
    pairs = [
        (preferred.get(replace(row, reading=AS_RECORDED).key), row)
        for row in context.rows.effects
        if row.reading == reading and is_compared(row)
    ]
    return [(old, new) for old, new in pairs if old is None or not same_numbers(old, new)]


def _verdict(context: Context, pairs: list[Pair]) -> Inlines:
    if not pairs:
        return ("none: no effect changes",)
    turned: list[Inlines] = []
    for old, new in pairs:
        stratum: Inlines = (": ", Quote(words(new.stratum))) if new.stratum and new.method in SHARES else ()
        named: Inlines = (*effect_name(context, new), ": ", method_label(new.method), *stratum)
        if _depends(old, new) and named not in turned:
            turned.append(named)
    return joined(turned) if turned else ("none: effects change, conclusions do not",)


def _depends(old: Effect | None, new: Effect) -> bool:
    if old is None:
        return _conclusion(new) not in ("", "open")
    return _conclusion(old) != _conclusion(new)


def _conclusion(row: Effect) -> str:
    """What a reader would take from the row; blank for rows that only describe."""
    if row.method == "published_comparison":
        return row.text or ""
    if row.method in SHARES:
        return f"{row.count} of {row.denominator}"
    if row.method != "signed_rank":
        return ""
    if row.upper is not None and (row.upper < 0 or (row.upper == 0 and row.upper_open)):
        return "lower"
    if row.lower is not None and (row.lower > 0 or (row.lower == 0 and row.lower_open)):
        return "higher"
    return "open"


def _readings_that_change(context: Context, reading: str, rows: list[Measurement]) -> list[Block]:
    """Readings of patients that differ under the other name; where they are many, only states, grades and classes."""
    preferred = {_place(r): r for r in context.rows.measurements if r.reading == AS_RECORDED}
    both = [(preferred.get(_place(row)), row) for row in rows if "under_other_variant" not in row.flags]
    turned = [(old, new) for old, new in both if old is not None and _content(old) != _content(new)]
    words_only = [(old, new) for old, new in turned if old.text != new.text]
    shown = turned if len(turned) <= MOST_READINGS else words_only
    notes: tuple[Inlines, ...] = ()
    if len(shown) < len(turned):
        notes = (("Numbers that change as well stand in the appendix of measurements.",),)
    if not shown:
        return [Paragraph(("No state, grade or class of a patient changes.",)), *(Paragraph(n) for n in notes)]
    return [
        Grid(
            id=safe_id("readings", reading),
            caption=("Readings of patients that change",),
            header=(("Patient",), ("Visit",), ("Reading",), ("As chosen",), ("With the other name",)),
            rows=tuple(
                (
                    (Quote(new.subject),),
                    (visit_label(context.plan, new.visit),),
                    label_with_unit(new.parameter, {new.unit}),
                    (context.printer.value(old),),
                    (context.printer.value(new),),
                )
                for old, new in shown
            ),
            notes=notes,
        )
    ]


def _place(row: Measurement) -> tuple[str, ...]:
    return row.parameter, row.subject, row.visit, row.timepoint, row.item


def _content(row: Measurement) -> tuple[object, ...]:
    return row.text, row.value, row.lower, row.upper, row.missing
