"""The functions of a model: the committed module of its equations, or, for a model from outside, written now."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from costim.mechanism.compiled.generate import source
from costim.mechanism.model.catalogue import MODELS
from costim.mechanism.model.fingerprint import fingerprint
from costim.mechanism.model.model import Model


def kernels(model: Model) -> ModuleType:
    """A module with `rates`, `jacobian`, `by_parameters`, `outputs` and their kin, as plain Python functions.

    The same module for all models with the same equations, whatever their values: compile it once.
    """
    wanted = fingerprint(model)
    known = _committed()
    return known[wanted] if wanted in known else _written(wanted, source(model))


@cache
def _committed() -> dict[str, ModuleType]:
    found = {}
    for name in MODELS:
        path = f"costim.mechanism.compiled.{name}"
        if find_spec(path) is not None:
            module = import_module(path)
            found[module.EQUATIONS] = module
    return found


@cache
def _written(equations: str, text: str) -> ModuleType:
    """A model read from elsewhere. `text` was written by `source` from checked trees: it holds no foreign code."""
    module = ModuleType(f"costim_equations_{equations}")
    exec(compile(text, f"<equations {equations}>", "exec"), module.__dict__)  # noqa: S102
    return module
