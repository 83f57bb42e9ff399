"""How p-values of a family were corrected, in words."""

from __future__ import annotations

from types import MappingProxyType

from costim.registry.effects import Effect
from costim.registry.plan_questions import Endpoint
from costim.report.context import Context
from costim.report.document import Block, Bullets, Inlines, Paragraph, Quote
from costim.report.sections.words import joined, titled

CORRECTIONS = MappingProxyType(
    {
        "westfall_young": (
            "Westfall–Young: the signs of whole patients are turned, so that markers which move together are not "
            "punished twice; holds the chance of any false finding"
        ),
        "holm": "Holm: step-down, whatever the dependence; holds the chance of any false finding",
        "benjamini_hochberg": "Benjamini–Hochberg: holds the share of false findings, not the chance of any",
    }
)
_SHORT = MappingProxyType(
    {"westfall_young": "Westfall–Young", "holm": "Holm", "benjamini_hochberg": "Benjamini–Hochberg"}
)
_FLAG = "adjusted_"


def correction_of(row: Effect) -> str:
    """The correction a row carries; blank where its p-value was not adjusted. Rows without a flag were Holm's."""
    named = next((flag.removeprefix(_FLAG) for flag in row.flags if flag.removeprefix(_FLAG) in CORRECTIONS), "")
    return named or ("holm" if row.p_adjusted is not None else "")


def family_note(context: Context, endpoint: Endpoint, rows: list[Effect]) -> tuple[Inlines, ...]:
    """Under a table with an adjusted p: the correction, and what it was corrected with."""
    used = next((row for row in rows if row.p_adjusted is not None), None)
    if used is None:
        return ()
    others = [e for e in context.plan.endpoints if e.family == endpoint.family and e is not endpoint]
    along = joined([titled(context.plan, e) for e in others]) if others else ("no other endpoint",)
    said: Inlines = ("Adjusted p: corrected by the method of ", _SHORT[correction_of(used)], " together with ", *along)
    return ((*said, "."),)


def family_blocks(context: Context) -> list[Block]:
    """Which endpoints share a correction for multiple testing, and which correction."""
    names = dict.fromkeys(e.family for e in context.plan.endpoints if e.family)
    declared = {family.name: family for family in context.plan.families}
    items: list[Inlines] = []
    for name in names:
        family = declared.get(name)
        members = joined([titled(context.plan, e) for e in context.plan.endpoints if e.family == name])
        named: Inlines = (Quote(family.label if family is not None and family.label else name), ": ", *members)
        how = CORRECTIONS[family.correction if family is not None else "holm"]
        items.append((*named, ". ", how, *_incomplete(family.incomplete if family is not None else ""), "."))
    return [Paragraph(("Families of endpoints corrected together:",)), Bullets(tuple(items))] if items else []


def _incomplete(rule: str) -> str:
    """What happens to patients without a reading of some member."""
    words = {
        "available": "; a patient without a reading of some member counts for the others",
        "complete": "; only patients with a reading of every member are used",
    }
    return words.get(rule, "")
