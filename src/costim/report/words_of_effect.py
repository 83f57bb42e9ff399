"""Any effect row as text ready to paste: the result in one line, how it was computed, what it rests on, what to beware.

The same words stand in the report; there each number also names its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from costim.registry.catalogue import methods, references
from costim.registry.effects import Effect
from costim.registry.flags import flag_meanings
from costim.registry.parameters import parameter
from costim.report import format as shown
from costim.report.document import Inline, Inlines, Num, Quote, Term
from costim.report.format import NumberStyle
from costim.report.printer import Printer, known_fields

P_AT_FLOOR = "p_at_floor"
"""Flag of a p-value that is the smallest the data could have given."""
SAID_BY_THE_TEXT = frozenset({"limit_open", "ties_present"})
"""Flags that the text itself tells or that change nothing for the reader."""


@dataclass(frozen=True, slots=True)
class Described:
    """One result in words. `str()` gives the sentence."""

    text: str
    """Estimate, interval, p-value with the smallest attainable, n: without a full stop."""
    methods: str
    """Sentences for the methods paragraph; blank where the registry has none."""
    assumption: str
    """What the method rests on; blank for rows that only describe."""
    warnings: tuple[str, ...]
    """Meanings of the flags of the row that a reader must know."""
    references: tuple[str, ...]
    """Sources of the method as printed."""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class _Words:
    what: str
    """Name of the estimate; blank = the label of the registry."""
    test: str = ""
    """What stands before the letter p."""


_WORDS = MappingProxyType(
    {
        "signed_rank": _Words("Hodges–Lehmann shift", "exact"),
        "sign_test": _Words("better", "exact sign test"),
        "mean_shift": _Words("mean change", "sign-flip test"),
        "rank_biserial": _Words("matched-pairs rank-biserial correlation"),
        "g_av": _Words("mean change in standard deviations, average of before and after (Hedges g_av)"),
        "d_z": _Words("mean change in standard deviations of the change (d_z; for planning)"),
        "geometric_mean_ratio": _Words("ratio of geometric means, after to before"),
        "tipping_shift": _Words("shift by other causes at which the interval first touches zero"),
        "expected_regression": _Words("change expected from regression to the mean alone"),
        "test_retest_sd": _Words("test-retest standard deviation"),
        "change_net_of_regression": _Words("change net of regression to the mean"),
        "tipping_long_run_mean": _Words("assumed long-run mean at which the interval first touches zero"),
        "change_net_of_steroid": _Words("change net of the glucocorticoid dose"),
        "tipping_natural_course": _Words("change by time alone at which the interval first touches zero"),
        "rule_of_three": _Words("share, one-sided limit"),
        "mcnemar": _Words("whose state changed moved the counted way", "McNemar test"),
        "benchmark_test": _Words("share set beside the one known from elsewhere", "exact binomial"),
        "rate": _Words("rate", ""),
        "rate_ratio": _Words("rate ratio, early to late", "exact conditional"),
        "mixed_model": _Words("mean change since the first visit", "mixed model"),
        "mixed_model_test": _Words("change over all visits", "F test"),
        "friedman": _Words("difference between visits", "Friedman test"),
        "composition_change": _Words("change", "sign-flip test"),
        "kaplan_meier": _Words("Kaplan–Meier share without the event"),
        "cumulative_incidence": _Words("cumulative incidence"),
        "turnbull": _Words("share without the event, times as intervals (Turnbull)"),
        "rmst": _Words("restricted mean time"),
        "median_survival": _Words("median time"),
    }
)
_SHARES = frozenset({"proportion", "proportion_beyond"})
_ESTIMATED = frozenset({"signed_rank", "rate", "rate_ratio", "non_overlap", "rule_of_three", "benchmark_test"})
"""Methods with a count beside an estimate that is the result."""
_RATIO_BESIDE = frozenset({"mcnemar"})
"""Methods whose estimate is an odds ratio, beside the count that a reader understands."""
_TEST_OF_VARIANT = MappingProxyType({"exact": "exact ", "mid_p": "mid-p ", "permutation": "permutation "})
_STRATUM_FIRST = frozenset({"mean", "sd", "median", "minimum", "maximum", "category_count", "transition"})


def describe_effect(row: Effect, style: NumberStyle, decimals: int | None = None) -> Described:
    """One effect row in words, in the number style of a journal.

    Args:
        row: any effect row.
        style: one of `costim.report.format.STYLES`.
        decimals: those the values were recorded with; by default those of the instrument's step in the registry.

    Returns:
        Text, methods sentences, assumption, warnings and references.
    """
    if decimals is None:
        step = parameter(row.parameter).resolution
        decimals = shown.decimals_of(step) if step else 0
    printer = Printer(style, MappingProxyType({row.parameter: decimals}), sparing=True)
    known = [methods()[code] for code in codes_of(row) if code in methods()]
    level = shown.level(row.level) if row.level is not None else "confidence"
    keys = dict.fromkeys(key for method in known for key in method.references)
    return Described(
        text=plain_text(result_inlines(printer, row)),
        methods=" ".join(m.sentence.replace("{level}", level) for m in known if m.sentence),
        assumption=" ".join(m.assumption for m in known if m.assumption),
        warnings=tuple(flag_meanings().get(code, code.replace("_", " ")) for code in warning_flags(row)),
        references=tuple(references()[key].text for key in keys if key in references()),
    )


def codes_of(row: Effect) -> tuple[str, ...]:
    """Method and variants of a row, as the registry of methods names them."""
    parts = [part.strip() for part in row.variant.replace(";", ",").split(",") if part.strip()]
    return tuple(dict.fromkeys([row.method, *parts]))


def warning_flags(row: Effect) -> tuple[str, ...]:
    """Flags a reader must know, with the one of a p-value at its floor, whether or not the row carries it."""
    found = [flag for flag in row.flags if flag not in SAID_BY_THE_TEXT]
    return tuple(dict.fromkeys([*found, *([P_AT_FLOOR] if at_floor(row) else [])]))


def at_floor(row: Effect) -> bool:
    """Is the p-value the smallest these data could have given?"""
    return row.p is not None and row.p_min is not None and row.p <= row.p_min * (1 + 1e-9)


def plain_text(inlines: Inlines) -> str:
    """Inlines as one text."""
    return "".join(part if isinstance(part, str) else part.text for part in inlines)


def result_inlines(p: Printer, row: Effect) -> Inlines:
    """`Hodges–Lehmann shift −9 points (95% CI −12 to −6), exact p = 0.00195 (smallest attainable 0.00195), n = 10`."""
    if row.method in _SHARES and row.count is not None:
        return _share(p, row)
    parts: list[Inline] = [*_head(p, row)]
    limits = _interval(p, row)
    if limits and row.method not in _RATIO_BESIDE:
        parts += [" (", *limits, ")"]
    if row.p is not None:
        parts += [", ", *_test(row), p.p(row), *_floor(p, row)]
    if limits and row.method in _RATIO_BESIDE:
        known: Inlines = (p.estimate(row), " ") if row.estimate is not None else ()
        parts += [", conditional odds ratio ", *known, "(", *limits, ")"]
    return (*parts, ", n", *_equals(p), p.whole(row, "n"), *_gone(p, row))


def _share(p: Printer, row: Effect) -> Inlines:
    """`8 of 10 improved (80%; exact 95% CI 44% to 97%)`: counts first, and limits as percentages like the share."""
    beyond: Inlines = (" documented beyond ", *p.time(row)) if row.method == "proportion_beyond" else ()
    named: Inlines = (" ", Quote(row.stratum.replace("_", " "))) if row.stratum else ()
    limits = _interval(p, row)
    exact = "exact " if row.variant == "clopper_pearson" else ""
    inside: Inlines = () if row.estimate is None else (p.percent(row),)
    if limits:
        inside = (*inside, "; " if inside else "", exact, *limits)
    return (p.out_of(row), *named, *beyond, *((" (", *inside, ")") if inside else ()), *_gone(p, row))


def _head(p: Printer, row: Effect) -> Inlines:
    """What is estimated, and the estimate."""
    named = _name(p, row)
    if row.count is not None and row.method not in _ESTIMATED:
        counted: Inlines = (p.out_of(row),)
        return (*counted, " ", *named) if row.method in ("sign_test", "mcnemar") else (*named, " ", *counted)
    if row.estimate is None and not known_fields(row, "estimate_lower", "estimate_upper"):
        test_only = row.p is not None or row.statistic is not None
        return (*named, *_statistic(p, row)) if test_only else (*named, " not estimated")
    bounds: Inlines = ("anywhere from ",) if row.estimate is None and _two_ends(row) else ()
    gap = ": " if row.method.startswith("change_net_of") else " "
    return (*named, gap, *bounds, *p.with_unit(row))


def _two_ends(row: Effect) -> bool:
    return row.estimate_lower is not None and row.estimate_upper is not None and row.estimate_lower < row.estimate_upper


def _name(p: Printer, row: Effect) -> Inlines:
    words = _WORDS.get(row.method)
    label = methods()[row.method].label if row.method in methods() else row.method.replace("_", " ")
    name: list[Inline] = [words.what if words else Term(label)]
    if row.at is not None:
        name += [" at ", *_at(p, row)]
    if row.stratum and row.method == "sign_test":
        return (Quote(row.stratum.replace("_", " ")),)
    if row.stratum:
        said: Inline = Quote(row.stratum.replace("_", " "))
        name = [said, " ", *name] if row.method in _STRATUM_FIRST else [*name, " (", said, ")"]
    return tuple(name)


def _at(p: Printer, row: Effect) -> Inlines:
    unit: Inlines = (" ", Term(shown.unit_text(row.unit))) if row.unit else ()
    match row.method:
        case "change_net_of_regression":
            return ("an assumed long-run mean of ", p.at(row), *unit)
        case "change_net_of_steroid" | "tipping_natural_course":
            return ("an assumed ", p.at(row), *unit, " per mg more")
        case "expected_regression":
            return (p.at(row), " readings averaged")
        case "benchmark_test":
            return (p.at(row),)
        case _:
            return p.time(row)


def _statistic(p: Printer, row: Effect) -> Inlines:
    if row.statistic is None:
        return ()
    df: Inlines = (" (", p.df(row), " degrees of freedom)") if row.df is not None else ()
    return (", statistic ", p.statistic(row), *df)


def _interval(p: Printer, row: Effect) -> Inlines:
    known = known_fields(row, "lower", "upper")
    if row.level is None or (not known and row.estimate is None):
        return ()
    credible = row.method in ("shrunken_change", "shrunken_share")
    name = " credible interval" if credible else " CI"
    comma = "," if p.style.interval_comma else ""
    if row.count is not None and row.estimate is not None and row.method in _SHARES:
        return (p.level(row), f"{name}{comma} ", _percent_limits(p, row))
    return (p.level(row), f"{name}{comma} ", p.limits(row))


def _percent_limits(p: Printer, row: Effect) -> Inline:
    """Limits of a share as percentages, like the share itself."""
    fields = known_fields(row, "lower", "upper")
    text = shown.interval(
        row.lower,
        row.upper,
        lambda value: shown.percent(p.style, value, row.denominator or row.n),
        lower_open=row.lower_open,
        upper_open=row.upper_open,
    )
    return Num(text, row.effect_id, "+".join(fields)) if fields else text


def _test(row: Effect) -> Inlines:
    words = _WORDS.get(row.method)
    kind = _TEST_OF_VARIANT.get(row.variant, "")
    test = words.test if words else ""
    if kind and test.startswith("exact "):
        test = test.removeprefix("exact ")
    return (f"{kind}{test} ",) if kind or test else ()


def _floor(p: Printer, row: Effect) -> Inlines:
    said: list[Inlines] = []
    if row.p_min is not None:
        said.append(("smallest attainable ", p.p_number(row, "p_min")))
    if row.p_adjusted is not None:
        said.append(("adjusted within its family ", p.p(row, "p_adjusted")))
    parts: list[Inline] = []
    for one in said:
        parts += ["; " if parts else " (", *one]
    return (*parts, ")") if parts else ()


def _gone(p: Printer, row: Effect) -> Inlines:
    return (", ", p.whole(row, "n_missing"), " missing") if row.n_missing else ()


def _equals(p: Printer) -> Inlines:
    return (" = ",) if p.style.spaced else ("=",)
