"""The weakest evidence that the course of something seen rests on."""

from __future__ import annotations

from costim.mechanism.model.expression import names_in
from costim.mechanism.model.model import Evidence, Model
from costim.mechanism.model.parse import parse

WEAKER: tuple[Evidence, ...] = ("published", "derived", "speculative")
"""Each is weaker than those before it."""


def evidence_of(model: Model, output: str) -> Evidence:
    """Of an output: the weakest tag of its states, of the parameters in their equations, and of its own scales.

    States that act from further upstream are not followed: in a loop everything would rest on everything.

    Raises:
        KeyError: the model has no such output.
    """
    own = _with_quantities(model, model.outputs[output].formula)
    states = [name for name in own if name in model.states]
    named = set(own)
    for name in states:
        named |= _with_quantities(model, model.states[name].rate)
    tags: list[Evidence] = [model.states[name].evidence for name in states]
    entries = {**model.parameters, **model.scales}
    tags += [entries[name].evidence for name in sorted(named) if name in entries]
    return max(tags, key=WEAKER.index, default="speculative")


def _with_quantities(model: Model, formula: str) -> frozenset[str]:
    """Names in a formula, those of its quantities included."""
    names = names_in(parse(formula, model.functions))
    for name in sorted(names & frozenset(model.quantities)):
        names |= _with_quantities(model, model.quantities[name].formula)
    return names
