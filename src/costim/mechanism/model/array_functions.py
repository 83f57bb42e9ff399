"""What can be computed of a model, entry by entry: rates, outputs, baseline, doses, and their derivatives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from costim.mechanism.model.differentiate import derivative
from costim.mechanism.model.expression import ONE, Expression, is_number
from costim.mechanism.model.model import Model
from costim.mechanism.model.system import system

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ArrayFunction:
    """A function that fills an array."""

    arguments: tuple[str, ...]
    """Of `y` (states), `p` (values) and the inputs of the model."""
    result: str
    """Name of the array filled."""
    shape: Index
    entries: dict[Index, Expression]
    """Index -> tree; of a matrix, what is not named is 0."""


def array_functions(model: Model) -> dict[str, ArrayFunction]:
    """Every function of a model by name.

    Columns: of a `jacobian` and of `..._by_states` the states, of `..._by_parameters` `model.parameters`, of
    `outputs_by_values` `model.value_names`. `at_dose` keeps states that no dose sets.
    """
    s = system(model)
    states, parameters, values = tuple(model.states), tuple(model.parameters), model.value_names
    moving = ("y", "p", *model.inputs)
    dose = {i: s.at_dose[key] for i, key in enumerate(states) if key in s.at_dose}
    by_states = _matrix(dose.items(), states) | {(i, i): ONE for i in range(len(states)) if i not in dose}
    wide, square = (len(states), len(parameters)), (len(states), len(states))
    seen = ("y", "p")
    return {
        "rates": ArrayFunction(moving, "dy", (len(states),), _vector(s.rates)),
        "jacobian": ArrayFunction(moving, "J", square, _matrix(enumerate(s.rates), states)),
        "by_parameters": ArrayFunction(moving, "dp", wide, _matrix(enumerate(s.rates), parameters)),
        "outputs": ArrayFunction(seen, "out", (len(s.outputs),), _vector(s.outputs)),
        "outputs_by_states": ArrayFunction(
            seen, "out", (len(s.outputs), len(states)), _matrix(enumerate(s.outputs), states)
        ),
        "outputs_by_values": ArrayFunction(
            seen, "out", (len(s.outputs), len(values)), _matrix(enumerate(s.outputs), values)
        ),
        "baseline": ArrayFunction(("p",), "y", (len(states),), _vector(s.baseline)),
        "baseline_by_parameters": ArrayFunction(("p",), "dp", wide, _matrix(enumerate(s.baseline), parameters)),
        "at_dose": ArrayFunction(("p",), "y", (len(states),), {(i,): e for i, e in dose.items()}),
        "at_dose_by_states": ArrayFunction(("p", "y"), "J", square, dict(sorted(by_states.items()))),
        "at_dose_by_parameters": ArrayFunction(("p", "y"), "dp", wide, _matrix(dose.items(), parameters)),
    }


def _vector(trees: tuple[Expression, ...]) -> dict[Index, Expression]:
    return {(i,): e for i, e in enumerate(trees)}


def _matrix(trees: Iterable[tuple[int, Expression]], by: tuple[str, ...]) -> dict[Index, Expression]:
    found = {(i, j): derivative(e, b) for i, e in trees for j, b in enumerate(by)}
    return {place: d for place, d in found.items() if not is_number(d, 0)}
