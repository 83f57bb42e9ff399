"""A paired change as tables: the main analysis, and other ways to say the same change."""

from __future__ import annotations

from types import MappingProxyType

from costim.registry.effects import Effect
from costim.registry.plan_questions import Endpoint
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines
from costim.report.sections.cells_of_tests import (
    NOT_APPLICABLE,
    interval_cell,
    level_after,
    open_note,
    stratum_after,
    variant_after,
    zeros_rule,
)
from costim.report.sections.family_words import CORRECTIONS, family_note
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import titled

EXACT = "clopper_pearson"
"""The interval of a share that stands first."""
MAIN = ("signed_rank", "sign_test", "proportion")
"""Methods of the main table, in its order."""
OTHER = MappingProxyType(
    {
        "mean_shift": "Mean change, with the interval and p-value of the exact sign-flip test",
        "geometric_mean_ratio": "Ratio of geometric means, after divided by before",
        "rank_biserial": (
            "Matched-pairs rank-biserial correlation: ranks of the rises less those of the falls, divided by the sum "
            "of all ranks"
        ),
        "g_av": (
            "Mean change divided by the standard deviation of the readings (root mean square of before and after), "
            "corrected for few patients"
        ),
    }
)
"""Other ways to say the change, each with its denominator; d_z serves planning and stands in the appendix only."""
SAID_ELSEWHERE = ("limit_open", *(f"adjusted_{name}" for name in CORRECTIONS))
"""Flags whose meaning another note of the table tells."""
COLUMNS: tuple[Inlines, ...] = (("Estimate",), ("Interval",), ("p",), ("Smallest attainable p",))


def paired_analysis(context: Context, endpoint: Endpoint, name: str, rows: list[Effect]) -> Grid:
    """Shift with interval and p, directions, share improved; an adjusted p where a family is declared."""
    used = [row for method in MAIN for row in rows if row.method == method]
    used.sort(key=lambda row: (MAIN.index(row.method), row.variant not in ("", EXACT)))
    adjusted = any(row.p_adjusted is not None for row in used)
    header: tuple[Inlines, ...] = (("Analysis",), *COLUMNS, *((("Adjusted p",),) if adjusted else ()))
    header = (*header, ("n",), ("Missing",))
    return Grid(
        id=name,
        caption=(*titled(context.plan, endpoint), ": paired analysis"),
        header=header,
        rows=tuple(_line(context, row, adjusted=adjusted) for row in used),
        notes=(
            *open_note(used),
            *family_note(context, endpoint, used),
            *flag_notes(context, used, silent=SAID_ELSEWHERE),
        ),
        numeric=(False, *(True for _ in header[1:])),
    )


def _line(context: Context, row: Effect, *, adjusted: bool) -> tuple[Inlines, ...]:
    p = context.printer
    title, estimate, limits = _parts(context, row)
    tested = row.method != "proportion"
    ps: list[Inlines] = [(p.p_number(row),), (p.p_number(row, "p_min"),)] if tested else [NOT_APPLICABLE] * 2
    if adjusted:
        ps.append((p.p_number(row, "p_adjusted"),) if row.p_adjusted is not None else NOT_APPLICABLE)
    return (title, estimate, limits, *ps, (p.whole(row, "n"),), (p.whole(row, "n_missing"),))


def _parts(context: Context, row: Effect) -> tuple[Inlines, Inlines, Inlines]:
    p = context.printer
    if row.method == "sign_test":
        return ("Sign test",), (p.out_of(row), " ", *(stratum_after(row) or ("better",))), NOT_APPLICABLE
    limits: Inlines = (p.limits(row), *level_after(context, row))
    if row.method == "signed_rank":
        return ("Hodges–Lehmann shift, exact signed-rank test", *zeros_rule(row)), p.with_unit(row), limits
    share: Inlines = (p.out_of(row), " (", p.percent(row), ")") if row.estimate is not None else (p.out_of(row),)
    return ("Share ", *stratum_after(row), *variant_after(row)), share, limits


def other_words(context: Context, endpoint: Endpoint, name: str, rows: list[Effect]) -> list[Block]:
    """The same change as a mean, as a ratio, as a share of ranks and in standard deviations."""
    used = [row for method in OTHER for row in rows if row.method == method]
    if not used:
        return []
    p = context.printer
    body = tuple(
        (
            (OTHER[row.method],),
            p.with_unit(row),
            interval_cell(context, row),
            (p.p_number(row),) if row.p is not None else NOT_APPLICABLE,
            (p.p_number(row, "p_min"),) if row.p_min is not None else NOT_APPLICABLE,
            (p.whole(row, "n"),),
        )
        for row in used
    )
    return [
        Grid(
            id=name,
            caption=(*titled(context.plan, endpoint), ": other ways to say the same change"),
            header=(("Measure",), *COLUMNS, ("n",)),
            rows=body,
            notes=(*open_note(used), *flag_notes(context, used, silent=SAID_ELSEWHERE)),
            numeric=(False, True, True, True, True, True),
        )
    ]
