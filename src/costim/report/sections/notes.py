"""Notes under a table: what each flag of its rows means, and which patients or quantities it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from costim.registry.catalogue import methods
from costim.registry.effects import Effect
from costim.registry.flags import flag_meanings
from costim.registry.measurements import Measurement
from costim.registry.natural import natural_key
from costim.report.context import Context
from costim.report.document import Inline, Inlines, Quote, Term
from costim.report.sections.words import (
    joined,
    label,
    listed,
    method_label,
    mid_sentence,
    variant_label,
    visit_label,
    words,
)

MOST_NAMED = 6
"""Names in one note; the others are not listed, the appendix has every row with its flags."""
NOT_SHOWN = frozenset({"time_converted"})
"""Flags of the study day; tables that print no day leave them out."""


def _variant_named(text: str) -> Inline:
    """The label of a variant that the registry knows; else its own words."""
    return variant_label(text) if text in methods() else Quote(words(text))


Naming = tuple[Callable[[Effect], str], Callable[[str], Inline]]
_NAMINGS: tuple[Naming, ...] = (
    (lambda row: row.parameter, label),
    (lambda row: row.method, method_label),
    (lambda row: row.variant, _variant_named),
    (lambda row: row.stratum, lambda text: Quote(words(text))),
)


def flag_notes(
    context: Context, rows: Iterable[Effect | Measurement], *, days: bool = False, silent: Sequence[str] = ()
) -> tuple[Inlines, ...]:
    """One note for each flag the rows carry, in the words of the registry, with the rows it concerns.

    Where every row carries the flag the note names none.

    Args:
        context: labels of visits and the order of patients.
        rows: rows behind the table, all effects or all measurements.
        days: does the table print study days?
        silent: flags that the table itself says.
    """
    shown = list(rows)
    codes = sorted({flag for row in shown for flag in row.flags} - set(silent) - (set() if days else NOT_SHOWN))
    return tuple(_note(context, shown, code) for code in codes)


def _note(context: Context, rows: Sequence[Effect | Measurement], code: str) -> Inlines:
    flagged = [row for row in rows if code in row.flags]
    meaning = flag_meanings().get(code)
    said: Inline = Term(meaning) if meaning else Quote(words(code))
    readings = [row for row in flagged if isinstance(row, Measurement)]
    if readings:
        everybody = {row.subject for row in rows if isinstance(row, Measurement)}
        names = _patients(context, readings, everybody)
    else:
        names = _quantities(
            context, [r for r in flagged if isinstance(r, Effect)], [r for r in rows if isinstance(r, Effect)]
        )
    if not names:
        return (said,)
    return (*capitalised(names), ": ", Term(_lowered(meaning)) if meaning else said)


def _patients(context: Context, flagged: Sequence[Measurement], everybody: set[str]) -> Inlines:
    subjects = sorted({row.subject for row in flagged}, key=natural_key)
    if len(subjects) == len(everybody) and len(everybody) > 1:
        return ()
    visits = {row.visit for row in flagged}
    named: Sequence[Inline] = [Quote(subject) for subject in subjects[:MOST_NAMED]]
    where: Inlines = (", ", mid_sentence(visit_label(context.plan, visits.pop()))) if _one_visit(visits) else ()
    more = (" and others",) if len(subjects) > MOST_NAMED else ()
    head = "Patient " if len(subjects) == 1 else "Patients "
    return (head, *(listed(named) if not more else _commas(named)), *more, *where)


def _one_visit(visits: set[str]) -> bool:
    return len(visits) == 1 and "" not in visits


def _commas(parts: Sequence[Inline]) -> Inlines:
    found: list[Inline] = []
    for part in parts:
        found += [", ", part] if found else [part]
    return tuple(found)


def _quantities(context: Context, flagged: Sequence[Effect], rows: Sequence[Effect]) -> Inlines:
    """Names by the first property that tells the flagged rows from the others; nothing when all are flagged."""
    if len(flagged) == len(rows):
        return ()
    visits = {visit.name for visit in context.plan.visits}
    for value_of, named in _NAMINGS:
        values = list(dict.fromkeys(value_of(row) for row in flagged))
        others = {value_of(row) for row in rows if row not in flagged}
        if all(values) and not others & set(values):
            names = [
                visit_label(context.plan, value) if value in visits else named(value) for value in values[:MOST_NAMED]
            ]
            return (*joined([(name,) for name in names]), *((" and others",) if len(values) > MOST_NAMED else ()))
    return ()


def capitalised(names: Inlines) -> Inlines:
    """A label of the registry that begins a note begins with a capital; words of the study stay as they are."""
    first = names[0]
    if not isinstance(first, Term) or not first.text:
        return names
    return (Term(first.text[0].upper() + first.text[1:]), *names[1:])


def _lowered(text: str) -> str:
    """A sentence that follows a colon; `B cells` keeps its capital."""
    if text.startswith(("A ", "It ", "The ", "Some ", "With ", "No ", "One ", "More ", "Too ", "What ", "Recorded ")):
        return text[0].lower() + text[1:]
    return text
