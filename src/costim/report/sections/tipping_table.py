"""One line for each paired change: the shift, the long-run mean and the steroid effect that would explain it."""

from __future__ import annotations

from types import MappingProxyType

from costim.registry.effects import Effect
from costim.registry.plan_questions import Endpoint
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Paragraph, Quote
from costim.report.sections.cells_of_tests import NOT_GIVEN, open_note
from costim.report.sections.words import joined, titled

OUTSIDE = "outside_scale"
"""Flag of a tipping mean that the scale does not have."""
NONE_NEEDED = "none needed"
_COLUMNS = (
    ("tipping_shift", "Shift that would explain it"),
    ("tipping_long_run_mean", "Long-run mean that would explain it"),
    ("tipping_steroid_effect", "Effect of one mg of steroid that would explain it"),
)
NOTES = MappingProxyType(
    {
        "tipping_shift": (
            "Shift: if other causes together had moved every patient by so much, the interval for what is left would "
            "just reach zero."
        ),
        "tipping_long_run_mean": (
            "Long-run mean: the mean to which these patients would have returned without treatment. From this value "
            "on, regression to the mean, of whatever degree, could explain the change."
        ),
        "tipping_steroid_effect": (
            "Effect of steroid: change of the measure by one mg of prednisone equivalent per day more. An effect of "
            "this size, with the doses that were given, would explain the change."
        ),
    }
)


def other_cause(context: Context, endpoint: Endpoint, method: str) -> Effect | None:
    """A row about other causes of an endpoint's change that holds a number."""
    row = context.rows.first(endpoint.parameter, method, contrast=endpoint.contrast or "")
    return row if row is not None and (row.estimate is not None or row.estimate_lower is not None) else None


def mean_words(context: Context, row: Effect) -> Inlines:
    """`4 points or lower`: long-run means that would explain the change, from the tipping one on."""
    beyond = {"below": " or lower", "above": " or higher"}.get(row.stratum, "")
    return (*context.printer.with_unit(row), *((beyond,) if beyond else ()))


def tipping_blocks(context: Context, tested: list[tuple[Endpoint, Effect]]) -> list[Block]:
    """The table of what would explain each change; endpoints whose interval holds zero are named below it."""
    p = context.printer
    asked = [pair for pair in tested if other_cause(context, pair[0], "tipping_shift") is not None]
    none = [titled(context.plan, e) for e, _ in tested if other_cause(context, e, "tipping_shift") is None]
    asked.sort(key=lambda pair: not pair[0].primary)
    columns = [c for c in _COLUMNS if any(_rows_of(context, e, c[0]) for e, _ in asked)]
    body: list[tuple[Inlines, ...]] = []
    used: list[Effect] = []
    for endpoint, test in asked:
        cells = [_tipping_cell(context, endpoint, method) for method, _ in columns]
        change: Inlines = (*p.with_unit(test), " (", p.limits(test), ")")
        body.append((titled(context.plan, endpoint), change, *cells, (p.whole(test, "n"),)))
        used += [row for method, _ in columns for row in _rows_of(context, endpoint, method)]
    blocks: list[Block] = []
    needless = any(_needs_none(row) for row in used)
    if body:
        header: tuple[Inlines, ...] = (("Endpoint",), ("Change (interval)",), *((title,) for _, title in columns))
        blocks.append(
            Grid(
                id="tipping",
                caption=("How large other causes would have to be to explain the change",),
                header=(*header, ("n",)),
                rows=tuple(body),
                notes=(
                    *((NOTES[method],) for method, _ in columns),
                    *(
                        (("None needed: the interval holds zero already, without any other cause.",),)
                        if needless
                        else ()
                    ),
                    *open_note([test for _, test in asked]),
                ),
                numeric=(False, *(True for _ in header)),
            )
        )
    if none:
        said = "No such shift can be given, because no interval leaves out zero: "
        blocks.append(Paragraph((said, *joined(none), ".")))
    return blocks


def _rows_of(context: Context, endpoint: Endpoint, method: str) -> list[Effect]:
    """Rows of a tipping quantity, the one that rests on least first."""
    return context.rows.find(endpoint.parameter, method, contrast=endpoint.contrast or "")


def _tipping_cell(context: Context, endpoint: Endpoint, method: str) -> Inlines:
    p = context.printer
    rows = _rows_of(context, endpoint, method)
    if any(_needs_none(row) for row in rows):
        return (NONE_NEEDED,)
    found = [row for row in rows if row.estimate is not None]
    if method == "tipping_long_run_mean":
        found = [row for row in found if row.variant == rows[0].variant]
        if found and OUTSIDE in found[0].flags:
            return ("none on the scale (", *mean_words(context, found[0]), ")")
        return mean_words(context, found[0]) if found else _why_none(rows)
    if method == "tipping_steroid_effect":
        parts = [(*p.with_unit(row), *((" (", Quote(row.stratum), ")") if row.stratum else ())) for row in found]
        return joined(parts) if parts else _why_none(rows)
    return p.with_unit(found[0]) if found else _why_none(rows)


def _needs_none(row: Effect) -> bool:
    """Does the interval hold zero already, without any other cause?"""
    return "interval_holds_zero" in row.flags or (row.method == "tipping_shift" and row.estimate == 0)


def _why_none(rows: list[Effect]) -> Inlines:
    flags = {flag for row in rows for flag in row.flags}
    if flags & {"no_tipping_mean", "no_such_steroid_effect"}:
        return ("none would",)
    return NOT_GIVEN
