"""Formulas of model files: a small part of Python's expressions, read by Python's own parser and never executed."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from costim.mechanism.model.expression import Expression, Operation, call, name, neg, number, rebuild, substitute
from costim.mechanism.model.model import Function

BINARY: dict[type[ast.operator], Operation] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}
KNOWN: dict[str, tuple[Operation, int]] = {"exp": ("exp", 1), "log": ("log", 1), "min": ("min", 2), "max": ("max", 2)}
"""Functions every formula may call, and how many arguments they take."""


class FormulaError(ValueError):
    """A formula that is not one."""


def parse(formula: str, functions: Mapping[str, Function]) -> Expression:
    """The tree of a formula; calls of `functions` are expanded.

    Args:
        formula: numbers, names, `+ - * / **`, parentheses, exp, log, min, max (of two) and calls of `functions`.
        functions: by name.

    Raises:
        FormulaError: it holds anything else.
    """
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except SyntaxError as error:
        raise FormulaError(f"cannot read the formula {formula!r}") from error
    return _tree(tree.body, functions, formula)


def _tree(node: ast.expr, functions: Mapping[str, Function], formula: str) -> Expression:
    match node:
        case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(value, bool):
            return number(float(value))
        case ast.Name(id=identifier):
            return name(identifier)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return neg(_tree(operand, functions, formula))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _tree(operand, functions, formula)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return rebuild(BINARY[type(op)], (_tree(left, functions, formula), _tree(right, functions, formula)))
        case ast.Call(func=ast.Name(id=called), args=args, keywords=[]):
            return _called(called, tuple(_tree(a, functions, formula) for a in args), functions, formula)
    raise FormulaError(f"{ast.unparse(node)!r} is not allowed in the formula {formula!r}")


def _called(
    called: str, arguments: tuple[Expression, ...], functions: Mapping[str, Function], formula: str
) -> Expression:
    if called in functions:
        function = functions[called]
        if len(arguments) != len(function.arguments):
            raise FormulaError(f"{called} takes {len(function.arguments)} arguments in the formula {formula!r}")
        inner = {key: value for key, value in functions.items() if key != called}  # no function calls itself
        return substitute(parse(function.formula, inner), dict(zip(function.arguments, arguments, strict=True)))
    if called in KNOWN and len(arguments) == KNOWN[called][1]:
        return call(KNOWN[called][0], *arguments)
    raise FormulaError(f"{called} with {len(arguments)} arguments is not a function known to the formula {formula!r}")
