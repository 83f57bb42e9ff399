"""Paired changes: for each endpoint the tables of groups, test and patients, with its figures."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.registry.plan_questions import Contrast, Endpoint
from costim.report.context import Context, section_of
from costim.report.document import Block, Grid, Inlines, Paragraph
from costim.report.format import NOT_ESTIMATED
from costim.report.printer import unit_inline
from costim.report.sections.composition import composition_blocks
from costim.report.sections.notes import flag_notes
from costim.report.sections.paired_analysis import other_words, paired_analysis
from costim.report.sections.readings import contrast_column, patient_grids, value_tables
from costim.report.sections.repeated import repeated_blocks
from costim.report.sections.single_patients import single_patients
from costim.report.sections.totals import ITEMS, TYPED, typed_totals
from costim.report.sections.words import (
    in_brackets,
    safe_id,
    titled,
    visit_label,
)

FEWEST_PAIRS = 3
"""With fewer pairs there is no table of groups and of analyses, only the readings and what they cannot show."""
STRATA = ("baseline", "post", "change")
ELSEWHERE = ("comedication.", "steroid.", "prior.", "published.")
ELSEWHERE_DRAWN = ("repeated-change", "composition")
"""Figures of the same parameter that belong to endpoints of other kinds."""


def write_changes(context: Context) -> list[Block]:
    """Activity and every other paired change that has no section of its own."""
    return [*change_blocks(context, "changes"), *typed_totals(context), *_other_values(context)]


def _other_values(context: Context) -> list[Block]:
    """Scales and indices that no paired endpoint takes up."""
    taken = {e.parameter for e in paired_endpoints(context)} | {TYPED, ITEMS}
    codes = [
        code
        for code in context.rows.parameters()
        if section_of(code) == "changes" and code not in taken and not code.startswith(ELSEWHERE)
    ]
    return value_tables(context, codes, "other-values", "Scales and indices without a paired endpoint")


def paired_endpoints(context: Context, section: str | None = None) -> list[Endpoint]:
    """The paired-change endpoints of a section, or all."""
    return [
        e for e in context.plan.endpoints if e.kind == "paired_change" and section in (None, section_of(e.parameter))
    ]


def change_blocks(context: Context, section: str) -> list[Block]:
    """Blocks of every paired change, repeated change and composition of a section."""
    blocks: list[Block] = []
    for endpoint in paired_endpoints(context, section):
        blocks += _endpoint_blocks(context, endpoint, section)
    return [*blocks, *repeated_blocks(context, section), *composition_blocks(context, section)]


def _endpoint_blocks(context: Context, endpoint: Endpoint, section: str) -> list[Block]:
    name = f"change-{slug(endpoint)}"
    contrast = endpoint.contrast or ""
    rows = context.rows.find(endpoint.parameter, contrast=contrast)
    test = main_test(context, endpoint)
    patients = _patients(context, endpoint, f"{name}-patients", rows)
    figures = [
        f for f in context.figures_of(section, endpoint.parameter, contrast) if not f.name.startswith(ELSEWHERE_DRAWN)
    ]
    if test is None or test.n == 0:
        return [no_pairs(context, endpoint, test), *patients, *figures]
    if test.n < FEWEST_PAIRS:
        return [_few_pairs(context, endpoint, test), *patients, *figures]
    groups = _groups(context, endpoint, f"{name}-groups")
    return [
        *([groups] if groups is not None else []),
        paired_analysis(context, endpoint, f"{name}-tests", rows),
        *figures,
        *other_words(context, endpoint, f"{name}-same", rows),
        *patients,
        *single_patients(context, endpoint, f"{name}-single", rows),
    ]


def slug(endpoint: Endpoint) -> str:
    """A name for anchors made of parameter and contrast."""
    return safe_id(endpoint.parameter, endpoint.contrast or "")


def main_test(context: Context, endpoint: Endpoint) -> Effect | None:
    """The signed-rank row of an endpoint, by the rule for zeros that the plan chose."""
    contrast = endpoint.contrast or ""
    found = context.rows.find(endpoint.parameter, "signed_rank", contrast=contrast)
    chosen = [row for row in found if row.variant == context.plan.variants.zeros]
    return next(iter(chosen or found), None)


def no_pairs(context: Context, endpoint: Endpoint, test: Effect | None) -> Paragraph:
    """Says that an endpoint has no pair of readings."""
    said: Inlines = (
        *titled(context.plan, endpoint),
        ": no patient has both readings, so no change can be estimated and no test can be made",
    )
    if test is None:
        return Paragraph((*said, "."), role="warning")
    n, gone = context.printer.whole(test, "n"), context.printer.whole(test, "n_missing")
    return Paragraph((*said, " (n = ", n, "; without a pair: ", gone, ")."), role="warning")


def _few_pairs(context: Context, endpoint: Endpoint, test: Effect) -> Paragraph:
    """Says what one or two pairs cannot show."""
    p = context.printer
    have = " patient has" if test.n == 1 else " patients have"
    gone: Inlines = (" (without a pair: ", p.whole(test, "n_missing"), ")") if test.n_missing else ()
    least: Inlines = (", and no test could give a p-value below ", p.p_number(test, "p_min"))
    return Paragraph(
        (
            *titled(context.plan, endpoint),
            ": ",
            p.whole(test, "n"),
            have,
            " both readings",
            *gone,
            ". So few pairs give no finite confidence interval",
            *(least if test.p_min is not None else ()),
            ". The readings stand below; nothing is concluded from them.",
        ),
        role="note",
    )


def described(context: Context, code: str, contrast: str, stratum: str, method: str) -> Effect | None:
    """A descriptive row of one stratum."""
    return context.rows.first(code, method, contrast=contrast, stratum=stratum)


def median_range(context: Context, code: str, contrast: str, stratum: str) -> Inlines:
    """`14.5 (3 to 35)`."""
    median, low, high = (described(context, code, contrast, stratum, m) for m in ("median", "minimum", "maximum"))
    return _with_range(context, median, low, high)


def _with_range(context: Context, median: Effect | None, low: Effect | None, high: Effect | None) -> Inlines:
    p = context.printer
    if median is None and low is None:
        return (NOT_ESTIMATED,)
    if low is None or high is None:
        return (p.estimate(median),)
    if low.estimate is None or high.estimate is None:
        return (p.estimate(median), " (minimum ", p.estimate(low), ", maximum ", p.estimate(high), ")")
    return (p.estimate(median), " (", p.estimate(low), " to ", p.estimate(high), ")")


def mean_sd(context: Context, code: str, contrast: str, stratum: str) -> Inlines:
    """`16.2 (9.6)`."""
    p = context.printer
    mean, sd = (described(context, code, contrast, stratum, m) for m in ("mean", "sd"))
    if mean is None:
        return (NOT_ESTIMATED,)
    if sd is None or (sd.estimate is None and sd.estimate_lower is None):
        return (p.estimate(mean),)
    named = "" if sd.estimate is not None else "standard deviation "
    return (p.estimate(mean), f" ({named}", p.estimate(sd), ")")


def _groups(context: Context, endpoint: Endpoint, name: str) -> Grid | None:
    code, contrast = endpoint.parameter, endpoint.contrast or ""
    rows = [row for s in STRATA for row in context.rows.find(code, contrast=contrast, stratum=s)]
    if not rows:
        return None
    first = {s: next((r for r in rows if r.stratum == s), None) for s in STRATA}
    n = tuple((context.printer.whole(first[s], "n"),) for s in STRATA)
    gone = tuple((context.printer.whole(first[s], "n_missing"),) for s in STRATA)
    unit = next((r.unit for r in rows if r.unit), "")
    return Grid(
        id=name,
        caption=(*titled(context.plan, endpoint), ": groups", *((" (", *unit_inline(unit)[1:], ")") if unit else ())),
        header=(("Quantity",), ("Before",), ("After",), ("Change",)),
        rows=(
            (("Patients (n)",), *n),
            (("Missing",), *gone),
            (("Mean (standard deviation)",), *(mean_sd(context, code, contrast, s) for s in STRATA)),
            (("Median (minimum to maximum)",), *(median_range(context, code, contrast, s) for s in STRATA)),
        ),
        notes=flag_notes(context, rows),
        numeric=(False, True, True, True),
    )


def contrast_of(context: Context, endpoint: Endpoint) -> Contrast | None:
    """The contrast of an endpoint."""
    return next((c for c in context.plan.contrasts if c.name == endpoint.contrast), None)


def _patients(context: Context, endpoint: Endpoint, name: str, rows: list[Effect]) -> list[Grid]:
    contrast = contrast_of(context, endpoint)
    if contrast is None or not context.rows.measured(endpoint.parameter):
        return []
    columns = [
        contrast_column(
            context,
            endpoint.parameter,
            selector,
            (heading, *in_brackets(visit_label(context.plan, selector.visits[0])))
            if len(selector.visits) == 1
            else (heading,),
            [r for r in rows if r.stratum == stratum],
        )
        for heading, selector, stratum in (
            ("Before", contrast.baseline, "baseline"),
            ("After", contrast.post, "post"),
        )
    ]
    measured = [
        r
        for r in context.rows.measured(endpoint.parameter)
        if not contrast.baseline.visits or r.visit in (*contrast.baseline.visits, *contrast.post.visits)
    ]
    caption = (*titled(context.plan, endpoint), ": every patient")
    return patient_grids(context, name, caption, columns, notes=flag_notes(context, measured))
