"""MathML of SBML documents to formulas."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterable
from functools import reduce
from typing import TYPE_CHECKING

from costim.mechanism.sbml.formulas import Definition

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MATHML = "{http://www.w3.org/1998/Math/MathML}"
TIME = "http://www.sbml.org/sbml/symbols/time"
CONSTANTS = {"pi": math.pi, "exponentiale": math.e, "infinity": math.inf, "notanumber": math.nan, "true": 1, "false": 0}
OPERATORS: dict[str, Callable[[], ast.operator]] = {"times": ast.Mult, "plus": ast.Add}
PAIRS: dict[str, Callable[[], ast.operator]] = {"minus": ast.Sub, "divide": ast.Div, "power": ast.Pow}
RELATIONS: dict[str, Callable[[], ast.cmpop]] = {
    "eq": ast.Eq,
    "neq": ast.NotEq,
    "gt": ast.Gt,
    "lt": ast.Lt,
    "geq": ast.GtE,
    "leq": ast.LtE,
}
RENAMED = {"ln": "log", "and": "and_", "or": "or_", "not": "not_"}
ARITY: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("exp", "ln", "abs", "floor", "ceiling", "factorial", "not"), (1, 1)),
    **dict.fromkeys(("sin", "cos", "tan", "sinh", "cosh", "tanh"), (1, 1)),
    **dict.fromkeys(("arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh"), (1, 1)),
    **dict.fromkeys(("rem", "quotient", "implies"), (2, 2)),
    **dict.fromkeys(("min", "max"), (1, 99)),
    **dict.fromkeys(("and", "or", "xor"), (0, 99)),
}
"""MathML function -> fewest and most arguments."""
MOST_TERMS = 200
"""Of one sum or product: each is a level of nesting."""
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class MathError(ValueError):
    """Mathematics that is not read; the message says what and why."""


def tag(element: Element) -> str:
    """Name of a MathML element.

    Raises:
        MathError: it is none.
    """
    if not element.tag.startswith(MATHML):
        raise MathError(f"<{element.tag.rpartition('}')[2]}> inside mathematics is not MathML")
    return element.tag.removeprefix(MATHML)


def formula(math_element: Element) -> ast.expr:
    """The formula of a `math` element.

    Raises:
        MathError: something in it is not supported.
    """
    children = list(math_element)
    if len(children) != 1:
        raise MathError(f"a formula has one content, found {len(children)}")
    return _node(children[0])


def definition(math_element: Element) -> Definition:
    """Arguments and body of a `lambda`.

    Raises:
        MathError: something in it is not supported.
    """
    children = list(math_element)
    if len(children) != 1 or tag(children[0]) != "lambda" or not len(children[0]):
        raise MathError("a function definition holds one lambda")
    *variables, body = children[0]
    if any(tag(v) != "bvar" or len(v) != 1 or tag(v[0]) != "ci" for v in variables):
        raise MathError("arguments of a lambda are bvar elements")
    return tuple(_identifier(v[0]) for v in variables), _node(body)


def _identifier(element: Element) -> str:
    text = (element.text or "").strip()
    if not IDENTIFIER.fullmatch(text):
        raise MathError(f"{text!r} is no identifier")
    return text


def _node(element: Element) -> ast.expr:
    kind = tag(element)
    if kind == "cn":
        return _number(element)
    if kind == "ci":
        return ast.Name(_identifier(element), ast.Load())
    if kind == "csymbol":
        if element.get("definitionURL") == TIME:
            return _call("time", [])
        raise MathError(f"the symbol {element.get('definitionURL', '')} is not supported")
    if kind in CONSTANTS:
        return ast.Constant(CONSTANTS[kind])
    if kind == "piecewise":
        return _piecewise(element)
    if kind == "apply" and len(element):
        return _apply(element[0], list(element)[1:])
    raise MathError(f"<{kind}> is not supported")


def _number(element: Element) -> ast.expr:
    kind = element.get("type", "real")
    parts = [(element.text or "").strip(), *((child.tail or "").strip() for child in element)]
    try:
        if kind == "integer":
            return ast.Constant(int(parts[0]))
        if kind == "real":
            return ast.Constant(float(parts[0]))
        if kind == "e-notation":
            return ast.Constant(float(f"{float(parts[0])!r}e{int(parts[1])}"))
        if kind == "rational":
            return ast.Constant(int(parts[0]) / int(parts[1]))
    except (ValueError, IndexError, ZeroDivisionError, OverflowError) as error:
        raise MathError(f"{' '.join(parts)!r} is no number of type {kind}") from error
    raise MathError(f"numbers of type {kind} are not supported")


def _piecewise(element: Element) -> ast.expr:
    result: ast.expr = ast.Constant(math.nan)  # where no piece holds and nothing else is said
    for child in reversed(list(element)):
        if tag(child) == "otherwise" and len(child) == 1:
            result = _node(child[0])
        elif tag(child) == "piece" and len(child) == 2:
            result = ast.IfExp(_node(child[1]), _node(child[0]), result)
        else:
            raise MathError(f"<{tag(child)}> in a piecewise is not supported")
    return result


def _apply(operator: Element, rest: list[Element]) -> ast.expr:
    kind = tag(operator)
    if kind == "ci":
        return _call(_identifier(operator), map(_node, rest))
    if kind in ("log", "root"):
        return _qualified(kind, rest)
    arguments = [_node(child) for child in rest]
    if kind in OPERATORS:
        return _many(kind, arguments)
    return _arithmetic(kind, arguments) or _function(kind, arguments)


def _arithmetic(kind: str, arguments: list[ast.expr]) -> ast.expr | None:
    """Minus, quotient, power, comparison; nothing for another operator or number of arguments."""
    if kind == "minus" and len(arguments) == 1:
        return ast.UnaryOp(ast.USub(), arguments[0])
    if kind in PAIRS and len(arguments) == 2:
        return ast.BinOp(arguments[0], PAIRS[kind](), arguments[1])
    if kind in RELATIONS and len(arguments) >= 2:
        return ast.Compare(arguments[0], [RELATIONS[kind]() for _ in arguments[1:]], arguments[1:])
    return None


def _function(kind: str, arguments: list[ast.expr]) -> ast.expr:
    low, high = ARITY.get(kind, (1, 0))
    if low <= len(arguments) <= high:
        if kind in ("min", "max") and len(arguments) == 1:
            return arguments[0]
        return _call(RENAMED.get(kind, kind), arguments)
    known = kind in ARITY or kind in PAIRS or kind in RELATIONS
    raise MathError(f"{kind} with {len(arguments)} arguments" if known else f"the operator <{kind}> is not supported")


def _many(kind: str, arguments: list[ast.expr]) -> ast.expr:
    if len(arguments) > MOST_TERMS:
        raise MathError(f"{kind} with {len(arguments)} arguments; at most {MOST_TERMS} are read")
    if not arguments:
        return ast.Constant(0 if kind == "plus" else 1)
    return reduce(lambda a, b: ast.BinOp(a, OPERATORS[kind](), b), arguments)


def _qualified(kind: str, rest: list[Element]) -> ast.expr:
    """Logarithm with a base (10 if left out), root with a degree (2 if left out)."""
    word = "logbase" if kind == "log" else "degree"
    given = [child for child in rest if tag(child) == word]
    inner = [_node(child) for child in rest if tag(child) != word]
    if len(inner) != 1 or len(given) > 1 or any(len(g) != 1 for g in given):
        raise MathError(f"{kind} takes one argument and at most one {word}")
    qualifier: ast.expr = _node(given[0][0]) if given else ast.Constant(10 if kind == "log" else 2)
    return _call("log_base", [qualifier, *inner]) if kind == "log" else _call("root", [*inner, qualifier])


def _call(name: str, arguments: Iterable[ast.expr]) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
