"""What an event that comes first does to a time to event, in words (estimands of ICH E9(R1))."""

from __future__ import annotations

from costim.registry.plan_questions import Endpoint
from costim.report.context import Context
from costim.report.document import Block, Bullets, Inlines, Paragraph
from costim.report.sections.words import endpoint_label
from costim.report.strategies import estimand_words, variant_of


def estimand_blocks(context: Context, code: str) -> list[Block]:
    """For each endpoint of this event that declares strategies: who, what, and what other events do."""
    items = tuple(_estimand(e) for e in context.plan.endpoints if e.parameter == code and e.intercurrent)
    if not items:
        return []
    said = "Estimand: every treated patient, from the first infusion. An event that comes first is handled as declared:"
    return [Paragraph((said,)), Bullets(items)]


def _estimand(endpoint: Endpoint) -> Inlines:
    return (endpoint_label(endpoint), ": ", *estimand_words(variant_of(endpoint)), ".")
