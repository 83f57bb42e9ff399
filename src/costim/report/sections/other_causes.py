"""What else could explain the change: how large regression to the mean, time and steroids would have to be."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.registry.plan_assumptions import OtherCauses
from costim.registry.plan_questions import Endpoint
from costim.report.context import Context
from costim.report.document import Block, Grid, Inline, Inlines, Paragraph, Quote
from costim.report.format import plain
from costim.report.printer import unit_inline
from costim.report.sections.cells_of_tests import NOT_GIVEN, interval_cell, open_note
from costim.report.sections.changes import described, main_test, paired_endpoints
from costim.report.sections.notes import flag_notes
from costim.report.sections.steroid_and_time import steroid_blocks
from costim.report.sections.tipping_table import OUTSIDE, mean_words, other_cause, tipping_blocks
from costim.report.sections.words import joined, safe_id, titled

SET_BY_DOCTORS = ("steroid.", "exposure.", "comedication.")
"""Doses do not return to a mean by themselves; their change is a cause, not an outcome."""
SECTION = "other-causes"
TITLE = "What else could explain the change"
HOW = {
    "any_regression": ", over every degree from none to complete",
    "mee_chua": ", its degree estimated by a straight line (Mee and Chua)",
}
MOST_MEANS = 6
"""Assumed long-run means in the table; the figure and the appendix have all."""
_OPENING = (
    "Patients are usually treated when their disease is at its worst, so part of any change for the better would have "
    "come without treatment (regression to the mean); time and other treatment may have brought a part as well. "
    "Without a control group none of this can be measured here. What can be said is how large it would have to be."
)


def write_other_causes(context: Context) -> list[Block]:
    """One line for every paired endpoint; details where causes are assumed in the plan or the endpoint is primary."""
    asked = [e for e in paired_endpoints(context) if not e.parameter.startswith(SET_BY_DOCTORS)]
    tested = [(e, test) for e in asked if (test := main_test(context, e)) is not None and test.n]
    if not tested:
        return []
    blocks: list[Block] = [Paragraph((_OPENING,)), *tipping_blocks(context, tested)]
    for endpoint in sorted((e for e, _ in tested), key=lambda e: not e.primary):
        if endpoint.primary or _assumed(context, endpoint) is not None:
            blocks += _endpoint(context, endpoint)
    return blocks


def explained_by(context: Context, endpoint: Endpoint) -> Inlines:
    """One sentence for the summary: what would explain the change away."""
    p = context.printer
    shift = other_cause(context, endpoint, "tipping_shift")
    if shift is None or shift.estimate == 0:
        return ()
    mean = other_cause(context, endpoint, "tipping_long_run_mean")
    also: Inlines = ()
    if mean is not None and OUTSIDE not in mean.flags:
        also = ("; regression to the mean alone would, at an untreated long-run mean of ", *mean_words(context, mean))
    return (
        " Causes other than the treatment would explain it if together they had shifted every patient by ",
        *p.with_unit(shift),
        *also,
        *_by_steroids(context, endpoint),
        ".",
    )


def _by_steroids(context: Context, endpoint: Endpoint) -> Inlines:
    """The effect of a milligram that would explain the change, where doses are known."""
    found = context.rows.find(endpoint.parameter, "tipping_steroid_effect", contrast=endpoint.contrast or "")
    known = [(*context.printer.with_unit(row), " (", Quote(row.stratum), ")") for row in found if row.estimate]
    if not known:
        return ()
    return ("; the change of the steroid dose alone would, at an effect of ", *joined(known, " or "))


def _assumed(context: Context, endpoint: Endpoint) -> OtherCauses | None:
    """What the plan assumes about an endpoint."""
    for assumed in context.plan.other_causes:
        if assumed.parameter == endpoint.parameter and assumed.contrast in (None, endpoint.contrast):
            return assumed
    return None


def _endpoint(context: Context, endpoint: Endpoint) -> list[Block]:
    """Regression to the mean, then steroids and time."""
    name = safe_id(endpoint.parameter, endpoint.contrast or "")
    figures = context.figures_of(SECTION, endpoint.parameter, endpoint.contrast or "")
    said = _regression(context, endpoint)
    net = _net_of_regression(context, endpoint, f"net-of-regression-{name}")
    maps = [figure for figure in figures if figure.name.startswith("tipping-map")]
    blocks: list[Block] = [*([Paragraph(said)] if said else []), *net]
    blocks += [figure for figure in figures if figure not in maps]
    return [*blocks, *steroid_blocks(context, endpoint, _assumed(context, endpoint), name), *maps]


def _regression(context: Context, endpoint: Endpoint) -> Inlines:
    p = context.printer
    parts: list[Inline] = []
    noise = other_cause(context, endpoint, "test_retest_sd")
    if noise is not None and noise.variant != "stated":
        parts += [" In these patients’ own readings before treatment, one reading repeats with a test–retest standard "]
        parts += ["deviation of ", *p.with_unit(noise)]
        limits: Inlines = (p.level(noise), " confidence interval ", p.limits(noise))
        parts += [" (", *limits, ")"] if noise.level is not None and noise.lower is not None else []
        stated = _assumed(context, endpoint)
        parts.append("; what follows rests on the stated one." if stated is not None and stated.within_sd else ".")
    expected = other_cause(context, endpoint, "expected_regression")
    if expected is not None:
        parts += [" Choosing patients by a high or low reading alone would be expected to bring a change of "]
        parts += [*p.with_unit(expected), " without any effect."]
    tipping = other_cause(context, endpoint, "tipping_long_run_mean")
    before = described(context, endpoint.parameter, endpoint.contrast or "", "baseline", "mean")
    if tipping is not None:
        parts += [
            " Regression to the mean alone could explain the change if the patients’ untreated long-run mean were "
        ]
        parts += mean_words(context, tipping)
        parts += [" (mean before treatment: ", *p.with_unit(before), ")"] if before is not None else []
        parts.append("; the scale has no such value." if OUTSIDE in tipping.flags else ".")
    if not parts:
        return ()
    head: Inlines = (*titled(context.plan, endpoint), ", regression to the mean.")
    return (*head, *parts, *_basis(_assumed(context, endpoint)))


def _basis(assumed: OtherCauses | None) -> Inlines:
    """What the plan assumes about regression to the mean, and where that is from."""
    if assumed is None:
        return ()
    values: list[Inlines] = []
    for words, value in (
        ("mean of the population ", assumed.population_mean),
        ("standard deviation between patients ", assumed.between_sd),
        ("test–retest standard deviation ", assumed.within_sd),
        ("treated because the reading was above ", assumed.selected_above),
        ("treated because the reading was below ", assumed.selected_below),
    ):
        values += [(words, Quote(plain(value)))] if value is not None else []
    if assumed.long_run_mean is not None:
        low, high = (Quote(plain(value)) for value in assumed.long_run_mean)
        values.append(("long-run mean from ", low, " to ", high))
    if not values:
        return ()
    return (" Assumed: ", *joined(values), "; basis: ", Quote(assumed.basis.rstrip(".")), ".")


def _net_of_regression(context: Context, endpoint: Endpoint, name: str) -> list[Block]:
    """A table for each way to reckon with regression; one without limits stands in the appendix only."""
    found = context.rows.find(endpoint.parameter, "change_net_of_regression", contrast=endpoint.contrast or "")
    rows = [row for row in found if row.at is not None and (row.lower is not None or row.upper is not None)]
    return [
        _net_grid(context, endpoint, [row for row in rows if row.variant == variant], safe_id(name, variant))
        for variant in dict.fromkeys(row.variant for row in rows)
    ]


def _net_grid(context: Context, endpoint: Endpoint, rows: list[Effect], name: str) -> Grid:
    p = context.printer
    chosen = spaced(sorted(rows, key=lambda row: row.at or 0.0), MOST_MEANS)
    unit = next((row.unit for row in chosen if row.unit), "")
    in_unit: Inlines = (" (", *unit_inline(unit)[1:], ")") if unit else ()
    how = HOW.get(chosen[0].variant, "")
    return Grid(
        id=name,
        caption=(*titled(context.plan, endpoint), ": change net of regression to the mean", how, *in_unit),
        header=(("Assumed long-run mean",), ("Change net of regression",), ("Interval",), ("p",), ("n",)),
        rows=tuple(
            (
                (p.at(row),),
                (p.estimate(row),),
                interval_cell(context, row),
                (p.p_number(row),) if row.p is not None else NOT_GIVEN,
                (p.whole(row, "n"),),
            )
            for row in chosen
        ),
        notes=(*open_note(chosen), *flag_notes(context, chosen, silent=("limit_open",))),
        numeric=(True, True, True, True, True),
    )


def spaced(rows: list[Effect], most: int) -> list[Effect]:
    """At most so many of the rows, evenly spaced, both ends among them."""
    if len(rows) <= most:
        return rows
    return [rows[round(i * (len(rows) - 1) / (most - 1))] for i in range(most)]
