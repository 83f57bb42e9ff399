"""Laboratory and cerebrospinal fluid: paired changes and every recorded value."""

from __future__ import annotations

from costim.report.context import Context
from costim.report.document import Block
from costim.report.sections.changes import paired_blocks
from costim.report.sections.counts import category_and_share_blocks
from costim.report.sections.readings import value_tables


def write_laboratory(context: Context) -> list[Block]:
    """Paired laboratory endpoints, then the values of every patient."""
    codes = context.rows.parameters("lab.")
    return [
        *paired_blocks(context, "laboratory"),
        *category_and_share_blocks(context, codes),
        *value_tables(context, codes, "laboratory-values", "Laboratory values"),
    ]
