"""One sentence, and one table line, for the main row of each endpoint."""

from __future__ import annotations

from types import MappingProxyType

from costim.registry.effects import Effect
from costim.registry.plan_questions import Endpoint
from costim.report.context import Context
from costim.report.document import Inline, Inlines, Quote, Term
from costim.report.sections.cells_of_tests import level_after, p_cell, variant_after, zeros_rule
from costim.report.sections.changes import main_test
from costim.report.sections.words import listed, titled, variant_label, visit_label, words
from costim.report.strategies import estimand_words, is_estimand, variant_of

EXACT = "clopper_pearson"
_METHODS = MappingProxyType(
    {
        "proportion": ("proportion",),
        "time_to_event": ("proportion_beyond", "median_survival"),
        "time_to_resolution": ("median_survival",),
        "distribution": ("category_count",),
        "transition": ("transition",),
        "count": ("total", "subjects"),
        "agreement": ("agreement_percent", "kappa", "ac1"),
        "rate": ("rate",),
        "repeated_change": ("mixed_model",),
        "composition": ("composition_change",),
    }
)
"""Methods of the rows that answer an endpoint, by its kind."""
MODELS = frozenset({"mixed_model"})
"""Methods without a smallest attainable p, whose model stands under their own table."""


def endpoint_rows(context: Context, endpoint: Endpoint, method: str) -> list[Effect]:
    """Rows of an endpoint: those of its contrast, else those of no contrast."""
    found = context.rows.find(endpoint.parameter, method)
    own = [row for row in found if row.contrast == (endpoint.contrast or "")]
    return own or [row for row in found if not row.contrast]


def preferred(rows: list[Effect]) -> list[Effect]:
    """Where a row comes in several variants, the exact one first named; others are in the sensitivity section."""
    exact = [row for row in rows if row.variant in (EXACT, "")]
    if exact or not rows:
        return exact
    return [row for row in rows if row.variant == rows[0].variant]


def main_rows(context: Context, endpoint: Endpoint) -> list[Effect]:
    """The rows that answer an endpoint."""
    if endpoint.kind == "paired_change":
        test = main_test(context, endpoint)
        return [] if test is None else [test]
    found = [row for method in _METHODS[endpoint.kind] for row in endpoint_rows(context, endpoint, method)]
    if endpoint.kind == "proportion":
        return preferred(found)
    if endpoint.kind == "composition":
        return sorted(found, key=lambda row: row.stratum != "total")
    if endpoint.kind == "time_to_event":
        if endpoint.intercurrent:
            return _under_strategies(context, endpoint)
        found = [row for row in found if not is_estimand(row.variant)]
        beyond = preferred([row for row in found if row.method == "proportion_beyond"])
        return beyond or [row for row in found if row.method == "median_survival"]
    return found


def _under_strategies(context: Context, endpoint: Endpoint) -> list[Effect]:
    """What answers an endpoint that declares strategies: the share with the event at its horizons, or the median."""
    rows = {
        method: [row for row in endpoint_rows(context, endpoint, method) if row.variant == variant_of(endpoint)]
        for method in ("cumulative_incidence", "median_survival")
    }
    asked = [row for row in rows["cumulative_incidence"] if row.at in endpoint.horizons]
    return asked or rows["cumulative_incidence"][-1:] or rows["median_survival"]


def share_inlines(context: Context, row: Effect) -> Inlines:
    """`5 of 10 (50%; exact 95% confidence interval 0.187 to 0.813)`."""
    p = context.printer
    if row.n == 0 or (row.estimate is None and row.estimate_lower is None):
        return ("not estimated (n = ", p.whole(row, "n"), ")")
    share: Inline = p.percent(row) if row.estimate is not None else p.estimate(row)
    head: Inlines = (p.out_of(row), " (", share) if row.count is not None else (share, " (n = ", p.whole(row, "n"))
    if row.level is None:
        return (*head, ")")
    return (*head, "; ", *interval_words(context, row), ")")


def interval_words(context: Context, row: Effect) -> Inlines:
    """`exact 95% confidence interval 0.187 to 0.813`."""
    kind: Inlines = ("exact ",) if row.variant in (EXACT, "pratt", "wilcoxon") else ()
    other: Inlines = (" (", variant_label(row.variant), ")") if row.variant and not kind else ()
    ends = [word for word, is_open in (("“above”", row.lower_open), ("“below”", row.upper_open)) if is_open]
    mark = "marks a limit that is itself" if len(ends) == 1 else "mark limits that are themselves"
    marked: Inlines = (f"; {' and '.join(ends)} {mark} left out",) if ends else ()
    return (
        *kind,
        context.printer.level(row),
        " confidence interval",
        *other,
        " ",
        context.printer.limits(row),
        *marked,
    )


def under_constraints(row: Effect) -> Inlines:
    """Names the constraints under which a row holds."""
    if not row.constraints:
        return ()
    word = ", under the stated constraint " if len(row.constraints) == 1 else ", under the stated constraints "
    return (word, *listed([Quote(c) for c in row.constraints]))


def test_inlines(context: Context, row: Effect) -> Inlines:
    """Estimate, interval, p with the smallest attainable, in the middle of a sentence."""
    p = context.printer
    return (
        "Hodges–Lehmann shift ",
        *p.with_unit(row),
        " (",
        *interval_words(context, row),
        "), exact signed-rank ",
        p.p(row),
        " (smallest attainable with these data ",
        p.p_number(row, "p_min"),
        *(("; adjusted within its family ", p.p(row, "p_adjusted")) if row.p_adjusted is not None else ()),
        ")",
        ", n = ",
        p.whole(row, "n"),
    )


def stratum_words(row: Effect) -> Inline:
    """The stratum as words; categories of a study are quoted."""
    return Quote(words(row.stratum))


def _visit_or_stratum(context: Context, row: Effect) -> Inline:
    """The label of a visit for rows of the mixed model; else the stratum."""
    return visit_label(context.plan, row.stratum) if row.method == "mixed_model" else stratum_words(row)


def _under(row: Effect) -> Inlines:
    """The variant in words: a method, or strategies for intercurrent events."""
    return (", ", *estimand_words(row.variant)) if is_estimand(row.variant) else variant_after(row)


def line(context: Context, endpoint: Endpoint, row: Effect) -> tuple[Inlines, ...]:
    """Endpoint, what is estimated, estimate, interval, p, smallest p, n, missing."""
    p = context.printer
    what: list[Inline] = [_what(row)]
    if row.at is not None:
        what += [" ", *p.time(row)]
    if row.stratum:
        what += [": ", _visit_or_stratum(context, row)]
    if row.method == "signed_rank":
        what += zeros_rule(row)
    elif row.method not in MODELS:
        what += _under(row)
    what += under_constraints(row)
    limits: Inlines = (p.limits(row), *level_after(context, row)) if row.level is not None else ("not applicable",)
    if not row.n:
        limits = ("not estimated",)
    tested = row.p is not None or row.method == "signed_rank"
    return (
        titled(context.plan, endpoint),
        tuple(what),
        _estimate(context, row),
        limits,
        p_cell(context, row) if tested else ("not applicable",),
        (p.p_number(row, "p_min"),) if tested and row.method not in MODELS else ("not applicable",),
        (p.whole(row, "n"),),
        (p.whole(row, "n_missing"),),
    )


def _what(row: Effect) -> Inline:
    names = {
        "signed_rank": "Hodges–Lehmann shift",
        "proportion": "share of patients",
        "proportion_beyond": "share of patients beyond",
        "median_survival": "median time",
        "cumulative_incidence": "share with the event at",
        "category_count": "patients",
        "transition": "transition",
        "total": "total",
        "subjects": "patients",
        "rate": "rate of events",
        "mixed_model": "mean change since the first visit",
        "composition_change": "change",
    }
    return names.get(row.method) or Term(words(row.method))


def _estimate(context: Context, row: Effect) -> Inlines:
    p = context.printer
    if row.method in ("proportion", "proportion_beyond"):
        share: Inline = p.percent(row) if row.estimate is not None else p.estimate(row)
        return (p.out_of(row), " (", share, ")") if row.count is not None else (share,)
    if row.count is not None and row.method not in ("signed_rank", "rate"):
        return (p.out_of(row),)
    return p.with_unit(row)


HEADER: tuple[Inlines, ...] = (
    ("Endpoint",),
    ("Quantity",),
    ("Estimate",),
    ("Interval",),
    ("p",),
    ("Smallest attainable p",),
    ("n",),
    ("Missing",),
)
NUMERIC = (False, False, True, True, True, True, True, True)
