"""What these data cannot show, written from the data."""

from __future__ import annotations

from collections.abc import Sequence

from costim.registry.measurements import AS_RECORDED
from costim.report.context import Context
from costim.report.document import Block, Bullets, Inline, Inlines, Paragraph, Quote
from costim.report.sections.changes import main_test, paired_endpoints
from costim.report.sections.comedication import comedication_limits
from costim.report.sections.endpoints import main_rows
from costim.report.sections.missing import missing_blocks
from costim.report.sections.other_causes import TITLE as OTHER_CAUSES
from costim.report.sections.words import (
    NO_CONTROL,
    cohort_size,
    flag_inline,
    joined,
    label,
    listed,
    titled,
    words,
)


def write_limits(context: Context, skipped: Sequence[str]) -> list[Block]:
    """Every limit that the design, the plan and the rows themselves give.

    Args:
        context: the results.
        skipped: titles of sections about which the study recorded nothing.
    """
    return [
        Paragraph((NO_CONTROL,)),
        *_choice_of_endpoints(context),
        *_regression(context),
        *comedication_limits(context),
        *_size(context),
        *_no_pairs(context),
        *_censoring(context),
        *_constraints(context),
        *missing_blocks(context),
        *_unverified(context),
        *_skipped(skipped),
    ]


CHOICE_OF_ENDPOINTS = {
    "after_data": (
        "Choice of endpoints. The endpoints of this analysis, primary ones included, were chosen after the data were "
        "known. Its p-values describe these data; they confirm nothing that was predicted."
    ),
    "not_stated": (
        "Choice of endpoints. The study does not state whether its endpoints were fixed before the data were seen; if "
        "they were not, the p-values describe these data and confirm nothing that was predicted."
    ),
}


def _choice_of_endpoints(context: Context) -> list[Block]:
    said = CHOICE_OF_ENDPOINTS.get(context.plan.study.endpoints_chosen)
    return [Paragraph((said,))] if said and context.plan.endpoints else []


def _regression(context: Context) -> list[Block]:
    """Where there is a change to explain, its own section says how large other causes would have to be."""
    said = (
        "Regression to the mean and time. Patients are usually treated when their disease is at its worst, so part of "
        "any change for the better would have come without treatment."
    )
    if any(known is not None and known.n > 0 for known in (main_test(context, e) for e in paired_endpoints(context))):
        said += f" How large that part would have to be stands under “{OTHER_CAUSES}”."
    return [Paragraph((said,))]


def _size(context: Context) -> list[Block]:
    p = context.printer
    items: list[Inlines] = []
    few: list[Inlines] = []
    for endpoint in paired_endpoints(context):
        row = main_test(context, endpoint)
        if row is None or row.n == 0 or row.p_min is None:
            continue
        name = titled(context.plan, endpoint)
        items.append((*name, ": n = ", p.whole(row, "n"), ", smallest attainable p ", p.p_number(row, "p_min"), "."))
        few += [name] if "few_pairs" in row.flags else []
    for endpoint in context.plan.endpoints:
        if endpoint.kind in ("proportion", "time_to_event"):
            items += [
                (*titled(context.plan, endpoint), ": n = ", p.whole(row, "n"), ".")
                for row in main_rows(context, endpoint)[:1]
            ]
    size = cohort_size(context)
    head: list[Inline] = ["Number of patients. "]
    head += ["N = ", size, ". "] if size is not None else []
    head.append("The number of patients limits how narrow an interval and how small a p-value can be.")
    blocks: list[Block] = [Paragraph(tuple(head))]
    blocks += [Bullets(tuple(items))] if items else []
    if few:
        blocks.append(Paragraph((flag_inline("few_pairs"), " This concerns: ", *joined(few), ".")))
    return blocks


def _no_pairs(context: Context) -> list[Block]:
    items: list[Inlines] = []
    for endpoint in context.plan.endpoints:
        if endpoint.kind == "paired_change":
            test = main_test(context, endpoint)
            if test is None or test.n == 0:
                items.append((*titled(context.plan, endpoint), ": no patient has both readings."))
        elif not main_rows(context, endpoint):
            items.append((*titled(context.plan, endpoint), ": nothing was recorded from which it could be estimated."))
    if not items:
        return []
    return [Paragraph(("Endpoints that could not be estimated:",), role="warning"), Bullets(tuple(items))]


def _censoring(context: Context) -> list[Block]:
    items: list[Inlines] = []
    for code in context.rows.parameters("event."):
        subjects = [
            r.subject for r in context.rows.measured(code) if r.text == "unknown" or "status_unknown" in r.flags
        ]
        if not subjects:
            continue
        everybody = context.rows.subjects()
        whom = "patient " if len(set(subjects)) == 1 else "patients "
        named: Inlines = (whom, *listed([Quote(s) for s in everybody if s in set(subjects)]))
        if set(subjects) == set(everybody) and len(everybody) > 1:
            named = ("any patient",)
        items.append((label(code), ": not known for ", *named, "."))
    if not items:
        return []
    said = (
        "Unknown censoring. For some times the source does not say whether the event happened then or whether "
        "observation ended without it."
    )
    if any(row.method == "kaplan_meier" and row.estimate is None for row in context.rows.effects):
        said += " Every admissible combination was considered, so survival is given as bounds."
    return [Paragraph((said,)), Bullets(tuple(items))]


def _constraints(context: Context) -> list[Block]:
    if not context.plan.constraints:
        return []
    used = {c for row in context.rows.effects for c in row.constraints}
    items = tuple(
        (
            "Constraint ",
            Quote(c.id),
            " (",
            Quote(words(c.event)),
            "): ",
            Quote(c.basis),
            "" if c.id in used else " It was not needed by any result.",
        )
        for c in context.plan.constraints
    )
    said = "Stated constraints. Results marked with them hold only if these statements of the source are right:"
    return [Paragraph((said,)), Bullets(items)]


def _unverified(context: Context) -> list[Block]:
    recorded = [r for r in context.rows.measurements if r.reading == AS_RECORDED]
    codes = {r.parameter for r in recorded if "unverified_rule" in r.flags}
    codes |= {r.parameter for r in context.rows.effects if "unverified_rule" in r.flags}
    if not codes:
        return []
    names: list[Inline] = [label(c) for c in sorted(codes)]
    said = "Unverified rules. These quantities follow rules from memory (evidence mark M); check the papers: "
    return [Paragraph((said, *listed(names), "."), role="warning")]


def _skipped(skipped: Sequence[str]) -> list[Block]:
    if not skipped:
        return []
    names = listed([title.lower() if not title.startswith("B ") else title for title in skipped])
    return [Paragraph(("Nothing was recorded about: ", *names, "."))]
