"""Writes the functions of every model: `python -m costim.mechanism.compiled.generate` (`make kernels`).

They are plain Python on floats and NumPy arrays: numba compiles them, and they run without it. Models that differ only
in values share a module.
"""

from __future__ import annotations

from pathlib import Path

from costim.mechanism.model.array_functions import ArrayFunction, array_functions
from costim.mechanism.model.catalogue import MODELS, load_model
from costim.mechanism.model.expression import Expression
from costim.mechanism.model.fingerprint import fingerprint
from costim.mechanism.model.model import Model
from costim.mechanism.model.system import system
from costim.mechanism.model.write_python import Writer, function_body

HERE = Path(__file__).parent
HEAD = '''"""Equations of {title}. Written by `make kernels` from model/{name}.toml; not to be edited."""
# ruff: noqa
# fmt: off
# mypy: ignore-errors

import math

EQUATIONS = "{fingerprint}"
STATES = {states!r}
VALUES = {values!r}
PARAMETERS = {parameters}
OUTPUTS = {outputs!r}
'''


def source(model: Model) -> str:
    """The module of a model: one function for each of `array_functions`, its last argument the array that it fills.

    y: (states); p: (values), as `model.value_names`; infusion: mg per day. `at_dose(p, y)` changes y in place.
    """
    head = HEAD.format(
        title=model.title,
        name=model.name,
        fingerprint=fingerprint(model),
        states=tuple(model.states),
        values=model.value_names,
        parameters=len(model.parameters),
        outputs=tuple(model.outputs),
    )
    quantities = system(model).quantities
    sources = {key: f"y[{i}]" for i, key in enumerate(model.states)}
    sources |= {key: f"p[{i}]" for i, key in enumerate(model.value_names)}
    return head + "".join(_function(key, f, sources, quantities) for key, f in array_functions(model).items())


def _function(name: str, function: ArrayFunction, sources: dict[str, str], quantities: dict[str, Expression]) -> str:
    result = function.result
    lines = [f"{result}[:, :] = 0.0"] if len(function.shape) == 2 else []
    assigned = [(f"{result}[{', '.join(map(str, i))}]", e) for i, e in function.entries.items()]
    lines += function_body(assigned, sources, Writer(quantities))
    arguments = ", ".join((*function.arguments, result))
    return f"\n\ndef {name}({arguments}):\n" + "".join(f"    {line}\n" for line in lines or ["pass"])


def modules() -> dict[str, str]:
    """File name -> source, one for each set of equations in the catalogue."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    for name in MODELS:
        model = load_model(name)
        if fingerprint(model) not in seen:
            seen.add(fingerprint(model))
            found[f"{name}.py"] = source(model)
    return found


if __name__ == "__main__":
    for file, text in modules().items():
        (HERE / file).write_text(text, encoding="utf-8")
