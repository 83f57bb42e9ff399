"""Formulas of the model as MathML."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from costim.mechanism.model.expression import names_in
from costim.mechanism.model.model import Function
from costim.mechanism.model.parse import FormulaError, parse

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">time</csymbol>'
SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "plus",
    ast.Sub: "minus",
    ast.Mult: "times",
    ast.Div: "divide",
    ast.Pow: "power",
}
WORDS = {"exp": "exp", "log": "ln", "min": "min", "max": "max"}


def math(content: str) -> str:
    """Content of a formula in its element."""
    return f'<math xmlns="{NAMESPACE}">{content}</math>'


def apply(operator: str, *arguments: str) -> str:
    """An operator (`plus`) on contents."""
    return f"<apply><{operator}/>{''.join(arguments)}</apply>"


def symbol(identifier: str) -> str:
    """A name."""
    return f"<ci>{identifier}</ci>"


def number(value: float) -> str:
    """A number without unit; whole numbers that were written so stay so."""
    if isinstance(value, int):
        return f'<cn type="integer" sbml:units="dimensionless">{value}</cn>'
    mantissa, _, exponent = repr(value).partition("e")
    if exponent:
        return f'<cn type="e-notation" sbml:units="dimensionless">{mantissa}<sep/>{int(exponent)}</cn>'
    return f'<cn sbml:units="dimensionless">{mantissa}</cn>'


def free_names(functions: Mapping[str, Function]) -> dict[str, tuple[str, ...]]:
    """Parameters that functions use without taking them: SBML wants them as arguments."""
    return {
        key: tuple(
            sorted(names_in(parse(f.formula, {k: v for k, v in functions.items() if k != key})) - {*f.arguments})
        )
        for key, f in functions.items()
    }


def content(formula: str, functions: Mapping[str, Function]) -> str:
    """MathML of a formula; calls of functions get the parameters these use as further arguments."""
    return _content(ast.parse(formula.strip(), mode="eval").body, free_names(functions))


def _content(node: ast.expr, free: Mapping[str, tuple[str, ...]]) -> str:
    match node:
        case ast.Constant(value=value) if isinstance(value, int | float):
            return number(value)
        case ast.Name(id=identifier):
            return symbol(identifier)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return apply("minus", _content(operand, free))
        case ast.BinOp(left=left, op=op, right=right):
            return apply(SIGNS[type(op)], _content(left, free), _content(right, free))
        case ast.Call(func=ast.Name(id=called), args=args):
            inner = "".join(_content(a, free) for a in args)
            if called in free:
                return f"<apply>{symbol(called)}{inner}{''.join(map(symbol, free[called]))}</apply>"
            return apply(WORDS[called], inner)
    raise FormulaError(f"{ast.unparse(node)!r} has no MathML")


def function_definitions(functions: Mapping[str, Function]) -> list[str]:
    """Lines of `listOfFunctionDefinitions`."""
    free = free_names(functions)
    lines = []
    for key, function in functions.items():
        arguments = "".join(f"<bvar>{symbol(a)}</bvar>" for a in (*function.arguments, *free[key]))
        body = content(function.formula, functions)
        lines.append(
            f'<functionDefinition id="{key}">{math(f"<lambda>{arguments}{body}</lambda>")}</functionDefinition>'
        )
    return ["<listOfFunctionDefinitions>", *lines, "</listOfFunctionDefinitions>"] if lines else []
