"""Strategies for intercurrent events in words, and the variant by which rows under them are known (ICH E9(R1))."""

from __future__ import annotations

from types import MappingProxyType

from costim.registry.plan_questions import Endpoint
from costim.report.document import Inline, Inlines, Quote

STRATEGIES = MappingProxyType(
    {
        "treatment_policy": "is ignored (treatment policy)",
        "hypothetical": "ends the observation, as if it had not happened (hypothetical)",
        "composite": "counts as the event (composite)",
        "competing": "leaves the event impossible (competing; cumulative incidence)",
    }
)


def is_estimand(variant: str) -> bool:
    """Does a variant name strategies for intercurrent events?"""
    return "=" in variant


def estimand_words(variant: str) -> Inlines:
    """`retreatment=composite` -> `retreatment counts as the event (composite)`."""
    parts: list[Inline] = []
    for entry in variant.split(";"):
        event, _, strategy = entry.strip().partition("=")
        said = STRATEGIES.get(strategy)
        parts += ["; "] if parts else []
        parts += [Quote(event.replace("_", " ")), " ", said] if said else [Quote(entry.strip())]
    return tuple(parts)


def variant_of(endpoint: Endpoint) -> str:
    """The variant of rows under the strategies of an endpoint; blank where it declares none."""
    return "; ".join(endpoint.intercurrent)
