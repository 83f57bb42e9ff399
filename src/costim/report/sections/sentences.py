"""One primary endpoint in one or two sentences: estimate, interval, p with the smallest attainable, n, assumption."""

from __future__ import annotations

from dataclasses import replace

from costim.registry.catalogue import methods
from costim.registry.effects import Effect
from costim.registry.measurements import AS_RECORDED
from costim.registry.plan_questions import Endpoint
from costim.report.context import Context
from costim.report.document import Inline, Inlines, Quote, Term
from costim.report.sections.changes import FEWEST_PAIRS, described, main_test
from costim.report.sections.endpoints import (
    endpoint_rows,
    interval_words,
    main_rows,
    share_inlines,
    stratum_words,
    test_inlines,
    under_constraints,
)
from costim.report.sections.other_causes import explained_by
from costim.report.sections.words import joined, listed, reading_words, stated_limits, titled
from costim.report.strategies import estimand_words, is_estimand, variant_of

MOST_READINGS = 3
"""Alternative readings told in the summary; the sensitivity section has all."""


def sentences(context: Context, endpoint: Endpoint) -> Inlines:
    """What the data say about an endpoint, with what it rests on."""
    head: Inlines = (*titled(context.plan, endpoint), ": ")
    if endpoint.kind == "paired_change":
        return (*head, *_paired(context, endpoint))
    rows = main_rows(context, endpoint)
    if not rows:
        return (*head, "nothing could be estimated from the data that were recorded.")
    if endpoint.kind == "time_to_event":
        return (*head, *_times(context, endpoint, rows))
    if endpoint.kind == "proportion":
        return (*head, *_shares(context, endpoint, rows))
    parts: list[Inline] = list(head)
    for i, row in enumerate(rows):
        parts += [*(["; "] if i else []), *_plain(context, row)]
    return (*parts, ".")


def _plain(context: Context, row: Effect) -> Inlines:
    p = context.printer
    if row.method == "median_survival":
        return ("median time ", *p.with_unit(row), *under_constraints(row), *_strategies(row))
    if row.method == "cumulative_incidence":
        limits: Inlines = (" (", p.level(row), " confidence interval ", p.limits(row), ")") if row.level else ()
        n: Inlines = (", n = ", p.whole(row, "n"))
        return ("share with the event at ", *p.time(row), " ", p.estimate(row), *limits, *n, *_strategies(row))
    name: Inlines = (stratum_words(row), " ") if row.stratum else ()
    return (*name, p.out_of(row) if row.count is not None else p.estimate(row))


def _strategies(row: Effect) -> Inlines:
    """What events that come first do, as the endpoint declares."""
    return ("; ", *estimand_words(row.variant)) if is_estimand(row.variant) else ()


def _paired(context: Context, endpoint: Endpoint) -> Inlines:
    p = context.printer
    test = main_test(context, endpoint)
    if test is None or test.n == 0:
        counts: Inlines = () if test is None else (" (n = ", p.whole(test, "n"), *_unpaired(context, test), ")")
        return ("no patient has both readings", *counts, ", so no change can be estimated and no test can be made.")
    code, contrast = endpoint.parameter, endpoint.contrast or ""
    before, after = (described(context, code, contrast, s, "mean") for s in ("baseline", "post"))
    means: Inlines = ()
    if before is not None and after is not None and test.n >= FEWEST_PAIRS:
        means = ("mean ", p.estimate(before), " before and ", *p.with_unit(after), " after; ")
    said = (*means, *test_inlines(context, test), *_unpaired(context, test), ".")
    explained = explained_by(context, endpoint)
    return (*said, *explained, *assumption([test]), *_other_readings(context, test))


def _unpaired(context: Context, test: Effect) -> Inlines:
    return (", ", context.printer.whole(test, "n_missing"), " without a pair") if test.n_missing else ()


def _other_readings(context: Context, test: Effect) -> Inlines:
    """The same estimate under each alternative reading that changes it."""
    others = [
        row
        for row in context.rows.effects
        if row.reading != AS_RECORDED and replace(row, reading=AS_RECORDED).key == test.key and _differs(row, test)
    ]
    parts: list[Inline] = []
    p = context.printer
    for row in others[:MOST_READINGS]:
        parts += [" Under the alternative reading ", reading_words(row.reading), *_what_it_reads(context, row)]
        parts += [" the shift is ", *p.with_unit(row), " (", *interval_words(context, row), "), ", p.p(row)]
        parts += [" (smallest attainable ", p.p_number(row, "p_min"), "), n = ", p.whole(row, "n"), "."]
    if len(others) > MOST_READINGS:
        parts.append(" Further readings that change it stand in the sensitivity section.")
    return tuple(parts)


def _differs(row: Effect, test: Effect) -> bool:
    return (row.estimate, row.lower, row.upper, row.p, row.n) != (test.estimate, test.lower, test.upper, test.p, test.n)


def _what_it_reads(context: Context, row: Effect) -> Inlines:
    """The patients whose cells the reading changes."""
    table = context.results.alternatives
    if table is None or table.is_empty():
        return ()
    changed = {str(r["subject"]) for r in table.iter_rows(named=True) if r["reading"] == row.reading}
    named = [Quote(subject) for subject in context.rows.subjects() if subject in changed]
    if not named:
        return ()
    return (" (other values of patient " if len(named) == 1 else " (other values of patients ", *listed(named), ")")


def _times(context: Context, endpoint: Endpoint, rows: list[Effect]) -> Inlines:
    """Documented beyond each horizon, then what a curve says there."""
    p = context.printer
    parts: list[Inline] = []
    for row in rows:
        parts += ["; "] if parts else []
        if row.method != "proportion_beyond":
            parts += [*_plain(context, row)]
            continue
        parts += ["documented beyond ", *p.time(row), " in ", *share_inlines(context, row), *_only_under(context, row)]
        curve = _curve_at(context, endpoint, row)
        if curve is None:
            continue
        bounded = curve.estimate is None
        parts += ["; Kaplan–Meier share at ", *p.time(curve), " "]
        parts += ["anywhere from " if bounded else "", p.estimate(curve), " (confidence limits ", p.limits(curve), ")"]
        parts += [", over every censoring and time that the data admit"] if bounded else []
        parts += [*under_constraints(curve)]
    unknown = any("status_unknown" in r.flags for r in context.rows.measured(endpoint.parameter))
    said = " It is not known for every patient whether the time ended with the event or with the observation."
    return (*parts, ".", *((said,) if unknown else ()))


def _only_under(context: Context, row: Effect) -> Inlines:
    """`, but only under the stated constraint c01 (patient 10: at most 12 months)`."""
    under = under_constraints(row)
    if not under:
        return ()
    said: list[Inlines] = [
        ("patient ", Quote(c.subject), ": ", stated_limits(c))
        for c in context.plan.constraints
        if c.id in row.constraints and c.subject and (c.at_least is not None or c.at_most is not None)
    ]
    spelled: Inlines = (" (", *joined(said), ")") if said else ()
    return (", but only", str(under[0]).removeprefix(","), *under[1:], *spelled)


def _curve_at(context: Context, endpoint: Endpoint, row: Effect) -> Effect | None:
    """The row of the curve that holds at the horizon: the last printed time that is not later."""
    if row.at is None:
        return None
    rows = endpoint_rows(context, endpoint, "kaplan_meier")
    own = [r for r in rows if endpoint.intercurrent and r.variant == variant_of(endpoint)]
    held = [r for r in own or rows if r.at is not None and r.at <= row.at and (own or not r.variant)]
    return max(held, key=lambda r: r.at or 0.0, default=None)


def _shares(context: Context, endpoint: Endpoint, rows: list[Effect]) -> Inlines:
    p = context.printer
    parts: list[Inline] = []
    for row in rows:
        parts += ["; "] if parts else []
        parts += [*((stratum_words(row), " in ") if row.stratum else ()), *share_inlines(context, row)]
        parts += [*under_constraints(row)]
        if row.n_missing:
            parts += ["; ", p.whole(row, "n_missing"), " without such a reading left out"]
            parts += [*_over_everybody(context, endpoint, row)]
    return (*parts, ".")


def _over_everybody(context: Context, endpoint: Endpoint, row: Effect) -> Inlines:
    """What the share of all patients could be, whatever the missing readings were."""
    p = context.printer
    shares = endpoint_rows(context, endpoint, "proportion")
    bounds = next((r for r in shares if r.variant == "missing_as_bounds" and r.stratum == row.stratum), None)
    if bounds is None or bounds.denominator is None:
        return ()
    said = (" (of all ", p.whole(bounds, "denominator"), " patients anywhere from ", p.estimate(bounds))
    return (*said, ", confidence limits ", p.limits(bounds), ")")


def assumption(rows: list[Effect]) -> Inlines:
    """The assumption of the method, as the registry words it."""
    known = methods()
    for code in dict.fromkeys(c for row in rows for c in (row.method, row.variant) if c):
        found = known.get(code)
        if found is not None and found.assumption:
            return (" Assumption: ", Term(found.assumption.rstrip(".")), ".")
    return ()
