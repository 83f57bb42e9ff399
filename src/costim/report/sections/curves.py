"""Times to an event as tables: summary of times, survival estimates or their bounds."""

from __future__ import annotations

from types import MappingProxyType

from costim.registry.effects import Effect
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Paragraph, Quote
from costim.report.printer import unit_inline
from costim.report.sections.cells_of_tests import NOT_GIVEN, interval_cell, level_after, open_note
from costim.report.sections.endpoints import stratum_words, under_constraints
from costim.report.sections.estimands import estimand_blocks
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import label, method_label, safe_id, words
from costim.report.strategies import estimand_words, is_estimand

LOG_LOG = ("kaplan_meier", "log_log")
GUESSES = MappingProxyType(
    {
        "log_log": "log-log limits",
        "at_upper": "If found when it happened",
        "at_midpoint": "If it happened midway",
    }
)
"""Variants of the Kaplan–Meier estimate that stand beside another one."""
_BOUNDS = (
    "Which times ended with the event and which with the end of observation is not known for every patient, or a time "
    "is known only within bounds. The estimates are therefore bounds over every completion that the data admit, and "
    "the intervals cover all of them."
)


ENDS = ("events", "competing_events", "censored")
SPREAD = ("mean", "sd", "median", "median_bounds", "minimum", "maximum", "median_survival", *ENDS)
"""Methods of the summary of times, in its order."""


def spread_blocks(context: Context, code: str) -> list[Block]:
    """Mean, median, range of exact times; median of the curve; events and censorings."""
    rows = [row for m in SPREAD for row in context.rows.find(code, m)]
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
    if is_estimand(row.variant):
        return (", ", *estimand_words(row.variant))
    return (", ", method_label(row.variant)) if row.variant else ()


def curve_blocks(context: Context, code: str) -> list[Block]:
    """The survival estimates or their bounds, with the numbers at risk; then estimands and times as intervals."""
    blocks: list[Block] = [*estimand_blocks(context, code)]
    found = [row for row in context.rows.find(code, "kaplan_meier") if row.variant not in GUESSES]
    for variant in dict.fromkeys(row.variant for row in found):
        blocks += _curve(context, code, [row for row in found if row.variant == variant])
    return [*blocks, *_incidence(context, code), *_between_visits(context, code), *_restricted(context, code)]


def _curve(context: Context, code: str, rows: list[Effect]) -> list[Block]:
    p = context.printer
    variant = rows[0].variant
    other = {row.at: row for row in context.rows.find(code, LOG_LOG[0], variant=LOG_LOG[1])} if not variant else {}
    other = other if any(row.level is not None and row.lower is not None for row in other.values()) else {}
    body: list[tuple[Inlines, ...]] = []
    for row in rows:
        at_risk = context.rows.first(code, "at_risk", at=row.at, variant=variant)
        limits: Inlines = (p.limits(row), *level_after(context, row)) if row.level is not None else ("not given",)
        risk: Inlines = ("not given",) if at_risk is None else (p.count(at_risk),)
        title: Inlines = (*p.time(row), *((": ", stratum_words(row)) if row.stratum else ()))
        beside = (_log_log(context, other.get(row.at)),) if other else ()
        body.append((title, (p.estimate(row),), limits, *beside, risk, (p.whole(row, "n"),)))
    bounded = any(row.estimate is None and row.estimate_lower is not None for row in rows)
    blocks: list[Block] = [Paragraph((_BOUNDS,), role="note")] if bounded and not variant else []
    constraints = tuple(dict.fromkeys(under for row in rows if (under := under_constraints(row))))
    named: Inlines = (", ", *estimand_words(variant)) if is_estimand(variant) else ()
    header: tuple[Inlines, ...] = (("Time",), ("Share without the event",), ("Confidence interval",))
    header = (*header, *((("Log-log limits",),) if other else ()), ("At risk",), ("n",))
    blocks.append(
        Grid(
            id=safe_id(code, "curve", variant),
            caption=(label(code), ": Kaplan–Meier ", "bounds" if bounded else "estimates", *named),
            header=header,
            rows=tuple(body),
            notes=(
                *(("Rows hold", *_after_comma(c), ".") for c in constraints),
                *open_note(rows),
                *flag_notes(context, rows, silent=("limit_open",)),
            ),
            numeric=(True,) * len(header),
        )
    )
    return blocks


def _log_log(context: Context, row: Effect | None) -> Inlines:
    """Limits of the other procedure, where the plan names it."""
    return NOT_GIVEN if row is None else interval_cell(context, row)


def _incidence(context: Context, code: str) -> list[Block]:
    """Share that had the event when another event can make it impossible."""
    found = context.rows.find(code, "cumulative_incidence")
    blocks: list[Block] = []
    for variant in dict.fromkeys(row.variant for row in found):
        rows = [row for row in found if row.variant == variant and row.at is not None]
        if not any(row.estimate is not None or row.estimate_lower is not None for row in rows):
            blocks += [Paragraph(note, role="note") for note in flag_notes(context, rows)]
            continue
        p = context.printer
        blocks.append(
            Grid(
                id=safe_id(code, "incidence", variant),
                caption=(label(code), ": cumulative incidence, ", *estimand_words(variant)),
                header=(("Time",), ("Share with the event",), ("Confidence interval",), ("n",)),
                rows=tuple(
                    ((*p.time(row),), (p.estimate(row),), interval_cell(context, row), (p.whole(row, "n"),))
                    for row in rows
                ),
                notes=(*open_note(rows), *flag_notes(context, rows, silent=("limit_open",))),
                numeric=(True,) * 4,
            )
        )
    return blocks


def _between_visits(context: Context, code: str) -> list[Block]:
    """Times found at visits lie between two of them: Turnbull's estimate, and what two guesses would give."""
    turnbull = context.rows.find(code, "turnbull")
    blocks: list[Block] = []
    for stratum in dict.fromkeys(row.stratum for row in turnbull):
        rows = [row for row in turnbull if row.stratum == stratum and row.at is not None]
        columns = [g for g in GUESSES if g != LOG_LOG[1] and context.rows.find(code, variant=g, stratum=stratum)]
        attained = stratum.startswith("attained")
        p = context.printer
        share = "Share that attained it" if attained else "Share without the event"
        titles: list[Inlines] = [("Time",), (f"{share} (Turnbull)",), ("Confidence interval",)]
        titles += [(GUESSES[guess],) for guess in columns]
        body = tuple(
            (
                (*p.time(row),),
                (p.estimate(row),),
                interval_cell(context, row),
                *(_held(context, code, guess, row) for guess in columns),
                (p.whole(row, "n"),),
            )
            for row in rows
        )
        named: Inlines = (", ", Quote(words(stratum))) if stratum and stratum != "attained" else ()
        blocks.append(
            Grid(
                id=safe_id(code, "between-visits", stratum),
                caption=(label(code), ": times known only between two visits", *named),
                header=(*titles, ("n",)),
                rows=body,
                notes=(*open_note(rows), *flag_notes(context, rows, silent=("limit_open",))),
                numeric=(True,) * (len(titles) + 1),
            )
        )
    return blocks


def _held(context: Context, code: str, guess: str, row: Effect) -> Inlines:
    """The curve of a guess at a time: its last row that is not later."""
    rows = context.rows.find(code, "kaplan_meier", variant=guess, stratum=row.stratum)
    held = [r for r in rows if r.at is not None and row.at is not None and r.at <= row.at]
    return (context.printer.estimate(max(held, key=lambda r: r.at or 0.0)),) if held else NOT_GIVEN


def _restricted(context: Context, code: str) -> list[Block]:
    """The restricted mean in one sentence for each estimand."""
    p = context.printer
    blocks: list[Block] = []
    for row in context.rows.find(code, "rmst"):
        if row.estimate is None and row.estimate_lower is None:
            continue
        bounds = "anywhere from " if row.estimate is None else ""
        error: Inlines = ("; standard error ", p.se(row)) if row.se is not None else ()
        limits: Inlines = (p.level(row), " confidence interval ", p.limits(row)) if row.level is not None else ()
        named: Inlines = (", ", *estimand_words(row.variant)) if is_estimand(row.variant) else ()
        said: Inlines = (label(code), *named, ": mean time without the event within the first ", *p.time(row), " ")
        said = (*said, bounds, *p.with_unit(row), " (", *limits, *error, "), n = ", p.whole(row, "n"), ".")
        blocks.append(Paragraph(said))
    return blocks


def _after_comma(constraint: Inlines) -> Inlines:
    """The words of a constraint without the comma that leads them."""
    first, *rest = constraint
    return (str(first).removeprefix(","), *rest)
