"""Derivatives of formulas, by rule."""

from __future__ import annotations

from collections.abc import Callable

from costim.mechanism.model.expression import (
    ONE,
    ZERO,
    Expression,
    add,
    call,
    div,
    is_number,
    mul,
    neg,
    power,
    sub,
)


def derivative(e: Expression, by: str) -> Expression:
    """The partial derivative of a tree by a name.

    `min` and `max` take the side that the value takes; where both are equal, the first.

    Args:
        e: a tree without quantities (they hide the names they are made of).
        by: a state, parameter or input.
    """
    return _derivative(e, by, {})


def _derivative(e: Expression, by: str, done: dict[Expression, Expression]) -> Expression:
    if e not in done:
        if e.operation == "number":
            done[e] = ZERO
        elif e.operation == "name":
            done[e] = ONE if e.name == by else ZERO
        else:
            inner = tuple(_derivative(a, by, done) for a in e.arguments)
            # Nothing inside depends on `by`: no rule needed, and none can blow up.
            done[e] = ZERO if all(is_number(d, 0) for d in inner) else RULES[e.operation](e, *inner)
    return done[e]


def _mul(e: Expression, da: Expression, db: Expression) -> Expression:
    a, b = e.arguments
    return add(mul(da, b), mul(a, db))


def _div(e: Expression, da: Expression, db: Expression) -> Expression:
    # d(a/b) = (da - (a/b) db)/b: the quotient itself is shared with the value.
    return div(sub(da, mul(e, db)), e.arguments[1])


def _pow(e: Expression, da: Expression, db: Expression) -> Expression:
    base, exponent = e.arguments
    by_base = mul(mul(exponent, power(base, sub(exponent, ONE))), da)
    return add(by_base, mul(call("powlog", base, exponent), db))


def _powlog(e: Expression, da: Expression, db: Expression) -> Expression:
    base, exponent = e.arguments
    if not is_number(db, 0):
        raise NotImplementedError("second derivative by an exponent")
    lower = sub(exponent, ONE)
    return mul(add(mul(exponent, call("powlog", base, lower)), power(base, lower)), da)


def _min(e: Expression, da: Expression, db: Expression) -> Expression:
    a, b = e.arguments
    return call("at_most", a, b, da, db)


def _max(e: Expression, da: Expression, db: Expression) -> Expression:
    a, b = e.arguments
    return call("at_most", b, a, da, db)


def _at_most(e: Expression, _a: Expression, _b: Expression, dx: Expression, dy: Expression) -> Expression:
    return call("at_most", e.arguments[0], e.arguments[1], dx, dy)


RULES: dict[str, Callable[..., Expression]] = {
    "add": lambda _, da, db: add(da, db),
    "sub": lambda _, da, db: sub(da, db),
    "neg": lambda _, da: neg(da),
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "powlog": _powlog,
    "exp": mul,
    "log": lambda e, da: div(da, e.arguments[0]),
    "min": _min,
    "max": _max,
    "at_most": _at_most,
}
"""Operation -> derivative from the node and the derivatives of its arguments."""
