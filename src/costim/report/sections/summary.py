"""Summary: who, what, design, n, and each primary endpoint with the limit of the design beside it."""

from __future__ import annotations

from costim.report.context import Context
from costim.report.document import Block, Inline, Inlines, Paragraph, Quote
from costim.report.sections.exposure import infusions_inlines
from costim.report.sections.sentences import sentences
from costim.report.sections.words import NO_CONTROL, cohort_size


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
    given = infusions_inlines(context)
    return (*parts, *((" ", *given, ".") if given else ()))


def _findings(context: Context) -> Inlines:
    primary = [e for e in context.plan.endpoints if e.primary]
    parts: list[Inline] = []
    if not context.plan.endpoints:
        parts.append("The study declares no endpoint, so nothing was estimated. ")
    elif not primary:
        parts.append("The study names no primary endpoint; every endpoint is in the overview of effects. ")
    for endpoint in primary:
        parts += [*sentences(context, endpoint), " "]
    return (*parts, *_not_recomputable(context), NO_CONTROL)


def _not_recomputable(context: Context) -> Inlines:
    """Printed counts on which the source rests a test, and which these data do not hold."""
    parts: list[Inline] = []
    for record in context.results.published.to_dicts():
        code = f"published.{record['result_id']}"
        implied = context.rows.first(code, "sign_test_of_published_count")
        compared = context.rows.first(code, "published_comparison")
        if implied is None or compared is None or compared.text != "not recomputable":
            continue
        parts += ["The printed result “", Quote(str(record["quantity"])), "” (", context.printer.out_of(implied)]
        parts.append(") cannot be recomputed from these data. ")
    return tuple(parts)
