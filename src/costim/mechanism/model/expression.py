"""Formulas as trees. Built by small constructors that fold constants, so that derivatives stay readable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Operation = Literal[
    "number", "name", "add", "sub", "mul", "div", "neg", "pow", "powlog", "exp", "log", "min", "max", "at_most"
]
"""`powlog(x, e)` is x**e * log(x), 0 where x <= 0; `at_most(a, b, x, y)` is x where a <= b, else y."""


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A node; equal trees are equal and hash alike. Never built directly: use the constructors below."""

    operation: Operation
    arguments: tuple[Expression, ...] = ()
    value: float = 0.0
    name: str = ""
    _hash: int = field(init=False, repr=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.operation, self.arguments, self.value, self.name)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Expression) or self._hash != other._hash:
            return False
        return (self.operation, self.value, self.name, self.arguments) == (
            other.operation,
            other.value,
            other.name,
            other.arguments,
        )


def number(value: float) -> Expression:
    """A constant."""
    return Expression("number", value=float(value) + 0.0)


ZERO, ONE = number(0), number(1)


def name(identifier: str) -> Expression:
    """A state, parameter, quantity or input."""
    return Expression("name", name=identifier)


def is_number(e: Expression, value: float | None = None) -> bool:
    """Whether `e` is a constant (that constant)."""
    return e.operation == "number" and (value is None or e.value == value)


def add(a: Expression, b: Expression) -> Expression:
    """Sum."""
    if is_number(a) and is_number(b):
        return number(a.value + b.value)
    if is_number(a, 0):
        return b
    if is_number(b, 0):
        return a
    if b.operation == "neg":
        return sub(a, b.arguments[0])
    return Expression("add", (a, b))


def sub(a: Expression, b: Expression) -> Expression:
    """Difference."""
    if is_number(a) and is_number(b):
        return number(a.value - b.value)
    if is_number(b, 0):
        return a
    if is_number(a, 0):
        return neg(b)
    if a == b:
        return ZERO
    if b.operation == "neg":
        return add(a, b.arguments[0])
    return Expression("sub", (a, b))


def neg(a: Expression) -> Expression:
    """Negation."""
    if is_number(a):
        return number(-a.value)
    if a.operation == "neg":
        return a.arguments[0]
    return Expression("neg", (a,))


def mul(a: Expression, b: Expression) -> Expression:
    """Product."""
    if is_number(a) and is_number(b):
        return number(a.value * b.value)
    for one, other in ((a, b), (b, a)):
        if is_number(one) and one.value in (0, 1, -1):
            return ZERO if one.value == 0 else other if one.value == 1 else neg(other)
    if a.operation == "neg":
        return neg(mul(a.arguments[0], b))
    if b.operation == "neg":
        return neg(mul(a, b.arguments[0]))
    return Expression("mul", (a, b))


def div(a: Expression, b: Expression) -> Expression:
    """Quotient."""
    if is_number(a) and is_number(b) and b.value != 0:
        return number(a.value / b.value)
    if is_number(a, 0) and not is_number(b, 0):
        return ZERO
    if is_number(b, 1):
        return a
    if a.operation == "neg":
        return neg(div(a.arguments[0], b))
    return Expression("div", (a, b))


def power(base: Expression, exponent: Expression) -> Expression:
    """Power, of a base not below 0."""
    if is_number(exponent, 0):
        return ONE
    if is_number(exponent, 1):
        return base
    if is_number(exponent, 2):
        return mul(base, base)
    if is_number(base) and is_number(exponent) and base.value > 0:
        return number(base.value**exponent.value)
    return Expression("pow", (base, exponent))


def call(operation: Operation, *arguments: Expression) -> Expression:
    """Any other operation, as it stands."""
    return Expression(operation, arguments)


BUILDERS: dict[str, Callable[..., Expression]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "neg": neg,
    "pow": power,
}


def rebuild(operation: Operation, arguments: tuple[Expression, ...]) -> Expression:
    """A node of this operation, constants folded."""
    builder = BUILDERS.get(operation)
    return builder(*arguments) if builder else Expression(operation, arguments)


def substitute(e: Expression, replacements: Mapping[str, Expression]) -> Expression:
    """Names replaced by trees, all at once."""
    if e.operation == "name":
        return replacements.get(e.name, e)
    if not e.arguments:
        return e
    return rebuild(e.operation, tuple(substitute(a, replacements) for a in e.arguments))


def names_in(e: Expression) -> frozenset[str]:
    """Every name the tree mentions."""
    if e.operation == "name":
        return frozenset((e.name,))
    return frozenset().union(*(names_in(a) for a in e.arguments))
