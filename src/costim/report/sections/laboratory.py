"""Laboratory and cerebrospinal fluid: paired changes and every recorded value."""

from __future__ import annotations

from costim.registry.plan_questions import Selector
from costim.report.context import Context
from costim.report.document import Block
from costim.report.sections.changes import change_blocks, contrast_of, paired_endpoints
from costim.report.sections.counts import category_and_share_blocks
from costim.report.sections.readings import qualifies, value_tables


def write_laboratory(context: Context) -> list[Block]:
    """Paired laboratory endpoints, then the values of every patient."""
    codes = context.rows.parameters("lab.")
    return [
        *change_blocks(context, "laboratory"),
        *category_and_share_blocks(context, codes),
        *value_tables(
            context, [code for code in codes if not _shown(context, code)], "laboratory-values", "Laboratory values"
        ),
    ]


def _shown(context: Context, code: str) -> bool:
    """Does the patient table of a paired endpoint hold every reading of this test?"""
    for endpoint in paired_endpoints(context):
        contrast = contrast_of(context, endpoint)
        if (
            endpoint.parameter == code
            and contrast is not None
            and _holds(context, code, contrast.baseline, contrast.post)
        ):
            return True
    return False


def _holds(context: Context, code: str, *selectors: Selector) -> bool:
    places = [
        (row.subject, i) for row in context.rows.measured(code) for i, s in enumerate(selectors) if qualifies(row, s)
    ]
    return len(places) == len(set(places)) == len(context.rows.measured(code))
