"""The equations of a model as trees over states, values and inputs, quantities and functions worked in."""

from __future__ import annotations

from dataclasses import dataclass

from costim.mechanism.model.expression import Expression, names_in, substitute
from costim.mechanism.model.model import Model
from costim.mechanism.model.parse import FormulaError, parse


@dataclass(frozen=True, slots=True)
class System:
    """Trees in the orders of the model; every name in them is a state, a value or an input."""

    quantities: dict[str, Expression]
    rates: tuple[Expression, ...]
    """(states)."""
    baseline: tuple[Expression, ...]
    """(states), of values only."""
    at_dose: dict[str, Expression]
    """State -> what it is set to when an infusion starts; only states that are set."""
    outputs: tuple[Expression, ...]
    """(outputs), of states and values."""


def system(model: Model) -> System:
    """The trees of a model.

    Raises:
        FormulaError: a formula cannot be read, names something unknown, or quantities are circular.
    """
    quantities = _quantities(model)
    values = frozenset(model.value_names)
    states = frozenset(model.states)

    def tree(formula: str, known: frozenset[str], what: str) -> Expression:
        found = substitute(parse(formula, model.functions), quantities)
        if unknown := sorted(names_in(found) - known):
            raise FormulaError(f"{what} of model {model.name}: unknown name {', '.join(unknown)} in {formula!r}")
        return found

    moving = states | frozenset(model.parameters) | frozenset(model.inputs)
    return System(
        quantities=quantities,
        rates=tuple(tree(s.rate, moving, f"rate of {s.name}") for s in model.states.values()),
        baseline=tuple(
            tree(s.baseline, frozenset(model.parameters), f"baseline of {s.name}") for s in model.states.values()
        ),
        at_dose={
            s.name: tree(s.at_dose, states | frozenset(model.parameters), f"at_dose of {s.name}")
            for s in model.states.values()
            if s.at_dose
        },
        outputs=tuple(tree(o.formula, states | values, f"output {o.name}") for o in model.outputs.values()),
    )


def _quantities(model: Model) -> dict[str, Expression]:
    """Quantities worked into each other, however they are ordered."""
    waiting = {q.name: parse(q.formula, model.functions) for q in model.quantities.values()}
    done: dict[str, Expression] = {}
    while waiting:
        ready = [key for key, e in waiting.items() if not names_in(e) & waiting.keys()]
        if not ready:
            raise FormulaError(f"quantities of model {model.name} are circular: {', '.join(sorted(waiting))}")
        for key in ready:
            done[key] = substitute(waiting.pop(key), done)
    return {key: done[key] for key in model.quantities}
