"""Formulas of SBML documents: Python expression trees, made from MathML and evaluated over a table of symbols.

Symbols are names, time is the call `time()`, functions of MathML and of the document are calls.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

Symbols = dict[str, float]


def _root(x: float, degree: float = 2.0) -> float:
    return math.sqrt(x) if degree == 2 else x ** (1.0 / degree)


def _logic(test: Callable[[list[bool]], bool]) -> Callable[..., bool]:
    return lambda *arguments: test([bool(a) for a in arguments])


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": math.exp,
    "log": math.log,
    "power": math.pow,
    "min": min,
    "max": max,
    "log_base": lambda base, x: math.log10(x) if base == 10 else math.log(x) / math.log(base),
    "root": _root,
    "abs": abs,
    "floor": lambda x: float(math.floor(x)),
    "ceiling": lambda x: float(math.ceil(x)),
    "factorial": lambda x: math.gamma(x + 1.0),
    "rem": math.fmod,
    "quotient": lambda a, b: float(math.trunc(a / b)),
    "implies": lambda a, b: (not a) or bool(b),
    "and_": _logic(all),
    "or_": _logic(any),
    "xor": _logic(lambda found: sum(found) % 2 == 1),
    "not_": lambda a: not a,
    **{name: getattr(math, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{f"arc{name}": getattr(math, f"a{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
}
"""Functions of formulas by the name of their call."""

Definition = tuple[tuple[str, ...], ast.expr]
"""Arguments and body of a function of the document."""


def names(tree: ast.expr) -> frozenset[str]:
    """Symbols of a formula; names of functions are none."""
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    return frozenset(n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called)


def uses_time(tree: ast.expr) -> bool:
    """Whether a formula depends on time by name."""
    return any(isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "time" for n in ast.walk(tree))


class _Replace(ast.NodeTransformer):
    def __init__(self, replacements: Mapping[str, ast.expr]) -> None:
        self.replacements = replacements

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return deepcopy(self.replacements.get(node.id, node))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(a) for a in node.args]  # the name of a function is no symbol
        return node


def replaced(tree: ast.expr, replacements: Mapping[str, ast.expr]) -> ast.expr:
    """A copy of a formula with symbols replaced by formulas, all at once."""
    result: ast.expr = _Replace(replacements).visit(deepcopy(tree))
    return result


class _Expand(ast.NodeTransformer):
    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self.definitions = definitions

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(a) for a in node.args]
        if not isinstance(node.func, ast.Name) or node.func.id not in self.definitions:
            return node
        arguments, body = self.definitions[node.func.id]
        given = dict(zip(arguments, node.args, strict=True))
        expanded: ast.expr = self.visit(replaced(body, given))
        return expanded


def expanded(tree: ast.expr, definitions: Mapping[str, Definition]) -> ast.expr:
    """A copy of a formula with the functions of the document worked in. They must not call themselves."""
    result: ast.expr = _Expand(definitions).visit(deepcopy(tree))
    return result


class _Lookup(ast.NodeTransformer):
    """Symbols become entries of a table, so that none can clash with a word of Python; numbers become floats."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Constant(float(node.value))  # type: ignore[arg-type]

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow):  # math.pow has no complex results
            return ast.Call(ast.Name("power", ast.Load()), [left, right], [])
        return ast.BinOp(left, node.op, right)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Subscript(ast.Name("symbols", ast.Load()), ast.Constant(node.id), ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if isinstance(node.func, ast.Name) and node.func.id == "time":
            return ast.Subscript(ast.Name("symbols", ast.Load()), ast.Constant(""), ast.Load())
        node.args = [self.visit(a) for a in node.args]
        return node


def compiled(tree: ast.expr, definitions: Mapping[str, Definition]) -> Callable[[Symbols], float]:
    """A formula as a function of a table of symbols, time under the blank name.

    The tree holds only arithmetic, comparisons, choices and calls of `FUNCTIONS`: it was built node by node.
    """
    body = _Lookup().visit(expanded(tree, definitions))
    arguments = ast.arguments(posonlyargs=[], args=[ast.arg("symbols")], kwonlyargs=[], kw_defaults=[], defaults=[])
    code = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    function: Callable[[Symbols], float] = eval(compile(code, "<sbml>", "eval"), {"__builtins__": {}, **FUNCTIONS})  # noqa: S307

    def value(symbols: Symbols) -> float:
        try:
            return float(function(symbols))
        except (ZeroDivisionError, ValueError, OverflowError):
            return math.nan

    return value
