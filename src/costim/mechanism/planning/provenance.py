"""What a plan rests on, in words: which values are published, derived or speculative, and what was drawn of them."""

from __future__ import annotations

from typing import Literal

from costim.mechanism.model.model import Evidence, Model
from costim.mechanism.population.uncertainty import uncertainties

EVIDENCE: tuple[Evidence, ...] = ("published", "derived", "speculative")


def describe_evidence(
    model: Model, source: Literal["uncertain", "as they are", "a posterior"] | str
) -> tuple[str, ...]:
    """Sentences for below the numbers of a plan.

    Args:
        model: the mechanism of the plan.
        source: where typical values came from.
    """
    named = {kind: [n for n, p in model.parameters.items() if p.evidence == kind] for kind in EVIDENCE}
    counts = ", ".join(f"{len(names)} {kind}" for kind, names in named.items() if names)
    states = [state.title for state in model.states.values() if state.evidence == "speculative"]
    lines = [f"Values of the mechanism: {counts}. Speculative: {', '.join(named['speculative'])}."]
    if states:
        lines.append(
            f"Speculative equations: {'; '.join(states)}. Return of B cells rests on them least, relapse most."
        )
    if source == "uncertain":
        drawn = uncertainties(model)
        published = [f"{u.name} {u.rse:.0%}" for u in drawn if u.basis == "published"]
        lines.append(
            f"{len(drawn)} typical values were drawn. Published relative standard errors: {', '.join(published)}; "
            "those of the others are assumed by evidence."
        )
    elif source == "a posterior":
        lines.append("Typical values are draws of the posterior given; those it does not name are taken as they are.")
    else:
        lines.append("Typical values are taken as they are: what is not known of them is not in the power.")
    lines.append("Between patients values scatter as the model states, most of that scatter derived or assumed.")
    return tuple(lines)
