"""An effect in cells of a comparison: its name, its quantity and its result in words."""

from __future__ import annotations

from collections.abc import Sequence

from costim.registry.effects import Effect
from costim.report.context import Context
from costim.report.document import Grid, Inlines, Quote
from costim.report.printer import SHARES
from costim.report.sections.cells_of_tests import level_after, p_cell
from costim.report.sections.words import contrast_label, in_brackets, joined, label, method_label, variant_label, words

HIDDEN = frozenset(
    {"minimum", "maximum", "sd", "missing_count", "category_count", "at_risk"}
    | {"rank_biserial", "g_av", "d_z", "change_net_of_regression", "change_net_of_steroid", "tipping_natural_course"}
    | {
        "tipping_steroid_effect",
        "expected_regression",
        "reliable_change",
        "shrunken_change",
        "non_overlap",
        "shrunken_share",
    }
    | {"turnbull", "cumulative_incidence", "person_time", "mcnemar"}
)
"""Compared in the appendix only."""
DAYS_GUESSED = frozenset({"at_upper", "at_midpoint"})
"""Variants of a curve whose steps lie at days that the reading moves: they are compared in the appendix too."""


def is_compared(row: Effect) -> bool:
    """Does a comparison of readings show this row?"""
    return row.method not in HIDDEN and row.variant not in DAYS_GUESSED


def same_numbers(one: Effect, other: Effect) -> bool:
    """Do two effects say the same, whatever rows they rest on?"""
    return _numbers(one) == _numbers(other)


def _numbers(row: Effect) -> tuple[object, ...]:
    # How many patients an adjustment rests on is no number of this effect.
    text = "" if "incomplete_family" in row.flags else row.text
    return (
        row.n,
        row.n_missing,
        row.estimate,
        row.estimate_lower,
        row.estimate_upper,
        row.lower,
        row.upper,
        row.p,
        row.p_adjusted,
        row.count,
        row.denominator,
        text,
    )


def effect_name(context: Context, row: Effect) -> Inlines:
    """Parameter and contrast."""
    contrast = contrast_label(context.plan, row.contrast)
    return (label(row.parameter), *in_brackets(contrast))


def which_variant(row: Effect) -> Inlines:
    """The variant, where rows that stand side by side would else look alike."""
    return (", ", variant_label(row.variant)) if row.variant and row.method != "signed_rank" else ()


def effect_result(context: Context, row: Effect) -> Inlines:
    """Estimate, limits, p and n of an effect, each only where it has one."""
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


def effect_grid(
    context: Context, pairs: Sequence[tuple[Effect | None, Effect]], *, id_: str, caption: Inlines, under: Inlines
) -> Grid:
    """Effects as preferred beside the same effects under something else; None = not estimated as preferred."""
    return Grid(
        id=id_,
        caption=caption,
        header=(("Effect",), ("Quantity",), ("As preferred",), under),
        rows=tuple(
            (
                effect_name(context, new),
                (
                    method_label(new.method),
                    *((": ", Quote(words(new.stratum))) if new.stratum else ()),
                    *which_variant(new),
                ),
                ("not estimated",) if old is None else effect_result(context, old),
                effect_result(context, new),
            )
            for old, new in pairs
        ),
        numeric=(False, False, True, True),
    )
