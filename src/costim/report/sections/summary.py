"""Summary: who, what, design, n, and each primary endpoint in one sentence with the limit of the design beside it."""

from __future__ import annotations

from costim.registry.catalogue import methods
from costim.registry.effects import Effect
from costim.registry.plan import Endpoint
from costim.report.context import Context
from costim.report.document import Block, Inline, Inlines, Paragraph, Quote, Term
from costim.report.sections.changes import described, main_test
from costim.report.sections.endpoints import (
    endpoint_rows,
    main_rows,
    share_inlines,
    stratum_words,
    test_inlines,
    under_constraints,
)
from costim.report.sections.words import NO_CONTROL, cohort_size, titled


def write_summary(context: Context) -> list[Block]:
    """The opening of the report."""
    return [Paragraph(_who(context)), Paragraph(_findings(context))]


def _who(context: Context) -> Inlines:
    study = context.plan.study
    parts: list[Inline] = []
    for heading, text in (("Patients: ", study.population), ("Treatment: ", study.intervention)):
        if text:
            parts += [heading, Quote(text), ". " if not text.endswith(".") else " "]
    parts.append("Design: single arm; the state of each patient after treatment is compared with that before. ")
    size = cohort_size(context)
    if size is not None:
        parts += ["N = ", size, "."]
    else:
        parts.append("The number of patients is given in the table of patients.")
    return tuple(parts)


def _findings(context: Context) -> Inlines:
    primary = [e for e in context.plan.endpoints if e.primary]
    parts: list[Inline] = []
    if not context.plan.endpoints:
        parts.append("The study declares no endpoint, so nothing was estimated. ")
    elif not primary:
        parts.append("The study names no primary endpoint; every endpoint is in the overview of effects. ")
    for endpoint in primary:
        parts += [*sentence(context, endpoint), " "]
    return (*parts, NO_CONTROL)


def sentence(context: Context, endpoint: Endpoint) -> Inlines:
    """One endpoint in one sentence: estimate, interval, p and smallest p, n, assumption."""
    head: Inlines = (*titled(context.plan, endpoint), ": ")
    if endpoint.kind == "paired_change":
        return (*head, *_paired(context, endpoint), ".")
    rows = main_rows(context, endpoint)
    if not rows:
        return (*head, "nothing could be estimated from the data that were recorded.")
    parts: list[Inline] = list(head)
    for i, row in enumerate(rows):
        parts += [*(["; "] if i else []), *_row(context, row)]
    return (*parts, *assumption(rows), ".")


def _row(context: Context, row: Effect) -> Inlines:
    p = context.printer
    if row.method in ("proportion", "proportion_beyond"):
        beyond: Inlines = ("beyond ", *p.time(row), " in ") if row.at is not None else ()
        return (*beyond, *share_inlines(context, row), *under_constraints(row))
    if row.method == "median_survival":
        return ("median time ", *p.with_unit(row), *under_constraints(row))
    name: Inlines = (stratum_words(row), " ") if row.stratum else ()
    return (*name, p.out_of(row) if row.count is not None else p.estimate(row))


def _paired(context: Context, endpoint: Endpoint) -> Inlines:
    p = context.printer
    test = main_test(context, endpoint)
    if test is None or test.n == 0:
        gone: Inlines = () if test is None else (" (n = ", p.whole(test, "n"), ")")
        return ("no patient has both readings, so no change can be estimated and no test can be made", *gone)
    code, contrast = endpoint.parameter, endpoint.contrast or ""
    before, after = (described(context, code, contrast, s, "mean") for s in ("baseline", "post"))
    means: Inlines = ()
    if before is not None and after is not None:
        means = ("mean ", p.estimate(before), " before and ", *p.with_unit(after), " after; ")
    gone = (", ", p.whole(test, "n_missing"), " without a pair") if test.n_missing else ()
    return (*means, *test_inlines(context, test), *gone, *assumption([test]))


def assumption(rows: list[Effect]) -> Inlines:
    """The assumption of the method, as the registry words it."""
    known = methods()
    for code in dict.fromkeys(c for row in rows for c in (row.method, row.variant) if c):
        found = known.get(code)
        if found is not None and found.assumption:
            return ("; assumption: ", Term(found.assumption.rstrip(".")))
    return ()


def declared(context: Context, endpoint: Endpoint) -> bool:
    """Was anything estimated for this endpoint?"""
    return bool(main_rows(context, endpoint) or endpoint_rows(context, endpoint, ""))
