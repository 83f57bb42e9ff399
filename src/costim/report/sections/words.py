"""Names in print: labels of parameters, endpoints, contrasts, visits, flags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from costim.registry.catalogue import methods
from costim.registry.flags import flag_meanings
from costim.registry.parameters import parameter, parameters
from costim.registry.plan import Plan
from costim.registry.plan_assumptions import Constraint
from costim.registry.plan_questions import Endpoint
from costim.report.context import Context
from costim.report.document import Inline, Inlines, Quote, Term
from costim.report.format import plain
from costim.report.printer import unit_inline
from costim.report.reading_names import MEANINGS, READINGS

NO_CONTROL = (
    "The design has a single arm and no control group: these numbers describe change over time and cannot separate "
    "the study drug from the natural course, regression to the mean or other treatment."
)
_WORDS_OF_TIME = frozenset(
    {"After", "At", "Baseline", "Before", "Between", "Day", "During", "End", "Entry", "First", "Follow-up", "From"}
    | {"Last", "Later", "Month", "On", "One", "Screening", "Start", "Three", "To", "Two", "Until", "Week", "Year"}
)


def label(code: str) -> Inline:
    """The label of a parameter; one the registry does not know is a word of the input."""
    text = parameter(code).label
    return Term(text) if code in parameters() else Quote(text)


def reading_words(reading: str) -> Inline:
    """An alternative reading in words; the name of one that a file gives as it stands there."""
    if reading not in READINGS:
        return Quote(reading)
    return Term(f"“{READINGS[reading]}” ({MEANINGS[reading]})")


def safe_id(*parts: str) -> str:
    """An anchor made of names: letters, digits and hyphens."""
    return "-".join(re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-") for part in parts if part)


def label_with_unit(code: str, units: Iterable[str] | None = None) -> Inlines:
    """`SLEDAI (points)`.

    Args:
        code: the parameter.
        units: units of the values shown, blank = not stated; None = that of the registry. A number whose source states
            no unit is never given one.
    """
    found = {parameter(code).unit} if units is None else set(units)
    stated = sorted(found - {""})
    if len(stated) != 1:
        return (label(code),)
    doubt = " where stated" if "" in found else ""
    return (label(code), " (", *unit_inline(stated[0])[1:], f"{doubt})")


def endpoint_label(endpoint: Endpoint) -> Inline:
    """The label the study gives, else that of the parameter."""
    return Quote(endpoint.label) if endpoint.label else label(endpoint.parameter)


def contrast_label(plan: Plan, name: str | None) -> Inline:
    """The label of a contrast, or its name; blank without a contrast."""
    if not name:
        return ""
    found = next((c for c in plan.contrasts if c.name == name), None)
    return Quote(found.label if found is not None and found.label else name)


def titled(plan: Plan, endpoint: Endpoint) -> Inlines:
    """Endpoint and contrast, for captions and beginnings of sentences: `SLEDAI (before treatment to day 28)`."""
    return (endpoint_label(endpoint), *in_brackets(contrast_label(plan, endpoint.contrast)))


def in_brackets(name: Inline) -> Inlines:
    """The label of a contrast or visit, in brackets after the name of a parameter."""
    return (" (", mid_sentence(name), ")") if name else ()


def mid_sentence(name: Inline) -> Inline:
    """A label of the study inside a sentence: its first word is lower case when it is one of time or place."""
    if not isinstance(name, Quote):
        return name
    first = name.text.split(" ", 1)[0]
    return Quote(first.lower() + name.text[len(first) :]) if first in _WORDS_OF_TIME else name


def cohort_size(context: Context) -> Inline | None:
    """The number of patients, from the row that counts them or from a count that covers all of them."""
    row = context.rows.first("subject", "subjects")
    if row is not None and row.count is not None:
        return context.printer.whole(row, "count")
    sexes = context.rows.find("subject.sex", "category_count")
    return context.printer.whole(sexes[0], "denominator") if sexes and sexes[0].denominator is not None else None


def visit_place(plan: Plan, name: str) -> int:
    """Where a visit stands in the plan; visits it does not name come last."""
    names = [visit.name for visit in plan.visits]
    return names.index(name) if name in names else len(names)


def visit_label(plan: Plan, name: str) -> Inline:
    """The label of a visit, or its name."""
    found = next((v for v in plan.visits if v.name == name), None)
    text = found.label if found is not None and found.label else name
    return Quote(text) if text else "no visit named"


def stated_limits(constraint: Constraint) -> Quote:
    """What a constraint says of a time: `at most 12 months`."""
    limits = " and ".join(
        f"{word} {plain(value)}"
        for word, value in (("at least", constraint.at_least), ("at most", constraint.at_most))
        if value is not None
    )
    return Quote(f"{limits} {constraint.unit}")


def words(code: str) -> str:
    """A category code as words."""
    return code.replace("_", " ")


def joined(parts: Sequence[Inlines], by: str = "; ") -> Inlines:
    """Several inlines in one, with a separator."""
    found: list[Inline] = []
    for part in parts:
        found += [by, *part] if found else part
    return tuple(found)


def listed(parts: Sequence[Inline]) -> Inlines:
    """`a, b and c`."""
    found: list[Inline] = []
    for i, part in enumerate(parts):
        if i:
            found.append(" and " if i == len(parts) - 1 else ", ")
        found.append(part)
    return tuple(found)


def flag_inline(code: str) -> Inline:
    """The meaning of a flag; a flag that has none is quoted."""
    meaning = flag_meanings().get(code)
    return Term(meaning) if meaning else Quote(words(code))


def flags_in_short(flags: Sequence[str]) -> Inlines:
    """Flag names as words, for a table cell."""
    return listed([Term(words(f)) if f in flag_meanings() else Quote(words(f)) for f in flags])


def variant_label(variant: str) -> Term:
    """The label of a variant where the registry of methods has one, else its name in words."""
    known = methods().get(variant)
    return Term(known.label if known is not None and known.label else words(variant))


def method_label(method: str) -> Term:
    """The label of a method where the registry has one, else its name in words."""
    return variant_label(method)
