"""What stands beside a share: a limit where nobody or everybody counts, a share from elsewhere, who turned; rates."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.report import format as shown
from costim.report.context import Context
from costim.report.document import Block, Bullets, Grid, Inlines, Num, Quote
from costim.report.printer import unit_inline
from costim.report.sections.cells_of_tests import NOT_APPLICABLE, interval_cell, open_note
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import contrast_label, in_brackets, joined, label, safe_id, variant_label, words


def share_tests(context: Context, codes: list[str]) -> list[Block]:
    """Sentences about the shares of these parameters."""
    items: list[Inlines] = []
    for code in dict.fromkeys(codes):
        items += [_limit(context, row) for row in context.rows.find(code, "rule_of_three")]
        items += [_benchmark(context, row) for row in context.rows.find(code, "benchmark_test") if row.n]
        items += _under_priors(context, code)
        items += [_turned(context, row) for row in context.rows.find(code, "mcnemar") if row.n]
    return [Bullets(tuple(items))] if items else []


def _named(context: Context, row: Effect) -> Inlines:
    stratum: Inlines = (", ", Quote(words(row.stratum))) if row.stratum else ()
    return (label(row.parameter), *in_brackets(contrast_label(context.plan, row.contrast)), *stratum)


def _limit(context: Context, row: Effect) -> Inlines:
    """Nobody, or everybody: how large, or how small, the share may still be."""
    p = context.printer
    field, word = ("upper", "at most ") if row.upper is not None else ("lower", "at least ")
    limit = getattr(row, field)
    if limit is None:
        return (*_named(context, row), ": ", p.out_of(row), ".")
    bound: Inlines = (word, Num(shown.percent(p.style, limit, row.n), row.effect_id, field))
    return (
        *_named(context, row),
        ": ",
        p.out_of(row),
        "; with ",
        p.level(row),
        " confidence the share is ",
        *bound,
        ".",
    )


def _benchmark(context: Context, row: Effect) -> Inlines:
    """The share beside one known from elsewhere, with where that is from."""
    p = context.printer
    basis = next(
        (
            b.basis
            for b in context.plan.benchmarks
            if b.parameter == row.parameter and b.contrast in (None, row.contrast or None) and b.share == row.at
        ),
        "",
    )
    known: Inlines = (" (", Quote(basis.rstrip(".")), ")") if basis else ()
    share: Inlines = (p.out_of(row),) if row.count is not None else ("a share of ", p.estimate(row))
    test: Inlines = (": exact binomial ", p.p(row), " (smallest attainable ", p.p_number(row, "p_min"), ")")
    beside: Inlines = (" beside the share of ", p.at(row), " known from elsewhere", *known)
    return (*_named(context, row), ": ", *share, *beside, *test, ".")


PRIORS = {"weak_share": "weak", "sceptical_share": "sceptical", "enthusiastic_share": "enthusiastic"}


def _under_priors(context: Context, code: str) -> list[Inlines]:
    """The share under three priors, side by side: one sentence for each share known from elsewhere."""
    rows = [row for row in context.rows.find(code, "shrunken_share") if row.n]
    sentences: list[Inlines] = []
    for place in dict.fromkeys((row.contrast, row.stratum, row.at) for row in rows):
        own = {row.variant: row for row in rows if (row.contrast, row.stratum, row.at) == place}
        told = [_under_prior(context, own[variant], name) for variant, name in PRIORS.items() if variant in own]
        first = next(iter(own.values()))
        known: Inlines = (" (share known from elsewhere: ", context.printer.at(first), ")")
        sentences.append((*_named(context, first), ", under three priors", *known, ": ", *joined(told, "; "), "."))
    return sentences


def _under_prior(context: Context, row: Effect, name: str) -> Inlines:
    p = context.printer
    beyond: Inlines = ()
    if row.statistic is not None:
        beyond = (", probability of more ", Num(shown.share(row.statistic), row.effect_id, "statistic"))
    return (
        f"{name} ",
        Quote(row.text),
        " ",
        p.estimate(row),
        " (",
        p.level(row),
        " credible ",
        p.limits(row),
        *beyond,
        ")",
    )


def _turned(context: Context, row: Effect) -> Inlines:
    """Yes or no before and after: of those who turned, how many the counted way."""
    p = context.printer
    way = {"into": "into the category", "out of": "out of the range"}.get(row.text, "the counted way")
    moved: Inlines = (" patients whose state changed moved ", way)
    turned: Inlines = (p.out_of(row), *moved) if row.count is not None else ("patients moved ", way)
    test: Inlines = (" McNemar test ", p.p(row), " (smallest attainable ", p.p_number(row, "p_min"), "), n = ")
    kind = "mid-p" if row.variant == "mid_p" else "exact"
    if row.p is None:
        return (*_named(context, row), ": ", *turned, ", n = ", p.whole(row, "n"), ".")
    return (*_named(context, row), ": ", *turned, "; ", kind, *test, p.whole(row, "n"), ".")


def rate_blocks(context: Context, code: str) -> list[Block]:
    """Events per time observed, and the early rate beside the late one."""
    rows = [r for m in ("person_time", "rate", "rate_ratio") for r in context.rows.find(code, m)]
    if not any(row.n for row in rows):
        return []
    p = context.printer
    return [
        Grid(
            id=safe_id(code, "rates"),
            caption=(label(code), ": events per time observed"),
            header=(("Quantity",), ("Events",), ("Estimate",), ("Interval",), ("p",), ("n",)),
            rows=tuple(
                (
                    _rate_name(context, row),
                    (p.out_of(row),) if row.count is not None else NOT_APPLICABLE,
                    (p.estimate(row), *unit_inline(row.unit if row.method != "rate_ratio" else "")),
                    interval_cell(context, row) if row.method != "person_time" else NOT_APPLICABLE,
                    (p.p_number(row),) if row.p is not None else NOT_APPLICABLE,
                    (p.whole(row, "n"),),
                )
                for row in rows
            ),
            notes=(*open_note(rows), *flag_notes(context, rows, silent=("limit_open",))),
            numeric=(False, True, True, True, True, True),
        )
    ]


def _rate_name(context: Context, row: Effect) -> Inlines:
    if row.method == "person_time":
        return ("time observed",)
    if row.method == "rate":
        return ("rate", *((", ", variant_label(row.variant)) if row.variant else ()))
    return ("rate up to ", *context.printer.time(row), " divided by the rate after")
